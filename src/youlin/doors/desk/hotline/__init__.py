"""Telephone work at the desk: taking calls on one screen, and calling back from a worklist."""

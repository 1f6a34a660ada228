"""Telephone work: taking calls, and calling back."""

"""Rosters: a body's table of those it vouches for, looked at, taken in, and who left is ended."""

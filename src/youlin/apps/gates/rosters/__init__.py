"""Rosters of platform companies: looked at, taken in; the visit codes of those who left are ended, and given back."""

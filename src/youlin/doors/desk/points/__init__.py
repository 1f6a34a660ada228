"""The keeper of points at the desk."""

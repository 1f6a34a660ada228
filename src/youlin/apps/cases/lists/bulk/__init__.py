"""One act on many cases: looked at beforehand, done one by one through the ordinary service, taken back in time."""

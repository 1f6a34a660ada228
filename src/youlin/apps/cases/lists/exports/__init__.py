"""Tables of cases for people's own programs: chosen columns, made in the background, kept for a few days."""

"""Tables of places from any file: read by their headings, checked, matched with what is there, taken in, undone.

`columns` and `matching` read, `services` writes in batches, `exporting` gives the same table back.
"""

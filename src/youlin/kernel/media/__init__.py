"""Photos and short recordings: what is taken in, how it is cleaned, and what is shown of it.

`services.receive` takes in, `services.open_file` gives out. Originals, though stripped of all metadata,
are never public: pages show the smaller pictures.
"""

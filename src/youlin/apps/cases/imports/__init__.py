"""Real requests from any tabular file: a mapping says what its columns mean, services take the rows in.

`mapping` and `rows` are pure, `files` reads, `services` writes through the workflow's acts, `selectors` reads
back.
"""

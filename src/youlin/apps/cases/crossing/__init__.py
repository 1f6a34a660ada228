"""Handing a case over to another district: asked here, filed there once, accepted or sent back in words.

No transaction crosses the line. Here a `Crossing` is written (the outbox), a job files the case there under a number
of its own with an `Arrival` of the same id (the inbox), a dispatcher there decides, and a job tells it back here.
Each step may be done any number of times. See `docs/adr/0012-several-districts.md`.
"""

"""What a measurement is doing, a line for each step: a run of minutes that says nothing looks like one that hangs."""

import sys
import time

_begun = time.monotonic()


def step(what: str) -> None:
    """Tell the step that begins now, with the seconds since the start."""
    print(f"{time.monotonic() - _begun:6.0f} s  {what}", file=sys.stderr, flush=True)

"""Jobs that the tests of `kernel.jobs` enqueue, also from other processes."""

import os
import time

from youlin.kernel import jobs, rows
from youlin.kernel.idempotency import IdempotencyRecord


@jobs.job(name="tests.note")
def note(*, text: str) -> str:
    """Write a row; a second time changes nothing."""
    rows.insert_if_new(IdempotencyRecord(district="110102", scope="notes", key=text, payload_digest=""))
    return text


@jobs.job(name="tests.fragile", attempts=3, first_pause=10)
def fragile(*, path: str) -> None:
    """Fails until the file is there."""
    if not os.path.exists(path):
        raise ConnectionError(f"no {path}\0")


@jobs.job(name="tests.slow", attempts=3)
def slow(*, path: str, seconds: float = 60) -> None:
    """Takes long the first time: says by a file that it has begun."""
    if not os.path.exists(path):
        with open(path, "w") as file:
            file.write(str(os.getpid()))
        time.sleep(seconds)
    note(text="slow done")


@jobs.job(name="tests.chain")
def chain(*, left: int) -> None:
    """Enqueues itself a few times."""
    if left:
        chain.enqueue(left=left - 1)
    note(text=f"chain {left}")


@jobs.job(name="tests.tick")
def tick() -> None:
    """Does nothing, on time."""

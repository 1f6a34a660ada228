"""Running what waits without a worker: for tests and for commands that must not return before it is done."""

from youlin.kernel.jobs import leases, schedule
from youlin.kernel.jobs.worker import execute

_IN_PLACE = "in-place"


def run_pending(*, limit: int = 10_000, raise_errors: bool = True) -> int:
    """Run every task that waits, also what these enqueue, in this thread; how many runs there were.

    Pauses are not waited for. With `raise_errors` the first error is raised after it was noted; without,
    a job is tried until it succeeds or has no attempts left.
    """
    for done in range(limit):
        task = leases.claim(_IN_PLACE, ignore_pauses=True)
        if task is None:
            return done
        error = execute(task, _IN_PLACE)
        if error is not None and raise_errors:
            raise error
    raise RuntimeError(f"more than {limit} tasks: does a job enqueue itself?")


def run_due() -> int:
    """Start what the schedule says is due now, and run it with everything else that waits."""
    schedule.start_due()
    return run_pending()

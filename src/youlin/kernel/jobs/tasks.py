"""Jobs: functions that a worker runs later, after Django's Tasks API with the database backend."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from django_tasks import TaskResult
from django_tasks.base import Task

P = ParamSpec("P")
T = TypeVar("T")

LONGEST_PAUSE = timedelta(minutes=10)

_jobs: dict[str, "Job[..., Any]"] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Task[P, T]):
    """A task that is tried `attempts` times with growing pauses. Call it directly, or `enqueue` it."""

    label: str
    """Its name for people and logs: `media.thumbnails`."""
    attempts: int = 5
    """Tries before it counts as failed; a worker that died in the middle counts as one."""
    first_pause: float = 2.0
    """Seconds after the first failure; doubled after each further one, ten minutes at most."""

    @property
    def name(self) -> str:
        return self.label

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.func(*args, **kwargs)

    def enqueue(self, *args: P.args, **kwargs: P.kwargs) -> TaskResult[T]:
        """Have it run by a worker once the present transaction is committed; JSON arguments by keyword.

        The task is a row of the same transaction: it is there exactly if the transaction succeeds.
        """
        if args:
            raise TypeError(f"give the arguments of {self.label} by keyword")
        return Task.enqueue(self, *args, **kwargs)

    def pause_after(self, attempt: int) -> timedelta:
        """How long to wait after the failed attempt with this number (the first is 1)."""
        return min(timedelta(seconds=self.first_pause * 2 ** min(attempt - 1, 20)), LONGEST_PAUSE)


def job(
    *, name: str, attempts: int = 5, priority: int = 0, first_pause: float = 2.0
) -> Callable[[Callable[P, T]], Job[P, T]]:
    """Make a module-level function a job. It must be idempotent: after a crash it runs again from the start.

    `priority` from -100 to 100, higher first. Raises `ValueError` when the name is taken.
    """

    def wrap(func: Callable[P, T]) -> Job[P, T]:
        made: Job[P, T] = Job(
            func=func, label=name, attempts=attempts, priority=priority, first_pause=first_pause
        )
        known = _jobs.get(name)
        if known is not None and known.module_path != made.module_path:
            raise ValueError(f"the job {name!r} is defined twice")
        _jobs[name] = made
        return made

    return wrap


def registered_jobs() -> dict[str, Job[..., Any]]:
    """Every job by name, in order."""
    return dict(sorted(_jobs.items()))

"""The recurring schedule: each due time starts its job once, however many workers look."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from youlin.kernel import clock, rows
from youlin.kernel.jobs.models import ScheduledRun
from youlin.kernel.jobs.tasks import Job, job

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_schedules: dict[str, "Schedule"] = {}


@dataclass(frozen=True)
class Schedule:
    """A job and when it is due: every `period`, or daily at a time of the installation's time zone."""

    job: Job[[], Any]
    period: timedelta | None = None
    daily_at: time | None = None

    @property
    def name(self) -> str:
        """The job's name."""
        return self.job.label

    def slot(self, now: datetime) -> datetime:
        """The latest due time at or before `now`. Times that passed while no worker ran are not made up."""
        if self.period is not None:
            return _EPOCH + (now - _EPOCH) // self.period * self.period
        zone = timezone.get_default_timezone()
        local = now.astimezone(zone)
        due = datetime.combine(local.date(), self.daily_at or time(), tzinfo=zone)
        if due > local:
            due = datetime.combine(local.date() - timedelta(days=1), self.daily_at or time(), tzinfo=zone)
        return due.astimezone(UTC)


def every(
    *,
    name: str,
    minutes: float = 0,
    hours: float = 0,
    daily_at: str = "",
    attempts: int = 5,
    first_pause: float = 2.0,
) -> Callable[[Callable[[], Any]], Job[[], Any]]:
    """Make a function a job that recurs: `minutes=5`, `hours=2` or `daily_at="03:30"` (local time).

    A run does not start while the one before still waits or runs. Raises `ValueError` unless exactly one
    of the three is given.
    """
    period = timedelta(minutes=minutes, hours=hours)
    if bool(minutes) + bool(hours) + bool(daily_at) != 1 or period < timedelta(0):
        raise ValueError(f"{name} needs one of minutes, hours and daily_at")
    at = time.fromisoformat(daily_at) if daily_at else None

    def wrap(func: Callable[[], Any]) -> Job[[], Any]:
        made = job(name=name, attempts=attempts, first_pause=first_pause)(func)
        _schedules[name] = Schedule(made, None if at else period, at)
        return made

    return wrap


def schedules() -> dict[str, Schedule]:
    """Every recurring job by name, in order."""
    return dict(sorted(_schedules.items()))


def start_due(started: dict[str, datetime] | None = None) -> int:
    """Enqueue every job whose due time nobody has started yet; how many.

    `started` is the caller's memory of due times that need no further look.
    """
    now = clock.now()
    memory = {} if started is None else started
    due = [(schedule, schedule.slot(now)) for schedule in _schedules.values()]
    return sum(_start(schedule, slot, memory) for schedule, slot in due if memory.get(schedule.name) != slot)


def _start(schedule: Schedule, slot: datetime, memory: dict[str, datetime]) -> bool:
    if ScheduledRun.objects.filter(name=schedule.name, slot=slot).exists():
        memory[schedule.name] = slot
        return False
    unfinished = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    path = schedule.job.module_path
    if DBTaskResult.objects.filter(task_path=path, status__in=unfinished).exists():
        return False
    with transaction.atomic():
        run = ScheduledRun(name=schedule.name, slot=slot)
        mine = rows.insert_if_new(run)
        if mine:
            ScheduledRun.objects.filter(pk=run.pk).update(task=schedule.job.enqueue().id)
    memory[schedule.name] = slot
    return mine

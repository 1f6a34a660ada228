"""What people may want to know about jobs."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import models
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from youlin.kernel.jobs.models import ScheduledRun
from youlin.kernel.jobs.schedule import schedules


class LatestRun(NamedTuple):
    """The latest run of a recurring job: when it was due, and how it went (None: never due yet)."""

    name: str
    slot: datetime | None
    status: str


def failed() -> models.QuerySet[Any]:
    """Tasks that failed for good, the newest first, each with its traceback."""
    return DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).order_by("-finished_at")


def waiting() -> int:
    """How many tasks are not finished."""
    unfinished = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    return DBTaskResult.objects.filter(status__in=unfinished).count()


def latest_runs() -> list[LatestRun]:
    """For every recurring job its latest run, by name."""
    newest = ScheduledRun.objects.filter(name=models.OuterRef("name")).order_by("-slot").values("pk")[:1]
    runs = {run.name: run for run in ScheduledRun.objects.filter(pk=models.Subquery(newest))}
    tasks = DBTaskResult.objects.filter(pk__in=[run.task for run in runs.values() if run.task])
    status = dict(tasks.values_list("pk", "status"))
    found = []
    for name in schedules():
        run = runs.get(name)
        how = status.get(run.task, "") if run and run.task else ""
        found.append(LatestRun(name, run.slot if run else None, how))
    return found

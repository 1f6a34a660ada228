"""Who runs which task: claimed with a lease, kept by a heartbeat, taken back when the worker is gone.

The database backend alone leaves the task of a killed worker RUNNING for ever; the lease ends that.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django_tasks import TaskResultStatus
from django_tasks.utils import get_exception_traceback, get_module_path
from django_tasks_db.models import DBTaskResult, get_date_max

from youlin.kernel import clock
from youlin.kernel.jobs import machine
from youlin.kernel.jobs.models import Lease, WorkerBeat
from youlin.kernel.jobs.tasks import Job

logger = logging.getLogger(__name__)

BACKEND = "default"


class WorkerDied(Exception):
    """The worker that ran a task ended without a word."""


def claim(worker: str, *, ignore_pauses: bool = False) -> DBTaskResult[..., Any] | None:
    """Take the next task that is due, with a lease for `worker`; None when there is none."""
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY, backend_name=BACKEND)
    if not ignore_pauses:
        ready = ready.filter(Q(run_after=get_date_max()) | Q(run_after__lte=clock.now()))
    if not ready.exists():
        return None
    with transaction.atomic():
        task = ready.select_for_update(skip_locked=True).first()
        if task is not None:
            task.claim(worker)
            Lease.objects.filter(task=task.pk).delete()
            Lease.objects.create(task=task.pk, worker=worker)
    return task


def succeed(task: DBTaskResult[..., Any], worker: str, value: Any) -> None:
    """Note that the task is done, unless the lease was lost meanwhile."""
    with transaction.atomic():
        if _give_back(task, worker):
            task.status = TaskResultStatus.SUCCESSFUL
            task.return_value = value
            task.exception_class_path = task.traceback = ""
            _finish(task)


def fail(task: DBTaskResult[..., Any], worker: str, error: BaseException) -> None:
    """Note that an attempt failed: ready again after a pause, or failed for good after the last one."""
    with transaction.atomic():
        if _give_back(task, worker):
            _after_failure(task, error)


def release(task: DBTaskResult[..., Any], worker: str) -> None:
    """Put a task back that the worker was told to drop; the attempt does not count."""
    with transaction.atomic():
        if _give_back(task, worker):
            task.worker_ids = task.worker_ids[:-1]
            task.status = TaskResultStatus.READY
            task.save(update_fields=["status", "worker_ids"])


Seen = dict[UUID, tuple[datetime, float]]
"""What a sweeper remembers of each task: its last heartbeat, and when (by a clock that nobody sets) it first saw that."""


def sweep(lease: timedelta, seen: Seen | None = None) -> int:
    """Take back the tasks of dead workers, and forget these; how many tasks.

    Dead is who gave no heartbeat for `lease`, or whose process on this machine is gone. With the caller's memory
    `seen`, also whose heartbeat has not moved for so long: after a clock was set back it may lie in the future.
    """
    too_old = clock.now() - lease
    held = list(Lease.objects.all())
    still = _standing_still(held, lease, {} if seen is None else seen)
    lost = [
        each
        for each in held
        if each.heartbeat < too_old or each.task in still or machine.is_gone(each.worker)
    ]
    swept = sum(_take_back(each.task, each) for each in lost)
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, backend_name=BACKEND)
    orphans = running.filter(started_at__lt=too_old).exclude(pk__in=[each.task for each in held])
    swept += sum(_take_back(pk, None) for pk in orphans.values_list("pk", flat=True))
    for worker in WorkerBeat.objects.all():
        if worker.heartbeat < too_old - 10 * lease or machine.is_gone(worker.worker):
            worker.delete()
    return swept


def _standing_still(held: list[Lease], lease: timedelta, seen: Seen) -> set[UUID]:
    """Tasks whose heartbeat has stayed the same for `lease` of elapsed time; `seen` is brought up to date."""
    now = time.monotonic()
    known = {
        each.task: seen[each.task]
        if seen.get(each.task, (None,))[0] == each.heartbeat
        else (each.heartbeat, now)
        for each in held
    }
    seen.clear()
    seen.update(known)
    return {task for task, (_beat, since) in known.items() if now - since > lease.total_seconds()}


def beat(worker: str, task: UUID | None = None) -> None:
    """Say that `worker` is alive, and with it the task it runs.

    A task that it holds and does not run keeps no life from it: one whose claim was stored although the answer to the
    commit was lost, or whose outcome could not be noted. Its lease runs out, and it is run again.
    """
    now = clock.now()
    if not WorkerBeat.objects.filter(worker=worker).update(heartbeat=now):
        WorkerBeat.objects.create(worker=worker, started_at=now, heartbeat=now)
    if task is not None:
        Lease.objects.filter(task=task, worker=worker).update(heartbeat=now)


def leave(worker: str) -> None:
    """Say that `worker` ended cleanly."""
    WorkerBeat.objects.filter(worker=worker).delete()


def _take_back(pk: UUID, lost: Lease | None) -> bool:
    with transaction.atomic():
        running = DBTaskResult.objects.filter(pk=pk, status=TaskResultStatus.RUNNING)
        task = running.select_for_update(skip_locked=True).first()
        leases = Lease.objects.filter(task=pk)
        if lost is not None:
            leases.filter(worker=lost.worker, heartbeat=lost.heartbeat).delete()
        if task is None or leases.exists():
            return False
        worker = lost.worker if lost else "unknown"
        logger.warning("task %s of %s is taken back: its worker %s is gone", pk, task.task_path, worker)
        _after_failure(task, WorkerDied(f"worker {worker} ended while it ran this task"))
    return True


def _after_failure(task: DBTaskResult[..., Any], error: BaseException) -> None:
    job = _job_of(task)
    attempt = len(task.worker_ids)
    task.exception_class_path = get_module_path(type(error))
    task.traceback = get_exception_traceback(error).replace("\0", "")
    if job is not None and attempt < job.attempts:
        task.status = TaskResultStatus.READY
        pause = timedelta(0) if isinstance(error, WorkerDied) else job.pause_after(attempt)
        task.run_after = clock.now() + pause
        task.save(update_fields=["status", "run_after", "exception_class_path", "traceback"])
    else:
        task.status = TaskResultStatus.FAILED
        logger.error("task %s of %s failed for good: %s", task.pk, task.task_path, error)
        _finish(task)


def _finish(task: DBTaskResult[..., Any]) -> None:
    task.finished_at = clock.now()
    task.save(update_fields=["status", "finished_at", "return_value", "exception_class_path", "traceback"])


def _give_back(task: DBTaskResult[..., Any], worker: str) -> bool:
    deleted, _tables = Lease.objects.filter(task=task.pk, worker=worker).delete()
    if not deleted:
        logger.warning("the lease on task %s was lost while it ran; another worker has it", task.pk)
    return bool(deleted)


def _job_of(task: DBTaskResult[..., Any]) -> Job[..., Any] | None:
    try:
        found = task.task
    except Exception:  # the function may be gone, or its module broken: the task then fails as it is
        return None
    return found if isinstance(found, Job) else None

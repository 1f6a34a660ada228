"""What an operator may do about what hangs: have it tried again, on the record."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from youlin.kernel import clock, journal, reactions
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound


def retry_reaction(*, actor: Actor, id: UUID) -> None:
    """Let a reaction that failed be tried again at once. Raises `NotFound` when it does not fail any more."""
    with transaction.atomic():
        failure = reactions.failing().filter(pk=id).first()
        if failure is None:
            raise NotFound(_("这一条已经不在失败列表中"))
        reactions.retry_now(failure)
        journal.append(
            act="kernel.retried", actor=actor, subject=failure, after={"reaction": failure.reaction}
        )


def retry_job(*, actor: Actor, id: UUID) -> None:
    """Let a job that failed for good run once more. Raises `NotFound` when it is not failed."""
    with transaction.atomic():
        failed = DBTaskResult.objects.select_for_update().filter(pk=id, status=TaskResultStatus.FAILED)
        task = failed.first()
        if task is None:
            raise NotFound(_("这一条已经不在失败列表中"))
        task.status, task.worker_ids, task.run_after, task.finished_at = (
            TaskResultStatus.READY,
            [],
            clock.now(),
            None,
        )
        task.save(update_fields=["status", "worker_ids", "run_after", "finished_at"])
        journal.append(act="kernel.retried", actor=actor, subject=task, after={"job": task.task_path})

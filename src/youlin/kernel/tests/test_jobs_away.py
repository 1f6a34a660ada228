"""Jobs while the database is away: what could not be noted is run again, also when its worker lives on."""

from datetime import timedelta

import pytest
from django.db import InternalError, OperationalError
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from youlin.kernel import clock, jobs
from youlin.kernel.idempotency import IdempotencyRecord
from youlin.kernel.jobs import Lease, Worker, leases, worker
from youlin.kernel.tests import sample_jobs

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=30)


def the_task() -> DBTaskResult:  # type: ignore[type-arg]
    return DBTaskResult.objects.get(task_path__contains="sample_jobs")


def only_reads() -> InternalError:
    """What PostgreSQL says while it only reads."""
    error = InternalError("cannot execute DELETE in a read-only transaction")
    error.__cause__ = type("Cause", (Exception,), {"sqlstate": "25006"})()
    return error


def test_a_claim_whose_worker_never_heard_of_it_is_run_again_though_the_worker_lives() -> None:
    sample_jobs.note.enqueue(text="one")
    leases.claim("alive")  # stored; the answer to the commit was lost
    with clock.frozen(clock.now()):
        for _beat in range(7):
            clock.advance(timedelta(seconds=5))
            leases.beat("alive")
        assert leases.sweep(LEASE) == 1
        assert the_task().status == TaskResultStatus.READY
        jobs.run_pending()
    assert IdempotencyRecord.objects.filter(scope="notes").count() == 1


def test_a_heartbeat_keeps_the_task_that_runs_and_no_other() -> None:
    for text in ("one", "two"):
        sample_jobs.note.enqueue(text=text)
    forgotten, running = leases.claim("alive"), leases.claim("alive")
    assert forgotten is not None and running is not None
    with clock.frozen(clock.now() + timedelta(seconds=31)):
        leases.beat("alive", running.pk)
        assert leases.sweep(LEASE) == 1
    assert [held.task for held in Lease.objects.all()] == [running.pk]


@pytest.mark.parametrize("error", [OperationalError("gone"), only_reads(), OSError(28, "full")], ids=repr)
def test_an_outcome_waits_until_the_database_writes_again(
    shared_db: None, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    sample_jobs.note.enqueue(text="one")
    failures, succeed = iter([error] * 2), leases.succeed

    def refused(*given: object) -> None:
        for one in failures:
            raise one
        succeed(*given)

    monkeypatch.setattr(leases, "succeed", refused)
    task = leases.claim("w")
    assert task is not None
    worker.execute(task, "w")
    assert the_task().status == TaskResultStatus.SUCCESSFUL and not Lease.objects.exists()


def test_a_worker_whose_outcome_was_never_noted_lets_go_of_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    sample_jobs.note.enqueue(text="one")
    one = Worker()

    def lost(*_given: object) -> None:
        monkeypatch.undo()
        raise RuntimeError("no answer")

    monkeypatch.setattr(leases, "succeed", lost)
    with pytest.raises(RuntimeError, match="no answer"):
        one._run_one()
    assert the_task().status == TaskResultStatus.RUNNING and one._running is None
    with clock.frozen(clock.now() + timedelta(seconds=31)):
        leases.beat(one.id, one._running)
        assert leases.sweep(LEASE) == 1
        jobs.run_pending()
    assert the_task().status == TaskResultStatus.SUCCESSFUL

"""A clock that is set back by an hour changes no order, revives no worker and runs nothing twice."""

import time
from datetime import timedelta
from unittest import mock

import pytest
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.jobs import Lease, leases, schedule
from youlin.kernel.media.models import MediaFile
from youlin.kernel.tests import sample_jobs

pytestmark = pytest.mark.django_db

DISTRICT = "110102"
HOUR = timedelta(hours=1)


def made() -> MediaFile:
    return MediaFile.objects.create(district=DISTRICT, kind="photo", purpose="t", size=1, content_type="x")


def append(subject: MediaFile, note: str) -> None:
    with transaction.atomic():
        journal.append(act="kernel.media_received", actor=SYSTEM, subject=subject, note=note)


def test_the_journal_keeps_the_order_in_which_things_were_done() -> None:
    one, other = made(), made()
    with clock.frozen(clock.now()):
        append(one, "1")
        append(other, "2")
        clock.advance(-HOUR)
        append(one, "3")
        digest = journal.make_digest(DISTRICT)
        clock.advance(-26 * HOUR)
        append(other, "4")
        assert journal.make_digest(DISTRICT) is None, "an earlier day than the last digest's is not signed"
        clock.advance(60 * HOUR)
        later = journal.make_digest(DISTRICT)
    entries, _cursor = journal.read_batch(DISTRICT, None, 10)
    assert [entry.note for entry in entries] == ["1", "2", "3", "4"]
    assert [entry.note for entry in journal.entries_for(one)] == ["1", "3"]
    assert digest is not None and later is not None and later.previous_root == digest.root
    assert journal.verify(DISTRICT) == []


def running_task(worker: str) -> DBTaskResult:
    sample_jobs.note.enqueue(text="x")
    task = leases.claim(worker)
    assert task is not None
    return task


def test_a_dead_worker_whose_heartbeat_lies_in_the_future_loses_its_task_all_the_same() -> None:
    lease = timedelta(seconds=30)
    task = running_task("elsewhere:x:1:a")
    Lease.objects.update(heartbeat=clock.now() + HOUR)
    seen: leases.Seen = {}
    begun = time.monotonic()
    assert leases.sweep(lease, seen) == 0
    with mock.patch("youlin.kernel.jobs.leases.time.monotonic", return_value=begun + 29):
        assert leases.sweep(lease, seen) == 0
    with mock.patch("youlin.kernel.jobs.leases.time.monotonic", return_value=begun + 40):
        assert leases.sweep(lease, seen) == 1
    task.refresh_from_db()
    assert task.status == TaskResultStatus.READY


def test_a_living_worker_keeps_its_task_however_the_clock_moves() -> None:
    lease = timedelta(seconds=30)
    task = running_task("elsewhere:x:1:a")
    seen: leases.Seen = {}
    begun = time.monotonic()
    with clock.frozen(clock.now()):
        for step in range(6):
            clock.advance(timedelta(minutes=-7))
            leases.beat("elsewhere:x:1:a", task.pk)
            with mock.patch("youlin.kernel.jobs.leases.time.monotonic", return_value=begun + 20 * step):
                assert leases.sweep(lease, seen) == 0


def test_what_was_due_before_is_not_started_again() -> None:
    with clock.frozen(clock.now()):
        schedule.start_due()
        before = jobs.ScheduledRun.objects.count()
        DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL)
        schedule.start_due()
        assert jobs.ScheduledRun.objects.count() == before
        clock.advance(timedelta(seconds=-30))
        schedule.start_due()
        clock.advance(timedelta(seconds=30))
        again = schedule.start_due()
    assert again == 0

"""Jobs: enqueued with their transaction, tried again, taken back from dead workers, due once."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from youlin.kernel import clock, health, housekeeping, jobs, reactions
from youlin.kernel.idempotency import IdempotencyRecord
from youlin.kernel.jobs import Lease, ScheduledRun, Worker, WorkerBeat, leases, machine, schedule, worker
from youlin.kernel.tests import sample_jobs
from youlin.kernel.tests.databases import in_threads, start_process

pytestmark = pytest.mark.django_db


def notes() -> list[str]:
    return sorted(IdempotencyRecord.objects.filter(scope="notes").values_list("key", flat=True))


def the_task() -> DBTaskResult:
    return DBTaskResult.objects.get(task_path__contains="sample_jobs")


def until(condition: Callable[[], object], patience: float = 60) -> None:
    give_up = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.02)


class TestRunning:
    def test_a_job_runs_with_its_arguments(self):
        sample_jobs.note.enqueue(text="one")
        assert jobs.waiting() == 1
        assert jobs.run_pending() == 1
        assert notes() == ["one"]
        assert the_task().task_result.return_value == "one"
        assert jobs.waiting() == 0 and not Lease.objects.exists()

    def test_it_can_be_called_like_any_function(self):
        assert sample_jobs.note(text="one") == "one"
        assert sample_jobs.note.name == "tests.note"
        assert jobs.registered_jobs()["tests.note"] is sample_jobs.note

    def test_arguments_go_by_keyword(self):
        with pytest.raises(TypeError, match="keyword"):
            sample_jobs.note.enqueue("one")

    def test_it_is_there_exactly_if_its_transaction_succeeds(self):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            sample_jobs.note.enqueue(text="never")
            raise ZeroDivisionError
        assert jobs.run_pending() == 0

    def test_what_a_job_enqueues_runs_as_well(self):
        sample_jobs.chain.enqueue(left=2)
        assert jobs.run_pending() == 3
        assert notes() == ["chain 0", "chain 1", "chain 2"]
        sample_jobs.chain.enqueue(left=9)
        with pytest.raises(RuntimeError, match="enqueue itself"):
            jobs.run_pending(limit=5)

    def test_a_name_is_taken_once(self):
        with pytest.raises(ValueError, match="twice"):
            jobs.job(name="tests.note")(sample_jobs.slow.func)


class TestFailing:
    def test_a_failed_attempt_is_tried_again_after_growing_pauses(self, tmp_path):
        sample_jobs.fragile.enqueue(path=str(tmp_path / "there"))
        with clock.frozen(clock.now()):
            pauses = []
            for _ in range(2):
                worker.execute(leases.claim("w"), "w")
                assert leases.claim("w") is None
                pauses.append((the_task().run_after - clock.now()).total_seconds())
                clock.advance(timedelta(seconds=pauses[-1]))
            assert pauses == [10, 20]
            assert "no " in the_task().traceback
            (tmp_path / "there").touch()
            worker.execute(leases.claim("w"), "w")
        assert the_task().status == TaskResultStatus.SUCCESSFUL

    def test_after_the_last_attempt_it_has_failed_and_is_shown(self):
        sample_jobs.fragile.enqueue(path="/nowhere")
        assert jobs.run_pending(raise_errors=False) == 3
        failed = jobs.failed().get()
        assert failed.exception_class_path == "builtins.ConnectionError"
        assert "no /nowhere" in failed.traceback and len(failed.worker_ids) == 3

    def test_in_tests_the_error_is_raised(self):
        sample_jobs.fragile.enqueue(path="/nowhere")
        with pytest.raises(ConnectionError):
            jobs.run_pending()

    def test_a_job_that_no_longer_exists_fails_in_words(self):
        sample_jobs.note.enqueue(text="one")
        DBTaskResult.objects.update(task_path="youlin.kernel.tests.sample_jobs.gone")
        jobs.run_pending(raise_errors=False)
        assert "gone" in jobs.failed().get().traceback

    def test_pauses_end_at_ten_minutes(self):
        assert sample_jobs.note.pause_after(1) == timedelta(seconds=2)
        assert sample_jobs.note.pause_after(40) == timedelta(minutes=10)


class TestLeases:
    def test_a_task_whose_worker_gave_no_sign_is_taken_back(self):
        sample_jobs.note.enqueue(text="one")
        assert leases.claim("dead") is not None
        assert leases.sweep(timedelta(seconds=30)) == 0
        with clock.frozen(clock.now() + timedelta(seconds=31)):
            assert leases.sweep(timedelta(seconds=30)) == 1
            assert the_task().status == TaskResultStatus.READY
            jobs.run_pending()
        assert notes() == ["one"] and the_task().status == TaskResultStatus.SUCCESSFUL

    def test_a_heartbeat_keeps_it(self):
        sample_jobs.note.enqueue(text="one")
        task = leases.claim("alive")
        with clock.frozen(clock.now() + timedelta(seconds=31)):
            leases.beat("alive", task.pk)
            assert leases.sweep(timedelta(seconds=30)) == 0

    def test_on_the_same_machine_a_dead_process_needs_no_waiting(self):
        sample_jobs.note.enqueue(text="one")
        host, here, _process, end = machine.new_worker_id().split(":")
        dead = f"{host}:{here}:999999999:{end}"
        leases.beat(dead)
        leases.claim(dead)
        if here:
            assert leases.sweep(timedelta(seconds=30)) == 1
            assert not WorkerBeat.objects.exists()
        assert not machine.is_gone(machine.new_worker_id())
        assert not machine.is_gone(f"elsewhere:0123456789:999999999:{end}")
        assert not machine.is_gone("another kind of name")

    def test_a_running_task_without_lease_is_taken_back_too(self):
        sample_jobs.note.enqueue(text="one")
        leases.claim("other")
        Lease.objects.all().delete()
        with clock.frozen(clock.now() + timedelta(seconds=31)):
            assert leases.sweep(timedelta(seconds=30)) == 1

    def test_dying_again_and_again_ends_in_failure(self):
        sample_jobs.fragile.enqueue(path="/nowhere")
        with clock.frozen(clock.now()):
            for _ in range(3):
                assert leases.claim("dead") is not None
                clock.advance(timedelta(seconds=31))
                leases.sweep(timedelta(seconds=30))
        assert "WorkerDied" in jobs.failed().get().traceback

    def test_who_lost_the_lease_may_not_note_an_outcome(self):
        sample_jobs.note.enqueue(text="one")
        stale = leases.claim("slow")
        with clock.frozen(clock.now() + timedelta(seconds=31)):
            leases.sweep(timedelta(seconds=30))
            leases.claim("quick")
        leases.fail(stale, "slow", ValueError("too late"))
        leases.succeed(stale, "slow", None)
        assert the_task().status == TaskResultStatus.RUNNING
        assert Lease.objects.get().worker == "quick"

    def test_a_task_dropped_on_request_does_not_count_as_an_attempt(self):
        sample_jobs.note.enqueue(text="one")
        task = leases.claim("w")
        leases.release(task, "w")
        assert (the_task().status, the_task().worker_ids) == (TaskResultStatus.READY, [])

    def test_two_workers_never_get_the_same_task(self, shared_db):
        for number in range(20):
            sample_jobs.note.enqueue(text=str(number))
        together = threading.Barrier(3)

        def work() -> list[str]:
            together.wait()
            name, got = str(threading.get_ident()), []
            while len(got) < 20:
                task = leases.claim(name)
                if task is None and not leases.DBTaskResult.objects.filter(status="READY").exists():
                    return got
                if task is not None:
                    got.append(task.pk)
            return got

        claimed = [pk for got in in_threads(work, work, work) for pk in got]
        assert len(claimed) == len(set(claimed)) == 20


class TestSchedule:
    @pytest.fixture(autouse=True)
    def only_ours(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(schedule, "_schedules", {})
        schedule._schedules["tests.tick"] = schedule.Schedule(TICK, timedelta(minutes=5))
        yield

    def test_a_due_time_starts_its_job_once(self):
        with clock.frozen(datetime(2026, 3, 2, 8, 1, tzinfo=UTC)):
            assert [schedule.start_due() for _ in range(3)] == [1, 0, 0]
            assert jobs.run_due() == 1
            clock.advance(timedelta(minutes=4))
            assert schedule.start_due() == 1
        assert [run.slot.minute for run in ScheduledRun.objects.order_by("slot")] == [0, 5]

    def test_a_run_does_not_start_while_the_one_before_is_not_done(self):
        with clock.frozen(datetime(2026, 3, 2, 8, 1, tzinfo=UTC)):
            schedule.start_due()
            clock.advance(timedelta(minutes=10))
            assert schedule.start_due() == 0
            jobs.run_pending()
            assert schedule.start_due() == 1

    def test_two_workers_start_it_once(self, shared_db):
        together = threading.Barrier(4)

        def look() -> int:
            together.wait()
            return sum(schedule.start_due() for _ in range(5))

        assert sum(in_threads(look, look, look, look)) == 1
        assert ScheduledRun.objects.count() == DBTaskResult.objects.count() == 1

    def test_the_memory_of_a_worker_saves_it_looking_again(self, django_assert_num_queries):
        memory: dict[str, datetime] = {}
        with clock.frozen(datetime(2026, 3, 2, 8, 1, tzinfo=UTC)):
            schedule.start_due(memory)
            with django_assert_num_queries(0):
                assert schedule.start_due(memory) == 0

    def test_daily_means_at_that_time_of_the_installation(self):
        daily = schedule.Schedule(TICK, daily_at=datetime(1, 1, 1, 3, 30).time())
        before, after = datetime(2026, 3, 1, 19, 29, tzinfo=UTC), datetime(2026, 3, 1, 19, 31, tzinfo=UTC)
        assert daily.slot(before) == datetime(2026, 2, 28, 19, 30, tzinfo=UTC)
        assert daily.slot(after) == datetime(2026, 3, 1, 19, 30, tzinfo=UTC)

    @pytest.mark.parametrize("when", [{}, {"minutes": 5, "daily_at": "03:00"}, {"hours": -1}])
    def test_a_senseless_schedule_is_refused(self, when):
        with pytest.raises(ValueError, match="tests.bad"):
            jobs.every(name="tests.bad", **when)

    def test_the_latest_run_of_each_is_known(self):
        assert jobs.latest_runs() == [("tests.tick", None, "")]
        with clock.frozen(datetime(2026, 3, 2, 8, 1, tzinfo=UTC)):
            jobs.run_due()
        slot = datetime(2026, 3, 2, 8, tzinfo=UTC)
        assert jobs.latest_runs() == [("tests.tick", slot, "SUCCESSFUL")]


TICK = sample_jobs.tick


class TestWorker:
    def working(self, **values: float) -> Worker:
        return Worker(idle=0.02, lease=timedelta(seconds=2), **values)

    def test_it_drains_and_runs_until_it_is_told_to_stop(self, shared_db):
        sample_jobs.note.enqueue(text="one")
        one = self.working()

        def stop_when_done() -> None:
            until(lambda: notes() == ["one"])
            sample_jobs.note.enqueue(text="two")
            until(lambda: notes() == ["one", "two"] and WorkerBeat.objects.exists())
            assert health.health()["parts"]["worker"]["well"]
            one.stop()

        in_threads(one.run, stop_when_done)
        assert not WorkerBeat.objects.exists()
        assert not health.health()["parts"]["worker"]["well"]

    def test_it_lives_through_an_absence_of_the_database(self, shared_db, monkeypatch):
        sample_jobs.note.enqueue(text="one")
        one, failures = self.working(), iter([OperationalError("database is locked")] * 3)
        claim = leases.claim

        def away(name: str) -> object:
            for error in failures:
                raise error
            return claim(name)

        monkeypatch.setattr(leases, "claim", away)

        def stop_when_done() -> None:
            until(lambda: notes() == ["one"])
            one.stop()

        in_threads(one.run, stop_when_done)

    def test_a_broken_step_does_not_stop_the_others(self, shared_db, monkeypatch):
        sample_jobs.note.enqueue(text="one")
        one = self.working()

        def broken() -> int:
            raise KeyError("rules")

        monkeypatch.setattr(reactions, "drain", broken)
        monkeypatch.setattr(one._stopping, "wait", lambda seconds: None)
        assert one.turn()
        assert notes() == ["one"]

    def test_an_outcome_is_noted_even_if_the_database_is_locked_for_a_moment(self, shared_db, monkeypatch):
        sample_jobs.note.enqueue(text="one")
        failures = iter([OperationalError("database is locked")] * 2)
        succeed = leases.succeed

        def locked(*given: object) -> None:
            for error in failures:
                raise error
            succeed(*given)

        monkeypatch.setattr(leases, "succeed", locked)
        worker.execute(leases.claim("w"), "w")
        assert the_task().status == TaskResultStatus.SUCCESSFUL

    def test_a_killed_workers_task_is_done_by_the_next_one(self, shared_db, tmp_path: Path):
        begun = tmp_path / "begun"
        sample_jobs.slow.enqueue(path=str(begun))
        code = "from youlin.kernel import jobs; jobs.Worker().run()"
        victim = start_process(code, shared_db)
        try:
            until(lambda: begun.exists() and begun.read_text())
        finally:
            victim.send_signal(signal.SIGKILL)
            victim.wait()
        assert (notes(), the_task().status) == ([], TaskResultStatus.RUNNING)
        one = self.working()

        def stop_when_done() -> None:
            until(lambda: the_task().status == TaskResultStatus.SUCCESSFUL)
            one.stop()

        in_threads(one.run, stop_when_done)
        assert notes() == ["slow done"] and len(the_task().worker_ids) == 2
        assert not WorkerBeat.objects.exists() and not Lease.objects.exists()

    def test_sigterm_ends_it_after_its_task_and_a_second_one_at_once(self, shared_db, tmp_path: Path):
        begun = tmp_path / "begun"
        sample_jobs.slow.enqueue(path=str(begun), seconds=60)
        child = start_process("from youlin.kernel import jobs; jobs.Worker().run()", shared_db)
        until(lambda: begun.exists() and begun.read_text())
        child.terminate()
        time.sleep(0.1)
        assert child.poll() is None
        child.terminate()
        assert child.wait(timeout=10) == 128 + signal.SIGTERM
        assert (the_task().status, the_task().worker_ids) == (TaskResultStatus.READY, [])
        assert not WorkerBeat.objects.exists()


class TestHousekeeping:
    def test_what_served_its_time_is_deleted(self):
        sample_jobs.note.enqueue(text="one")
        jobs.run_pending()
        sample_jobs.note.enqueue(text="two")
        assert housekeeping.tidy()["tasks"] == 0
        with clock.frozen(clock.now() + timedelta(days=15)):
            assert housekeeping.tidy()["tasks"] == 1
        with clock.frozen(clock.now() + timedelta(days=100)):
            assert housekeeping.tidy() == {
                "tasks": 0,
                "runs": 0,
                "failures": 0,
                "answers": 1,
                "paces": 0,
            }


class TestHealth:
    def test_it_speaks_of_every_part(self):
        parts = health.health()["parts"]
        assert list(parts) == ["database", "worker", "schedule", "reactions"]
        assert parts["database"]["vendor"] == connection.vendor
        assert all({"well", "seen"} <= part.keys() for part in parts.values())

    def test_a_living_worker_that_keeps_the_schedule_is_well(self):
        assert not health.health()["well"]
        leases.beat("w")
        schedule.start_due()
        state = health.health()
        assert state["well"], state
        with clock.frozen(clock.now() + timedelta(days=2)):
            parts = health.health()["parts"]
        assert not parts["worker"]["well"] and not parts["schedule"]["well"]

    def test_a_database_that_does_not_answer_is_said_not_raised(self, monkeypatch):
        def away() -> None:
            raise OperationalError("no route")

        monkeypatch.setattr(health.connection, "cursor", away)
        state = health.health()
        assert not state["well"] and list(state["parts"]) == ["database"]

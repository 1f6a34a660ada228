"""The worker: one loop that drains reactions, keeps the schedule and runs tasks, until it is told to stop."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from types import FrameType
from typing import Any
from uuid import UUID

from django.db import close_old_connections, connection, connections
from django_tasks.signals import task_finished, task_started
from django_tasks.utils import normalize_json
from django_tasks_db.models import DBTaskResult

from youlin.kernel import away, reactions
from youlin.kernel.jobs import leases, machine, schedule
from youlin.kernel.observing import metrics

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
"""A worker that gave no sign for so long is dead, and its task goes to another."""
IDLE = 0.3
"""Seconds between two looks when there is nothing to do."""
_LONGEST_WAIT = 5.0
_TRIES_TO_SETTLE = 20


class Worker:
    """Any number may run, on any machine. After `stop`, SIGTERM or SIGINT it finishes its task and returns.

    A second signal drops the task, which another worker then takes up. While the database is away the
    worker logs it, waits and goes on.
    """

    def __init__(self, *, idle: float = IDLE, lease: timedelta = LEASE) -> None:
        self.id = machine.new_worker_id()
        self.idle = idle
        self.lease = lease
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._started: dict[str, datetime] = {}
        self._next_sweep = 0.0
        self._seen: leases.Seen = {}
        self._trouble = 0
        self._running: UUID | None = None

    def run(self) -> None:
        """Work until told to stop."""
        restore = self._listen_to_signals()
        heart = threading.Thread(target=self._beat, name="worker-heartbeat", daemon=True)
        heart.start()
        logger.info("worker %s begins", self.id)
        try:
            while not self._stopping.is_set():
                if not self.turn():
                    self._stopping.wait(self.idle)
        finally:
            self._ended.set()
            heart.join(timeout=5)
            self._quietly(lambda: leases.leave(self.id))
            restore()
            logger.info("worker %s ends", self.id)

    def stop(self) -> None:
        """Ask the worker to end after its present task."""
        self._stopping.set()

    def turn(self) -> bool:
        """Once round: reactions, schedule, leases, one task. Whether there was anything to do."""
        close_old_connections()
        steps = (reactions.drain, self._keep_schedule, self._sweep, self._run_one)
        done = False
        for step in steps:
            if self._stopping.is_set():
                break
            done = bool(self._guarded(step)) or done
        return done

    def _guarded(self, step: Callable[[], int | bool]) -> int | bool:
        try:
            result = step()
        except Exception as error:
            if away.unavailable(error) is None:
                logger.exception("the worker's step %s failed; going on", getattr(step, "__name__", step))
                pause = 1.0
            else:
                self._trouble += 1
                logger.warning("the database is not available (%s); trying again", _first_line(error))
                pause = min(self.idle * 2**self._trouble, _LONGEST_WAIT)
            connection.close()
            self._stopping.wait(pause)
            return False
        self._trouble = 0
        return result

    def _keep_schedule(self) -> int:
        return schedule.start_due(self._started)

    def _sweep(self) -> int:
        if time.monotonic() < self._next_sweep:
            return 0
        self._next_sweep = time.monotonic() + self.lease.total_seconds() / 5
        return leases.sweep(self.lease, self._seen)

    def _run_one(self) -> bool:
        task = leases.claim(self.id)
        if task is None:
            return False
        self._running = task.pk
        try:
            execute(task, self.id)
        finally:
            self._running = None
        return True

    def _beat(self) -> None:
        """The heartbeat, in a thread with a connection of its own."""
        try:
            while True:
                self._quietly(lambda: leases.beat(self.id, self._running))
                if self._ended.wait(self.lease.total_seconds() / 6):
                    return
        finally:
            connections.close_all()

    def _quietly(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:
            logger.warning("worker %s: heartbeat not written: %s", self.id, _first_line(error))
            connection.close()

    def _listen_to_signals(self) -> Callable[[], None]:
        """Stop on SIGTERM and SIGINT; gives back what undoes it. Signals reach only the main thread."""
        if threading.current_thread() is not threading.main_thread():
            return lambda: None
        before = {name: signal.signal(name, self._told) for name in (signal.SIGTERM, signal.SIGINT)}

        def restore() -> None:
            for name, handler in before.items():
                signal.signal(name, handler)

        return restore

    def _told(self, signum: int, frame: FrameType | None) -> None:
        if self._stopping.is_set():
            raise SystemExit(128 + signum)
        logger.info("worker %s was told to end", self.id)
        self._stopping.set()


def execute(task: DBTaskResult[..., Any], worker: str) -> Exception | None:
    """Run a claimed task and note how it went; the error, if there was one."""
    begun = time.monotonic()

    def ended(outcome: str) -> None:
        metrics.job_ended(job=task.task_path, outcome=outcome, seconds=time.monotonic() - begun)

    try:
        value = _call(task)
    except Exception as error:
        ended("failed")
        logger.warning("task %s of %s failed: %s", task.pk, task.task_path, error, exc_info=True)
        _settle(partial(leases.fail, task, worker, error))
        return error
    except BaseException:
        _settle(partial(leases.release, task, worker))
        raise
    ended("done")
    _settle(partial(leases.succeed, task, worker, value))
    task_finished.send(sender=type(task.task.get_backend()), task_result=task.task_result)
    return None


def _call(task: DBTaskResult[..., Any]) -> Any:
    called, result = task.task, task.task_result
    task_started.send(sender=type(called.get_backend()), task_result=result)
    return normalize_json(called.call(*result.args, **result.kwargs))


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _settle(note: Callable[[], None]) -> None:
    """Write down the outcome, also when the database is away, locked or full for a moment.

    If it stays so, the lease runs out and the task, being idempotent, runs again.
    """
    for attempt in range(_TRIES_TO_SETTLE):
        try:
            return note()
        except Exception as error:
            if connection.in_atomic_block or away.unavailable(error) is None:
                raise
            logger.warning("the outcome of a task could not be noted (%s); trying again", _first_line(error))
            connection.close()
            time.sleep(min(0.1 * 2**attempt, _LONGEST_WAIT))
    logger.error("the outcome of a task was not noted; it will run again")

"""A disk without room under load, and one gone read-only: told in words, nothing lost, nothing half, and on it goes.

On SQLite and on PostgreSQL, each with all its data on the disk. What `tests.faults.disk` can do here it does
everywhere; `make disks` does it on a real disk.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from tests.faults.cluster import Cluster
from tests.faults.disk import REAL, Limited, Real
from tests.faults.load import everybody, held, judged
from tests.faults.running import ROOT, free_port, kill_all, scene, settled, start

pytestmark = pytest.mark.slow

PATIENCE = 300
POSTGRESQL = bool(os.environ.get("DATABASE_URL"))
REFUSAL = {"category": "event.sanitation.exposed_garbage", "text": "x" * 3000, "anonymous": True,
           "lon": 116.31, "lat": 39.89}  # fmt: skip


@pytest.fixture
def disk():
    made = Real("400m" if POSTGRESQL else "96m") if REAL else Limited()
    yield made
    made.remove()


@pytest.fixture
def cluster(disk):
    """A PostgreSQL server whose data lie on the disk; None where the tests run on SQLite."""
    if not POSTGRESQL:
        yield None
        return
    made = Cluster(disk.folder / "postgresql")
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture
def running(disk, cluster, prepare, tmp_path):
    """An installation that lies on the disk, all of it: database, media, keys; under load."""
    ours = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    given = {**os.environ, "YOULIN_HOME": str(disk.folder / "home"), "YOULIN_DEMO": "1", "PYTHONPATH": ours}
    given |= {"YOULIN_PACE_CLIENT": "", "YOULIN_PACE_VISITOR": "", "YOULIN_PACE_ADDRESS": ""}
    given.pop("DATABASE_URL", None)
    if cluster is not None:
        given["DATABASE_URL"] = cluster.url
    with open(tmp_path / "run.log", "w") as log:
        made = Running(given, disk, cluster, log)
        try:
            made.begin(prepare)
            yield made
        finally:
            made.stop.set()
            made.end_all()


class Running:
    """The platform under load, and the troubles of its disk."""

    def __init__(self, environment: dict, disk: Limited, cluster: Cluster | None, log) -> None:
        self.environment, self.disk, self.cluster, self.log = environment, disk, cluster, log
        self.port = free_port()
        self.stop = threading.Event()
        self.process = None
        self.disk.programs = self.programs

    def begin(self, prepare: Callable[[dict], None]) -> None:
        """A district, server and worker, and people at work: two who report, one with photos, and a grid worker."""
        prepare(self.environment)
        sessions = json.loads(scene(self.environment, "sessions"))
        self.operator = sessions["operator"][0]
        self.process = start(self.environment, self.port, self.log)
        reporters, members = everybody(self.port, sessions, self.stop)
        self.reporters, self.members = reporters[::2], members[:1]
        for one in (*self.reporters, *self.members):
            one.start()

    def programs(self) -> list[int]:
        """Who writes on the disk."""
        server = [self.cluster.pid] if self.cluster is not None and self.cluster.is_there() else []
        return [*server, self.process.pid]

    def end_all(self) -> None:
        """Every process of the platform ends at once."""
        if self.process is not None and self.process.poll() is None:
            kill_all(self.process)

    def free(self) -> None:
        """Room again; a server that gave up for want of room is started again, as a service manager does."""
        self.disk.free()
        if self.cluster is not None:
            self.cluster.up()

    def repair(self) -> None:
        """Everything is ended, the disk checked and put back, and everything started again."""
        self.end_all()
        if self.cluster is not None:
            self.cluster.kill()
        self.disk.repair()
        if self.cluster is not None:
            self.cluster.up()
        self.process = start(self.environment, self.port, self.log)

    def wait_for(self, more: int) -> None:
        """Until each of those who report had so many more reports taken."""
        wanted = [len(one.acknowledged) + more for one in self.reporters]
        self.until(lambda: all(len(o.acknowledged) >= w for o, w in zip(self.reporters, wanted, strict=True)))

    def wait_for_refusals(self) -> None:
        """Until each of those who report was told to come again."""
        wanted = [len(one.away) + 1 for one in self.reporters]
        self.until(lambda: all(len(o.away) >= w for o, w in zip(self.reporters, wanted, strict=True)))

    def until(self, holds: Callable[[], bool]) -> None:
        give_up = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < give_up, [(len(o.acknowledged), len(o.away)) for o in self.reporters]
            time.sleep(0.2)

    def refusal(self, again: Callable[[], None]) -> tuple[int, str, str]:
        """What a report is told once writing is refused: status, words, when to ask again."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            again()
            key = f"told-{time.monotonic()}"
            told = {**REFUSAL, "text": f"{REFUSAL['text']} {key}"}
            headers = {"Content-Type": "application/json", "X-API-Key": "demo", "Idempotency-Key": key}
            address = f"http://127.0.0.1:{self.port}/api/v1/cases"
            asked = urllib.request.Request(address, data=json.dumps(told).encode(), headers=headers)
            try:
                urllib.request.urlopen(asked, timeout=60).close()
            except urllib.error.HTTPError as error:
                return error.code, error.read().decode(), error.headers["Retry-After"]
        raise AssertionError("everything was taken")

    def page(self, address: str) -> tuple[int, str]:
        """What the operator is answered."""
        headers = {"Cookie": f"sessionid={self.operator}"}
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{address}", headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def doctor(self) -> str:
        """What `youlin doctor` says on this disk, which is not that all is well."""
        command = [sys.executable, "-m", "youlin.config.cli", "doctor", "--language", "zh-hans"]
        done = subprocess.run(
            self.disk.command(*command), env=self.environment, cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stdout

    def over(self) -> dict:
        """End the load; what came of it all."""
        self.stop.set()
        for one in (*self.reporters, *self.members):
            one.join(timeout=90)
        found = settled(self.environment)
        self.process.send_signal(signal.SIGINT)
        ended = self.process.wait(timeout=90) == 0
        return judged(found, self.reporters, self.members) | {"ended_cleanly": ended}


def troubled(running: Running, begin, again, end, words: str, *, stays: bool) -> None:
    """Load, the trouble and what is said of it, load again.

    The database `stays` and can be read, or it goes for want of room, as PostgreSQL may.
    """
    running.wait_for(2)
    begin()
    status, told, retry = running.refusal(again)
    assert status == 503 and int(retry) > 0, told
    assert "暂时" in told and "请稍后再试" in told
    running.wait_for_refusals()
    status, page = running.page("/admin/operations/")
    if stays or status == 200:
        assert status == 200 and words in page, page
        assert not stays or running.page("/")[0] == 200, "reading goes on"
        assert words in running.doctor() or not stays
    else:
        assert status == 503 and "请稍后再试" in page
        assert "✗ 数据库" in running.doctor()
    end()
    running.wait_for(2)


def test_without_room_writing_stops_in_words_and_goes_on_by_itself(running):
    fill = running.disk.fill
    troubled(running, fill, fill, running.free, "磁盘已写满", stays=running.cluster is None)
    if running.cluster is not None and not REAL:
        cluster = running.cluster
        troubled(running, cluster.only_read, lambda: None, cluster.write_again, "现在只读", stays=True)
    result = running.over()
    assert held(result), json.dumps(result, ensure_ascii=False)
    assert result["answers_503"] > 0


if REAL:

    def test_a_disk_gone_read_only_stops_writing_in_words_and_loses_nothing(running):
        troubled(
            running,
            running.disk.fail,
            lambda: None,
            running.repair,
            "磁盘变成只读",
            stays=running.cluster is None,
        )
        result = running.over()
        assert held(result), json.dumps(result, ensure_ascii=False)
        assert result["answers_503"] > 0

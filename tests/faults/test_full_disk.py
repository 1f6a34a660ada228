"""A disk filled to the last byte under load, and one gone read-only: told in words, nothing lost, and on it goes."""

import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request

import pytest

from tests.faults.cluster import Cluster
from tests.faults.disk import Disk
from tests.faults.load import everybody, held, judged
from tests.faults.running import ROOT, free_port, kill_all, scene, settled, start

pytestmark = pytest.mark.slow

PATIENCE = 120
BODY = {"category": "event.sanitation.exposed_garbage", "text": "x" * 3000, "anonymous": True}


@pytest.fixture
def disk():
    made = Disk("300m" if os.environ.get("DATABASE_URL") else "48m")
    yield made
    made.remove()


@pytest.fixture
def installation(disk):
    """The environment of an installation that lies on the disk, all of it: database, media, keys."""
    ours = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    given = {**os.environ, "YOULIN_HOME": str(disk.folder / "home"), "YOULIN_DEMO": "1", "PYTHONPATH": ours}
    given |= {"YOULIN_PACE_CLIENT": "", "YOULIN_PACE_VISITOR": "", "YOULIN_PACE_ADDRESS": ""}
    postgresql = bool(given.pop("DATABASE_URL", ""))
    cluster = Cluster(disk.folder / "postgresql") if postgresql else None
    if cluster is not None:
        cluster.start()
        given["DATABASE_URL"] = cluster.url
    yield given, cluster
    if cluster is not None:
        cluster.remove()


class Running:
    """The platform under load."""

    def __init__(self, environment, cluster, log) -> None:
        scene(environment, "prepare")
        self.environment, self.cluster, self.port = environment, cluster, free_port()
        self.stop = threading.Event()
        sessions = json.loads(scene(environment, "sessions"))
        self.process = start(environment, self.port, log)
        self.reporters, self.members = everybody(self.port, sessions, self.stop)
        for one in (*self.reporters, *self.members):
            one.start()

    def programs(self) -> list[int]:
        return [self.process.pid, *([self.cluster.pid] if self.cluster else [])]

    def acknowledged(self) -> int:
        return sum(len(one.acknowledged) for one in self.reporters)

    def wait_for(self, more: int) -> None:
        """Until so many more reports were taken."""
        wanted, give_up = self.acknowledged() + more, time.monotonic() + PATIENCE
        while self.acknowledged() < wanted:
            assert time.monotonic() < give_up, f"{self.acknowledged()} taken, {wanted} wanted"
            time.sleep(0.2)

    def refusal(self, again) -> tuple[int, str, str]:
        """What a report is told once writing is refused: status, words, when to ask again."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            again()
            key = f"told-{time.monotonic()}"
            told = {**BODY, "text": f"{BODY['text']} {key}", "lon": 116.31, "lat": 39.89}
            body = json.dumps(told).encode()
            headers = {
                "Content-Type": "application/json",
                "X-API-Key": "demo",
                "Idempotency-Key": key,
            }
            address = f"http://127.0.0.1:{self.port}/api/v1/cases"
            try:
                urllib.request.urlopen(
                    urllib.request.Request(address, data=body, headers=headers), timeout=60
                ).close()
            except urllib.error.HTTPError as error:
                return error.code, error.read().decode(), error.headers["Retry-After"]
        raise AssertionError("everything was taken")

    def page(self, address: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{address}", timeout=60) as answer:
            return answer.status

    def over(self) -> dict:
        """End the load; what came of it all."""
        self.stop.set()
        for one in (*self.reporters, *self.members):
            one.join(timeout=90)
        found = settled(self.environment)
        self.process.send_signal(signal.SIGINT)
        ended = self.process.wait(timeout=90) == 0
        return judged(found, self.reporters, self.members) | {"ended_cleanly": ended}


@pytest.fixture
def running(installation, tmp_path, disk):
    with open(tmp_path / "run.log", "w") as log:
        made = Running(*installation, log)
        disk.programs = made.programs
        try:
            yield made
        finally:
            made.stop.set()
            if made.process.poll() is None:
                kill_all(made.process)


def troubled(running, begin, again, end) -> dict:
    """Load, the trouble, its words, load again, and the count."""
    running.wait_for(8)
    begin()
    status, words, retry = running.refusal(again)
    assert status == 503 and int(retry) > 0, words
    assert "暂时" in words and "请稍后再试" in words
    if running.cluster is None:
        assert running.page("/") == 200, "reading goes on"
    time.sleep(5)
    end()
    running.wait_for(8)
    return running.over()


def test_a_disk_filled_to_the_last_byte_stops_writing_in_words_and_loses_nothing(running, disk):
    result = troubled(running, disk.fill, disk.fill, disk.free)
    assert held({**result, "stored_unacknowledged": 0}), result
    assert result["answers_503"] > 0

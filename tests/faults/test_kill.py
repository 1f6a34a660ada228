"""SIGKILL of server and worker during intake: every acknowledged case is there once, every reaction ran."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest

from tests.cast import AREAS, DISTRICT, point_in

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 3
CLIENTS = 3
PATIENCE = 120

pytestmark = pytest.mark.slow


@pytest.fixture
def environment(tmp_path):
    """A home and a database of the test's own, on the same kind of database as the other tests."""
    given = {**os.environ, "YOULIN_HOME": str(tmp_path), "YOULIN_DEMO": "1", "PYTHONPATH": str(ROOT)}
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield given
        return
    import psycopg

    name = f"youlin_faults_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield {**given, "DATABASE_URL": url.rsplit("/", 1)[0] + f"/{name}"}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def scene(environment: dict, command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.scene", command],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def start(environment: dict, port: int, log) -> subprocess.Popen:
    command = [sys.executable, "-m", "youlin.config.cli", "run", "--no-demo", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return process
        except urllib.error.HTTPError:
            return process
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the platform did not start")


def children_of(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *children_of(child)]
    return found


def kill_all(process: subprocess.Popen) -> None:
    """SIGKILL to the supervisor and everything below it."""
    family = [*children_of(process.pid), process.pid]
    for pid in family:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait()


class Client(threading.Thread):
    """Reports one thing after another; sends each again, under the same key, until it is acknowledged."""

    def __init__(self, port: int, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.number, self.stop = port, number, stop
        self.acknowledged: dict[str, str] = {}
        self.refused: list[str] = []

    def run(self) -> None:
        grids = [code for code in sorted(AREAS) if len(code) == 15 and code.startswith(DISTRICT)]
        rng = random.Random(self.number)
        made = 0
        while not self.stop.is_set():
            lon, lat = point_in(rng.choice(grids))
            text = f"暴露垃圾 {self.number}-{made}"
            body = {"category": self.category(), "text": text, "lon": lon, "lat": lat, "anonymous": True}
            number = self.send(body, str(uuid.uuid4()))
            if number:
                self.acknowledged[text] = number
            made += 1

    def category(self) -> str:
        return "event.sanitation.exposed_garbage"

    def send(self, body: dict, key: str) -> str:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/cases",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "X-API-Key": "demo", "Idempotency-Key": key},
        )
        while not self.stop.is_set():
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return json.load(answer)["number"]
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    self.refused.append(error.read().decode()[:300])
                    return ""
                time.sleep(0.1)
            except (OSError, ValueError):
                time.sleep(0.1)
        return ""


def settled(environment: dict) -> dict:
    """The count, once nothing waits any more."""
    give_up = time.monotonic() + PATIENCE
    while True:
        found = json.loads(scene(environment, "count"))
        if (found["backlog"] == 0 and found["running"] == 0 and found["undispatched"] == 0) or (
            time.monotonic() > give_up
        ):
            return found
        time.sleep(1)


def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(environment, tmp_path):
    scene(environment, "prepare")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    stop = threading.Event()
    clients = [Client(port, number, stop) for number in range(CLIENTS)]
    rng = random.Random(7)
    with open(tmp_path / "run.log", "w") as log:
        process = start(environment, port, log)
        for client in clients:
            client.start()
        for _round in range(ROUNDS):
            time.sleep(rng.uniform(1.0, 2.5))
            worker = [
                pid
                for pid in children_of(process.pid)
                if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
            ]
            os.kill(worker[-1], signal.SIGKILL)
            time.sleep(rng.uniform(0.3, 1.5))
            kill_all(process)
            process = start(environment, port, log)
        time.sleep(1)
        stop.set()
        for client in clients:
            client.join(timeout=60)
        found = settled(environment)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0, (tmp_path / "run.log").read_text()[-3000:]

    acknowledged = {text for client in clients for text in client.acknowledged}
    assert not [refusal for client in clients for refusal in client.refused]
    assert len(acknowledged) >= 10
    assert not acknowledged - set(found["texts"]), "acknowledged and lost"
    assert set(found["texts"].values()) == {1}, "stored twice"
    assert set(found["reported"]) == {1}
    assert set(found["dispatched"]) == {1}, "dispatched twice"
    assert len(found["dispatched"]) == len(found["texts"])
    assert set(found["notices"]) == {1}, "told twice"
    assert len(found["notices"]) == len(found["texts"])
    assert found["undispatched"] == found["backlog"] == found["running"] == 0
    assert not found["failing"]
    assert not found["breaks"]

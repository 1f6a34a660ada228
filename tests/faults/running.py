"""The platform as a program of its own, for tests that break it: started, loaded, killed, counted."""

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.cast import AREAS, DISTRICT, point_in

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def scene(environment: dict, *command: str) -> str:
    """Run one command of `tests.faults.scene` against the environment's database; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.scene", *command],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def youlin(environment: dict, *command: str, code: int = 0) -> str:
    """Run `youlin` and hold it to its exit code; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "youlin.config.cli", *command],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, (done.stdout + done.stderr)[-3000:]
    return done.stdout if code == 0 else done.stderr


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
    ended = "it still runs" if process.poll() is None else f"it ended with {process.returncode}"
    kill_all(process)
    raise AssertionError(f"the platform did not start; {ended}:\n" + Path(log.name).read_text()[-4000:])


def children_of(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        for child in map(int, children):
            found += [child, *children_of(child)]
    return found


def kill_all(process: subprocess.Popen) -> None:
    """SIGKILL to the supervisor and everything below it, once nobody can start anything any more; until all are gone."""
    family: list[int] = []
    while len(family) < len(found := [process.pid, *children_of(process.pid)]):
        family = found
        for pid in family:
            _send(pid, signal.SIGSTOP)
    for pid in family:
        _send(pid, signal.SIGKILL)
    process.wait()
    give_up = time.monotonic() + 60
    while any(_lives(pid) for pid in family) and time.monotonic() < give_up:
        time.sleep(0.05)


def _send(pid: int, told: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, told)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Client(threading.Thread):
    """Reports one thing after another; sends each again, under the same key, until it is acknowledged.

    `broken` are answers of a server that does not know why it failed: it may say 503, never another 5xx.
    """

    photos = 0
    may_be_late = False
    """Whether somebody else may have been quicker: then 409 is an answer like any other."""

    def __init__(self, port: int, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.number, self.stop = port, number, stop
        self.acknowledged: dict[str, str] = {}
        self.refused: list[str] = []
        self.broken: list[str] = []
        self.waits: list[tuple[float, float]] = []
        self.away: list[float] = []
        self.conflict_words: Counter[str] = Counter()
        self.made = self.conflicts = 0

    def run(self) -> None:
        grids = [code for code in sorted(AREAS) if len(code) == 15 and code.startswith(DISTRICT)]
        rng = random.Random(self.number)
        while not self.stop.is_set():
            self.report_in(rng.choice(grids))

    def run_once(self) -> None:
        """One report."""
        self.report_in(next(code for code in sorted(AREAS) if len(code) == 15 and code.startswith(DISTRICT)))

    def report_in(self, grid: str) -> None:
        """Report garbage there; what was acknowledged is kept."""
        lon, lat = point_in(grid)
        text = f"暴露垃圾 {self.number}-{self.made}"
        body = {"category": self.category(), "text": text, "lon": lon, "lat": lat, "anonymous": True}
        begun = time.monotonic()
        number = self.send(body, str(uuid.uuid4()))
        if number:
            self.acknowledged[text] = number
            self.waits.append((time.monotonic(), time.monotonic() - begun))
        self.made += 1

    def category(self) -> str:
        return "event.sanitation.exposed_garbage"

    def send(self, body: dict, key: str) -> str:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/cases",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "X-API-Key": "demo", "Idempotency-Key": key},
        )
        answer = self.until_answered(request)
        return answer["number"] if answer else ""

    def until_answered(self, request: urllib.request.Request, read=json.load):
        """Send the request until it is answered; None when it was refused, which is noted, or time is over."""
        give_up = time.monotonic() + PATIENCE
        while not self.stop.is_set() or time.monotonic() < give_up and request.data:
            request.__dict__.pop("redirect_dict", None)  # a request that is sent again has been nowhere yet
            request.full_url = re.sub(r":\d+/", f":{self.port}/", request.full_url, count=1)
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return read(answer)
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    self.note_refusal(request, error)
                    return None
                if error.code == 503:
                    self.away.append(time.monotonic())
                else:
                    self.broken.append(f"{request.full_url} {error.code} {error.read().decode()[:300]}")
                time.sleep(0.1)
            except (OSError, ValueError, http.client.HTTPException):
                time.sleep(0.1)
        return None

    def note_refusal(self, request: urllib.request.Request, error: urllib.error.HTTPError) -> None:
        """Remember it, with its words."""
        if self.may_be_late and error.code == 409:
            self.conflicts += 1
            self.conflict_words[error.read().decode()] += 1
        else:
            self.refused.append(f"{request.full_url} {error.code} {error.read().decode()[:2000]}")


def settled(environment: dict, *, running: bool = True) -> dict:
    """The count, once nothing waits any more, also no second try (where nothing runs: as it is)."""
    give_up = time.monotonic() + PATIENCE
    while True:
        found = json.loads(scene(environment, "count"))
        if (
            not running
            or not any(found[name] for name in ("backlog", "running", "undispatched", "failing"))
            and all(state == "done" for state in found["runs"].values())
            or time.monotonic() > give_up
        ):
            return found
        time.sleep(1)

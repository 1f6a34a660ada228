"""Mixed load while server, worker and database are killed in turn, at random moments of a seed; then the count.

`python -m tests.faults.storm --minutes 10 --seed 7 [--database postgresql|sqlite] [--json]`
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.cast import DISTRICT
from tests.faults.cluster import Cluster
from tests.faults.running import ROOT, Client, children_of, free_port, kill_all, scene, settled, start


class Open311Client(Client):
    """Reports through GeoReport v2, as other systems do."""

    def send(self, body: dict, key: str) -> str:
        form = {
            "jurisdiction_id": DISTRICT,
            "service_code": body["category"],
            "description": body["text"],
            "lat": body["lat"],
            "long": body["lon"],
            "api_key": "demo",
        }
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/open311/v2/requests.json",
            data=urllib.parse.urlencode(form).encode(),
            headers={"Idempotency-Key": key},
        )
        answer = self.until_answered(request)
        return answer[0]["service_request_id"] if answer else ""


class Worker(threading.Thread):
    """A grid worker who takes on what is dispatched to them; each act is sent under one key until acknowledged."""

    def __init__(self, port: int, session: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.asking = Client(port, 0, stop)
        self.session, self.stop = session, stop
        self.acknowledged: set[str] = set()
        self.read = 0

    def run(self) -> None:
        while not self.stop.is_set():
            listed = self.asking.until_answered(self.request("/api/v1/inbox?mine=true&size=20")) or {}
            self.read += 1
            for row in listed.get("rows", listed.get("items", [])):
                if row["state"] == "dispatched" and row["number"] not in self.acknowledged:
                    self.take_on(row["number"])
            self.stop.wait(0.3)

    def take_on(self, number: str) -> None:
        """Accept the task."""
        body = {"note": "收到，马上去", "photos": [], "fields": {}}
        request = self.request(f"/api/v1/inbox/{number}/acts/accept_task", body, str(uuid.uuid4()))
        if self.asking.until_answered(request):
            self.acknowledged.add(number)

    def request(self, address: str, body: dict | None = None, key: str = "") -> urllib.request.Request:
        """A request of the session, with its CSRF token."""
        token = "x" * 32
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/json",
            "Accept": "application/json",
            **({"Idempotency-Key": key} if key else {}),
        }
        data = json.dumps(body).encode() if body is not None else None
        return urllib.request.Request(
            f"http://127.0.0.1:{self.asking.port}{address}", data=data, headers=headers
        )


@dataclass
class Storm:
    """One run: who asks, what is killed, what came of it."""

    environment: dict
    minutes: float
    seed: int
    folder: Path
    cluster: Cluster | None = None
    port: int = field(default_factory=free_port)
    killed: Counter = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> dict:
        """Prepare, load, kill, settle, count."""
        scene(self.environment, "prepare")
        sessions = json.loads(scene(self.environment, "sessions"))
        reporters = [Client(self.port, 1, self.stop), Client(self.port, 2, self.stop)]
        reporters.append(Open311Client(self.port, 3, self.stop))
        workers = [Worker(self.port, session, self.stop) for session in sessions]
        with open(self.folder / "storm.log", "w") as log:
            process = start(self.environment, self.port, log)
            for one in (*reporters, *workers):
                one.start()
            process = self.break_things(process, log)
            self.stop.set()
            for one in (*reporters, *workers):
                one.join(timeout=90)
            ended = time.monotonic()
            found = settled(self.environment)
            drained = time.monotonic() - ended
            process.send_signal(signal.SIGINT)
            code = process.wait(timeout=90)
        return self.judge(found, reporters, workers) | {
            "seconds_until_settled": round(drained, 1),
            "ended_cleanly": code == 0,
        }

    def break_things(self, process, log):
        """Kill something every few seconds until the time is over; the server as last seen."""
        rng = random.Random(self.seed)
        over = time.monotonic() + self.minutes * 60
        targets = ["worker", "server", "everything", *(["database"] if self.cluster else [])]
        while time.monotonic() < over:
            time.sleep(rng.uniform(2.0, 9.0))
            target = rng.choice(targets)
            self.killed[target] += 1
            if target == "database":
                self.cluster.kill()
                time.sleep(rng.uniform(0.2, 4.0))
                self.cluster.start()
            elif target == "everything":
                kill_all(process)
                process = start(self.environment, self.port, log)
            else:
                process = self.kill_child(process, target, log)
        if process.poll() is not None:
            process = start(self.environment, self.port, log)
        return process

    def kill_child(self, process, target: str, log):
        """SIGKILL to the worker, which the supervisor starts again, or to a server process, which ends the run."""
        mark = b"worker" if target == "worker" else b"granian"
        chosen = []
        for pid in children_of(process.pid):
            try:
                if mark in Path(f"/proc/{pid}/cmdline").read_bytes():
                    chosen.append(pid)
            except OSError:
                continue
        for pid in chosen[-1:]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(1)
        if process.poll() is not None:
            process = start(self.environment, self.port, log)
        return process

    def judge(self, found: dict, reporters: list, workers: list) -> dict:
        """What was acknowledged against what is there."""
        texts = {text for one in reporters for text in one.acknowledged}
        taken = {number for one in workers for number in one.acknowledged}
        return {
            "database": "postgresql" if self.cluster else "sqlite",
            "minutes": self.minutes,
            "seed": self.seed,
            "killed": dict(self.killed),
            "reports_acknowledged": len(texts),
            "acts_acknowledged": len(taken),
            "lists_read": sum(one.read for one in workers),
            "refused": [words for one in (*reporters, *(w.asking for w in workers)) for words in one.refused][
                :5
            ],
            "reports_lost": len(texts - set(found["texts"])),
            "reports_twice": sum(count > 1 for count in found["texts"].values()),
            "acts_lost": len(taken - set(found["taken"])),
            "acts_twice": sum(count > 1 for count in found["taken"].values()),
            "dispatched_twice": sum(count > 1 for count in found["dispatched"]),
            "told_twice": sum(count > 1 for count in found["notices"]),
            "stored_unacknowledged": len(set(found["texts"]) - texts),
            "undispatched": found["undispatched"],
            "backlog": found["backlog"],
            "running": found["running"],
            "failing": found["failing"],
            "breaks": found["breaks"],
        }


ZERO = ("reports_lost", "reports_twice", "acts_lost", "acts_twice", "dispatched_twice", "told_twice", "undispatched",
        "backlog", "running")  # fmt: skip
EMPTY = ("refused", "failing", "breaks")


def held(result: dict) -> bool:
    """Whether nothing acknowledged was lost, nothing happened twice, nothing hangs, and the journal holds."""
    return (
        all(result[name] == 0 for name in ZERO)
        and not any(result[name] for name in EMPTY)
        and result["ended_cleanly"]
        and result["reports_acknowledged"] > 0
    )


def storm(*, minutes: float, seed: int, postgresql: bool) -> dict:
    """One run in a folder and, for PostgreSQL, on a server of its own."""
    folder = Path(tempfile.mkdtemp(prefix="youlin-storm-"))
    ours = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    environment = {**os.environ, "YOULIN_HOME": str(folder), "YOULIN_DEMO": "1", "PYTHONPATH": ours}
    environment |= {"YOULIN_PACE_CLIENT": "", "YOULIN_PACE_VISITOR": "", "YOULIN_PACE_ADDRESS": ""}
    environment.pop("DATABASE_URL", None)
    cluster = Cluster() if postgresql else None
    try:
        if cluster is not None:
            cluster.start()
            environment["DATABASE_URL"] = cluster.url
        return Storm(environment, minutes, seed, folder, cluster).run()
    finally:
        if cluster is not None:
            cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Run it, print what came of it, exit with 1 when something did not hold."""
    options = argparse.ArgumentParser(prog="python -m tests.faults.storm")
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--database", choices=["postgresql", "sqlite"], default="sqlite")
    asked = options.parse_args()
    result = storm(minutes=asked.minutes, seed=asked.seed, postgresql=asked.database == "postgresql")
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 0 if held(result) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Mixed load while server, worker and database are killed in turn, at random moments of a seed; then the count.

`python -m tests.faults.storm --minutes 10 --seed 7 [--database postgresql|sqlite] [--load platform|counters]`
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
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.cluster import Cluster
from tests.faults.counters import Counters
from tests.faults.load import everybody, held, judged
from tests.faults.running import ROOT, children_of, free_port, kill_all, scene, settled, start

LEAST = 3
"""Kills, however short the time."""


def made_here(environment: dict) -> None:
    """The scene, from nothing."""
    scene(environment, "prepare")


class Platform:
    """Everybody who reports, works on cases and reads (`load`). `targets` are killed, `pauses` seconds apart."""

    targets = ("worker", "server", "everything")
    pauses = (2.0, 9.0)

    def __init__(self, environment: dict, port: int, stop: threading.Event) -> None:
        sessions = json.loads(scene(environment, "sessions"))
        self.reporters, self.members = everybody(port, sessions, stop)
        self.threads: list[threading.Thread] = [*self.reporters, *self.members]

    def again(self) -> None:
        """Nothing is sent again: whoever was not answered has done so."""

    def judged(self, found: dict) -> dict:
        """What was acknowledged against what is there."""
        return judged(found, self.reporters, self.members)

    held = staticmethod(held)


LOADS: dict[str, type[Platform] | type[Counters]] = {"platform": Platform, "counters": Counters}


@dataclass
class Storm:
    """One run: who asks, what is killed, what came of it."""

    environment: dict
    minutes: float
    seed: int
    folder: Path
    cluster: Cluster | None = None
    prepare: Callable[[dict], None] = made_here
    load: str = "platform"
    port: int = field(default_factory=free_port)
    killed: Counter = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> dict:
        """Prepare, load, kill, settle, count."""
        self.prepare(self.environment)
        crowd = LOADS[self.load](self.environment, self.port, self.stop)
        with open(self.folder / "storm.log", "w") as log:
            process = start(self.environment, self.port, log)
            for one in crowd.threads:
                one.start()
            process = self.break_things(process, log, crowd)
            self.stop.set()
            for one in crowd.threads:
                one.join(timeout=90)
            ended = time.monotonic()
            found = settled(self.environment)
            drained = time.monotonic() - ended
            crowd.again()
            process.send_signal(signal.SIGINT)
            code = process.wait(timeout=90)
        return {
            "database": "postgresql" if self.cluster else "sqlite",
            "minutes": self.minutes,
            "seed": self.seed,
            "killed": dict(self.killed),
            **crowd.judged(found),
            "seconds_until_settled": round(drained, 1),
            "ended_cleanly": code == 0,
        }

    def break_things(self, process, log, crowd: Platform | Counters):
        """Kill something every few seconds until the time is over, however slow the machine; the server as last seen."""
        rng = random.Random(self.seed)
        over = time.monotonic() + self.minutes * 60
        targets = [*crowd.targets, *(["database"] if self.cluster else [])]
        while time.monotonic() < over or sum(self.killed.values()) < LEAST:
            time.sleep(rng.uniform(*crowd.pauses))
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


def storm(
    *,
    minutes: float,
    seed: int,
    postgresql: bool,
    prepare: Callable[[dict], None] = made_here,
    load: str = "platform",
) -> dict:
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
        result = Storm(environment, minutes, seed, folder, cluster, prepare, load).run()
        if not LOADS[load].held(result):
            kept = Path(tempfile.mkstemp(prefix="youlin-storm-", suffix=".log")[1])
            result["log"] = str(shutil.copy(folder / "storm.log", kept))
        return result
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
    options.add_argument("--load", choices=list(LOADS), default="platform")
    asked = options.parse_args()
    result = storm(
        minutes=asked.minutes,
        seed=asked.seed,
        postgresql=asked.database == "postgresql",
        load=asked.load,
    )
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 0 if LOADS[asked.load].held(result) else 1


if __name__ == "__main__":
    sys.exit(main())

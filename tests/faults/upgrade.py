"""The version before beside this one, on a million cases, under load; then what came of it.

`python -m tests.faults.upgrade --database postgresql|sqlite --rows 1000000 [--old REF]`. PostgreSQL: server and worker
of the version before work while this version migrates, then beside a worker and a server of this version, until all
have gone over. SQLite, one machine: stop, migrate, start; everybody sends again until it is taken.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.cast import AREAS, DISTRICT
from tests.faults import filling, versions
from tests.faults.cluster import Cluster
from tests.faults.load import everybody, held, judged
from tests.faults.running import PATIENCE, ROOT, Client, free_port, settled
from tests.faults.versions import Version

PHASE = 20.0
"""Seconds of load in each phase."""
TIMES = 3
"""How often `migrate` is run again where a table was not to be had."""


@dataclass
class Upgrade:
    """One run: both versions, who asks, and what each phase was like for them."""

    environment: dict
    folder: Path
    old: Version
    new: Version
    rows: int
    cluster: Cluster | None
    stop: threading.Event = field(default_factory=threading.Event)
    phases: dict[str, dict] = field(default_factory=dict)
    running: list[subprocess.Popen] = field(default_factory=list)
    code: int = 0

    def run(self) -> dict:
        """Prepare, fill, load, go over, count."""
        with open(self.folder / "upgrade.log", "w") as self.log:
            self.prepare()
            port = free_port()
            old = self.serve(self.old, port)
            self.template(port)
            begun = time.monotonic()
            self.fill()
            filled = time.monotonic() - begun
            sessions = self.sessions()
            self.reporters, self.members = everybody(port, sessions, self.stop)
            for one in (*self.reporters, *self.members):
                one.start()
            last = self.side_by_side(old) if self.cluster else self.in_turn(old, port)
            self.stop.set()
            for one in (*self.reporters, *self.members):
                one.join(timeout=90)
            found = settled(self.new.environment(self.environment))
            self.end(last)
        return {
            "database": "postgresql" if self.cluster else "sqlite",
            "versions": [self.old.name, self.new.name],
            "rows": self.rows,
            "seconds_to_fill": round(filled, 1),
            "phases": self.phases,
            **judged(found, self.reporters, self.members),
            "ended_cleanly": self.code == 0,
        }

    def sessions(self) -> dict:
        """The scene of this version's tests over the program of the version before."""
        sources = os.pathsep.join([str(ROOT), str(self.old.folder / "src")])
        done = subprocess.run(
            [self.old.python, "-m", "tests.faults.scene", "sessions"],
            env={**self.environment, "PYTHONPATH": sources}, cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    def prepare(self) -> None:
        """A district at the tables of the version before."""
        done = subprocess.run(
            [self.old.python, "-m", "tests.faults.scene", "prepare"],
            env=self.old.environment(self.environment), cwd=self.old.folder, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]

    def template(self, port: int) -> None:
        """One case that has found its worker, in the last grid: who works there takes no part in the load."""
        one = Client(port, 0, self.stop)
        one.report_in(max(code for code in AREAS if len(code) == 15 and code.startswith(DISTRICT)))
        assert one.acknowledged, one.refused
        time.sleep(10)

    def fill(self) -> None:
        """A million old cases."""
        if self.cluster:
            filling.postgresql(self.cluster.url, self.rows)
        else:
            filling.sqlite(self.folder / "youlin.sqlite3", self.rows)

    def side_by_side(self, old: subprocess.Popen) -> subprocess.Popen:
        """PostgreSQL: each part of the new version comes while the old one works; the last one that runs."""
        with self.phase("old alone"):
            time.sleep(PHASE)
        with self.phase("migrating under the old version"):
            self.migrate()
        with self.phase("old alone, new tables"):
            time.sleep(PHASE)
        worker = self.new.begin(self.environment, self.log, "worker")
        self.running.append(worker)
        with self.phase("old, and a new worker"):
            time.sleep(PHASE)
        port = free_port()
        new = self.serve(self.new, port)
        for one in (*self.reporters[::2], *(member.asking for member in self.members[::2])):
            one.port = port
        with self.phase("old and new servers and workers"):
            time.sleep(PHASE)
        for one in (*self.reporters, *(member.asking for member in self.members)):
            one.port = port
        with self.phase("the old one goes, new alone"):
            self.end(old)
            self.end(worker)
            time.sleep(PHASE)
        return new

    def in_turn(self, old: subprocess.Popen, port: int) -> subprocess.Popen:
        """SQLite: nobody is answered between the one and the other."""
        with self.phase("old alone"):
            time.sleep(PHASE)
        with self.phase("stopped, migrated, started"):
            begun = time.monotonic()
            self.end(old)
            stopped = time.monotonic()
            self.migrate()
            migrated = time.monotonic()
            new = self.serve(self.new, port)
            ready = time.monotonic()
        self.phases["stopped, migrated, started"] |= {
            "seconds_to_stop": round(stopped - begun, 1),
            "seconds_to_migrate": round(migrated - stopped, 1),
            "seconds_to_start": round(ready - migrated, 1),
        }
        with self.phase("new alone"):
            time.sleep(PHASE)
        return new

    def migrate(self) -> None:
        """As an operator does; again where a table was not to be had."""
        for left in reversed(range(TIMES)):
            done = self.new.run(self.environment, "manage", "migrate", "--verbosity", "1")
            self.log.write(done.stdout + done.stderr)
            self.log.flush()
            if done.returncode == 0 or not left:
                break
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]

    def serve(self, version: Version, port: int) -> subprocess.Popen:
        """Server and worker, once they answer."""
        process = version.begin(self.environment, self.log, "run", "--no-demo", "--port", str(port))
        self.running.append(process)
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up and process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
                return process
            except urllib.error.HTTPError:
                return process
            except OSError:
                time.sleep(0.2)
        raise AssertionError(f"{version.name} did not start")

    def end(self, process: subprocess.Popen) -> None:
        """Asked to end, as a service manager asks."""
        process.send_signal(signal.SIGINT)
        self.code = self.code or process.wait(timeout=120)

    @contextmanager
    def phase(self, name: str):
        """What those who report saw between its begin and its end."""
        begun = time.monotonic()
        away = sum(len(one.away) for one in self.reporters)
        yield
        over = time.monotonic()
        waits = [seconds for one in self.reporters for at, seconds in one.waits if begun <= at <= over]
        self.phases[name] = {
            "seconds": round(over - begun, 1),
            "reports": len(waits),
            "longest_report": round(max(waits, default=over - begun), 1),
            "answers_503": sum(len(one.away) for one in self.reporters) - away,
        }


def upgrade(*, postgresql: bool, rows: int, old: str) -> dict:
    """One run in folders and, for PostgreSQL, on a server of its own."""
    folder, place = (Path(tempfile.mkdtemp(prefix=f"youlin-upgrade-{part}-")) for part in ("home", "old"))
    environment = {**os.environ, "YOULIN_HOME": str(folder), "YOULIN_DEMO": "1", "YOULIN_LOG_LEVEL": "INFO"}
    environment |= {"YOULIN_PACE_CLIENT": "", "YOULIN_PACE_VISITOR": "", "YOULIN_PACE_ADDRESS": ""}
    environment.pop("DATABASE_URL", None)
    cluster = Cluster() if postgresql else None
    version = versions.before(old, place)
    run = Upgrade(environment, folder, version, versions.this(), rows, cluster)
    try:
        if cluster is not None:
            cluster.start()
            environment["DATABASE_URL"] = cluster.url
        result = run.run()
        if not held(result):
            kept = Path(tempfile.mkstemp(prefix="youlin-upgrade-", suffix=".log")[1])
            result["log"] = str(shutil.copy(folder / "upgrade.log", kept))
        return result
    except BaseException:
        print((folder / "upgrade.log").read_text()[-6000:], file=sys.stderr)
        raise
    finally:
        for process in run.running:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=60)
        if cluster is not None:
            cluster.remove()
        versions.forget(version)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Run it, print what came of it, exit with 1 when something did not hold."""
    options = argparse.ArgumentParser(prog="python -m tests.faults.upgrade")
    options.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument(
        "--old", help="a git ref (default: the last release, else before the newest migrations)"
    )
    asked = options.parse_args()
    result = upgrade(
        postgresql=asked.database == "postgresql", rows=asked.rows, old=asked.old or versions.last()
    )
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 0 if held(result) else 1


if __name__ == "__main__":
    sys.exit(main())

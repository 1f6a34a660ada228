"""Three PostgreSQL nodes under Patroni with etcd and HAProxy on this machine; the platform on them; the leader killed.

`python deploy/ha/drill.py --patroni PATH_OF_PATRONI [--seconds 60] [--kills 2]` from the project's folder, with
`etcd` and `haproxy` installed (Debian: etcd-server, haproxy) and Patroni from PyPI (`patroni[etcd3]`, `psycopg[binary]`).
Prints what came of it as JSON; exit code 1 when an acknowledged report was lost or stored twice.
"""

import argparse
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.faults.running import Client, children_of, free_port, scene, settled, start  # noqa: E402

HERE = Path(__file__).resolve().parent
ADDRESS = "127.0.0.1"
NODES = 3
OWNER = "postgres"


def fill(template: str, target: Path, **values: object) -> Path:
    """A configuration file from its template."""
    target.write_text((HERE / template).read_text().format(**values))
    return target


def as_owner(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", OWNER, "--", *command] if os.getuid() == 0 else command


@dataclass
class Node:
    """One Patroni with its PostgreSQL."""

    name: str
    folder: Path
    port: int = field(default_factory=free_port)
    rest: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    def start(self, patroni: str) -> None:
        """Start it; a killed one joins again as a standby."""
        command = as_owner([patroni, str(self.folder / "patroni.yml")])
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, cwd="/", stdout=log, stderr=log)

    def kill(self) -> None:
        """SIGKILL to Patroni and every process of its PostgreSQL: the machine is gone."""
        family = [self.process.pid, *children_of(self.process.pid)]
        pidfile = self.folder / "data" / "postmaster.pid"
        if pidfile.exists():
            master = int(pidfile.read_text().split()[0])
            family += [master, *children_of(master)]
        for pid in family:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()

    def role(self) -> str:
        """`primary`, `replica` or nothing."""
        try:
            with urllib.request.urlopen(f"http://{ADDRESS}:{self.rest}/patroni", timeout=2) as answer:
                told = json.load(answer)
        except urllib.error.HTTPError as error:
            told = json.loads(error.read() or b"{}")
        except (OSError, ValueError):
            return ""
        if told.get("state") not in ("running", "streaming"):
            return ""
        return {"master": "primary"}.get(told["role"], told["role"])


class Cluster:
    """etcd, three nodes and HAProxy, all on this machine."""

    def __init__(self, patroni: str) -> None:
        self.patroni = patroni
        self.folder = Path(tempfile.mkdtemp(prefix="youlin-ha-"))
        self.folder.chmod(0o755)
        self.password = secrets.token_hex(12)
        self.others: list[subprocess.Popen] = []
        self.nodes = [Node(f"node{n}", self.folder / f"node{n}") for n in range(1, NODES + 1)]
        self.port = free_port()
        self.url = f"postgres://postgres:{self.password}@{ADDRESS}:{self.port}/youlin"

    def start(self) -> None:
        """Start everything and wait for a leader with two standbys."""
        etcd = self._start_etcd()
        binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
        for node in self.nodes:
            node.folder.mkdir()
            fill(
                "patroni.yml", node.folder / "patroni.yml", name=node.name, address=ADDRESS, rest=node.rest,
                port=node.port, etcd=etcd, folder=node.folder, bin=binaries, password=self.password,
                network="127.0.0.1/32",
            )  # fmt: skip
            if os.getuid() == 0:
                for path in (node.folder, node.folder / "patroni.yml"):
                    os.chown(path, pwd.getpwnam(OWNER).pw_uid, pwd.getpwnam(OWNER).pw_gid)
            node.start(self.patroni)
        self._start_haproxy()
        self.wait_for(standbys=NODES - 1, patience=180)
        self.psql("postgres", "CREATE DATABASE youlin")

    def leader(self) -> Node | None:
        """Who leads now."""
        return next((node for node in self.nodes if node.role() == "primary"), None)

    def wait_for(self, *, standbys: int, patience: float) -> None:
        """Until there is a leader, so many standbys, and one of them synchronous."""
        give_up = time.monotonic() + patience
        while time.monotonic() < give_up:
            roles = [node.role() for node in self.nodes]
            if (
                roles.count("primary") == 1
                and len([r for r in roles if r]) >= standbys + 1
                and self.synchronous()
            ):
                return
            time.sleep(1)
        raise TimeoutError(f"no healthy cluster: {[node.role() for node in self.nodes]}; see {self.folder}")

    def synchronous(self) -> bool:
        """Whether some standby confirms commits."""
        try:
            return bool(self.psql("postgres", "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"))
        except Exception:
            return False

    def psql(self, database: str, sql: str) -> list:
        """Run one statement through HAProxy."""
        import psycopg

        url = self.url.rsplit("/", 1)[0] + f"/{database}"
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        """End everything and forget it."""
        for node in self.nodes:
            if node.process is not None and node.process.poll() is None:
                node.kill()
        for process in self.others:
            process.kill()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start_etcd(self) -> str:
        ports = [(free_port(), free_port()) for _node in range(NODES)]
        peers = ",".join(f"etcd{n}=http://{ADDRESS}:{peer}" for n, (_client, peer) in enumerate(ports))
        for n, (client, peer) in enumerate(ports):
            mine, theirs = f"http://{ADDRESS}:{client}", f"http://{ADDRESS}:{peer}"
            self._run(
                f"etcd{n}",
                ["etcd", f"--name=etcd{n}", f"--data-dir={self.folder}/etcd{n}", f"--listen-client-urls={mine}",
                 f"--advertise-client-urls={mine}", f"--listen-peer-urls={theirs}",
                 f"--initial-advertise-peer-urls={theirs}", f"--initial-cluster={peers}", "--initial-cluster-state=new"],
            )  # fmt: skip
        return ",".join(f"{ADDRESS}:{client}" for client, _peer in ports)

    def _start_haproxy(self) -> None:
        servers = "\n".join(
            f"    server {node.name} {ADDRESS}:{node.port} check port {node.rest}" for node in self.nodes
        )
        config = fill(
            "haproxy.cfg", self.folder / "haproxy.cfg", address=ADDRESS, port=self.port, servers=servers
        )
        self._run("haproxy", ["haproxy", "-db", "-f", str(config)])

    def _run(self, name: str, command: list[str]) -> None:
        with open(self.folder / f"{name}.log", "ab") as log:
            self.others.append(subprocess.Popen(command, stdout=log, stderr=log))


class Watch(threading.Thread):
    """Notes when reports were acknowledged, and with that the longest pause between two."""

    def __init__(self, clients: list[Client], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.clients, self.stop = clients, stop
        self.moments: list[float] = []

    def run(self) -> None:
        seen = 0
        while not self.stop.is_set():
            count = sum(len(client.acknowledged) for client in self.clients)
            if count > seen:
                seen = count
                self.moments.append(time.monotonic())
            self.stop.wait(0.05)

    def longest_pause(self, since: float) -> float:
        """Seconds without an acknowledgement, at most, after `since`."""
        moments = [since, *(moment for moment in self.moments if moment > since)]
        return max((b - a for a, b in zip(moments, moments[1:], strict=False)), default=float("inf"))


def drill(cluster: Cluster, home: Path, *, seconds: float, kills: int) -> dict:
    """The platform under load on the cluster; the leader killed so many times; what came of it."""
    ours = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    environment = {**os.environ, "YOULIN_HOME": str(home), "DATABASE_URL": cluster.url, "PYTHONPATH": ours}
    environment |= {"YOULIN_DEMO": "1", "YOULIN_PACE_CLIENT": ""}
    scene(environment, "prepare")
    stop, port = threading.Event(), free_port()
    clients = [Client(port, number, stop) for number in range(3)]
    watch = Watch(clients, stop)
    pauses = []
    with open(home / "run.log", "w") as log:
        process = start(environment, port, log)
        for one in (*clients, watch):
            one.start()
        for _kill in range(kills):
            time.sleep(seconds / (2 * kills))
            gone = cluster.leader()
            moment = time.monotonic()
            gone.kill()
            time.sleep(seconds / (2 * kills))
            cluster.wait_for(standbys=1, patience=120)
            gone.start(cluster.patroni)
            cluster.wait_for(standbys=NODES - 1, patience=180)
            time.sleep(3)
            pauses.append(round(watch.longest_pause(moment), 1))
        stop.set()
        for client in clients:
            client.join(timeout=90)
        found = settled(environment)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=90)
    texts = {text for client in clients for text in client.acknowledged}
    return {
        "leaders_killed": kills,
        "reports_acknowledged": len(texts),
        "acknowledged_and_lost": len(texts - set(found["texts"])),
        "stored_twice": sum(count > 1 for count in found["texts"].values()),
        "stored_unacknowledged": len(set(found["texts"]) - texts),
        "longest_pause_after_kill_seconds": pauses,
        "undispatched": found["undispatched"],
        "backlog": found["backlog"],
        "breaks": found["breaks"],
        "refused": [words for client in clients for words in client.refused],
    }


def main() -> int:
    """Build it, run it, tell, take it down."""
    options = argparse.ArgumentParser(prog="deploy/ha/drill.py")
    options.add_argument(
        "--patroni", default=shutil.which("patroni"), required=shutil.which("patroni") is None
    )
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--kills", type=int, default=2)
    asked = options.parse_args()
    cluster = Cluster(asked.patroni)
    home = Path(tempfile.mkdtemp(prefix="youlin-ha-home-"))
    try:
        cluster.start()
        result = drill(cluster, home, seconds=asked.seconds, kills=asked.kills)
    finally:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    held = not (result["acknowledged_and_lost"] or result["stored_twice"] or result["breaks"])
    return 0 if held and result["reports_acknowledged"] else 1


if __name__ == "__main__":
    sys.exit(main())

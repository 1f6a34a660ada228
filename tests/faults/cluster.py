"""A PostgreSQL server of our own, kept as careful as in production, that can be killed and started again."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from tests.faults.running import children_of, free_port

OWNER = "postgres"
BIN = max(
    Path("/usr/lib/postgresql").glob("*/bin"),
    key=lambda path: float(path.parent.name),
    default=Path("/usr/bin"),
)
"""PostgreSQL's own programs, as Debian puts them."""


class Cluster:
    """One server in a temporary folder. `kill` ends every process of it without warning."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="youlin-faults-pg-"))
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        if os.getuid() == 0:
            os.chown(self.folder, pwd.getpwnam(OWNER).pw_uid, -1)
        self._run("initdb", "-D", self.data, "-U", "youlin", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")

    @property
    def url(self) -> str:
        """The address for `DATABASE_URL`."""
        return f"postgres://youlin@127.0.0.1:{self.port}/postgres"

    @property
    def data(self) -> str:
        """Its data folder."""
        return str(self.folder / "data")

    def start(self) -> None:
        """Start it and wait until it answers; after a kill it recovers first."""
        give_up = time.monotonic() + 60
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=60"
        while True:
            try:
                self._run(
                    "pg_ctl", "-D", self.data, "-s", "-w", "-l", f"{self.folder}/log", "-o", options, "start"
                )
                return
            except subprocess.CalledProcessError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.5)

    def up(self) -> None:
        """It answers, however it was left: started if it is not there, waited for while it recovers."""
        give_up = time.monotonic() + 120
        while not self.answers():
            assert time.monotonic() < give_up, Path(f"{self.folder}/log").read_text()[-3000:]
            status = self._as_owner("pg_ctl", "-D", self.data, "status")
            if subprocess.run(status, cwd="/", stdout=subprocess.DEVNULL, timeout=90).returncode:
                self.start()
            time.sleep(0.2)

    def is_there(self) -> bool:
        """Whether it runs, answering or not."""
        try:
            return Path(f"/proc/{self.pid}").exists()
        except (FileNotFoundError, IndexError):
            return False

    def answers(self) -> bool:
        """Whether it can be asked anything."""
        import psycopg

        try:
            with psycopg.connect(self.url, connect_timeout=10) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    @property
    def pid(self) -> int:
        """Its postmaster."""
        return int((Path(self.data) / "postmaster.pid").read_text().split()[0])

    def only_read(self) -> None:
        """It refuses to write, as a standby does and a server whose disk went read-only."""
        self._every_session("on")

    def write_again(self) -> None:
        """It writes again."""
        self._every_session("off")

    def _every_session(self, only_read: str) -> None:
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {only_read}")
            connection.execute("SELECT pg_reload_conf()")

    def kill(self) -> None:
        """SIGKILL to the postmaster and all its children."""
        try:
            pid = self.pid
        except FileNotFoundError:
            return  # it went by itself
        for one in (pid, *children_of(pid)):
            try:
                os.kill(one, signal.SIGKILL)
            except ProcessLookupError:
                continue
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.05)

    def remove(self) -> None:
        """Stop it and forget everything."""
        subprocess.run(
            self._as_owner("pg_ctl", "-D", self.data, "-m", "immediate", "-s", "stop"), check=False
        )
        shutil.rmtree(self.folder, ignore_errors=True)

    def _as_owner(self, program: str, *options: str) -> list[str]:
        command = [str(BIN / program), *options]
        return ["runuser", "-u", OWNER, "--", *command] if os.getuid() == 0 else command

    def _run(self, program: str, *options: str) -> None:
        subprocess.run(
            self._as_owner(program, *options), check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=90
        )

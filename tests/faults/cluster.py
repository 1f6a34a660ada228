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


class Cluster:
    """One server in a temporary folder. `kill` ends every process of it without warning."""

    def __init__(self) -> None:
        self.bin = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
        self.folder = Path(tempfile.mkdtemp(prefix="youlin-faults-pg-"))
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

    def kill(self) -> None:
        """SIGKILL to the postmaster and all its children."""
        pid = int((Path(self.data) / "postmaster.pid").read_text().split()[0])
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
        command = [str(self.bin / program), *options]
        return ["runuser", "-u", OWNER, "--", *command] if os.getuid() == 0 else command

    def _run(self, program: str, *options: str) -> None:
        subprocess.run(
            self._as_owner(program, *options), check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=90
        )

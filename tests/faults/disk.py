"""A small disk of our own that can be full, or read-only: a tmpfs where mounting is allowed, else a limit of the kernel.

Without the right to mount (a container, no root) the programs that write get a file-size limit instead: what they
want to write comes back with an error just so (EFBIG for ENOSPC). Which way it is, `Disk.way` says.
"""

import os
import resource
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.faults.running import children_of

ROOM = "48m"
"""For SQLite. PostgreSQL needs its write-ahead log besides."""


class Disk:
    """A folder on a disk that has an end. `programs` are the processes that write on it, for the limit."""

    def __init__(self, room: str = ROOM) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="youlin-disk-"))
        self.programs: Callable[[], list[int]] = list
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={room},mode=755", "youlin-disk", str(self.folder)],
            capture_output=True,
        )
        self.way = "limit" if mounted.returncode or os.environ.get("YOULIN_TEST_NO_MOUNT") else "tmpfs"
        self._mounted = mounted.returncode == 0
        self._over: Path | None = None

    def fill(self) -> None:
        """To the last byte; may be called again, for what was freed meanwhile."""
        if self.way == "limit":
            self._limit(0)
            return
        with open(self.folder / "ballast", "ab", buffering=0) as ballast:
            for piece in (1 << 20, 4096, 1):
                try:
                    while True:
                        ballast.write(b"x" * piece)
                except OSError:
                    continue

    def free(self) -> None:
        """Room again."""
        if self.way == "limit":
            self._limit(resource.RLIM_INFINITY)
        else:
            (self.folder / "ballast").unlink()

    def read_only(self, place: Path) -> None:
        """As a disk that went read-only: nothing in `place` can be opened for writing any more."""
        if self.way == "limit":
            self._limit(0)
            return
        view = (
            self.folder / "view"
        )  # made read-only before anybody works through it: who writes keeps it busy
        view.mkdir()
        subprocess.run(["mount", "--bind", str(place), str(view)], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", str(view)], check=True)
        subprocess.run(["mount", "--bind", str(view), str(place)], check=True)
        self._over = place

    def writable(self) -> None:
        """Repaired."""
        if self.way == "limit":
            self._limit(resource.RLIM_INFINITY)
        elif self._over is not None:
            for mounted in (self._over, self.folder / "view"):
                subprocess.run(["umount", "--lazy", str(mounted)], check=True)
            self._over = None

    def remove(self) -> None:
        """Take the disk away."""
        self.writable()
        if self._mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    def _limit(self, size: int) -> None:
        for program in self.programs():
            for pid in (program, *children_of(program)):
                hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))

"""A disk that has an end: full, or failed and gone read-only.

Anywhere, by a limit of the kernel: the programs that write on it may not let any file grow, and what they want to
write comes back with an error just so (EFBIG for ENOSPC; PostgreSQL treats it as a full disk). With the right to
mount and `YOULIN_TEST_DISK=real`, a small ext4 disk in a file, filled to the last byte, or failed as the kernel
makes it fail.
"""

import os
import pwd
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults.running import children_of

REAL = os.environ.get("YOULIN_TEST_DISK") == "real"


class Limited:
    """A folder, and a limit for the processes that write on it, `programs`, with all they start."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="youlin-disk-"))
        self.folder.chmod(0o755)
        self.programs: Callable[[], list[int]] = list

    def fill(self) -> None:
        """No file grows any more; may be called again, for programs that came meanwhile."""
        self._limit(0)

    def free(self) -> None:
        """Room again."""
        self._limit(resource.RLIM_INFINITY)

    def command(self, *command: str) -> list[str]:
        """A command as it is run on this disk while it is full."""
        return ["prlimit", "--fsize=0", *command]

    def remove(self) -> None:
        """Take the disk away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _limit(self, size: int) -> None:
        """The parents first: whoever they start later has it from them."""
        for program in self.programs():
            self._limit_one(program, size)
            for pid in children_of(program):
                self._limit_one(pid, size)

    def _limit_one(self, pid: int, size: int) -> None:
        """As its owner: nobody needs a right of their own to limit what is theirs."""
        try:
            owner = os.stat(f"/proc/{pid}").st_uid
            if owner == os.geteuid():
                hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))
                return
        except (FileNotFoundError, ProcessLookupError):
            return  # it ended while we looked
        words = "unlimited" if size == resource.RLIM_INFINITY else str(size)
        limit = ["prlimit", "--pid", str(pid), f"--fsize={words}:"]
        done = _run("runuser", "-u", pwd.getpwuid(owner).pw_name, "--", *limit, check=False)
        assert done.returncode == 0 or not Path(f"/proc/{pid}").exists(), done.stderr


class Real(Limited):
    """ext4 in a file."""

    def __init__(self, room: str) -> None:
        super().__init__()
        self._place, self.folder = self.folder, self.folder / "disk"
        self.folder.mkdir()
        image = self._place / "image"
        _run("truncate", f"--size={room}", str(image))
        _run("mkfs.ext4", "-q", "-m", "0", str(image))
        self._device = _run("losetup", "--find", "--show", str(image)).stdout.strip()
        self._mount()

    def fill(self) -> None:
        """To the last byte; may be called again, for what was freed meanwhile."""
        with open(self.folder / "ballast", "ab", buffering=0) as ballast:
            for piece in (1 << 20, 4096, 1):
                try:
                    while True:
                        ballast.write(b"x" * piece)
                except OSError:
                    continue

    def free(self) -> None:
        """Room again."""
        (self.folder / "ballast").unlink()

    def command(self, *command: str) -> list[str]:
        """As anywhere."""
        return list(command)

    def fail(self) -> None:
        """The kernel finds an error on the disk: from now on nothing can be written, by whoever has it open."""
        Path("/sys/fs/ext4", Path(self._device).name, "trigger_fs_error").write_text("a disk that fails")

    def repair(self) -> None:
        """Taken out, checked, put in again; nobody may have it open meanwhile."""
        give_up = time.monotonic() + 60
        while _run("umount", str(self.folder), check=False).returncode and time.monotonic() < give_up:
            time.sleep(0.5)
        checked = _run("e2fsck", "-f", "-y", self._device, check=False)
        assert checked.returncode in (0, 1), checked.stdout  # 1: errors were there and are mended
        self._mount()

    def remove(self) -> None:
        """Take the disk away."""
        _run("umount", "--lazy", str(self.folder), check=False)
        _run("losetup", "--detach", self._device, check=False)
        shutil.rmtree(self._place, ignore_errors=True)

    def _mount(self) -> None:
        _run("mount", "-o", "errors=remount-ro", self._device, str(self.folder))
        self.folder.chmod(0o755)


def _run(*command: str, check: bool = True) -> subprocess.CompletedProcess:
    return subprocess.run(command, check=check, capture_output=True, text=True, timeout=120)

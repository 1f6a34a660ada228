"""Names of workers that tell, on the same machine, whether their process still exists."""

import hashlib
import os
import secrets
import socket
from functools import lru_cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PROCESSES = Path("/proc/self/ns/pid")


def new_worker_id() -> str:
    """Host, this machine's start, process number and a random end: at most 64 characters."""
    return f"{socket.gethostname()[:24]}:{_this_machine()}:{os.getpid()}:{secrets.token_hex(4)}"


def is_gone(worker: str) -> bool:
    """Whether the worker ran on this machine, since it was started, and its process has ended.

    False where that cannot be known from here; the heartbeat then tells.
    """
    try:
        _host, machine, process, _end = worker.split(":")
        if not machine or machine != _this_machine():
            return False
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (ValueError, OSError):
        return False
    return False


@lru_cache(maxsize=1)
def _this_machine() -> str:
    """The same for all processes that see each other's numbers; empty where the system does not say."""
    try:
        seen = _BOOT.read_text() + os.readlink(_PROCESSES)
    except OSError:
        return ""
    return hashlib.sha256(seen.encode()).hexdigest()[:10]

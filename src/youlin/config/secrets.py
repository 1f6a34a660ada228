"""Secrets that a fresh installation makes for itself, kept as files only the owner may read."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def secret_key(folder: Path) -> str:
    """The key that signs sessions: read from `folder`, made there on first use."""
    return read_or_make(folder / "secret.key", lambda: secrets.token_urlsafe(50).encode()).decode()


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """The bytes of `path`; made with mode 0600 when absent. Two starting processes agree on one."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(handle, "wb") as file:
            file.write(make())
        return path.read_bytes()

"""Secrets that a fresh installation makes for itself, kept as files only the owner may read."""

import secrets
from pathlib import Path

from youlin.kernel.keyfiles import read_or_make


def secret_key(folder: Path) -> str:
    """The key that signs sessions: read from `folder`, made there on first use."""
    return read_or_make(folder / "secret.key", lambda: secrets.token_urlsafe(50).encode()).decode()

"""The interface's own static files: their version, and which of them a phone keeps for offline use."""

import hashlib
from functools import cache
from pathlib import Path

from django.templatetags.static import static

FOLDER = Path(__file__).with_name("static")
KEPT = ("*.css", "*.js", "elements/*.js", "icons/*")


def kept_files() -> list[str]:
    """Static names of all files that every page needs, sorted."""
    own = {path for pattern in KEPT for path in (FOLDER / "ui").glob(pattern) if path.is_file()}
    names = sorted(path.relative_to(FOLDER).as_posix() for path in own if path.name != "sw.js")
    return [*names, "vendor/htmx.org/htmx.min.js"]


def kept_urls() -> list[str]:
    """Addresses of `kept_files`."""
    return [static(name) for name in kept_files()]


@cache
def version() -> str:
    """Twelve hex digits, the name of the phone's cache: others when any kept file or the worker changes."""
    digest = hashlib.sha256()
    for name in [*kept_files(), "ui/sw.js"]:
        path = FOLDER / name
        digest.update(name.encode())
        if path.exists():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]

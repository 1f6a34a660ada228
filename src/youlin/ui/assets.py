"""The interface's own static files: their version, and which of them a phone keeps for offline use."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static

from youlin.ui import static_files

FOLDER = Path(__file__).with_name("static")
KEPT = ("*.css", "*.js", "elements/*.js", "map/*.js", "chart/*.js", "icons/*")
OFFLINE_PAGES = ("/field/", "/report/", "/check/", "/me/passes/", "/my/points/", "/v/")
"""Pages under these paths are kept on the phone and open without a network."""
_parts: dict[str, tuple[str, ...]] = {}
_offered: dict[str, Any] = {}
LEAVING = ("/accounts/", "/sign-", "/demo/")
"""A post to these changes who is signed in: kept pages are thrown away."""


def register_part(module: str, kept: tuple[str, ...] = ()) -> None:
    """A door's part of the service worker: the static name of its module, and of all files its pages need offline."""
    _parts[module] = kept


def parts() -> list[str]:
    """The static names of the parts' modules."""
    return sorted(_parts)


def offer(name: str, label: Any) -> None:
    """A page, by the name of its address, that a part answers without a network: the offline page leads there."""
    _offered[name] = label


def offered() -> list[tuple[str, Any]]:
    """Those pages with what they are called."""
    return list(_offered.items())


def kept_files() -> list[str]:
    """Static names of all files that every page needs, sorted."""
    own = {path for pattern in KEPT for path in (FOLDER / "ui").glob(pattern) if path.is_file()}
    names = sorted(path.relative_to(FOLDER).as_posix() for path in own if path.name != "sw.js")
    theirs = sorted({name for kept in _parts.values() for name in kept})
    return [*names, "vendor/htmx.org/htmx.min.js", *theirs]


def kept_urls() -> list[str]:
    """Addresses of `kept_files`."""
    return [static(name) for name in kept_files()]


def version() -> str:
    """Twelve hex digits, the name of the phone's cache: others when any kept file or the worker changes."""
    return _digest() if settings.DEBUG else _digest_once()


@cache
def _digest_once() -> str:
    return _digest()


def _digest() -> str:
    digest = hashlib.sha256(static_files.version().encode())  # it stands in the addresses of what is kept
    for name in [*kept_files(), "ui/sw.js"]:
        path = FOLDER / name
        digest.update(name.encode())
        if path.exists():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]

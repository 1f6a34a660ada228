"""All static files, ours and our libraries': addresses that change with the content, and compressed copies of them.

The digest of all files stands in the path (`/static/3f9a1c2b7d10/ui/main.js`), so that modules find each other by
relative paths whatever loads them. `youlin run` collects and compresses once for each digest; a server without a
collection serves the files from where they lie.
"""

import gzip
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import brotli
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest
from whitenoise.middleware import WhiteNoiseMiddleware

DIGITS = 12
FOR_EVER = 31_536_000
"""Seconds: a year, as long as caches keep anything."""
ADDRESSED = re.compile(rf"([0-9a-f]{{{DIGITS}}})/(.+)", re.DOTALL)
"""A digest and the name behind it, as they follow `STATIC_URL`."""
COMPRESSIBLE = frozenset(
    {".css", ".js", ".mjs", ".svg", ".json", ".txt", ".map", ".html", ".xml", ".ico", ".md"}
)
_SMALL = 200
"""Bytes below which compressing is not worth a file."""
_BROTLI_QUALITY = 5
"""Of 11: an eighth larger than the smallest, in a fifteenth of its time, for every first start has to wait."""


class Addressed(StaticFilesStorage):
    """Addresses with the digest in them; plain ones while developing, where files change all the time."""

    def url(self, name: str | None) -> str:
        """The address of a static file."""
        address = super().url(name)
        if settings.DEBUG:
            return address
        return f"{self.base_url}{version()}/{address.removeprefix(str(self.base_url))}"


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves static files: under the present digest for ever, under another one or none for a minute.

    A page that is still open after an upgrade asks by the digest of before; it gets the files of now.
    """

    def __call__(self, request: HttpRequest) -> Any:
        """A static file, or whatever comes behind."""
        asked = request.path_info
        if not asked.startswith(self.static_prefix):
            return self.get_response(request)
        named = ADDRESSED.fullmatch(asked.removeprefix(self.static_prefix))
        plain = f"{self.static_prefix}{named[2]}" if named else asked
        file = self.find_file(plain) if self.autorefresh else self.files.get(plain)
        if file is None:
            return self.get_response(request)
        response = self.serve(file, request)
        if named and not self.autorefresh and named[1] == version():
            response["Cache-Control"] = f"max-age={FOR_EVER}, public, immutable"
        return response

    def add_files(self, root: str, prefix: str | None = None) -> None:
        """The collection with its compressed copies, if there is one; else the finders' files are added."""
        folder = None if self.autorefresh else collected()
        self.use_finders = folder is None
        if folder is not None:
            super().add_files(str(folder), prefix)


@cache
def version() -> str:
    """The digest of the names and contents of all static files. Read once by each process."""
    digest = hashlib.sha256()
    for name, path in _found():
        digest.update(f"{name}\n{path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:DIGITS]


def collected() -> Path | None:
    """Where the files of this digest lie together, with their compressed copies; None before `collect`."""
    folder = Path(settings.STATIC_ROOT) / version()
    return folder if folder.is_dir() else None


def collect() -> Path:
    """Lay all files together and compress them, unless that was done. One earlier collection stays."""
    if (known := collected()) is not None:
        return known
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    earlier = sorted((one for one in root.iterdir() if one.is_dir()), key=lambda one: one.stat().st_mtime)
    folder = Path(tempfile.mkdtemp(prefix="new-", dir=root))
    copies = [_copy(path, folder / name) for name, path in _found()]
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        list(threads.map(_compress, copies))
    folder.chmod(0o755)
    folder.rename(root / version())
    for one in earlier[:-1]:
        shutil.rmtree(one, ignore_errors=True)
    return root / version()


def _found() -> Iterator[tuple[str, Path]]:
    """Every static file by its name, in the order of the names; the first finder that has one wins."""
    found: dict[str, Path] = {}
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            prefix = getattr(storage, "prefix", None)
            found.setdefault(f"{prefix}/{name}" if prefix else name, Path(storage.path(name)))
    yield from sorted(found.items())


def _copy(path: Path, copy: Path) -> Path:
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, copy)
    return copy


def _compress(path: Path) -> None:
    if path.suffix.lower() not in COMPRESSIBLE or path.stat().st_size < _SMALL:
        return
    content = path.read_bytes()
    for ending, packed in (
        (".br", brotli.compress(content, quality=_BROTLI_QUALITY)),
        (".gz", gzip.compress(content, 9, mtime=0)),
    ):
        if len(packed) < len(content):
            path.with_name(path.name + ending).write_bytes(packed)

"""Where releases are kept: files beside the figures, named by their content, and one list that says which hold.

Requests read these files and nothing else: no figure is computed and nothing is withheld while somebody waits. They
are kept packed; who does not take packed files is sent them unpacked.
"""

import gzip
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from youlin.apps.indicators.openness.figures import At, Key, Told
from youlin.kernel import clock

INDEX, STATE = "index.json", "told.json"
KEEP_OLD = timedelta(hours=1)
"""How long files that hold no more stay for those who are reading them."""


@dataclass(frozen=True)
class Shelved:
    """One file: its packed content, the digest of it unpacked, and when the release was made."""

    packed: bytes
    digest: str
    made_at: datetime


@dataclass(frozen=True)
class Index:
    """What holds for a district: each public indicator as machines read it, its files, and its months for a chart."""

    district: str
    published_at: datetime
    entries: tuple[Mapping[str, Any], ...]

    def entry(self, code: str) -> Mapping[str, Any] | None:
        """One indicator; None where it is not published."""
        return next((one for one in self.entries if one["code"] == code), None)


def folder(district: str) -> Path:
    """The folder of a district's releases."""
    return Path(settings.DATASETS_FOLDER) / district / "open"


def index(district: str) -> Index | None:
    """What holds; None where nothing was ever published."""
    told = _read(folder(district) / INDEX)
    if told is None:
        return None
    return Index(district, datetime.fromisoformat(told["published_at"]), tuple(told["entries"]))


def held(district: str) -> dict[str, Any]:
    """What the last release was made of: `made_of` and the day."""
    told = _read(folder(district) / INDEX) or {}
    return {name: told.get(name) for name in ("made_of", "day")}


def file(district: str, code: str, ending: str) -> Shelved | None:
    """One form of one indicator; None where it is not published."""
    known = index(district)
    entry = known.entry(code) if known else None
    if known is None or entry is None or ending not in entry["files"]:
        return None
    name = entry["files"][ending]["name"]
    try:
        packed = (folder(district) / name).read_bytes()
    except FileNotFoundError:
        return None
    return Shelved(packed, entry["files"][ending]["digest"], datetime.fromisoformat(entry["published_at"]))


def told(district: str) -> dict[Key, Told]:
    """What was made of each count the last time. Never published: it holds the numbers that were withheld."""
    rows = _read(folder(district) / STATE) or []
    return {(name, At(*at)): Told(number, withheld) for name, at, number, withheld in rows}


def put(
    district: str,
    *,
    entries: Mapping[str, tuple[Mapping[str, Any], Mapping[str, bytes]]],
    state: Mapping[Key, Told],
    day: str,
    made_of: str,
) -> Index:
    """Put releases in force, at once and whole: files first, what was told next, the list last.

    An indicator whose files did not change keeps the moment of its release.
    """
    before, now, listed = index(district), clock.now(), []
    for code, (described, contents) in entries.items():
        files = {ending: _put(district, code, ending, content) for ending, content in contents.items()}
        old = before.entry(code) if before else None
        same = old is not None and old["files"] == files
        published_at = old["published_at"] if same and old else now.isoformat()
        listed.append({**described, "files": files, "published_at": published_at})
    rows = [[name, list(at), one.number, one.withheld] for (name, at), one in sorted(state.items())]
    _replace(folder(district) / STATE, _json(rows))
    document = {"published_at": now.isoformat(), "day": day, "made_of": made_of, "entries": listed}
    _replace(folder(district) / INDEX, _json(document))
    _clean(district, {one["name"] for entry in listed for one in entry["files"].values()})
    return Index(district, now, tuple(listed))


def _put(district: str, code: str, ending: str, content: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    name = f"{code}.{digest[:16]}.{ending}.gz"
    if not (folder(district) / name).exists():
        _replace(folder(district) / name, gzip.compress(content, 6, mtime=0))
    return {"name": name, "digest": digest, "size": len(content)}


def _clean(district: str, named: set[str]) -> None:
    limit = (clock.now() - KEEP_OLD).timestamp()
    for path in folder(district).glob("*.gz"):
        if path.name not in named and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)


def _json(what: object) -> bytes:
    return json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode()


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def _replace(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all, also after the power failed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(beside, path)

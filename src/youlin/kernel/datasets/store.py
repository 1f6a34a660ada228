"""Where exported rows lie: `<root>/<district>/<dataset>/`, Parquet files named by their content and a manifest.

The manifest is written last and replaced in one step, so a reader has the state before or the state after. A file that
no manifest names any more stays for an hour, for readers who opened the manifest before.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from youlin.kernel.errors import Conflict
from youlin.kernel.journal.models import Position

KEPT_SECONDS = 3600
RESTATED_KEPT = 100
MANIFEST = "manifest.json"
WORK = ".work"


@dataclass(frozen=True)
class Partition:
    """One file: the rows of a month ("2026-11"), or all of them ("").

    `days` tells of each moment and day the first and last local day; a column without any is missing there.
    """

    month: str
    path: Path
    rows: int
    digest: str
    days: Mapping[str, tuple[date, date]]


@dataclass(frozen=True)
class Restated:
    """A file of a month that was over, of which rows changed, came or went."""

    month: str
    rows: int
    at: datetime


@dataclass(frozen=True)
class Manifest:
    """What was exported of a dataset: every change up to `position`, which is everything there was at `as_of`.

    `city` is the position in the journal of what belongs to no district. `schema`, `areas` and `marks` stand for how
    the rows were made: where they differ from today's, all is written anew.
    """

    dataset: str
    district: str
    schema: str
    areas: str
    marks: str
    zone: str
    position: Position
    city: Position
    as_of: datetime
    exported_at: datetime
    partitions: tuple[Partition, ...]
    restated: tuple[Restated, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(one.rows for one in self.partitions)


def root() -> Path:
    """The folder of all datasets."""
    return Path(settings.DATASETS_FOLDER)


def folder(district: str, dataset: str) -> Path:
    """The folder of one dataset of a district."""
    return root() / district / dataset


def manifest(district: str, dataset: str) -> Manifest | None:
    """What is exported; None when nothing is yet, or when what is there cannot be read."""
    place = folder(district, dataset)
    try:
        told = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        return _from_data(told, place)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(found: Manifest) -> Manifest:
    """Put a manifest in force: from now on readers have its files. Files of the one before stay for an hour."""
    place = folder(found.district, found.dataset)
    place.mkdir(parents=True, exist_ok=True)
    found = replace(found, restated=found.restated[-RESTATED_KEPT:])
    before = manifest(found.district, found.dataset)
    named = {one.path for one in found.partitions}
    for one in before.partitions if before else ():
        if one.path not in named and one.path.exists():
            os.utime(one.path)
    draft = place / f".{MANIFEST}"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(_as_data(found), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place / MANIFEST)
    _sync(place)
    return found


def keep(draft: Path, district: str, dataset: str, month: str) -> tuple[Path, str]:
    """Give a finished file its name, that of its content, on the disk for good; the path and the digest."""
    with draft.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    path = folder(district, dataset) / f"{month or 'all'}-{digest[:16]}.parquet"
    draft.replace(path)
    return path, digest


def whole(found: Manifest) -> bool:
    """Whether every file of a manifest is there."""
    return all(one.path.exists() for one in found.partitions)


def sweep(district: str, dataset: str) -> int:
    """Remove files that no manifest has named for an hour, and what a killed export left; how many files.

    Only for whoever holds the district (`alone`).
    """
    place, found = folder(district, dataset), manifest(district, dataset)
    if not place.exists():
        return 0
    named = {one.path for one in found.partitions} if found else set()
    old = time.time() - KEPT_SECONDS
    gone = [path for path in place.glob("*.parquet") if path not in named and path.stat().st_mtime < old]
    for path in gone:
        path.unlink(missing_ok=True)
    shutil.rmtree(place / WORK, ignore_errors=True)
    return len(gone)


@contextmanager
def alone(district: str) -> Iterator[None]:
    """Be the only one who exports a district into this folder. Raises `Conflict` while another does.

    The lock is the system's: it goes with the process, however that ends.
    """
    import fcntl

    place = root() / district
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            remedy = _("请等它结束后再试")
            raise Conflict(
                _("%(district)s 正在导出数据集") % {"district": district}, remedy=remedy
            ) from error
        yield


@contextmanager
def workshop(district: str, dataset: str) -> Iterator[Path]:
    """An empty folder beside the files, for what is not finished; gone afterwards."""
    place = folder(district, dataset) / WORK
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _sync(place: Path) -> None:
    """A name in a folder is on the disk when the folder is."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _as_data(found: Manifest) -> dict[str, Any]:
    return {
        "dataset": found.dataset,
        "district": found.district,
        "schema": found.schema,
        "areas": found.areas,
        "marks": found.marks,
        "zone": found.zone,
        "position": list(found.position),
        "city": list(found.city),
        "as_of": found.as_of.isoformat(),
        "exported_at": found.exported_at.isoformat(),
        "partitions": [
            {
                "month": one.month,
                "file": one.path.name,
                "rows": one.rows,
                "digest": one.digest,
                "days": {name: [str(first), str(last)] for name, (first, last) in one.days.items()},
            }
            for one in found.partitions
        ],
        "restated": [{"month": r.month, "rows": r.rows, "at": r.at.isoformat()} for r in found.restated],
    }


def _from_data(told: dict[str, Any], place: Path) -> Manifest:
    return Manifest(
        dataset=told["dataset"],
        district=told["district"],
        schema=told["schema"],
        areas=told["areas"],
        marks=told["marks"],
        zone=told["zone"],
        position=Position(*told["position"]),
        city=Position(*told["city"]),
        as_of=datetime.fromisoformat(told["as_of"]),
        exported_at=datetime.fromisoformat(told["exported_at"]),
        partitions=tuple(
            Partition(
                one["month"],
                place / Path(one["file"]).name,
                one["rows"],
                one["digest"],
                {
                    name: (date.fromisoformat(first), date.fromisoformat(last))
                    for name, (first, last) in one["days"].items()
                },
            )
            for one in told["partitions"]
        ),
        restated=tuple(
            Restated(one["month"], one["rows"], datetime.fromisoformat(one["at"])) for one in told["restated"]
        ),
    )

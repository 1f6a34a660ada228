"""The table of places as it can be read in again, and what there is to tell of imports."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any
from uuid import UUID

from youlin.apps.parties import selectors as parties
from youlin.apps.places.imports.columns import HEADINGS, LEVELS
from youlin.apps.places.models import Place, PlaceFacility, PlaceImport, PlaceImportRow
from youlin.apps.places.services import bulk
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound, Problem
from youlin.kernel.tables import harmless

BATCH = 1_000
LISTED = 20
_WORDS = {level: word for word, level in reversed(LEVELS.items())}


@dataclass(frozen=True)
class Run:
    """One import as it is listed; `waiting` was looked at and not taken in."""

    id: UUID
    name: str
    crs: str
    made_by: str
    created_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None
    counts: dict[str, int]

    @property
    def waiting(self) -> bool:
        """Whether it can still be taken in."""
        return self.finished_at is None


def runs(actor: Actor, district: str) -> list[Run]:
    """The last imports of a district, newest first; for whoever keeps its places."""
    bulk.may_register(actor, district)
    rows = PlaceImport.objects.filter(district=district).exclude(finished_at=None).defer("content")
    return [_run(actor, row) for row in rows.order_by("-created_at")[:LISTED]]


def run(actor: Actor, district: str, run_id: UUID) -> tuple[Run, list[tuple[int, str, Problem]]]:
    """One import with its refused rows (line, column, problem)."""
    bulk.may_register(actor, district)
    row = PlaceImport.objects.filter(district=district, id=run_id).defer("content").first()
    if row is None:
        raise NotFound()
    refused = PlaceImportRow.objects.filter(district=district, run=row, state="refused").order_by("line")[
        :200
    ]
    told = [
        (one.line, problem["column"], Problem(problem["column"], problem["message"], problem["remedy"]))
        for one in refused
        for problem in one.problems
    ]
    return _run(actor, row), told


def table(actor: Actor, district: str) -> Iterator[str]:
    """All places in force as lines of CSV with a mark of UTF-8 for spreadsheets; read in again it changes nothing."""
    bulk.may_register(actor, district)
    return _lines(district)


def _lines(district: str) -> Iterator[str]:
    yield "\ufeff" + _line(list(HEADINGS.values()))
    rows = Place.objects.filter(district=district, retired_at=None).select_related("kind").defer("outline")
    last: UUID | None = None
    while batch := list((rows.filter(id__gt=last) if last else rows).order_by("id")[:BATCH]):
        has = _facilities(district, batch)
        for place in batch:
            yield _line([_cell(place, key, has.get(place.id, "")) for key in HEADINGS])
        last = batch[-1].id


def _facilities(district: str, places: list[Place]) -> dict[UUID, str]:
    found: dict[UUID, list[str]] = {}
    rows = PlaceFacility.objects.filter(district=district, place_id__in=[place.id for place in places])
    for place_id, name in rows.order_by("facility__position").values_list("place_id", "facility__name"):
        found.setdefault(place_id, []).append(name)
    return {place_id: "、".join(names) for place_id, names in found.items()}


def _cell(place: Place, key: str, facilities: str) -> str | float:
    if key == "kind":
        return str(place.kind.name)
    if key == "facilities":
        return facilities
    if key == "wheelchair":
        level = str(place.accessibility.get("wheelchair", {}).get("level", ""))
        return _WORDS.get(level, "")
    value: Any = getattr(place, key)
    if key == "public":
        return "是" if value else "否"
    if isinstance(value, float):
        return float(value)
    return "" if value is None else str(value)


def _line(cells: Sequence[str | float]) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return buffer.getvalue()


def _run(actor: Actor, row: PlaceImport) -> Run:
    by = parties.person_label(row.made_by_id, viewer=actor) if row.made_by_id else ""
    return Run(row.id, row.name, row.crs, by, row.created_at, row.finished_at, row.undone_at, row.counts)

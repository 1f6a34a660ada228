"""One batch of rows: read, put into our coordinates, matched, checked; and what would become of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.places.imports import columns as headings
from youlin.apps.places.imports import matching
from youlin.apps.places.imports.columns import Columns
from youlin.apps.places.models import Place, PlaceFacility
from youlin.apps.places.services import checking
from youlin.apps.places.services.checking import Checked, Words
from youlin.kernel.errors import Problem
from youlin.kernel.tables import Row

PRECISION = 1e-7
"""Degrees (a centimetre) below which two positions are the same."""


@dataclass
class Taken:
    """A row as it would be taken in: `state` is new, changed, same or refused. `changes` are old values by field."""

    line: int
    state: str
    checked: Checked
    place: Place | None
    changes: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Suspicion:
    """How many points lie in the district as they are written, and how many if they were written otherwise."""

    points: int = 0
    inside: int = 0
    otherwise: dict[str, int] = field(default_factory=dict)

    def words(self) -> list[str]:
        """What is probably wrong with the whole file: another reading brings far more points into the district."""
        outside = self.points - self.inside
        if outside < max(3, self.points // 50):
            return []
        best = max(self.otherwise, key=lambda way: self.otherwise[way], default="")
        if not best or self.otherwise[best] - self.inside < max(3, outside // 2):
            return []
        told = {
            "swapped": _("经度和纬度两列好像写反了"),
            "gcj02": _("坐标好像是高德、腾讯坐标（GCJ-02），请选择该坐标系再导入"),
            "bd09": _("坐标好像是百度坐标（BD-09），请选择该坐标系再导入"),
            "wgs84": _("坐标好像已是 WGS84，请选择该坐标系再导入"),
        }
        return [told[best]]


def read(
    district: str,
    batch: Sequence[tuple[int, Row]],
    found: Columns,
    known: Words,
    crs: str,
    *,
    lock: bool = False,
) -> tuple[list[Taken], list[dict[str, Any]]]:
    """What becomes of each row of a batch; and the values as they were read, in our coordinates.

    `lock` holds the places that are there until the transaction ends.
    """
    lines = [line for line, _row in batch]
    rows = [headings.values(row, found, known) for _line, row in batch]
    _convert(rows, crs)
    matched = matching.match(district, rows, lines, known, lock=lock)
    checked = checking.check_many(district, rows, known, matched.places)
    old = _facilities(district, matched.places)
    taken = [
        _taken(line, one, place, problems, old)
        for line, one, place, problems in zip(lines, checked, matched.places, matched.problems, strict=True)
    ]
    return taken, rows


def suspect(district: str, rows: Sequence[dict[str, Any]], crs: str, known: Suspicion) -> None:
    """Count the points of a batch inside the district, as they are and read otherwise."""
    points = [(row["lon"], row["lat"]) for row in rows if _is_point(row)]
    if not points:
        return
    lons, lats = np.array(points, dtype=float).T
    known.points += len(points)
    known.inside += _inside(district, lons, lats)
    ways = {"swapped": _inside(district, lats, lons)}
    valid = (np.abs(lons) <= 180) & (np.abs(lats) <= 90)
    written = headings.WRITTEN[crs](lons[valid], lats[valid])
    for other in headings.SYSTEMS.keys() - {crs}:
        ways[other] = _inside(district, *headings.SYSTEMS[other](*written))
    for way, inside in ways.items():
        known.otherwise[way] = known.otherwise.get(way, 0) + inside


def _inside(district: str, lons: Any, lats: Any) -> int:
    lons, lats = np.atleast_1d(lons), np.atleast_1d(lats)
    valid = (np.abs(lons) <= 180) & (np.abs(lats) <= 90)
    codes = areas.locate_many(lons[valid], lats[valid], prefix=district)
    return sum(bool(code) for code in codes)


def _is_point(row: dict[str, Any]) -> bool:
    return isinstance(row.get("lon"), float) and isinstance(row.get("lat"), float)


def _convert(rows: Sequence[dict[str, Any]], crs: str) -> None:
    """Text into degrees of ours; what is no number stays text and is told by the check."""
    places = []
    for row in rows:
        for name in ("lon", "lat"):
            if name in row:
                row[name] = _degrees(row[name])
        if _is_point(row):
            places.append(row)
    if crs == "wgs84" or not places:
        return
    lons = np.array([row["lon"] for row in places])
    lats = np.array([row["lat"] for row in places])
    x, y = headings.SYSTEMS[crs](lons, lats)
    for row, lon, lat in zip(places, np.asarray(x).tolist(), np.asarray(y).tolist(), strict=True):
        row["lon"], row["lat"] = lon, lat


def _degrees(text: str) -> float | str:
    try:
        value = float(text)
    except ValueError:
        return text
    return value if np.isfinite(value) else text


def _facilities(district: str, places: Sequence[Place | None]) -> dict[Any, dict[str, dict[str, Any]]]:
    """What the matched places have, as the check spells it."""
    wanted = [place.id for place in places if place is not None]
    found: dict[Any, dict[str, dict[str, Any]]] = {one: {} for one in wanted}
    rows = PlaceFacility.objects.filter(district=district, place_id__in=wanted).select_related("facility")
    for row in rows if wanted else ():
        said = {"working": row.working, "count": row.count, "note": row.note}
        found[row.place_id][row.facility.code] = said
    return found


def _taken(
    line: int,
    checked: Checked,
    place: Place | None,
    problems: list[Problem],
    old: dict[Any, dict[str, dict[str, Any]]],
) -> Taken:
    wrong = [*problems, *checked.problems]
    if wrong:
        return Taken(line, "refused", checked, place, problems=wrong)
    if place is None:
        return Taken(line, "new", checked, None)
    changes = _changes(place, checked, old[place.id])
    return Taken(line, "changed" if changes else "same", checked, place, changes)


def _changes(place: Place, checked: Checked, has: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The old values of what the row says otherwise; only what differs stays in `checked`."""
    before: dict[str, Any] = {}
    if "accessibility" in checked.columns:
        checked.columns["accessibility"] = _access(place, checked.columns["accessibility"])
    same_point = all(
        abs(checked.columns.get(name, getattr(place, name)) - getattr(place, name)) < PRECISION
        for name in ("lon", "lat")
    )
    for name, value in list(checked.columns.items()):
        if (same_point and name in ("lon", "lat", "area_now")) or getattr(place, name) == value:
            del checked.columns[name]
        elif name == "kind":
            before["kind"] = place.kind.code
        else:
            before[name] = getattr(place, name)
    if checked.facilities is not None and set(checked.facilities) != set(has):
        before["facilities"] = has
        checked.facilities = {code: has.get(code, said) for code, said in checked.facilities.items()}
    else:
        checked.facilities = None
    if place.retired_at is not None:
        before["retired_at"] = place.retired_at.isoformat()
    return before


def _access(place: Place, said: dict[str, Any]) -> dict[str, Any]:
    """The level as the row says, with the note that is there where the level stays."""
    level = said.get("wheelchair", {}).get("level")
    standing = place.accessibility.get("wheelchair", {})
    return place.accessibility if standing.get("level") == level else {**place.accessibility, **said}

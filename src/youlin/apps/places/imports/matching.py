"""Which place a row is about: by our number, by its key at its source, or by kind, name and being near."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from youlin.apps.places.models import Place
from youlin.apps.places.services.checking import Words
from youlin.kernel.errors import Problem

NEAR_M = 60.0
"""Two of one kind with one name are the same place within so many metres."""
METRES_PER_DEGREE = 111_320.0

Places = QuerySet[Place]


@dataclass
class Matched:
    """The place of each row (None: a new one), and what is wrong with rows that cannot be matched."""

    places: list[Place | None]
    problems: list[list[Problem]]


def match(
    district: str,
    rows: Sequence[Mapping[str, Any]],
    lines: Sequence[int],
    known: Words,
    *,
    lock: bool = False,
) -> Matched:
    """Match the rows of a batch with what is there, in three queries (one more for the kinds of what was found), and
    with each other.

    Kinds are not joined: of their few rows PostgreSQL keeps no statistics, believes that there is one, and reads all
    places anew for each.
    """
    there = Place.objects.filter(district=district).prefetch_related("kind").defer("outline").order_by("id")
    there = there.select_for_update() if lock else there
    by_number = _by_number(there, rows)
    by_source = _by_source(there, rows)
    by_name = _by_name(there, rows, known)
    found = Matched([], [[] for _row in rows])
    seen: dict[Any, int] = {}
    fresh: dict[tuple[str, str], list[tuple[float, float, int]]] = defaultdict(list)
    for row, line, problems in zip(rows, lines, found.problems, strict=True):
        number = row.get("number", "")
        place = by_number.get(number) or by_source.get((row.get("source", ""), row.get("source_ref", "")))
        if number and place is None:
            problems.append(
                Problem(
                    "number", _("没有编号为“%(number)s”的地点") % {"number": number}, _("新地点请留空编号")
                )
            )
        place = place or _nearest(row, by_name)
        first = seen.setdefault(place.id, line) if place else _same_before(row, line, fresh)
        if first != line:
            message = _("与第 %(line)s 行是同一个地点") % {"line": first}
            problems.append(Problem("name", message, _("请只留一行")))
        found.places.append(place)
    return found


def _by_number(there: Places, rows: Sequence[Mapping[str, Any]]) -> dict[str, Place]:
    wanted = {row["number"] for row in rows if "number" in row}
    return {place.number: place for place in there.filter(number__in=wanted)} if wanted else {}


def _by_source(there: Places, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Place]:
    keys = {(row.get("source", ""), row["source_ref"]) for row in rows if "source_ref" in row}
    if not keys:
        return {}
    places = there.filter(
        source__in={source for source, _ref in keys}, source_ref__in={ref for _source, ref in keys}
    ).exclude(source_ref="")  # as the index has it: else every place of the district would be read
    return {(place.source, place.source_ref): place for place in places}


def _by_name(
    there: Places, rows: Sequence[Mapping[str, Any]], known: Words
) -> dict[tuple[str, str], list[Place]]:
    open_rows = [row for row in rows if row.get("kind") in known.kinds and "name" in row]
    if not open_rows:
        return {}
    found: dict[tuple[str, str], list[Place]] = defaultdict(list)
    places = there.filter(
        retired_at=None,
        kind__in={known.kinds[row["kind"]].id for row in open_rows},
        name__in={row["name"] for row in open_rows},
    )
    for place in places:
        found[place.kind.code, place.name].append(place)
    return found


def _nearest(row: Mapping[str, Any], by_name: Mapping[tuple[str, str], list[Place]]) -> Place | None:
    candidates = by_name.get((row.get("kind", ""), row.get("name", "")), [])
    point = _point(row)
    if point is None:
        return None
    metres = {place.id: _metres(*point, place.lon, place.lat) for place in candidates}
    near = [place for place in candidates if metres[place.id] <= NEAR_M]
    return min(near, key=lambda place: metres[place.id], default=None)


def _same_before(
    row: Mapping[str, Any], line: int, fresh: dict[tuple[str, str], list[tuple[float, float, int]]]
) -> int:
    """The line of an earlier new row about the same place, or this one's own."""
    point = _point(row)
    if point is None:
        return line
    same = fresh[row.get("kind", ""), row.get("name", "")]
    for lon, lat, earlier in same:
        if _metres(*point, lon, lat) <= NEAR_M:
            return earlier
    same.append((*point, line))
    return line


def _point(row: Mapping[str, Any]) -> tuple[float, float] | None:
    lon, lat = row.get("lon"), row.get("lat")
    if not isinstance(lon, float) or not isinstance(lat, float):
        return None
    return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) else None


def _metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    x = (lon - other_lon) * math.cos(math.radians(lat)) * METRES_PER_DEGREE
    return math.hypot(x, (lat - other_lat) * METRES_PER_DEGREE)

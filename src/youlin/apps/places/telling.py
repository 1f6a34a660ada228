"""What lists tell of a place but for the hour: read once, kept beside the district's columns until the place changes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from youlin.apps.places import often, revisions
from youlin.apps.places.finding import Columns
from youlin.apps.places.hours import Hours

MOST_KEPT = 5_000
"""Places of a district of which this is kept, about 3 kB each."""


@dataclass(frozen=True)
class Word:
    """A kind or a facility, to choose from."""

    code: str
    name: str
    name_en: str
    icon: str
    role: str = ""


@dataclass(frozen=True)
class Has:
    """One facility of a place."""

    code: str
    name: str
    name_en: str
    icon: str
    working: bool
    count: int | None
    note: str


class Told(NamedTuple):
    """Of one place: what a row says at any time, by its names; its hours (None: nobody knows); what was said of how
    crowded it is, and when."""

    row: dict[str, Any]
    hours: Hours | None
    crowding: str
    crowding_at: datetime | None


class Words(NamedTuple):
    """The kinds and the facilities of a district that one can ask for, each in their order."""

    revision: int
    kinds: tuple[Word, ...]
    needs: tuple[Word, ...]


_words: dict[str, Words] = {}


def words(district: str) -> Words:
    """Those in force: one small query when nothing has changed."""
    known, now = _words.get(district), revisions.latest(district)
    if known is not None and known.revision == now:
        return known
    kinds, needs = often.KINDS.rows(district=district), often.NEEDS.rows(district=district)
    read = Words(
        now,
        tuple(Word(row.code, row.name, row.name_en, row.icon, row.role) for row in kinds),
        tuple(Word(row.code, row.name, row.name_en, row.icon) for row in needs),
    )
    if now and not revisions.open_here(district):
        _words[district] = read
    return read


def told(columns: Columns, ids: Sequence[UUID]) -> dict[UUID, Told]:
    """By place, in two queries for every thousand of which nothing is kept yet."""
    kept = columns.told
    found: dict[UUID, Told] = {one: kept[one] for one in ids if one in kept}
    missing = [one for one in ids if one not in found]
    if missing:
        read = _read(columns.district, missing)
        found |= read
        if len(kept) + len(read) <= MOST_KEPT:
            kept |= read
        else:
            columns.told = dict(list(read.items())[:MOST_KEPT])
    return found


def _read(district: str, ids: Sequence[UUID]) -> dict[UUID, Told]:
    has = _facilities(district, ids)
    rows = (dict(zip(often.PLACE, one, strict=True)) for one in often.PLACES.values(ids, district=district))
    return {row["id"]: _told(district, row, has.get(row["id"], ())) for row in rows}


def _told(district: str, place: dict[str, Any], has: tuple[Has, ...]) -> Told:
    """`place`: the columns of `often.PLACE`."""
    lon, lat = place["lon"], place["lat"]
    row = {
        "id": place["id"],
        "number": place["number"],
        "district": district,
        "name": place["name"],
        "name_en": place["name_en"],
        "kind": Word(*(place[f"kind__{name}"] for name in ("code", "name", "name_en", "icon", "role"))),
        "lon": lon,
        "lat": lat,
        "area": place["area_now"],
        "address": place["address"],
        "facilities": has,
        "wheelchair": place["accessibility"].get("wheelchair", {}).get("level", ""),
        "flagged": place["flagged_at"] is not None,
        "confirmed_at": place["confirmed_at"],
        "is_demo": place["is_demo"],
        "confirmed_how": place["confirmed_how"],
    }
    known = Hours(place["hours"], place["makeup_days"], lon, lat) if place["hours"] else None
    return Told(row, known, place["crowding"], place["crowding_at"])


def _facilities(district: str, ids: Sequence[UUID]) -> dict[UUID, tuple[Has, ...]]:
    """What each place has, in the order of the facilities."""
    found: dict[UUID, list[Has]] = defaultdict(list)
    for place_id, _position, *values in sorted(
        often.FACILITIES.values(ids, district=district), key=lambda row: (row[1], row[2])
    ):
        found[place_id].append(Has(*values))
    return {one: tuple(has) for one, has in found.items()}

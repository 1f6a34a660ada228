"""A district's places as columns in memory: what is asked of all of them stands side by side.

One process keeps one set of columns for each district and reads only what has changed since: every change takes
the district's next revision (`revisions.take`), so "everything above the last one seen" misses
nothing. A look costs one small query. What a transaction has changed and not committed is read for it alone.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from youlin.apps.places import revisions
from youlin.apps.places.hours import Hours
from youlin.apps.places.models import Closure, Facility, Place, PlaceFacility, PlaceKind

MOST_FACILITIES = 63
"""As many facilities fit into one number of 64 bits with a sign."""

FAR_PAST, FAR_FUTURE = -(2**62), 2**62
_READ = (
    "id",
    "kind_id",
    "lon",
    "lat",
    "area_now",
    "hours",
    "makeup_days",
    "public",
    "retired_at",
    "accessibility",
    "revision",
)
_WORDS = ("code", "name", "name_en", "icon", "position", "role")
"""What lists tell of a kind or a facility."""

Longs = NDArray[np.int64]


class Known(NamedTuple):
    """Which of a district's distinct hours are open, from one moment to another (seconds since the epoch)."""

    start: int
    end: int
    open: NDArray[np.bool_]


@dataclass
class Columns:
    """The places of one district as they were at `revision`.

    `shown` are those that are public and not retired. `hours` numbers the distinct opening hours in `hours_list`;
    -1 is "not known". `closures` are times of closing out of turn: place, from, to in seconds since the epoch.
    `told` is what lists tell of a place, kept for those that were asked for until the place changes; `open_hours`
    what was last worked out of them.
    """

    district: str
    revision: int = -1
    ids: list[UUID] = field(default_factory=list)
    places: dict[UUID, int] = field(default_factory=dict)
    lons: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    lats: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    kinds: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    areas: NDArray[np.str_] = field(default_factory=lambda: np.empty(0, "U24"))
    facilities: Longs = field(default_factory=lambda: np.empty(0, np.int64))
    wheelchair: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))
    hours: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    shown: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))
    hours_list: list[Hours] = field(default_factory=list)
    hours_numbers: dict[Hours, int] = field(default_factory=dict)
    kind_codes: list[str] = field(default_factory=list)
    kind_roles: list[str] = field(default_factory=list)
    facility_codes: list[str] = field(default_factory=list)
    closures: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    kind_numbers: dict[UUID, int] = field(default_factory=dict)
    facility_numbers: dict[UUID, int] = field(default_factory=dict)
    words: list[dict[str, Any]] = field(default_factory=list)
    told: dict[UUID, Any] = field(default_factory=dict)
    open_hours: Known | None = None

    def bits(self, codes: Iterable[str]) -> int:
        """The facilities of these codes as one number. Raises `KeyError` for a code that there is not."""
        numbers = {code: number for number, code in enumerate(self.facility_codes)}
        return sum(1 << numbers[code] for code in set(codes))


_held: dict[str, Columns] = {}
_lock = threading.Lock()


def columns_of(district: str) -> Columns:
    """The columns of a district as they are now: one query when nothing has changed."""
    now = revisions.latest(district)
    held = _held.get(district)
    if held is not None and held.revision == now:
        return held
    if revisions.open_here(district):
        return _read(district, Columns(district), now)
    with _lock:
        held = _held.get(district)
        if held is None or held.revision > now:
            held = Columns(district)
        if held.revision < now:
            held = _held[district] = _read(district, held, now)
        return held


def forget(**_: object) -> None:
    """Drop what is held: when tables were emptied or migrated."""
    _held.clear()


def seconds(at: datetime | None, default: int) -> int:
    """A moment in whole seconds since the epoch."""
    return int(at.timestamp()) if at else default


def _read(district: str, held: Columns, now: int) -> Columns:
    """Columns brought up to `now`. New ones are made: who is still asking the old ones is not disturbed."""
    kinds = list(PlaceKind.objects.filter(district=district).order_by("position", "code"))
    facilities = list(Facility.objects.filter(district=district).order_by("position", "code"))[
        :MOST_FACILITIES
    ]
    kind_numbers = {row.id: number for number, row in enumerate(kinds)}
    facility_numbers = {row.id: number for number, row in enumerate(facilities)}
    usable = held.kind_numbers == kind_numbers and held.facility_numbers == facility_numbers
    words = [{name: getattr(row, name, "") for name in _WORDS} for row in (*kinds, *facilities)]
    old = held if usable else Columns(district)
    rows = list(
        Place.objects.filter(district=district, revision__gt=old.revision)
        .order_by("revision")
        .values_list(*_READ)
    )
    new = Columns(
        district,
        revision=now,
        ids=list(old.ids),
        places=dict(old.places),
        hours_list=list(old.hours_list),
        hours_numbers=dict(old.hours_numbers),
        kind_codes=[row.code for row in kinds],
        kind_roles=[row.role for row in kinds],
        facility_codes=[row.code for row in facilities],
        closures=dict(old.closures),
        kind_numbers=kind_numbers,
        facility_numbers=facility_numbers,
        words=words,
        told=dict(old.told) if old.words == words else {},
    )
    for row in rows:
        new.told.pop(row[0], None)
    places = [_place_of(new, row[0]) for row in rows]
    _grow(new, old)
    for place, row in zip(places, rows, strict=True):
        _set(new, place, row)
    changed = None if old.revision < 0 else [row[0] for row in rows]
    _read_facilities(new, changed, places)
    _read_closures(new, changed, places)
    return new


def _place_of(columns: Columns, place_id: UUID) -> int:
    place = columns.places.get(place_id)
    if place is None:
        place = columns.places[place_id] = len(columns.ids)
        columns.ids.append(place_id)
    return place


def _grow(new: Columns, old: Columns) -> None:
    more = len(new.ids) - len(old.ids)
    for name in ("lons", "lats", "kinds", "areas", "facilities", "wheelchair", "hours", "shown"):
        column = getattr(old, name)
        setattr(new, name, np.concatenate([column, np.zeros(more, column.dtype)]))


def _set(new: Columns, place: int, row: tuple[Any, ...]) -> None:
    _id, kind, lon, lat, area, hours, makeup, public, retired, access, _revision = row
    new.lons[place], new.lats[place] = lon, lat
    new.kinds[place] = new.kind_numbers[kind]
    new.areas[place] = area
    new.shown[place] = bool(public) and retired is None
    chair = access.get("wheelchair", {}) if isinstance(access, dict) else {}
    new.wheelchair[place] = chair.get("level") == "yes"
    new.hours[place] = _hours_number(new, Hours(str(hours), bool(makeup))) if hours else -1


def _hours_number(new: Columns, hours: Hours) -> int:
    number = new.hours_numbers.get(hours)
    if number is None:
        number = new.hours_numbers[hours] = len(new.hours_list)
        new.hours_list.append(hours)
    return number


def _read_facilities(new: Columns, changed: list[UUID] | None, places: list[int]) -> None:
    rows = PlaceFacility.objects.filter(district=new.district, working=True)
    if changed is not None:
        rows = rows.filter(place_id__in=changed)
    new.facilities[places] = 0
    for place_id, facility in rows.values_list("place_id", "facility_id"):
        number, place = new.facility_numbers.get(facility), new.places.get(place_id)
        if number is not None and place is not None:
            new.facilities[place] |= 1 << number


def _read_closures(new: Columns, changed: list[UUID] | None, places: list[int]) -> None:
    rows = Closure.objects.filter(district=new.district)
    if changed is not None:
        rows = rows.filter(place_id__in=changed)
    for place in places:
        new.closures.pop(place, None)
    for place_id, start, end, lifted in rows.values_list("place_id", "starts_at", "ends_at", "lifted_at"):
        known = new.places.get(place_id)
        if known is not None:
            until = min(seconds(end, FAR_FUTURE), seconds(lifted, FAR_FUTURE))
            new.closures[known] = [*new.closures.get(known, []), (seconds(start, FAR_PAST), until)]

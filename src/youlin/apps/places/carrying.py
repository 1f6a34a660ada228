"""A district to take along: all its public places with the times they are open, for a device without a network.

The times are evaluated here, with the holidays and make-up days of this installation, and taken along as spans: no
device evaluates opening hours a second time. They begin on a Monday, so that nothing changes while nobody changes
anything, and hold for `ASKED` from any moment of that week, with the `HORIZON` within which the next change is told.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Q, Value, When

from youlin.apps.places import hours, revisions
from youlin.apps.places.hours import Hours
from youlin.apps.places.hours.evaluating import zone
from youlin.apps.places.models import Closure, Facility, Place, PlaceEntrance, PlaceFacility, PlaceKind
from youlin.apps.places.models.declared import ROLES
from youlin.apps.places.models.place import PROFILES
from youlin.apps.places.services.writing import syllables
from youlin.apps.places.telling import Word
from youlin.kernel import clock

ASKED = timedelta(days=14)
HORIZON = timedelta(days=8)
"""How far ahead `hours.standing` looks for the next change."""
WEEK = timedelta(days=7)
LENGTH = WEEK + ASKED + HORIZON
MOST = 10_000
"""So many places are taken along, those that serve people first."""
_MINUTE = 60
_SUN = ("sun", "dawn", "dusk")


class CarriedEntrance(NamedTuple):
    """One way in; `step_free` is None where nobody has looked."""

    name: str
    lon: float
    lat: float
    step_free: bool | None
    note: str


class CarriedClosure(NamedTuple):
    """Closed out of turn; `ends_at` is None while nobody knows."""

    starts_at: datetime
    ends_at: datetime | None
    reason: str


class CarriedPlace(NamedTuple):
    """One place. `hours` numbers `Carried.hours`, -1 where nobody knows them; `said` are the syllables of its name;
    `facilities` are code and whether it works."""

    number: str
    name: str
    name_en: str
    said: str
    kind: str
    lon: float
    lat: float
    area: str
    address: str
    phone: str
    hours: int
    access: tuple[str, ...]
    facilities: tuple[tuple[str, bool], ...]
    closures: tuple[CarriedClosure, ...]
    entrances: tuple[CarriedEntrance, ...]
    confirmed_at: datetime | None
    confirmed_how: str
    flagged: bool
    is_demo: bool


class Carried(NamedTuple):
    """A district's places from `start` to `end`, in the order in which equally near ones are listed.

    Each of `hours` is a row of spans from `start` on, a letter and minutes: `c540o480` is nine hours closed (c),
    then eight open (o); u is unknown. `left_out` places were too many.
    """

    start: datetime
    end: datetime
    kinds: list[Word]
    facilities: list[tuple[Word, bool]]
    hours: list[str]
    places: list[CarriedPlace]
    left_out: int


def state(district: str) -> tuple[int, date]:
    """Other when the file may be another: the district's count of changes, and the Monday its times begin on."""
    return revisions.latest(district), monday()


def monday() -> date:
    """The first day of this week, where the opening hours are written."""
    today = clock.today()
    return today - timedelta(days=today.weekday())


def carried(district: str) -> Carried:
    """All public places of a district, in five queries however many."""
    start = datetime.combine(monday(), time(), zone())
    shown = Place.objects.filter(district=district, public=True, retired_at=None)
    rows = list(_chosen(shown)[:MOST])
    chosen = None if len(rows) < MOST else [row["id"] for row in rows]
    numbers: dict[Hours, int] = {}
    attached = _facilities(district, chosen), _closures(district, chosen, start), _entrances(district, chosen)
    places = [_place(row, numbers, *attached) for row in sorted(rows, key=lambda row: row["id"])]
    kinds = PlaceKind.objects.filter(district=district).order_by("position", "code")
    facilities = Facility.objects.filter(district=district).order_by("position", "code")
    return Carried(
        start,
        start + LENGTH,
        [Word(one.code, one.name, one.name_en, one.icon, one.role) for one in kinds],
        [(Word(one.code, one.name, one.name_en, one.icon), one.need) for one in facilities],
        [spans_of(one, start, start + LENGTH) for one in numbers],
        places,
        shown.count() - MOST if chosen else 0,
    )


def spans_of(one: Hours, start: datetime, end: datetime) -> str:
    """The states from `start` to `end` as letters and minutes."""
    found: list[tuple[str, int]] = []
    for span in hours.spans(one, start, end):
        minutes = round((span.end - span.start).total_seconds() / _MINUTE)
        if found and found[-1][0] == span.state[0]:
            minutes += found.pop()[1]
        found.append((span.state[0], minutes))
    return "".join(f"{letter}{minutes}" for letter, minutes in found)


_READ = (
    "id",
    "number",
    "name",
    "name_en",
    "kind__code",
    "lon",
    "lat",
    "area_now",
    "address",
    "phone",
    "hours",
    "makeup_days",
    "accessibility",
    "confirmed_at",
    "confirmed_how",
    "flagged_at",
    "is_demo",
)


def _chosen(shown: Any) -> Any:
    """Those that serve people first, then their surroundings, then mere positions."""
    order = [When(kind__role=role, then=Value(number)) for number, (role, _name) in enumerate(ROLES)]
    return shown.order_by(Case(*order, default=Value(len(ROLES))), "id").values(*_READ)


def _place(
    row: dict[str, Any],
    numbers: dict[Hours, int],
    facilities: dict[UUID, list[Any]],
    closures: dict[UUID, list[Any]],
    entrances: dict[UUID, list[Any]],
) -> CarriedPlace:
    said = row["accessibility"] if isinstance(row["accessibility"], dict) else {}
    return CarriedPlace(
        number=row["number"],
        name=row["name"],
        name_en=row["name_en"],
        said=" ".join(syllables(row["name"])),
        kind=row["kind__code"],
        lon=row["lon"],
        lat=row["lat"],
        area=row["area_now"],
        address=row["address"],
        phone=row["phone"],
        hours=_hours(row, numbers),
        access=tuple(said.get(profile, {}).get("level", "") for profile in PROFILES),
        facilities=tuple(facilities.get(row["id"], ())),
        closures=tuple(closures.get(row["id"], ())),
        entrances=tuple(entrances.get(row["id"], ())),
        confirmed_at=row["confirmed_at"],
        confirmed_how=row["confirmed_how"],
        flagged=row["flagged_at"] is not None,
        is_demo=row["is_demo"],
    )


def _hours(row: dict[str, Any], numbers: dict[Hours, int]) -> int:
    """The number of a place's hours; where it lies makes a difference to the sun alone."""
    if not row["hours"]:
        return -1
    sunny = any(word in row["hours"] for word in _SUN)
    where = (row["lon"], row["lat"]) if sunny else (0.0, 0.0)
    return numbers.setdefault(Hours(row["hours"], row["makeup_days"], *where), len(numbers))


def _of(rows: Any, chosen: list[UUID] | None) -> Any:
    return rows if chosen is None else rows.filter(place_id__in=chosen)


def _facilities(district: str, chosen: list[UUID] | None) -> dict[UUID, list[Any]]:
    rows = _of(PlaceFacility.objects.filter(district=district), chosen)
    told = rows.order_by("facility__position", "facility__code")
    return _together(told.values_list("place_id", "facility__code", "working"), lambda *has: has)


def _closures(district: str, chosen: list[UUID] | None, start: datetime) -> dict[UUID, list[Any]]:
    rows = _of(Closure.objects.filter(district=district, lifted_at=None), chosen)
    told = rows.filter(Q(ends_at=None) | Q(ends_at__gt=start), starts_at__lt=start + LENGTH)
    columns = ("place_id", "starts_at", "ends_at", "reason")
    return _together(told.order_by("starts_at", "id").values_list(*columns), CarriedClosure)


def _entrances(district: str, chosen: list[UUID] | None) -> dict[UUID, list[Any]]:
    rows = _of(PlaceEntrance.objects.filter(district=district), chosen)
    columns = ("place_id", "name", "lon", "lat", "step_free", "note")
    return _together(rows.order_by("position", "id").values_list(*columns), CarriedEntrance)


def _together(rows: Iterable[tuple[Any, ...]], make: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for place_id, *values in rows:
        found[place_id].append(make(*values))
    return found

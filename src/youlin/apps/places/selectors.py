"""Every read of places. What is public anybody may know; what keepers see asks for the actor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.places import hours, often, permission, telling
from youlin.apps.places.acts import KEEP, LEND
from youlin.apps.places.finding import Asked, Box, Bunch, Columns, answer, columns_of, seen
from youlin.apps.places.hours import DayHours, Hours, Standing
from youlin.apps.places.models import (
    Closure,
    Lendable,
    Loan,
    Place,
    PlaceEntrance,
    PlaceVoice,
)
from youlin.apps.places.services.writing import KIND
from youlin.apps.places.telling import Has, Word
from youlin.kernel import clock, ids, search
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

CROWDING_HOLDS = timedelta(hours=2)
"""How long a word about crowding is shown."""

MOST_FOUND = 5_000
MOST_MAPPED = 600


@dataclass(frozen=True)
class PlaceRow:
    """One place in a list. `standing` is None where nobody knows the hours; `closure` is why it is closed now.

    `way` says what `metres` are: `walk` or `ride` along the streets, "" in a straight line.
    """

    id: UUID
    number: str
    district: str
    name: str
    name_en: str
    kind: Word
    lon: float
    lat: float
    area: str
    address: str
    standing: Standing | None
    closure: str
    facilities: tuple[Has, ...]
    crowding: str
    wheelchair: str
    flagged: bool
    confirmed_at: datetime | None
    is_demo: bool
    confirmed_how: str = ""
    metres: float | None = None
    way: str = ""

    @property
    def open_now(self) -> bool | None:
        """Open, closed, or None: nobody knows."""
        if self.closure:
            return False
        return (
            None
            if self.standing is None or self.standing.state == "unknown"
            else self.standing.state == "open"
        )


@dataclass(frozen=True)
class Look:
    """What was found: the rows asked for, and how many fit in all."""

    rows: list[PlaceRow]
    total: int


@dataclass(frozen=True)
class Mapped:
    """What a map shows: places, or bunches of them where they are many."""

    rows: list[PlaceRow]
    bunches: list[Bunch]


@dataclass(frozen=True)
class Out:
    """Things a place lends, and how many are there now."""

    id: UUID
    name: str
    name_en: str
    total: int
    there: int
    hours_allowed: int


@dataclass(frozen=True)
class PlacePage:
    """Everything told of a place."""

    row: PlaceRow
    phone: str
    hours: str
    week: tuple[DayHours, ...]
    closures: tuple[Closure, ...]
    entrances: tuple[PlaceEntrance, ...]
    accessibility: dict[str, dict[str, str]]
    capacity: int | None
    description: str
    description_en: str
    lendables: tuple[Out, ...]
    scene: str
    confirmed_how: str
    source: str
    licence: str
    version: int
    may_keep: bool = False
    may_lend: bool = False
    points: tuple[PlaceRow, ...] = field(default=())


def words(district: str) -> telling.Words:
    """The kinds and the facilities that one can ask for."""
    return telling.words(district)


def kinds(district: str) -> list[Word]:
    """The kinds in force, in their order."""
    return list(telling.words(district).kinds)


def needs(district: str) -> list[Word]:
    """The facilities one can ask for, in their order."""
    return list(telling.words(district).needs)


def find(asked: Asked, words: str = "") -> list[PlaceRow]:
    """The nearest public places that fit, with their distance; `words` narrows them (Chinese, pinyin, initials)."""
    return look(asked, words).rows


def look(asked: Asked, words: str = "", *, skip: int = 0) -> Look:
    """The same with the number of all that fit, without the nearest `skip`."""
    columns = columns_of(asked.district)
    near, total = answer(with_words(asked, words), columns)
    metres = {one.id: one.metres for one in near[skip:]}
    return Look(_rows_in(columns, list(metres), asked.open_at, metres), total)


def mapped(asked: Asked, words: str = "", *, box: Box | None = None, most: int = MOST_MAPPED) -> Mapped:
    """All that fit within a part of the map."""
    shown = seen(with_words(asked, words), box, most)
    return Mapped(_rows(asked.district, shown.ids, asked.open_at), shown.bunches)


def any_places(district: str) -> bool:
    """Whether the district has told anything of its places."""
    return bool(columns_of(district).shown.any())


def nearby_instead(page: PlacePage, limit: int = 3) -> list[PlaceRow]:
    """Places of the same kind that are open now, nearest to one that is not."""
    row = page.row
    asked = Asked(
        row.district, row.lon, row.lat, kinds=(row.kind.code,), open_at=clock.now(), limit=limit + 1
    )
    return [one for one in find(asked) if one.id != row.id][:limit]


def district_of_number(districts: Sequence[str], number: str) -> str:
    """The district whose place has this number. Raises `NotFound`."""
    known = Place.objects.filter(district__in=districts, number=ids.normalise_number(number))
    found = known.values_list("district", flat=True).first()
    if found is None:
        raise NotFound(_("没有这个地点，或它已不开放"))
    return found


def unsettled_case(place: Place, saying: str) -> str:
    """The number of the latest case in which the same is already being looked at, "" where there is none."""
    said = PlaceVoice.objects.filter(
        district=place.district, place=place, saying=saying, settled_at=None
    ).exclude(case="")
    return said.order_by("-said_at").values_list("case", flat=True).first() or ""


def places_of_case(district: str, case: str) -> list[UUID]:
    """The places of which something was said that became this case."""
    said = PlaceVoice.objects.filter(district=district, case=case, settled_at=None)
    return list(said.order_by("place_id").values_list("place_id", flat=True).distinct())


def with_words(asked: Asked, words: str) -> Asked:
    """The same, narrowed to what a search of words finds."""
    if not words.strip():
        return asked
    found = search.matching_ids(district=asked.district, kind=KIND, query=words, limit=MOST_FOUND)
    return replace(asked, only=frozenset(found.values_list("object_id", flat=True)))


def place_page(actor: Actor, district: str, number: str) -> PlacePage:
    """A place with everything told of it. Raises `NotFound` where it is not public and not the actor's to keep."""
    known = Place.objects.select_related("kind", "within").filter(district=district)
    place = known.filter(number=ids.normalise_number(number)).first()
    may_keep = place is not None and permission.may(actor, KEEP, place)
    if place is None or not (may_keep or (place.public and place.retired_at is None)):
        raise NotFound(_("没有这个地点，或它已不开放"))
    [row] = _rows(district, [place.id])
    return _page(place, row, may_keep=may_keep, may_lend=permission.may(actor, LEND, place))


def points(district: str, place_ids: Iterable[UUID] | None = None) -> list[PlaceRow]:
    """All public places of a district (those of `place_ids`), for maps, posters and machines."""
    columns = columns_of(district)
    shown = [columns.ids[number] for number in columns.shown.nonzero()[0]]
    wanted = set(place_ids) if place_ids is not None else None
    return _rows(district, [one for one in shown if wanted is None or one in wanted])


def kept(actor: Actor, *, due: bool = False, flagged: bool = False) -> list[PlaceRow]:
    """The places the actor keeps: those to be confirmed (`due`) or in doubt (`flagged`) alone, if asked."""
    scope = duties.access(actor).scope(KEEP, fields=permission.FIELDS)
    rows = Place.objects.filter(scope, retired_at=None)
    if due:
        never = Q(confirmed_at=None, kind__confirm_days__gt=0)
        rows = rows.filter(never | Q(asked_at__isnull=False))
    if flagged:
        rows = rows.exclude(flagged_at=None)
    found = rows.order_by("area_now", "name").values_list("district", "id")[:MOST_FOUND]
    by_district = defaultdict(list)
    for district, place_id in found:
        by_district[district].append(place_id)
    return [row for district, ids in by_district.items() for row in _rows(district, ids)]


def rows_of(district: str, ids: Sequence[UUID], at: datetime | None = None) -> list[PlaceRow]:
    """These places as they stand at a moment (now), in the order given, whether they are public or not."""
    return _rows(district, ids, at)


def loans_out(actor: Actor, district: str, place_id: UUID) -> list[Loan]:
    """What is out at a place, the longest due first; for whoever lends there."""
    place = Place.objects.filter(district=district, id=place_id).first()
    if place is None or not permission.may(actor, LEND, place):
        raise NotFound(_("没有这个地点"))
    rows = Loan.objects.filter(district=district, lendable__place=place, returned_at=None, lost_at=None)
    return list(rows.select_related("lendable").order_by("due_at"))


def _rows(district: str, ids: Sequence[UUID], at: datetime | None = None) -> list[PlaceRow]:
    """Rows in the order of `ids`, as they stand at a moment (now)."""
    return _rows_in(columns_of(district), ids, at, {})


def _rows_in(
    columns: Columns, ids: Sequence[UUID], at: datetime | None, metres: Mapping[UUID, float]
) -> list[PlaceRow]:
    moment = at or clock.now()
    known = telling.told(columns, ids)
    closed = [one for one in ids if columns.places.get(one) in columns.closures]
    closures = dict(often.CLOSED.values(closed, district=columns.district, at=moment)) if closed else {}
    return [_row(known[one], closures.get(one, ""), moment, metres.get(one)) for one in ids if one in known]


def _row(told: telling.Told, closure: str, moment: datetime, metres: float | None) -> PlaceRow:
    crowded = told.crowding_at is not None and moment - told.crowding_at < CROWDING_HOLDS
    return PlaceRow(
        **told.row,
        standing=hours.standing(told.hours, moment) if told.hours else None,
        closure=closure,
        crowding=told.crowding if crowded else "",
        metres=metres,
    )


def entrances_of(district: str, place_ids: Iterable[UUID]) -> dict[UUID, list[PlaceEntrance]]:
    """The ways into these places, in their order."""
    found: dict[UUID, list[PlaceEntrance]] = defaultdict(list)
    rows = often.WAYS_IN.values(list(place_ids), district=district)
    for one in (PlaceEntrance(**dict(zip(often.WAY_IN, row, strict=True))) for row in rows):
        found[one.place_id].append(one)
    for ways in found.values():
        ways.sort(key=lambda one: one.position)
    return found


def _page(place: Place, row: PlaceRow, *, may_keep: bool, may_lend: bool) -> PlacePage:
    today: date = clock.today()
    told = Hours(place.hours, place.makeup_days, place.lon, place.lat)
    attached: dict[str, Any] = {"district": place.district, "place": place}
    return PlacePage(
        row=row,
        phone=place.phone,
        hours=place.hours,
        week=tuple(hours.week(told, today)) if place.hours else (),
        closures=tuple(
            Closure.objects.filter(**attached, lifted_at=None)
            .filter(Q(ends_at=None) | Q(ends_at__gt=clock.now()))
            .order_by("starts_at")
        ),
        entrances=tuple(PlaceEntrance.objects.filter(**attached).order_by("position")),
        accessibility=place.accessibility,
        capacity=place.capacity,
        description=place.description,
        description_en=place.description_en,
        lendables=tuple(
            Out(one.id, one.name, one.name_en, one.total, one.total - one.lent, one.hours_allowed)
            for one in Lendable.objects.filter(**attached, retired_at=None).order_by("name")
        ),
        scene=place.within.name if place.within else "",
        confirmed_how=place.get_confirmed_how_display(),
        source=place.source,
        licence=place.licence,
        version=place.version,
        may_keep=may_keep,
        may_lend=may_lend,
        points=tuple(_rows(place.district, _within(place))) if place.kind.role == "scene" else (),
    )


def _within(place: Place) -> list[UUID]:
    rows = Place.objects.filter(district=place.district, within=place, retired_at=None, public=True)
    return list(rows.order_by("name").values_list("id", flat=True))

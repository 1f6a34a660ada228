"""What there is to have, for everybody: the catalogue with where and whether now, one item, seasons, meals."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from youlin.apps.offers.models import (
    EntitlementKind,
    Offer,
    OfferCategory,
    OfferKind,
    OfferPlace,
    Season,
    SeasonOffer,
)
from youlin.apps.offers.services.writing import KIND
from youlin.apps.places import hours
from youlin.apps.places import selectors as places
from youlin.apps.places.finding import Asked, answer
from youlin.apps.places.hours import Hours
from youlin.apps.places.selectors import PlaceRow
from youlin.apps.places.walking import selectors as walking
from youlin.apps.places.walking.network import Mode
from youlin.kernel import clock, ids, search
from youlin.kernel.errors import NotFound

MOST_FOUND = 1_000
ROLES = ("point", "scene")


@dataclass(frozen=True)
class Word:
    """A kind, a category or an entitlement kind, to choose from or to show."""

    code: str
    name: str
    name_en: str
    icon: str = ""
    proof: str = ""
    proof_en: str = ""
    counted: str = ""


@dataclass(frozen=True)
class OfferRow:
    """One offer in a list. `audience` empty: for everybody. `places` and `open` count where it is given."""

    id: UUID
    number: str
    district: str
    kind: Word
    category: Word | None
    name: str
    name_en: str
    what: str
    what_en: str
    how: str
    how_en: str
    price: int | None
    usual_price: int | None
    hours: str
    audience: tuple[Word, ...]
    giver: str
    limits: tuple[tuple[str, int], ...]
    valid_from: date | None
    valid_to: date | None
    is_demo: bool
    places: int = 0
    open: int = 0
    nearest: UUID | None = None
    metres: float | None = None


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. `open_at` narrows to what can be had then; `here` sorts the places by distance."""

    district: str
    words: str = ""
    category: str = ""
    area: str = ""
    open_at: datetime | None = None
    here: tuple[float, float] | None = None
    counted: str = "tally"
    only: frozenset[UUID] | None = None


@dataclass(frozen=True)
class Meal:
    """A place that gives meals, and which."""

    place: PlaceRow
    offers: tuple[OfferRow, ...]


@dataclass(frozen=True)
class SeasonRow:
    """A season as it is told. `state`: now, ahead or past."""

    id: UUID
    brand: str
    name: str
    name_en: str
    what: str
    what_en: str
    starts_on: date
    ends_on: date
    is_demo: bool
    state: str
    offers: int = 0


def categories(district: str) -> list[Word]:
    """The categories in force, in their order."""
    rows = OfferCategory.objects.filter(district=district, retired_at=None).order_by("position", "code")
    return [Word(row.code, row.name, row.name_en, row.icon) for row in rows]


def kinds(district: str) -> list[Word]:
    """The kinds in force, in their order."""
    rows = OfferKind.objects.filter(district=district, retired_at=None).order_by("position", "code")
    return [Word(row.code, row.name, row.name_en, row.icon, counted=row.counted) for row in rows]


def entitlement_kinds(district: str) -> list[Word]:
    """As what somebody can be entitled, in their order."""
    rows = EntitlementKind.objects.filter(district=district, retired_at=None).order_by("position", "code")
    return [_entitlement_word(row) for row in rows]


def catalogue(wanted: Wanted) -> list[OfferRow]:
    """The offers that fit, by category and position, each with how many places give it and how many of these now.

    With `open_at` those alone that can be had somewhere then; with `area` those given in that area.
    """
    offers = _offers(wanted)
    given = _given([offer.id for offer in offers], wanted.district, wanted.area)
    at = wanted.open_at or clock.now()
    open_places = _open_places(wanted.district, {one for found in given.values() for one in found}, at)
    near = _near(wanted, {one for found in given.values() for one in found}) if wanted.here else {}
    words = {one.code: one for one in entitlement_kinds(wanted.district)}
    rows = []
    for offer in offers:
        found = given.get(offer.id, [])
        if wanted.area and not found:
            continue
        now = _now(offer, found, open_places, at)
        if wanted.open_at and not now:
            continue
        reachable = now if wanted.open_at else found
        nearest = min((one for one in reachable if one in near), key=lambda one: near[one], default=None)
        row = _row(offer, words)
        rows.append(
            replace(
                row,
                places=len(found),
                open=len(now),
                nearest=nearest,
                metres=near[nearest] if nearest else None,
            )
        )
    return rows


def district_of_number(districts: Sequence[str], number: str) -> str:
    """The district whose offer has this number. Raises `NotFound`."""
    known = Offer.objects.filter(
        district__in=districts, number=ids.normalise_number(number.replace("\0", ""))
    )
    found = known.values_list("district", flat=True).first()
    if found is None:
        raise NotFound(_("没有这项服务，或它已停止"))
    return found


def item(district: str, number: str) -> OfferRow:
    """One offer in force. Raises `NotFound`."""
    found = _in_force(district).filter(number=ids.normalise_number(number.replace("\0", ""))).first()
    if found is None:
        raise NotFound(_("没有这项服务，或它已停止"))
    words = {one.code: one for one in entitlement_kinds(district)}
    return _row(found, words)


def to_redeem(district: str) -> list[tuple[Offer, OfferRow]]:
    """What entitled people can redeem today, by position and name."""
    words = {one.code: one for one in entitlement_kinds(district)}
    rows = _in_force(district).filter(kind__counted="person").exclude(valid_from__gt=clock.today())
    return [(offer, _row(offer, words)) for offer in rows.order_by("position", "name", "id")]


def places_of(row: OfferRow, here: tuple[float, float] | None = None, limit: int = 200) -> list[PlaceRow]:
    """Where an offer is given: open ones first, then the nearest, else by name."""
    found = list(_public_places(row.district, [row.id]).values_list("place_id", flat=True))
    near = _near(Wanted(row.district, here=here), set(found)) if here else {}
    rows = [replace(one, metres=near.get(one.id)) for one in places.rows_of(row.district, found[:MOST_FOUND])]
    return sorted(rows, key=lambda one: (not open_now(row, one), one.metres or 0.0, one.name, one.number))[
        :limit
    ]


def open_now(row: OfferRow, place: PlaceRow, at: datetime | None = None) -> bool:
    """Whether an offer can be had at a place: by its own hours, else by those of the place; never while it is closed."""
    if place.closure:
        return False
    if not row.hours:
        return bool(place.open_now)
    return hours.open_at(Hours(row.hours, lon=place.lon, lat=place.lat), at or clock.now())


def at_place(district: str, place_id: UUID) -> list[OfferRow]:
    """What is given at a place, meals first."""
    given = OfferPlace.objects.filter(district=district, place_id=place_id, ended_at=None)
    rows = _in_force(district).filter(id__in=given.values("offer_id"))
    words = {one.code: one for one in entitlement_kinds(district)}
    found = rows.order_by("kind__position", "category__position", "position", "name")
    return [_row(offer, words) for offer in found]


def meals(asked: Asked, words: str = "", *, by: Mode | None = None) -> list[Meal]:
    """The places that give what entitled people redeem, with what they give: those that `words` find, open when asked.

    By street and name; `by` says how one gets there from the point asked for, then the nearest are first.
    """
    district = asked.district
    offers = list(_in_force(district).filter(kind__counted="person").order_by("position", "name"))
    kinds_ = {one.code: one for one in entitlement_kinds(district)}
    rows = {offer.id: _row(offer, kinds_) for offer in offers}
    by_place: dict[UUID, list[OfferRow]] = defaultdict(list)
    given = _public_places(district, list(rows)).values_list("offer_id", "place_id")
    for offer_id, place_id in given:
        by_place[place_id].append(rows[offer_id])
    meant = places.with_words(Asked(district, 0.0, 0.0), words).only
    known = set(by_place) if meant is None else set(by_place) & meant
    found = [Meal(place, tuple(by_place[place.id])) for place in _placed(asked, known, by)]
    if (at := asked.open_at) is not None:
        found = [one for one in found if any(open_now(row, one.place, at) for row in one.offers)]
    return found


def _placed(asked: Asked, ids_: set[UUID], by: Mode | None) -> list[PlaceRow]:
    if by is None:
        found = places.rows_of(asked.district, list(ids_))
        return sorted(found, key=lambda one: (one.area, one.name, one.number))
    every = Asked(asked.district, asked.lon, asked.lat, roles=ROLES, only=frozenset(ids_), limit=len(ids_))
    return walking.look(every, mode=by).rows if ids_ else []


def seasons(district: str, *, past: bool = False) -> list[SeasonRow]:
    """Seasons that are on or ahead, the next first; with `past` the others too, after them."""
    today = clock.today()
    rows = Season.objects.filter(district=district, retired_at=None)
    if not past:
        rows = rows.filter(ends_on__gte=today)
    counts: dict[UUID, int] = defaultdict(int)
    for season_id in SeasonOffer.objects.filter(district=district, season__in=rows).values_list(
        "season_id", flat=True
    ):
        counts[season_id] += 1
    order = {"now": 0, "ahead": 1, "past": 2}
    found = [_season(row, today, counts[row.id]) for row in rows]
    return sorted(
        found, key=lambda one: (order[one.state], abs((one.starts_on - today).days), one.name, one.id)
    )


def season(district: str, season_id: UUID) -> tuple[SeasonRow, list[OfferRow]]:
    """One season with its offers in force. Raises `NotFound`."""
    row = Season.objects.filter(district=district, id=season_id, retired_at=None).first()
    if row is None:
        raise NotFound(_("没有这一季"))
    chosen = SeasonOffer.objects.filter(district=district, season=row).values_list("offer_id", flat=True)
    wanted = Wanted(district, counted="", only=frozenset(chosen))
    found = catalogue(wanted)
    return _season(row, clock.today(), len(found)), found


def seasons_of(row: OfferRow) -> list[SeasonRow]:
    """The seasons on or ahead to which an offer belongs."""
    mine = SeasonOffer.objects.filter(district=row.district, offer_id=row.id)
    known = set(mine.values_list("season_id", flat=True))
    return [one for one in seasons(row.district) if one.id in known]


def district_of_season(districts: Sequence[str], season_id: UUID) -> str:
    """The district that holds a season. Raises `NotFound`."""
    rows = Season.objects.filter(district__in=districts, id=season_id)
    found = rows.values_list("district", flat=True).first()
    if found is None:
        raise NotFound(_("没有这一季"))
    return found


def districts_with_meals(districts: Sequence[str]) -> list[str]:
    """The districts in which somebody gives meals, in the order asked."""
    rows = Offer.objects.filter(district__in=districts, kind__counted="person", retired_at=None)
    known = set(rows.values_list("district", flat=True).distinct())
    return [one for one in districts if one in known]


def _in_force(district: str) -> QuerySet[Offer]:
    today = clock.today()
    rows = Offer.objects.filter(district=district, retired_at=None)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=today))
    return rows.select_related("kind", "category", "giver")


def _offers(wanted: Wanted) -> list[Offer]:
    rows = _in_force(wanted.district)
    if wanted.counted:
        rows = rows.filter(kind__counted=wanted.counted)
    if wanted.category:
        rows = rows.filter(category__code=wanted.category)
    if wanted.only is not None:
        rows = rows.filter(id__in=wanted.only)
    if wanted.words.strip():
        found = search.matching_ids(district=wanted.district, kind=KIND, query=wanted.words, limit=MOST_FOUND)
        rows = rows.filter(id__in=list(found.values_list("object_id", flat=True)))
    return list(rows.order_by("kind__position", "category__position", "position", "name", "id")[:MOST_FOUND])


def _public_places(district: str, offers: Iterable[UUID], area: str = "") -> QuerySet[OfferPlace]:
    rows = OfferPlace.objects.filter(
        district=district,
        offer_id__in=list(offers),
        ended_at=None,
        place__retired_at=None,
        place__public=True,
    )
    return rows.filter(place__area_now__startswith=area) if area else rows


def _given(offers: Sequence[UUID], district: str, area: str) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for offer_id, place_id in _public_places(district, offers, area).values_list("offer_id", "place_id"):
        found[offer_id].append(place_id)
    return found


def _open_places(district: str, ids_: set[UUID], at: datetime) -> set[UUID]:
    """Those of these places that are open, from the columns in memory: no row is read."""
    asked = Asked(district, 0.0, 0.0, roles=ROLES, open_at=at, only=frozenset(ids_), limit=len(ids_))
    return {one.id for one in answer(asked).found} if ids_ else set()


def _near(wanted: Wanted, ids_: set[UUID]) -> dict[UUID, float]:
    lon, lat = wanted.here or (0.0, 0.0)
    asked = Asked(wanted.district, lon, lat, roles=ROLES, only=frozenset(ids_), limit=len(ids_))
    return {one.id: one.metres for one in answer(asked).found} if ids_ else {}


def _now(offer: Offer, given: Sequence[UUID], open_places: set[UUID], at: datetime) -> list[UUID]:
    """Where it can be had at a moment. Of one with hours of its own, places closed out of turn are left out."""
    if offer.valid_from and offer.valid_from > clock.today():
        return []
    if not offer.hours:
        return [one for one in given if one in open_places]
    if not given or not hours.open_at(Hours(offer.hours), at):
        return []
    return [row.id for row in places.rows_of(offer.district, list(given)) if not row.closure]


LIMITS = ("per_person_day", "per_person_month", "per_place_day", "in_total")


def _row(offer: Offer, words: dict[str, Word]) -> OfferRow:
    category = offer.category
    return OfferRow(
        id=offer.id,
        number=offer.number,
        district=offer.district,
        kind=Word(
            offer.kind.code, offer.kind.name, offer.kind.name_en, offer.kind.icon, counted=offer.kind.counted
        ),
        category=Word(category.code, category.name, category.name_en, category.icon) if category else None,
        name=offer.name,
        name_en=offer.name_en,
        what=offer.what,
        what_en=offer.what_en,
        how=offer.how,
        how_en=offer.how_en,
        price=offer.price,
        usual_price=offer.usual_price,
        hours=offer.hours,
        audience=tuple(words[code] for code in offer.audience if code in words),
        giver=offer.giver.name if offer.giver else "",
        limits=tuple((name, most) for name in LIMITS if (most := getattr(offer, name)) is not None),
        valid_from=offer.valid_from,
        valid_to=offer.valid_to,
        is_demo=offer.is_demo,
    )


def _entitlement_word(row: EntitlementKind) -> Word:
    return Word(row.code, row.name, row.name_en, row.icon, row.proof, row.proof_en)


def _season(row: Season, today: date, offers: int) -> SeasonRow:
    state = "ahead" if row.starts_on > today else "past" if row.ends_on < today else "now"
    return SeasonRow(
        id=row.id,
        brand=row.brand,
        name=row.name,
        name_en=row.name_en,
        what=row.what,
        what_en=row.what_en,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        is_demo=row.is_demo,
        state=state,
        offers=offers,
    )

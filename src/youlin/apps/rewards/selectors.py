"""Every read of rewards: what there is and where, a shop's counter, its months."""

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.ledger import selectors as books
from youlin.apps.parties import selectors as people
from youlin.apps.passes import selectors as pass_words
from youlin.apps.passes import services as passes
from youlin.apps.places.finding import Asked, answer
from youlin.apps.places.models import Place
from youlin.apps.rewards import permission
from youlin.apps.rewards.acts import SERVE
from youlin.apps.rewards.models import Redemption, Reward, Settlement, Shop
from youlin.apps.rewards.services import keeping, vouching
from youlin.kernel import clock, privacy
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound

SHOWN = 60
MOST = 500
"""Rewards among which the nearest are looked for."""
ROLES = ("point", "scene")
LAST = 30


@dataclass(frozen=True)
class Card:
    """A reward as people see it: what, for how many points, where, and how many are left."""

    id: UUID
    number: str
    name: str
    name_en: str
    what: str
    what_en: str
    points: int
    shop: str
    place: str
    place_en: str
    place_number: str
    address: str
    left: int
    is_demo: bool
    district: str = ""
    metres: float | None = None


@dataclass(frozen=True)
class Aside:
    """A reward that is set aside for me: the voucher's code, and until when it is good."""

    card: Card
    expires_at: datetime
    token: str


@dataclass(frozen=True)
class Taken:
    """A redemption as a counter sees it: who (masked), what, when."""

    id: UUID
    who: str
    name: str
    name_en: str
    points: int
    at: datetime
    is_reversed: bool
    reversed_why: str


@dataclass(frozen=True)
class MonthLine:
    """A month of one reward at a shop."""

    name: str
    name_en: str
    number: str
    taken: int
    reversed: int
    points: int


@dataclass(frozen=True)
class Month:
    """A shop's month: its lines, their sums, and when it was settled."""

    first: date
    lines: list[MonthLine]
    taken: int
    points: int
    settled_at: datetime | None


def positions(district: str, places: Collection[str]) -> dict[str, tuple[float, float]]:
    """Where places are, for rules of earning; what is no place's id is left out."""
    ids_ = {one: found for one in places if (found := _uuid(one)) is not None}
    rows = Place.objects.filter(district=district, id__in=ids_.values()).values_list("id", "lon", "lat")
    known = {row[0]: (row[1], row[2]) for row in rows}
    return {text: known[one] for text, one in ids_.items() if one in known}


def rewards(district: str, here: tuple[float, float] | None = None) -> list[Card]:
    """What can be had now, the cheapest first, or the nearest where somebody stands; what has run out stands last."""
    today = clock.today()
    rows = Reward.objects.filter(district=district, retired_at=None, shop__left_at=None)
    rows = rows.exclude(valid_from__gt=today).exclude(valid_to__lt=today)
    listed = rows.select_related("shop__place", "shop__organisation").order_by("points", "name", "id")
    found = _cards(district, list(listed[: SHOWN if here is None else MOST]))
    if here is not None:
        far = _metres(district, here, {one.place_number for one in found})
        found = [replace(one, metres=far.get(one.place_number)) for one in found]
    return sorted(found, key=_near_and_there)[:SHOWN]


def aside(actor: Actor, district: str) -> list[Aside]:
    """What is set aside for the actor and not taken yet, with the code to be shown."""
    if actor.person_id is None:
        return []
    rows = vouching.open_of(district, people.same_phone(actor.person_id))
    cards = {one.id: one for one in _cards(district, [row.reward for row in rows])}
    return [
        Aside(replace(cards[row.reward_id], points=row.points), row.expires_at, passes.token_of(row.held))
        for row in rows
        if row.held is not None
    ]


def vouchers_in(district: str) -> bool:
    """Whether the district signs vouchers."""
    return any(one.code == vouching.KIND for one in pass_words.kinds(district))


def shops(actor: Actor) -> list[Shop]:
    """The shops where the actor gives rewards."""
    rows = Shop.objects.filter(district__in=duties.access(actor).districts(SERVE), left_at=None)
    found = rows.select_related("organisation", "place").order_by("organisation__name", "place__name", "id")
    return [one for one in found if permission.may_serve(actor, one)]


def serves_any(actor: Actor) -> bool:
    """Whether the actor gives rewards anywhere."""
    return bool(duties.access(actor).districts(SERVE))


def shop(actor: Actor, shop_id: UUID) -> Shop:
    """One of them. Raises `NotFound` for others."""
    found = next((one for one in shops(actor) if one.id == shop_id), None)
    if found is None:
        raise NotFound(_("没有这家商户，或不归您值守"))
    return found


def of_shop(one: Shop) -> list[Card]:
    """What a shop gives."""
    rows = Reward.objects.filter(district=one.district, shop=one, retired_at=None)
    listed = rows.select_related("shop__place", "shop__organisation").order_by("points", "name", "id")
    return _cards(one.district, list(listed))


def ever_of_shop(one: Shop) -> list[Reward]:
    """What a shop gives or gave: a voucher may be older than the list."""
    return list(Reward.objects.filter(district=one.district, shop=one).order_by("number"))


def demand_here(one: Shop, reward_id: UUID | None) -> None:
    """Raise `Invalid` for a reward that is not this shop's; none chosen is for a voucher to say."""
    here = Reward.objects.filter(district=one.district, shop=one)
    if reward_id is not None and not here.filter(id=reward_id).exists():
        raise Invalid(_("这家商户没有这件奖品"), field="reward", remedy=_("请从列表里选"))


def today(one: Shop) -> list[Taken]:
    """What was taken today at a shop, newest first."""
    rows = Redemption.objects.filter(district=one.district, shop=one, day=clock.today())
    return [_taken(row) for row in rows.select_related("reward", "person").order_by("-at", "-id")[:LAST]]


def taken(one: Shop, redemption_id: UUID) -> Taken:
    """One redemption of a shop. Raises `NotFound`."""
    rows = Redemption.objects.filter(district=one.district, shop=one, id=redemption_id)
    found = rows.select_related("reward", "person").first()
    if found is None:
        raise NotFound(_("没有这次兑换"))
    return _taken(found)


def month(one: Shop, first: date) -> Month:
    """A month of a shop by reward; its points are what the month's settlement moves."""
    first = first.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    rows = Redemption.objects.filter(district=one.district, shop=one, day__gte=first, day__lte=last)
    sums: dict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0])
    named: dict[UUID, Reward] = {}
    for row in rows.select_related("reward"):
        group = sums[row.reward_id]
        named[row.reward_id] = row.reward
        group[1 if row.reversed_at else 0] += 1
        group[2] += 0 if row.reversed_at else row.points
    lines = [
        MonthLine(named[key].name, named[key].name_en, named[key].number, *counts)
        for key, counts in sums.items()
    ]
    settled = Settlement.objects.filter(district=one.district, shop=one, month=first).first()
    return Month(
        first,
        sorted(lines, key=lambda line: (-line.points, line.name, line.number)),
        sum(line.taken for line in lines),
        sum(line.points for line in lines),
        settled.at if settled else None,
    )


def _near_and_there(one: Card) -> tuple[bool, float]:
    return one.left < 1, math.inf if one.metres is None else one.metres


def _metres(district: str, here: tuple[float, float], numbers: Collection[str]) -> dict[str, float]:
    """How far these places are, by their numbers."""
    rows = Place.objects.filter(district=district, number__in=list(numbers)).values_list("id", "number")
    known = dict(rows)
    asked = Asked(district, *here, roles=ROLES, only=frozenset(known), limit=len(known))
    return {known[one.id]: one.metres for one in answer(asked).found} if known else {}


def _cards(district: str, found: Sequence[Reward]) -> list[Card]:
    stocks = {
        row.owner_id: row.available
        for row in books.accounts_of(district, [one.id for one in found])
        if row.kind.code == keeping.STOCK
    }
    return [
        Card(
            id=one.id,
            number=one.number,
            name=one.name,
            name_en=one.name_en,
            what=one.what,
            what_en=one.what_en,
            points=one.points,
            shop=one.shop.organisation.name,
            place=one.shop.place.name,
            place_en=one.shop.place.name_en,
            place_number=one.shop.place.number,
            address=one.shop.place.address,
            left=stocks.get(one.id, 0),
            is_demo=one.is_demo,
            district=one.district,
        )
        for one in found
    ]


def _taken(row: Redemption) -> Taken:
    known = row.person is not None and row.person.name
    return Taken(
        id=row.id,
        who=privacy.mask_name(row.person.name) if row.person and known else _("已匿名"),
        name=row.reward.name,
        name_en=row.reward.name_en,
        points=row.points,
        at=row.at,
        is_reversed=row.reversed_at is not None,
        reversed_why=row.reversed_why,
    )


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None

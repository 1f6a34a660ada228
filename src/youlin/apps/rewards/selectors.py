"""Every read of rewards: what there is and where, a shop's counter, its months."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.ledger import selectors as books
from youlin.apps.places.models import Place
from youlin.apps.rewards import permission
from youlin.apps.rewards.acts import SERVE
from youlin.apps.rewards.models import Redemption, Reward, Settlement, Shop
from youlin.apps.rewards.services import keeping
from youlin.kernel import clock, privacy
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

SHOWN = 60
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
    place: str
    place_en: str
    place_number: str
    address: str
    left: int
    is_demo: bool


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


def rewards(district: str) -> list[Card]:
    """What can be had now, the cheapest first; what has run out stands last."""
    today = clock.today()
    rows = Reward.objects.filter(district=district, retired_at=None, shop__left_at=None)
    rows = rows.exclude(valid_from__gt=today).exclude(valid_to__lt=today)
    found = _cards(
        district, list(rows.select_related("shop__place").order_by("points", "name", "id")[:SHOWN])
    )
    return sorted(found, key=lambda one: one.left < 1)


def shops(actor: Actor) -> list[Shop]:
    """The shops where the actor gives rewards."""
    rows = Shop.objects.filter(district__in=duties.access(actor).districts(SERVE), left_at=None)
    found = rows.select_related("organisation", "place").order_by("place__name", "id")
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
    return _cards(one.district, list(rows.select_related("shop__place").order_by("points", "name", "id")))


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


def _cards(district: str, found: Sequence[Reward]) -> list[Card]:
    stocks = {
        row.owner_id: row.balance
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
            place=one.shop.place.name,
            place_en=one.shop.place.name_en,
            place_number=one.shop.place.number,
            address=one.shop.place.address,
            left=stocks.get(one.id, 0),
            is_demo=one.is_demo,
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

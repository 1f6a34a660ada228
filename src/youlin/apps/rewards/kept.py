"""Shops and rewards as those who keep them see them: every shop with its stock, its months, what can still be settled."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.ledger import selectors as books
from youlin.apps.parties import selectors as people
from youlin.apps.rewards import permission, selectors
from youlin.apps.rewards.acts import KEEP
from youlin.apps.rewards.models import Redemption, Reward, Settlement, Shop
from youlin.apps.rewards.selectors import Month
from youlin.apps.rewards.services import keeping
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed, NotFound

MONTHS = 24


@dataclass(frozen=True)
class KeptShop:
    """A shop at the desk: how many rewards it gives, how many pieces are left, what it took this month in points."""

    shop: Shop
    rewards: int
    left: int
    points: int
    open_months: int


@dataclass(frozen=True)
class KeptReward:
    """A reward at the desk: what it says, how many are left, how many of them are set aside."""

    row: Reward
    left: int
    aside: int


@dataclass(frozen=True)
class MonthRow:
    """A month of a shop: what was taken, and when it was settled; `is_over` where it can be."""

    first: date
    taken: int
    points: int
    settled_at: datetime | None
    is_over: bool


def districts(actor: Actor) -> tuple[str, ...]:
    """The districts whose shops the actor keeps. Raises `NotAllowed` where there are none."""
    found = tuple(one for one in duties.access(actor).districts(KEEP) if permission.may_keep(actor, one))
    if not found:
        raise NotAllowed(_("奖品不归您维护"), remedy=_("请联系积分管理员"))
    return found


def listed(
    actor: Actor, district: str, *, words: str = "", page: int = 1, size: int = 50
) -> tuple[list[KeptShop], int]:
    """The district's shops by name, those that left after the others; and how many."""
    permission.demand_keep(actor, district)
    rows = Shop.objects.filter(district=district)
    if text := words.replace("\0", "").strip()[:60]:
        rows = rows.filter(Q(organisation__name__icontains=text) | Q(place__name__icontains=text))
    total = rows.count()
    page = min(max(page, 1), max(1, -(-total // size)))
    found = list(
        rows.select_related("organisation", "place").order_by(
            "left_at", "organisation__name", "place__name", "id"
        )
    )
    found.sort(key=lambda one: one.left_at is not None)
    return _kept(district, found[(page - 1) * size : page * size]), total


def one(actor: Actor, shop_id: UUID) -> Shop:
    """A shop the actor keeps, also one that left. Raises `NotFound` for others."""
    rows = Shop.objects.filter(district__in=duties.access(actor).districts(KEEP), id=shop_id)
    found = rows.select_related("organisation", "place").first()
    if found is None or not permission.may_keep(actor, found.district):
        raise NotFound(_("没有这家商户"))
    return found


def rewards_of(shop: Shop) -> list[KeptReward]:
    """What a shop gives or gave, what is retired last."""
    rows = list(Reward.objects.filter(district=shop.district, shop=shop).order_by("points", "name", "id"))
    stocks = {
        row.owner_id: row
        for row in books.accounts_of(shop.district, [one.id for one in rows])
        if row.kind.code == keeping.STOCK
    }
    found = [
        KeptReward(one, stocks[one.id].available, stocks[one.id].held)
        if one.id in stocks
        else KeptReward(one, 0, 0)
        for one in rows
    ]
    return sorted(found, key=lambda each: each.row.retired_at is not None)


def reward(actor: Actor, number: str) -> Reward:
    """A reward the actor keeps, by its number. Raises `NotFound` for others."""
    wanted = number.replace("\0", "").strip().upper()[:24]
    rows = Reward.objects.filter(district__in=duties.access(actor).districts(KEEP), number=wanted)
    found = rows.select_related("shop__organisation", "shop__place").first()
    if found is None or not permission.may_keep(actor, found.district):
        raise NotFound(_("没有这件奖品"))
    return found


def months(shop: Shop) -> list[MonthRow]:
    """The shop's months in which something was taken, newest first."""
    rows = Redemption.objects.filter(district=shop.district, shop=shop, reversed_at=None)
    by_month = rows.filter(day__gte=_since()).annotate(first=TruncMonth("day")).values("first")
    sums = by_month.order_by("-first").annotate(taken=Count("id"), points=Sum("points"))
    settled = dict(Settlement.objects.filter(district=shop.district, shop=shop).values_list("month", "at"))
    this = clock.today().replace(day=1)
    return [
        MonthRow(one["first"], one["taken"], one["points"], settled.get(one["first"]), one["first"] < this)
        for one in sums
    ]


def month_of_all(actor: Actor, district: str, first: date) -> list[tuple[Shop, Month]]:
    """A month of every shop that gave something in it, by name."""
    permission.demand_keep(actor, district)
    first = first.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    gave = Redemption.objects.filter(district=district, day__gte=first, day__lte=last)
    shops = Shop.objects.filter(district=district, id__in=gave.values("shop_id"))
    found = shops.select_related("organisation", "place").order_by("organisation__name", "place__name", "id")
    return [(one, selectors.month(one, first)) for one in found]


def bodies(district: str) -> list[tuple[str, str]]:
    """Code and name of the district's bodies that may become shops."""
    return [(one.code, one.name) for one in people.organisations(district=district)]


def _kept(district: str, shops: list[Shop]) -> list[KeptShop]:
    ids = [one.id for one in shops]
    given: dict[UUID, list[UUID]] = defaultdict(list)
    rewards = Reward.objects.filter(district=district, shop_id__in=ids, retired_at=None)
    for shop_id, reward_id in rewards.values_list("shop_id", "id"):
        given[shop_id].append(reward_id)
    stocks = {
        row.owner_id: row.available
        for row in books.accounts_of(district, [one for some in given.values() for one in some])
        if row.kind.code == keeping.STOCK
    }
    this = clock.today().replace(day=1)
    taken: dict[UUID, dict[date, int]] = defaultdict(dict)
    rows = Redemption.objects.filter(district=district, shop_id__in=ids, reversed_at=None, day__gte=_since())
    by_month = rows.annotate(first=TruncMonth("day")).values("shop_id", "first").order_by()
    for one in by_month.annotate(sum=Sum("points")):
        taken[one["shop_id"]][one["first"]] = one["sum"]
    settled = set(
        Settlement.objects.filter(district=district, shop_id__in=ids).values_list("shop_id", "month")
    )
    return [
        KeptShop(
            shop=one,
            rewards=len(given[one.id]),
            left=sum(stocks.get(each, 0) for each in given[one.id]),
            points=taken[one.id].get(this, 0),
            open_months=sum(first < this and (one.id, first) not in settled for first in list(taken[one.id])),
        )
        for one in shops
    ]


def _since() -> date:
    """The first of the month so many months ago."""
    first = clock.today().replace(day=1)
    for _month in range(MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
    return first

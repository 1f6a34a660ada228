"""Sums of what was taken, from rows: by item, place, street and month; redemptions and person-times beside each other."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from youlin.apps.areas import profiles
from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.offers import permission
from youlin.apps.offers.acts import KEEP
from youlin.apps.offers.models import Offer, OfferCategory, OfferPlace, Redemption, Tally
from youlin.apps.places.models import Place
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

BY = ("item", "category", "place", "street")
LEADS = "cockpit.read"
"""Whoever sees the figures of an area."""


@dataclass(frozen=True)
class Line:
    """One line of a table: what it is about, and its person-times, redemptions, reversals and cents."""

    key: str
    name: str
    name_en: str
    beside: str
    times: int
    redeemed: int
    reversed: int
    cents: int

    @property
    def total(self) -> int:
        """Person-times in all: each redemption is one."""
        return self.times + self.redeemed


def districts(actor: Actor) -> tuple[str, ...]:
    """The districts all of whose offers the actor keeps. Raises `NotAllowed` where there are none."""
    found = tuple(one for one in duties.access(actor).districts(KEEP) if permission.may_keep(actor, one))
    if not found:
        raise NotAllowed(_("供给不归您维护"), remedy=_("请联系友好城市专班"))
    return found


def month_of(text: str) -> tuple[date, date]:
    """The first and last day of a month written as 2026-11; this month for anything else."""
    year, _dash, month = text.partition("-")
    known = year.isascii() and year.isdigit() and month.isascii() and month.isdigit() and len(text) == 7
    first = clock.today().replace(day=1)
    if known and 2000 <= int(year) <= 2100 and 1 <= int(month) <= 12:
        first = date(int(year), int(month), 1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def months(district: str) -> list[str]:
    """The months in which something was counted, newest first; this month always."""
    found = {f"{clock.today():%Y-%m}"}
    for model in (Tally, Redemption):
        days = model._default_manager.filter(district=district).dates("day", "month")
        found |= {f"{one:%Y-%m}" for one in days}
    return sorted(found, reverse=True)


def lines(actor: Actor, district: str, *, by: str, first: date, last: date) -> list[Line]:
    """One line for each item, category, place or street with anything counted from day to day, the most first."""
    permission.demand_keep(actor, district)
    sums = _sums(district, first, last)
    given = _given(district, sums)
    grouped: dict[str, list[Any]] = defaultdict(lambda: ["", "", "", 0, 0, 0, 0])
    for given_id, counts in sums.items():
        key, *names = _group(by, given[given_id])
        group = grouped[key]
        group[:3] = names
        for place, value in enumerate(counts, start=3):
            group[place] += value
    found = [Line(key, *values) for key, values in grouped.items()]
    return sorted(found, key=lambda one: (-one.total, one.name, one.key))


class Taken(NamedTuple):
    """What was taken in an area: person-times of services, and meals; each is somebody being served once."""

    times: int
    meals: int

    @property
    def total(self) -> int:
        """Person-times in all."""
        return self.times + self.meals


def in_area(actor: Actor, area: str, first: date, last: date) -> Taken:
    """Person-times at all places of an area from day to day. Raises `NotAllowed` for who does not lead it."""
    district = areas.get(area).district
    if not duties.access(actor).may(LEADS, district=district, area=area):
        raise NotAllowed()
    asked: dict[str, Any] = {
        "district__in": areas.shards(district),
        "given__place__area_now__startswith": area,
        "day__gte": first,
        "day__lte": last,
    }
    times = Tally.objects.filter(**asked, undone_at=None).aggregate(n=Sum("times"))["n"]
    return Taken(int(times or 0), Redemption.objects.filter(**asked, reversed_at=None).count())


def served(district: str) -> int:
    """Person-times of services in all: every count that was not taken back."""
    rows = Tally.objects.filter(district=district, undone_at=None)
    return int(rows.aggregate(n=Sum("times"))["n"] or 0)


def whole(found: Iterable[Line]) -> dict[str, int]:
    """The sums of all lines."""
    rows = list(found)
    return {
        name: sum(getattr(one, name) for one in rows)
        for name in ("times", "redeemed", "reversed", "cents", "total")
    }


def _sums(district: str, first: date, last: date) -> dict[UUID, list[int]]:
    """By offer at a place: person-times, redemptions, reversals, cents."""
    found: dict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    asked: dict[str, Any] = {"district": district, "day__gte": first, "day__lte": last}
    times = Tally.objects.filter(**asked, undone_at=None).order_by().values("given_id")
    for row in times.annotate(n=Sum("times")):
        found[row["given_id"]][0] += int(row["n"])
    taken = Redemption.objects.filter(**asked).order_by().values("given_id")
    for row in taken.filter(reversed_at=None).annotate(n=Count("id"), cents=Sum("price")):
        found[row["given_id"]][1] += int(row["n"])
        found[row["given_id"]][3] += int(row["cents"] or 0)
    for row in taken.exclude(reversed_at=None).annotate(n=Count("id")):
        found[row["given_id"]][2] += int(row["n"])
    return found


def _given(district: str, wanted: Iterable[UUID]) -> dict[UUID, tuple[Offer, Place]]:
    rows = OfferPlace.objects.filter(district=district, id__in=list(wanted))
    found = rows.select_related("offer__category", "place").defer("place__outline")
    return {row.id: (row.offer, row.place) for row in found}


def _group(by: str, given: tuple[Offer, Place]) -> tuple[str, str, str, str]:
    """Key, name, English name, and what stands beside it."""
    offer, place = given
    category = offer.category
    if by == "place":
        return place.number, place.name, place.name_en, areas.short_name(_street(place.area_now))
    if by == "street":
        street = _street(place.area_now)
        return street, areas.short_name(street), areas.label(street), ""
    if by == "category":
        if category is None:
            return "", _("未分类"), _("未分类"), ""
        return category.code, category.name, category.name_en, ""
    return offer.number, offer.name, offer.name_en, _spoken(category) if category else ""


def _spoken(category: OfferCategory) -> str:
    """What stands beside a name is in the language of the page, as the names of streets are."""
    english = (get_language() or "").startswith("en")
    return category.name_en if english and category.name_en else category.name


def _street(code: str) -> str:
    return next(
        (one for one in (code, *areas.ancestors(code)) if profiles.active().level(one) == "street"), code
    )

"""How much of an offer may still be taken: a table of limits over what has been taken. Pure but for the counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Count, F, Q, When
from django.utils.translation import gettext as _

from youlin.apps.offers.models import Offer, Redemption


class Counted(NamedTuple):
    """What has been taken so far, as the limits count it."""

    per_person_day: int = 0
    per_person_month: int = 0
    per_place_day: int = 0
    in_total: int = 0


@dataclass(frozen=True)
class Left:
    """How many may still be taken by each limit there is, and which one is the nearest. `least` None: no limit."""

    by_limit: dict[str, int]

    @property
    def least(self) -> int | None:
        """How many may still be taken now."""
        return min(self.by_limit.values(), default=None)

    @property
    def reached(self) -> str:
        """The first limit that has been reached, "" while none has."""
        return next((name for name in NAMES if self.by_limit.get(name, 1) <= 0), "")


NAMES = Counted._fields


def reached_words(name: str, offer: Offer) -> str:
    """Why no more can be taken, for the person at the counter."""
    most = getattr(offer, name)
    return {
        "per_person_day": _("这位今天已用完 %(n)s 份"),
        "per_person_month": _("这位本月已用完 %(n)s 份"),
        "per_place_day": _("这里今天的 %(n)s 份已经发完"),
        "in_total": _("全部 %(n)s 份已经发完"),
    }[name] % {"n": most}


def left(offer: Offer, counted: Counted) -> Left:
    """What remains by each limit that the offer sets; never below nothing."""
    return Left(
        {
            name: max(0, most - getattr(counted, name))
            for name in NAMES
            if (most := getattr(offer, name)) is not None
        }
    )


def counted(offer: Offer, *, given_id: UUID | None, person_id: UUID | None, day: date) -> Counted:
    """What has been taken as of a day; only what some limit asks for is counted."""
    rows = Redemption.objects.filter(district=offer.district, offer=offer, reversed_at=None)
    first = day.replace(day=1)
    asked: dict[str, dict[str, Any]] = {
        "per_person_day": {"person_id": person_id, "day": day},
        "per_person_month": {"person_id": person_id, "day__gte": first, "day__lte": day},
        "per_place_day": {"given_id": given_id, "day": day},
        "in_total": {},
    }
    found = {
        name: rows.filter(**where).count()
        for name, where in asked.items()
        if getattr(offer, name) is not None and None not in where.values()
    }
    return Counted(**found)


def counted_each(
    offers: Collection[Offer], people: Collection[UUID], day: date
) -> dict[tuple[UUID, UUID], Counted]:
    """What each of these people has taken of each offer as of a day, wherever it was, by offer and person: one query."""
    month = {"day__gte": day.replace(day=1), "day__lte": day}
    limited = {one.id for one in offers if one.in_total is not None}
    rows = Redemption.objects.filter(
        Q(person_id__in=people, **month) | Q(offer_id__in=limited),
        district__in={one.district for one in offers},
        offer_id__in={one.id for one in offers},
        reversed_at=None,
    )
    who = Case(When(person_id__in=people, then=F("person_id")))
    today, this_month = Count("id", filter=Q(day=day)), Count("id", filter=Q(**month))
    told = {
        (offer, person): (so_far, in_month, every)
        for offer, person, so_far, in_month, every in rows.annotate(who=who)
        .values("offer_id", "who")
        .annotate(today=today, this_month=this_month, every=Count("id"))
        .values_list("offer_id", "who", "today", "this_month", "every")
    }
    totals: dict[UUID, int] = {}
    for (offer, _person), (_today, _month, every) in told.items():
        totals[offer] = totals.get(offer, 0) + every
    return {
        (one.id, person): Counted(*told.get((one.id, person), (0, 0))[:2], in_total=totals.get(one.id, 0))
        for one in offers
        for person in people
    }

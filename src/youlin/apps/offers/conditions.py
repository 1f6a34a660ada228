"""Who may have an offer: an entitlement of a kind it names, and a condition in CEL over its holder."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from youlin.apps.offers.models import Entitlement, Offer
from youlin.kernel import expressions
from youlin.kernel.errors import Invalid

VARIABLES = frozenset({"holder", "day"})
"""`holder`: kinds and organisations (codes) under which the person is entitled, and `days` since the first of these
began. `day`: year, month, day and weekday (Monday is 1)."""


def compiled(source: str) -> expressions.Expression:
    """Raises `Invalid` naming the place of a mistake."""
    return expressions.compile(source, variables=VARIABLES)


def check(source: str) -> None:
    """Raise `Invalid` for what cannot be read; nothing is a condition too."""
    if source.strip():
        try:
            compiled(source)
        except Invalid as error:
            raise Invalid(
                error.message,
                field="condition",
                remedy=_("例如 'courier' in holder.kinds && holder.days >= 7"),
            ) from error


def fits(offer: Offer, held: Sequence[Entitlement], day: date) -> bool:
    """Whether somebody with these entitlements, all in force, may have the offer on a day."""
    kinds = {one.kind.code for one in held}
    if offer.audience and not kinds & set(offer.audience):
        return False
    if not offer.condition.strip():
        return True
    return compiled(offer.condition).holds(holder=_holder(held, day), day=_day(day))


def _holder(held: Sequence[Entitlement], day: date) -> dict[str, Any]:
    since = min((one.valid_from for one in held), default=day)
    bodies = {one.organisation.code for one in held if one.organisation is not None}
    return {
        "kinds": sorted({one.kind.code for one in held}),
        "organisations": sorted(bodies),
        "days": (day - since).days,
    }


def _day(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day, "weekday": day.isoweekday()}

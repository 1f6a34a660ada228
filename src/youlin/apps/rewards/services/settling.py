"""Settling with a shop by month: what it took in points goes back to the pot, once, as the figures say."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.ledger import services as ledger
from youlin.apps.ledger.services import Leg, Order
from youlin.apps.rewards import permission
from youlin.apps.rewards.models import Redemption, Settlement
from youlin.apps.rewards.services import keeping
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict


@transaction.atomic
def settle(*, actor: Actor, district: str, shop_id: UUID, month: date) -> Settlement:
    """Settle a month that is over; again changes nothing. How the shop is paid is between it and the district.

    Raises `Conflict` for a month that is not over or without redemptions, `NotAllowed` unless the actor keeps rewards.
    """
    permission.demand_keep(actor, district)
    shop = keeping.shop_of(district, shop_id, lock=True)
    first = month.replace(day=1)
    known = Settlement.objects.filter(district=district, shop=shop, month=first).first()
    if known is not None:
        return known
    if first >= clock.today().replace(day=1):
        raise Conflict(_("这个月还没有结束"), field="month")
    points = _taken(district, shop_id, first)
    if not points:
        raise Conflict(_("这个月没有兑换"), field="month")
    till = ledger.open_account(
        actor=actor, district=district, kind=keeping.SHOP_POINTS, owner_id=shop.organisation_id
    )
    pot = ledger.open_account(actor=actor, district=district, kind=keeping.POT)
    order = Order(
        key=f"settle:{shop.id.hex}:{first:%Y-%m}", legs=(Leg(till.id, pot.id, sum(points)),), why="settled"
    )
    ledger.post(actor=actor, district=district, order=order)
    row = Settlement.objects.create(
        district=district,
        shop=shop,
        month=first,
        taken=len(points),
        points=sum(points),
        at=clock.now(),
        is_demo=shop.is_demo,
    )
    journal.append(
        act="rewards.settled",
        actor=actor,
        subject=row,
        area=shop.place.area_now,
        after={"month": f"{first:%Y-%m}", "taken": row.taken, "points": row.points},
        first=True,
    )
    return row


def _taken(district: str, shop_id: UUID, first: date) -> list[int]:
    """The points of each redemption of a month that stands."""
    rows = Redemption.objects.filter(
        district=district, shop_id=shop_id, day__year=first.year, day__month=first.month, reversed_at=None
    )
    return list(rows.values_list("points", flat=True))

"""What runs out: lots go back to their pot, holds are let go. Both may be run again at any time."""

from collections.abc import Iterator

from django.db import transaction

from youlin.apps.ledger.books import Leg, Order
from youlin.apps.ledger.models import Account, AccountKind, Hold, Lot
from youlin.apps.ledger.services import accounts, holding, posting
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM

AT_ONCE = 200
"""Accounts emptied in one transaction."""


def expire_lots(district: str) -> int:
    """Move what has run out back to the pots; how many accounts gave something.

    What is held stays for whom it is held. Until this job has run, what has run out can still be spent.
    """
    return sum(_expire(district, some) for some in _owing(district))


def release_holds(district: str) -> int:
    """Let go of holds whose time is over; how many."""
    over = Hold.objects.filter(district=district, left__gt=0, expires_at__lte=clock.now())
    return sum(
        holding.release_expired(actor=SYSTEM, district=district, hold_id=one)
        for one in over.order_by("account_id", "id").values_list("id", flat=True)
    )


def _owing(district: str) -> Iterator[list[Account]]:
    """Accounts with lots that have run out, so many at a time; each once."""
    over = Lot.objects.filter(district=district, left__gt=0, expires_at__lte=clock.now())
    found = Account.objects.filter(district=district, id__in=over.values("account_id"))
    listed = list(found.select_related("kind").order_by("id"))
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]


@transaction.atomic
def _expire(district: str, owing: list[Account]) -> int:
    now = clock.now()
    pots = {kind: _pot(district, kind) for kind in {row.kind.returns_to for row in owing}}
    locked = posting.locked(district, [*(row.id for row in owing), *(one.id for one in pots.values())])
    sheet = posting.sheet_of(locked, [row.id for row in owing])
    orders = []
    for row in owing:
        over = [lot for lot in sheet.lots.get(row.id, []) if lot.expires_at <= now]
        amount = min(sum(lot.left for lot in over), locked[row.id].available)
        if amount > 0:
            last = max(over, key=lambda lot: (lot.expires_at, lot.id))
            orders.append(
                Order(
                    key=f"expire:{last.id.hex}:{locked[row.id].entries}",
                    legs=(Leg(row.id, pots[row.kind.returns_to].id, amount),),
                    why="expired",
                    unlimited=True,
                )
            )
    done = posting.post_many_on(sheet, actor=SYSTEM, district=district, orders=orders)
    return sum(isinstance(one, list) for one in done)


def _pot(district: str, kind: str) -> Account:
    """The pot that gets it back."""
    return accounts.pot(district, kind)


def districts() -> list[str]:
    """Every district with a kind of account whose content runs out, or with a hold."""
    running_out = AccountKind.objects.exclude(expires_days=None).values_list("district", flat=True)
    held = Hold.objects.filter(ended_at=None).values_list("district", flat=True)
    return sorted({*running_out.order_by().distinct(), *held.order_by().distinct()})

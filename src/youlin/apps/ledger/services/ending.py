"""Accounts of people who go: what is in them goes back to the pot."""

from uuid import UUID

from django.db import transaction

from youlin.apps.ledger.books import Leg, Order
from youlin.apps.ledger.models import Account, Hold
from youlin.apps.ledger.services import accounts, holding, posting
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM, Actor


@transaction.atomic
def end_account(*, actor: Actor, district: str, account_id: UUID) -> None:
    """Let go of its holds, move what is left to the pot its kind names, and take nothing more. Done once.

    For services that have checked who may. Where the kind names no pot, what is left stays as a figure.
    """
    for held in Hold.objects.filter(district=district, account_id=account_id, ended_at=None).order_by("id"):
        holding.release_hold(actor=SYSTEM, district=district, hold_id=held.id)
    row = Account.objects.select_related("kind").get(district=district, id=account_id)
    if row.ended_at is not None:
        return
    if row.kind.returns_to and row.balance > 0:
        pot = accounts.pot(district, row.kind.returns_to)
        _move(actor, row, pot.id, f"end:{row.id.hex}", "returned")
    posting.locked(district, [account_id])
    Account.objects.filter(district=district, id=account_id).update(ended_at=clock.now(), name="")
    journal.append(act="ledger.account_ended", actor=actor, subject=row, area=district)


def _move(actor: Actor, row: Account, to: UUID, key: str, why: str) -> None:
    order = Order(key=key, legs=(Leg(row.id, to, row.available),), why=why, unlimited=True)
    posting.post(actor=actor, district=row.district, order=order)

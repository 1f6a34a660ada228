"""Accounts of people who go, or who turn out to be one: what is in them goes to the pot, or to the one that stays."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from youlin.apps.ledger.books import Leg, Order
from youlin.apps.ledger.models import Account, Hold
from youlin.apps.ledger.services import accounts, holding, posting
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.journal import JournalEntry

FOLLOW = "ledger.follow_merge"


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


def follow_merge(entries: Sequence[JournalEntry], params: dict[str, Any]) -> None:
    """When two records of a person became one, what the dropped one had is the kept one's: an action of reactions."""
    for entry in entries:
        into = UUID(str(entry.after["into"]))
        mine = Account.objects.filter(
            district=entry.district, owner_kind="person", owner_id=entry.subject_id, ended_at=None
        )
        for row in mine.select_related("kind").order_by("id"):
            if row.available > 0:
                kept = accounts.open_account(
                    actor=SYSTEM,
                    district=row.district,
                    kind=row.kind.code,
                    owner_id=into,
                    is_demo=row.is_demo,
                )
                _move(SYSTEM, row, kept.id, f"merge:{entry.id.hex}:{row.id.hex}", "merged")


def _move(actor: Actor, row: Account, to: UUID, key: str, why: str) -> None:
    order = Order(key=key, legs=(Leg(row.id, to, row.available),), why=why, unlimited=True)
    posting.post(actor=actor, district=row.district, order=order)

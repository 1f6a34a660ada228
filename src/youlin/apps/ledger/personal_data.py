"""What the ledger holds about a person: their accounts, what they earned, and for a time with whom and where."""

from datetime import datetime
from typing import Any
from uuid import UUID

from youlin.apps.ledger import selectors
from youlin.apps.ledger.models import Account, Earning
from youlin.apps.ledger.services import ending
from youlin.kernel import privacy
from youlin.kernel.actors import Actor

CIRCUMSTANCES_DAYS = 92
"""How long it is known with whom and where something was earned: limits look back a month."""
LAST = 1_000


def register() -> None:
    """Tell the kernel, which collects these from all apps."""
    privacy.register_exporter("ledger", export)
    privacy.register_eraser("ledger", erase)
    privacy.register_retention("ledger_circumstances", "earning", CIRCUMSTANCES_DAYS, forget_circumstances)


def export(person_id: UUID) -> dict[str, Any]:
    """The person's accounts with their last entries, and what rules said of what they did."""
    mine = Account.objects.filter(owner_kind="person", owner_id=person_id).select_related("kind", "unit")
    earned = Earning.objects.filter(person_id=person_id).order_by("at")
    return {
        "accounts": [
            {
                "kind": row.kind.name,
                "unit": row.unit.name,
                "balance": row.balance,
                "entries": [
                    {
                        "at": line.at,
                        "amount": line.amount,
                        "balance": line.balance,
                        "why": line.words,
                        "note": line.note,
                    }
                    for line in selectors.statement(row, size=LAST).lines
                ],
            }
            for row in mine.order_by("district", "kind__position")
        ],
        "earnings": list(earned.values("at", "words", "asked", "given", "reason")),
    }


def erase(person_id: UUID, actor: Actor) -> None:
    """What is left goes back to the pots, the accounts end; entries stay as figures of nobody."""
    for row in Account.objects.filter(owner_kind="person", owner_id=person_id).order_by("district", "id"):
        ending.end_account(actor=actor, district=row.district, account_id=row.id)
    Earning.objects.filter(person_id=person_id).update(
        person=None, pair="", place="", lon=None, lat=None, words="", words_en=""
    )


def forget_circumstances(before: datetime) -> int:
    """Forget with whom and where something was earned before a moment; how many."""
    old = Earning.objects.filter(created_at__lt=before)
    told = old.exclude(pair="", place="", lon=None)
    return told.update(pair="", place="", lon=None, lat=None)

"""Records of a person that became one, and that turn out to be two after all: what is in their accounts follows.

A merge is city-wide, books are a district's own: each district moves in a transaction of its own, by a job that may run
again at any time. It looks at the person's record under its lock, so a merge that was undone meanwhile moves nothing.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from youlin.apps.ledger.books import Leg, Order
from youlin.apps.ledger.models import Account, Transfer
from youlin.apps.ledger.services import accounts, posting
from youlin.apps.ledger.services.transferring import ends_of
from youlin.apps.parties.models import Person
from youlin.kernel import clock, jobs
from youlin.kernel.actors import SYSTEM
from youlin.kernel.journal import JournalEntry

FOLLOW, RETURN = "ledger.follow_merge", "ledger.return_merged"


def follow_merge(entries: Sequence[JournalEntry], params: dict[str, Any]) -> None:
    """When two records became one: an action of reactions."""
    _in_each_district(entries, follow_person)


def return_merged(entries: Sequence[JournalEntry], params: dict[str, Any]) -> None:
    """When that was undone: an action of reactions."""
    _in_each_district(entries, return_person)


@jobs.job(name="ledger.follow_person", attempts=8)
def follow_person(*, drop: str, district: str) -> None:
    """What the dropped record has in one district is the kept one's; what is held stays for whom it is held."""
    with transaction.atomic():
        dropped = Person.objects.select_for_update().get(id=drop)
        if dropped.merged_into_id is not None:
            for row in _accounts(district, dropped.id):
                _follow(row, dropped.merged_into_id)


@jobs.job(name="ledger.return_person", attempts=8)
def return_person(*, drop: str, district: str) -> None:
    """What a merge had moved in one district goes back, as far as it is still there and has not run out."""
    with transaction.atomic():
        dropped = Person.objects.select_for_update().get(id=drop)
        if dropped.merged_into_id is None:
            moved = Transfer.objects.filter(district=district, why="merged", debit__owner_id=dropped.id)
            for row in moved.filter(reversals=None, debit__ended_at=None).order_by("id"):
                _return(row)


def follow_late(district: str) -> int:
    """What came into accounts of merged records since, out of a hold that was let go; how many. For the daily job."""
    merged = Person.objects.filter(merged_into__isnull=False)
    late = Account.objects.filter(
        district=district, owner_kind="person", ended_at=None, balance__gt=F("held")
    )
    owners = set(late.filter(owner_id__in=merged.values("id")).values_list("owner_id", flat=True))
    for owner in sorted(owners):
        follow_person(drop=str(owner), district=district)
    return len(owners)


def _in_each_district(entries: Sequence[JournalEntry], job: Any) -> None:
    for entry in entries:
        theirs = Account.objects.filter(owner_kind="person", owner_id=entry.subject_id)
        for district in sorted(set(theirs.order_by().values_list("district", flat=True))):
            job.enqueue(drop=str(entry.subject_id), district=district)


def _accounts(district: str, owner: UUID) -> list[Account]:
    rows = Account.objects.filter(district=district, owner_kind="person", owner_id=owner, ended_at=None)
    return list(rows.select_related("kind").order_by("id"))


def _follow(row: Account, into: UUID) -> None:
    kept = accounts.open_account(
        actor=SYSTEM, district=row.district, kind=row.kind.code, owner_id=into, is_demo=row.is_demo
    )
    locked = posting.locked(row.district, [row.id, kept.id])[row.id]
    if locked.available > 0:
        _post(
            locked, Leg(row.id, kept.id, locked.available), f"merge:{row.id.hex}:{locked.entries}", "merged"
        )


def _return(row: Transfer) -> None:
    """Out of the lots it went into: whoever spent nothing meanwhile has what they had before."""
    now = clock.now()
    ends = tuple(one for one in ends_of(row.district, [row])[row.id] if one[0] > now)
    due = sum(part for _end, part in ends) if row.lots else row.amount
    kept = posting.locked(row.district, [row.credit_id, row.debit_id])[row.credit_id]
    amount = min(due, kept.available)
    if amount > 0 and kept.ended_at is None:
        leg = Leg(row.credit_id, row.debit_id, amount, reverses=row.id, prefer=ends)
        _post(kept, leg, f"unmerge:{row.id.hex}", "unmerged", {"missing": row.amount - amount})


def _post(row: Account, leg: Leg, key: str, why: str, about: dict[str, int] | None = None) -> None:
    order = Order(key=key, legs=(leg,), why=why, about=about or {}, unlimited=True)
    posting.post(actor=SYSTEM, district=row.district, order=order)

"""Every read of the books: balances now and then, statements, periods. Nothing is summed over all entries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from youlin.apps.ledger.acts import WHYS
from youlin.apps.ledger.models import Account, Period, Transfer, Unit


@dataclass(frozen=True)
class Line:
    """One entry of a statement: how much came (or went, below nothing), what was there then, why."""

    id: UUID
    number: int
    at: datetime
    amount: int
    balance: int
    other: UUID
    why: str
    note: str
    about: dict[str, Any]
    key: str
    is_reversal: bool

    @property
    def words(self) -> str:
        """Why, in words."""
        return str(WHYS.get(self.why, self.why))


@dataclass(frozen=True)
class Statement:
    """One page of an account's entries, the newest first."""

    account: Account
    lines: list[Line]
    page: int
    pages: int


def balance(district: str, account_id: UUID) -> int:
    """What is in an account now, held amounts included."""
    return Account.objects.values_list("balance", flat=True).get(district=district, id=account_id)


def balance_at(district: str, account_id: UUID, at: datetime) -> int:
    """What was in an account at a moment, with all that was posted then: two looks into an index."""
    last = [
        (row[0], row[1])
        for side in ("debit", "credit")
        for row in Transfer.objects.filter(district=district, **{side: account_id}, at__lte=at)
        .order_by("-at", f"-{side}_seq")
        .values_list(f"{side}_seq", f"{side}_balance")[:1]
    ]
    return max(last)[1] if last else 0


def statement(account: Account, *, page: int = 1, size: int = 30) -> Statement:
    """A page of an account's entries; entries are numbered without a gap, so every page costs the same."""
    pages = max(1, -(-account.entries // size))
    page = min(max(page, 1), pages)
    newest = account.entries - (page - 1) * size
    return Statement(account, _lines(account, newest - size, newest), page, pages)


def accounts_of(district: str, owners: Collection[UUID]) -> list[Account]:
    """The accounts of some owners, in the order of their kinds."""
    rows = Account.objects.filter(district=district, owner_id__in=list(owners))
    return list(rows.select_related("unit", "kind").order_by("kind__position", "kind__code", "id"))


def pots(district: str) -> list[Account]:
    """The pots of a district."""
    rows = Account.objects.filter(district=district, owner_kind="programme")
    return list(rows.select_related("unit", "kind").order_by("kind__position", "kind__code"))


def periods(district: str) -> list[Period]:
    """The closed periods, newest first."""
    rows = Period.objects.filter(district=district).select_related("unit")
    return list(rows.order_by("-last", "unit__position"))


def units(district: str) -> list[Unit]:
    """The units in use."""
    return list(Unit.objects.filter(district=district, retired_at=None).order_by("position", "code"))


def _lines(account: Account, behind: int, upto: int) -> list[Line]:
    """Entries by number: behind one, up to another."""
    found = []
    for side, other, sign in (("debit", "credit", -1), ("credit", "debit", 1)):
        rows = Transfer.objects.filter(
            district=account.district,
            **{side: account.id, f"{side}_seq__gt": behind, f"{side}_seq__lte": upto},
        )
        found += [_line(row, side, other, sign) for row in rows]
    return sorted(found, key=lambda line: -line.number)


def _line(row: Transfer, side: str, other: str, sign: int) -> Line:
    return Line(
        id=row.id,
        number=getattr(row, f"{side}_seq"),
        at=row.at,
        amount=sign * row.amount,
        balance=getattr(row, f"{side}_balance"),
        other=getattr(row, f"{other}_id"),
        why=row.why,
        note=row.note,
        about=row.about,
        key=row.key,
        is_reversal=row.reverses_id is not None,
    )

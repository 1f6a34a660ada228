"""Every read of the books: balances now and then, statements, periods. Nothing is summed over all entries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.ledger import permission
from youlin.apps.ledger.acts import READ, WHYS
from youlin.apps.ledger.earning import limits
from youlin.apps.ledger.models import Account, AccountKind, Earning, Lot, Period, Transfer, Unit
from youlin.apps.parties import selectors as people
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

SOON = timedelta(days=31)
"""What runs out within this time of the first lot is told together."""


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


@dataclass(frozen=True)
class Unearned:
    """Something a rule gave nothing for, or not all: what it was, when, how much it would have been, and why not."""

    words: str
    words_en: str
    at: datetime
    asked: int
    given: int
    why: str


@dataclass(frozen=True)
class Purse:
    """One of my accounts: what is there, what of it runs out soonest, the entries of a page."""

    account: Account
    statement: Statement
    running_out: int
    runs_out_at: datetime | None


def mine(actor: Actor, *, page: int = 1, size: int = 20) -> list[Purse]:
    """The actor's own accounts in every district, with a page of each."""
    if actor.person_id is None:
        return []
    rows = Account.objects.filter(
        district__in=duties.all_districts(),
        owner_kind="person",
        owner_id__in=people.same_phone(actor.person_id),
        ended_at=None,
    )
    found = rows.select_related("unit", "kind").order_by("district", "kind__position", "id")
    return [_purse(row, page, size) for row in found]


def unearned(actor: Actor, *, size: int = 20) -> list[Unearned]:
    """What the actor did lately that earned nothing, or not all, and why."""
    if actor.person_id is None:
        return []
    rows = Earning.objects.filter(
        district__in=duties.all_districts(), person_id__in=people.same_phone(actor.person_id)
    )
    found = rows.exclude(reason="").order_by("-at", "-id")[:size]
    return [
        Unearned(
            row.words,
            row.words_en,
            row.at,
            row.asked,
            row.given,
            str(limits.REASONS.get(row.reason, row.reason)),
        )
        for row in found
    ]


def districts(actor: Actor) -> tuple[str, ...]:
    """The districts whose books the actor may read. Raises `NotAllowed` where there are none."""
    found = tuple(one for one in duties.access(actor).districts(READ) if permission.may(actor, READ, one))
    if not found:
        raise NotAllowed(_("账本不归您管理"), remedy=_("请联系友好城市专班"))
    return found


def personal_kinds(district: str) -> list[AccountKind]:
    """Kinds of people's accounts that can be filled from a pot."""
    rows = AccountKind.objects.filter(district=district, owner_kind="person", retired_at=None)
    return list(rows.exclude(returns_to="").select_related("unit").order_by("position", "code"))


def latest(district: str, *, size: int = 30) -> list[Transfer]:
    """The last transfers of a district whose reason people may want to look at, newest first."""
    rows = Transfer.objects.filter(district=district, leg=0)
    return list(rows.select_related("unit", "debit__kind", "credit__kind").order_by("-id")[:size])


def is_posted(district: str, key: str) -> bool:
    """Whether something was posted under a key."""
    return Transfer.objects.filter(district=district, key=key).exists()


def reversed_among(district: str, rows: Collection[Transfer]) -> set[UUID]:
    """Of these transfers, those that were reversed."""
    found = Transfer.objects.filter(district=district, reverses__in=[row.id for row in rows])
    return {one for one in found.values_list("reverses_id", flat=True) if one is not None}


def _purse(row: Account, page: int, size: int) -> Purse:
    lots = Lot.objects.filter(district=row.district, account=row, left__gt=0).order_by("expires_at", "id")
    first = lots.first()
    until = first.expires_at + SOON if first else None
    amount = lots.filter(expires_at__lte=until).aggregate(sum=Sum("left"))["sum"] if until else 0
    return Purse(
        row, statement(row, page=page, size=size), int(amount or 0), first.expires_at if first else None
    )


def accounts_of(district: str, owners: Collection[UUID]) -> list[Account]:
    """The accounts of some owners, in the order of their kinds."""
    rows = Account.objects.filter(district=district, owner_id__in=list(owners))
    return list(rows.select_related("unit", "kind").order_by("kind__position", "kind__code", "id"))


def accounts_by_id(district: str, wanted: Collection[UUID]) -> list[Account]:
    """Accounts by their ids."""
    return list(Account.objects.filter(district=district, id__in=list(wanted)).order_by("id"))


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

"""Proves the books from their rows: nothing was created or lost, every balance is what its entries say."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from youlin.apps.ledger.models import Account, Hold, Lot, Period, Transfer
from youlin.apps.ledger.services import closing

CHUNK = 5_000


class Break(NamedTuple):
    """Something that does not hold: in which district, of what (an id), and what was found."""

    district: str
    what: str
    found: str

    def __str__(self) -> str:
        return f"{self.district} {self.what}: {self.found}"


class _Entry(NamedTuple):
    account: UUID
    seq: int
    amount: int
    balance: int
    at: datetime
    unit: UUID


Progress = Callable[[int, int], None]


def prove(district: str | None = None, *, progress: Progress | None = None) -> list[Break]:
    """Everything that does not hold, in one district or all; streams over rows, keeping only accounts in mind."""
    rows = Account.objects.order_by().values_list("district", flat=True).distinct()
    found: list[Break] = []
    districts = sorted(set(rows) if district is None else {district})
    for number, one in enumerate(districts, start=1):
        found += _prove(one)
        if progress:
            progress(number, len(districts))
    return found


def counted(district: str | None = None) -> tuple[int, int]:
    """How many accounts and transfers there are to prove."""
    where = {} if district is None else {"district": district}
    return Account.objects.filter(**where).count(), Transfer.objects.filter(**where).count()


def _prove(district: str) -> Iterator[Break]:
    accounts = {row.id: row for row in Account.objects.filter(district=district).select_related("kind")}
    yield from _sums(district, accounts)
    yield from _entries(district, accounts)
    yield from _lots(district, accounts)
    yield from _holds(district, accounts)
    yield from _periods(district)


def _sums(district: str, accounts: dict[UUID, Account]) -> Iterator[Break]:
    sums: dict[UUID, int] = defaultdict(int)
    for row in accounts.values():
        sums[row.unit_id] += row.balance
        if not row.issuing and row.balance < row.held:
            yield Break(district, row.id.hex, _("余额低于冻结的数量"))
    for unit, total in sums.items():
        if total:
            yield Break(district, unit.hex, _("全部账户合计 %(sum)s，应为 0") % {"sum": total})


def _entries(district: str, accounts: dict[UUID, Account]) -> Iterator[Break]:
    """Each account's entries in their order: numbered without a gap, each balance the one before and its amount."""
    unseen = {one for one, row in accounts.items() if row.entries}
    both = merge(_side(district, "debit", -1), _side(district, "credit", 1))
    for account_id, entries in groupby(both, key=itemgetter(0)):
        unseen.discard(account_id)
        if account_id not in accounts:
            yield Break(district, account_id.hex, _("分录所指的账户不存在"))
            continue
        wrong = _chain(accounts[account_id], entries)
        if wrong:
            yield Break(district, account_id.hex, wrong)
    for one in unseen:
        yield Break(district, one.hex, _("账户记着 %(n)s 笔，却没有分录") % {"n": accounts[one].entries})


def _chain(account: Account, entries: Iterator[_Entry]) -> str:
    seq, balance, at = 0, 0, None
    for entry in entries:
        seq, balance = seq + 1, balance + entry.amount
        if entry.seq != seq:
            return _("第 %(n)s 笔分录缺失或重复") % {"n": seq}
        if entry.balance != balance:
            return _("第 %(n)s 笔之后的余额应为 %(sum)s，记的是 %(told)s") % {
                "n": seq,
                "sum": balance,
                "told": entry.balance,
            }
        if at is not None and entry.at < at:
            return _("第 %(n)s 笔的时间早于前一笔") % {"n": seq}
        if entry.unit != account.unit_id:
            return _("第 %(n)s 笔的计量单位与账户不同") % {"n": seq}
        at = entry.at
    if (account.entries, account.balance) != (seq, balance):
        return _("账户记着余额 %(told)s，分录合计 %(sum)s") % {"told": account.balance, "sum": balance}
    return ""


def _side(district: str, side: str, sign: int) -> Iterator[_Entry]:
    rows = Transfer.objects.filter(district=district).order_by(side, f"{side}_seq")
    columns = (f"{side}_id", f"{side}_seq", "amount", f"{side}_balance", "at", "unit_id")
    for account, seq, amount, balance, at, unit in rows.values_list(*columns).iterator(chunk_size=CHUNK):
        yield _Entry(account, seq, sign * amount, balance, at, unit)


def _lots(district: str, accounts: dict[UUID, Account]) -> Iterator[Break]:
    left = _by_account(Lot, district)
    for one, row in accounts.items():
        expected = row.balance if row.kind.expires_days is not None else 0
        if left.get(one, 0) != expected:
            yield Break(
                district,
                one.hex,
                _("批次合计 %(lots)s，余额 %(balance)s") % {"lots": left.get(one, 0), "balance": row.balance},
            )


def _holds(district: str, accounts: dict[UUID, Account]) -> Iterator[Break]:
    left = _by_account(Hold, district)
    for one, row in accounts.items():
        if left.get(one, 0) != row.held:
            yield Break(
                district,
                one.hex,
                _("冻结合计 %(holds)s，账户记着 %(told)s") % {"holds": left.get(one, 0), "told": row.held},
            )


def _by_account(model: Any, district: str) -> dict[UUID, int]:
    rows = model.objects.filter(district=district, left__gt=0).order_by().values("account_id")
    return {row["account_id"]: int(row["sum"]) for row in rows.annotate(sum=Sum("left"))}


def _periods(district: str) -> Iterator[Break]:
    """Closed periods: their digests are found again, each carries the one before."""
    before: dict[UUID, Period] = {}
    for row in Period.objects.filter(district=district).exclude(digest="").order_by("unit", "last"):
        earlier = before.get(row.unit_id)
        since = earlier.until if earlier else None
        told = (row.accounts, row.transfers, row.turnover, row.digest)
        if row.previous != (earlier.digest if earlier else "") or closing.figures(row, since) != told:
            yield Break(district, row.id.hex, _("已结账期 %(last)s 的摘要不符") % {"last": row.last})
        before[row.unit_id] = row

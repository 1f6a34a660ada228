"""The rules of the books, without a database: what a transfer does to the accounts that somebody has locked.

Accounts and lots come in as rows in memory and leave changed; `Sheet` collects what has to be written. An order is
posted as a whole or not at all: what it had changed is put back before the refusal is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from youlin.apps.ledger.models import Account, Lot, Transfer
from youlin.kernel import ids
from youlin.kernel.errors import Conflict, Invalid, YoulinError

MOST_AMOUNT = 10**15
"""In one leg: far below what the columns hold, far above what anything here is counted in."""
MOST_LEGS = 100
STATE = ("balance", "entries", "last_at", "day", "out_today", "in_today")
"""What posting changes of an account."""


class Limits(NamedTuple):
    """What the kind of an account says; None is no limit."""

    most: int | None = None
    most_out_day: int | None = None
    most_in_day: int | None = None
    expires_days: int | None = None


NO_LIMITS = Limits()


@dataclass(frozen=True)
class Leg:
    """So much from one account to another. `lots`: when and how much of it runs out, where that is known already;
    `prefer`: the same of what is taken first, so that what came together goes back together."""

    debit: UUID
    credit: UUID
    amount: int
    reverses: UUID | None = None
    lots: tuple[tuple[datetime, int], ...] = ()
    prefer: tuple[tuple[datetime, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Order:
    """Legs to be posted together under a key. `unlimited`: limits of a day and of a balance are not asked."""

    key: str
    legs: tuple[Leg, ...]
    why: str = "moved"
    note: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    unlimited: bool = False

    @property
    def account_ids(self) -> set[UUID]:
        """Every account it touches."""
        return {one for leg in self.legs for one in (leg.debit, leg.credit)}


@dataclass
class Sheet:
    """Locked accounts with the lots of those that give, and all that has to be written of them."""

    accounts: Mapping[UUID, Account]
    limits: Mapping[UUID, Limits]
    lots: dict[UUID, list[Lot]] = field(default_factory=dict)
    made: list[Lot] = field(default_factory=list)
    used: dict[UUID, Lot] = field(default_factory=dict)

    def post(self, order: Order, now: datetime) -> list[Transfer]:
        """The rows of an order, one for each leg. Raises `Conflict` or `Invalid`; then nothing has changed."""
        touched = [self.accounts[one] for one in order.account_ids if one in self.accounts]
        before = [tuple(getattr(one, name) for name in STATE) for one in touched]
        lots_before = [(lot, lot.left) for one in touched for lot in self.lots.get(one.id, ())]
        made_before = len(self.made)
        try:
            check(order)
            at = self._moment(order, now)
            return [self._leg(order, number, leg, at) for number, leg in enumerate(order.legs)]
        except YoulinError:
            for account, values in zip(touched, before, strict=True):
                for name, value in zip(STATE, values, strict=True):
                    setattr(account, name, value)
            for lot, left in lots_before:
                lot.left = left
            del self.made[made_before:]
            raise

    def _moment(self, order: Order, now: datetime) -> datetime:
        """Now, but never before the last entry of any account: a clock that was set back changes no order."""
        accounts = [self._account(one) for one in order.account_ids]
        at = max([now, *(one.last_at for one in accounts if one.last_at)])
        if any(one.closed_to and at < one.closed_to for one in accounts):
            raise Conflict(
                _("这个账期已经结账，不能再记入"), remedy=_("请检查这台机器的时间；更正请在新的账期里记")
            )
        return at

    def _account(self, account_id: UUID) -> Account:
        found = self.accounts.get(account_id)
        if found is None:
            raise Invalid(_("没有这个账户"), field="legs")
        if found.ended_at is not None:
            raise Conflict(_("这个账户已经注销"), field="legs")
        return found

    def _leg(self, order: Order, number: int, leg: Leg, at: datetime) -> Transfer:
        debit, credit = self._account(leg.debit), self._account(leg.credit)
        if debit.unit_id != credit.unit_id:
            raise Invalid(_("两个账户的计量单位不同"), field="legs")
        today = _day(at)
        _turn(debit, today)
        _turn(credit, today)
        self._give(debit, leg.amount, order)
        self._take(credit, leg.amount, order)
        used = self._use(debit, leg)
        self._fill(credit, leg, used, at)
        debit.last_at = credit.last_at = at
        values: list[Any] = [
            ids.uuid7(),
            debit.district,
            order.key,
            number,
            debit.unit_id,
            debit.id,
            credit.id,
            leg.amount,
            debit.entries,
            credit.entries,
            debit.balance,
            credit.balance,
            at,
            order.why,
            order.note,
            dict(order.about),
            [[lot.id.hex, amount] for lot, amount in used],
            leg.reverses,
        ]
        row: type[Any] = Transfer
        made: Transfer = row(*values)  # in the order of the fields: by name it takes three times as long
        return made

    def _give(self, account: Account, amount: int, order: Order) -> None:
        if not account.issuing and account.available < amount:
            raise Conflict(
                _("余额不足：可用 %(available)s，需要 %(amount)s")
                % {"available": account.available, "amount": amount},
                field="amount",
            )
        account.balance -= amount
        account.entries += 1
        if order.unlimited:
            return
        account.out_today += amount
        most = self._limits(account).most_out_day
        if most is not None and account.out_today > most:
            raise Conflict(_("超过每天最多转出的 %(most)s") % {"most": most}, field="amount")

    def _take(self, account: Account, amount: int, order: Order) -> None:
        account.balance += amount
        account.entries += 1
        if order.unlimited:
            return
        account.in_today += amount
        limits = self._limits(account)
        if limits.most_in_day is not None and account.in_today > limits.most_in_day:
            raise Conflict(_("超过每天最多转入的 %(most)s") % {"most": limits.most_in_day}, field="amount")
        if limits.most is not None and account.balance > limits.most:
            raise Conflict(_("超过账户最多可有的 %(most)s") % {"most": limits.most}, field="amount")

    def _limits(self, account: Account) -> Limits:
        return self.limits.get(account.id, NO_LIMITS)

    def _use(self, account: Account, leg: Leg) -> list[tuple[Lot, int]]:
        """Lots of the giver: those it prefers, then those that run out first; none where nothing runs out."""
        if self._limits(account).expires_days is None:
            return []
        lots = sorted(self.lots[account.id], key=_next_to_run_out)
        wanted, used = leg.amount, list[tuple[Lot, int]]()
        for ends_at, part in leg.prefer:
            same = [lot for lot in lots if lot.expires_at == ends_at]
            wanted -= self._draw(same, min(part, wanted), used)
        wanted -= self._draw(lots, wanted, used)
        if wanted:
            raise Conflict(_("批次与余额不符，请运行 youlin doctor --ledger"))
        return used

    def _draw(self, lots: Sequence[Lot], wanted: int, used: list[tuple[Lot, int]]) -> int:
        """Take so much of some lots in their order; how much there was."""
        left = wanted
        for lot in lots:
            if part := min(lot.left, left):
                lot.left -= part
                left -= part
                used.append((lot, part))
                self.used[lot.id] = lot
        return wanted - left

    def _fill(self, account: Account, leg: Leg, used: Sequence[tuple[Lot, int]], at: datetime) -> None:
        """Lots of the taker. What ran out somewhere else runs out here at the same moment."""
        days = self._limits(account).expires_days
        if days is None:
            return
        known = leg.lots or tuple((lot.expires_at, part) for lot, part in used)
        for expires_at, part in known or ((at + timedelta(days=days), leg.amount),):
            lot = Lot(
                district=account.district,
                account_id=account.id,
                amount=part,
                left=part,
                expires_at=expires_at,
                created_at=at,
            )
            self.made.append(lot)
            self.lots.setdefault(account.id, []).append(lot)


def check(order: Order) -> None:
    """Raise `Invalid` for an order that no books can take."""
    if not 1 <= len(order.legs) <= MOST_LEGS:
        raise Invalid(_("一次要有 1 到 %(most)s 笔") % {"most": MOST_LEGS}, field="legs")
    if not order.key or len(order.key) > 200 or "\0" in order.key:
        raise Invalid(_("幂等键不合规"), field="key", remedy=_("最多 200 个字符，建议使用 UUID"))
    if "\0" in order.note or len(order.note) > 300:
        raise Invalid(_("说明最多 300 字"), field="note")
    for leg in order.legs:
        if type(leg.amount) is not int or not 0 < leg.amount <= MOST_AMOUNT:
            raise Invalid(_("数量应为正整数"), field="amount")
        if leg.debit == leg.credit:
            raise Invalid(_("不能转给同一个账户"), field="legs")
        if leg.lots and sum(part for _at, part in leg.lots) != leg.amount:
            raise ValueError("the lots of a leg do not sum up to it")


def same(order: Order, posted: Sequence[Transfer]) -> bool:
    """Whether what was posted under the key is what the order asks for."""
    said = [(leg.debit, leg.credit, leg.amount) for leg in order.legs]
    return said == [(row.debit_id, row.credit_id, row.amount) for row in posted]


def touched(orders: Iterable[Order]) -> set[UUID]:
    """Every account of some orders."""
    return {one for order in orders for one in order.account_ids}


def _turn(account: Account, today: date) -> None:
    """Begin a new day's counts; a day that was counted already is not begun again by a clock set back."""
    if account.day is None or account.day < today:
        account.day, account.out_today, account.in_today = today, 0, 0


def _next_to_run_out(lot: Lot) -> tuple[datetime, UUID]:
    return lot.expires_at, lot.id


def _day(at: datetime) -> date:
    return timezone.localtime(at, timezone.get_default_timezone()).date()

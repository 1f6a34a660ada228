"""How orders reach the tables: accounts locked by id, the rules of `books`, rows written in one go, journalled.

For services that have checked who may; people go through `transfer`, `reverse` and the other verbs. One transfer takes
two statements on PostgreSQL: accounts are locked and read with their limits and the place in the journal; the transfer,
what it changes and its journal entry are written together, or nothing where the key was used. A third reads lots where
something runs out; on SQLite each table is written by a statement of its own. A hundred transfers take hardly more.

Locks are taken in one order everywhere: accounts by id, then what hangs on them (lots, holds). Accounts of one unit are
all locked, behind the unit itself, by whoever closes a period.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, F, UUIDField
from django.utils.translation import gettext as _

from youlin.apps.ledger import books
from youlin.apps.ledger.books import Limits, Order, Sheet
from youlin.apps.ledger.models import Account, Lot, Transfer
from youlin.kernel import clock, journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, YoulinError
from youlin.kernel.prepared import Given, Prepared

AT_ONCE = 400
"""Rows asked for in one statement."""
ACTS = {"reversed": "ledger.reversed", "expired": "ledger.expired", "settled": "ledger.hold_settled"}
"""How a posting is journalled by why it was made; all others are transfers."""

Outcome = list[Transfer] | YoulinError
T = TypeVar("T")


def post(*, actor: Actor, district: str, order: Order) -> list[Transfer]:
    """Post an order; under a key that was posted already, what was posted then.

    Opens a transaction unless there is one. Raises `Conflict` (not enough, a limit, a closed period, another order under
    the same key) and `Invalid` before anything is written.
    """
    if transaction.get_connection().in_atomic_block:
        return _post(actor, district, order)
    with transaction.atomic():
        return _post(actor, district, order)


def post_many(*, actor: Actor, district: str, orders: Sequence[Order]) -> list[Outcome]:
    """Post many orders, in their order, in one transaction and a few statements; what became of each.

    An order that is refused leaves the others alone: its place in the answer holds the reason.
    """
    if transaction.get_connection().in_atomic_block:
        return _post_many(actor, district, orders)
    with transaction.atomic():
        return _post_many(actor, district, orders)


def locked(district: str, wanted: Collection[UUID]) -> dict[UUID, Account]:
    """Accounts by id, locked in the order of their ids, with the limits of their kinds and a place in the journal."""
    ids_ = sorted(set(wanted))
    if len(ids_) <= 2:
        found = _PAIR.rows(district=district, one=ids_[0], other=ids_[-1])
        return {row.id: row for row in found}
    base = _lockable(district)
    return {row.id: row for some in _chunks(ids_) for row in base.filter(id__in=some)}


def sheet_of(accounts: dict[UUID, Account], givers: Iterable[UUID]) -> Sheet:
    """A sheet of locked accounts, with the lots of those that may give."""
    limits = {row.id: _limits(row) for row in accounts.values()}
    lots: dict[UUID, list[Lot]] = {
        one: [] for one in set(givers) if one in limits and limits[one].expires_days is not None
    }
    district = next((row.district for row in accounts.values()), "")
    for some in _chunks(sorted(lots)):
        for lot in Lot.objects.filter(district=district, account_id__in=some, left__gt=0):
            lots[lot.account_id].append(lot)
    return Sheet(accounts, limits, lots)


def write(sheet: Sheet, changed: Collection[UUID]) -> None:
    """Write the accounts and lots of a sheet."""
    for found, fields in changes(sheet, changed):
        for some in _chunks(found):
            rows.update_many(some, fields) if fields else rows.insert_many(some)


def changes(sheet: Sheet, changed: Collection[UUID]) -> list[rows.Write]:
    """What has to be written of a sheet: accounts and lots that changed, lots that were made."""
    return [
        rows.Write([sheet.accounts[one] for one in sorted(changed)], (*books.STATE, "held")),
        rows.Write([lot for lot in sheet.used.values() if not lot._state.adding], ("left",)),
        rows.Write(sheet.made),
    ]


def posted(district: str, keys: Sequence[str]) -> dict[str, list[Transfer]]:
    """What was posted under these keys, leg by leg."""
    found: dict[str, list[Transfer]] = {}
    for some in _chunks(keys):
        same = Transfer.objects.filter(district=district, key__in=some)
        for row in same.order_by("key", "leg"):
            found.setdefault(row.key, []).append(row)
    return found


def post_on(sheet: Sheet, *, actor: Actor, order: Order) -> list[Transfer]:
    """Post an order on accounts that are locked already, under a key that was not used."""
    made = sheet.post(order, clock.now())
    rows.insert_many(made)
    write(sheet, order.account_ids)
    journal.append_many([_item(actor, order, made)])
    return made


def post_many_on(sheet: Sheet, *, actor: Actor, district: str, orders: Sequence[Order]) -> list[Outcome]:
    """What `post_many` does, on accounts that are locked already."""
    before = posted(district, [one.key for one in orders])
    now = clock.now()
    answers: list[Outcome] = []
    made: list[Transfer] = []
    items: list[journal.Item] = []
    for order in orders:
        try:
            if (known := before.get(order.key)) is not None:
                answers.append(known_as(order, known))
                continue
            lines = sheet.post(order, now)
        except YoulinError as error:
            answers.append(error)
            continue
        before[order.key] = lines
        answers.append(lines)
        made += lines
        items.append(_item(actor, order, lines))
    made.sort(key=lambda row: (row.key, row.leg))
    rows.insert_many(made)
    write(sheet, {one for row in made for one in (row.debit_id, row.credit_id)})
    journal.append_many(items)
    return answers


def known_as(order: Order, known: list[Transfer]) -> list[Transfer]:
    """What was posted under the order's key. Raises `Conflict` when that was something else."""
    if not books.same(order, known):
        raise Conflict(
            _("同一个幂等键已用于另一次内容不同的转账"),
            field="key",
            remedy=_("内容有改动时请换一个新的键再提交"),
        )
    return known


def _post(actor: Actor, district: str, order: Order) -> list[Transfer]:
    books.check(order)
    accounts = locked(district, order.account_ids)
    sheet = sheet_of(accounts, (leg.debit for leg in order.legs))
    try:
        made = sheet.post(order, clock.now())
    except YoulinError:
        if (before := _before(district, order)) is not None:
            return before
        raise
    entry = journal.entry_at(_item(actor, order, made), _place(accounts))
    also = [rows.Write(made[1:]), *changes(sheet, order.account_ids), rows.Write([entry])]
    # Whoever has the first leg has the key, whatever other legs there are.
    if not rows.insert_if_new_with(made[0], also):
        again = _before(district, order)
        assert again is not None, "a key stands in the way and cannot be read"
        return again
    return made


def _post_many(actor: Actor, district: str, orders: Sequence[Order]) -> list[Outcome]:
    wanted = books.touched(orders)
    if not wanted:
        return []
    sheet = sheet_of(locked(district, wanted), (leg.debit for one in orders for leg in one.legs))
    return post_many_on(sheet, actor=actor, district=district, orders=orders)


def _before(district: str, order: Order) -> list[Transfer] | None:
    """What was posted under the order's key, if anything was."""
    known = posted(district, [order.key]).get(order.key)
    return known_as(order, known) if known else None


def _item(actor: Actor, order: Order, made: Sequence[Transfer]) -> journal.Item:
    return journal.Item(
        act=ACTS.get(order.why, "ledger.transferred"),
        actor=actor,
        subject=made[0],
        area=made[0].district,
        after={
            "key": order.key,
            "why": order.why,
            "legs": [
                {"from": row.debit_id.hex, "to": row.credit_id.hex, "amount": row.amount} for row in made
            ],
        },
        note=order.note,
        at=made[0].at,
        first=True,
    )


def _limits(row: Any) -> Limits:
    return Limits(row.kind_most, row.kind_out, row.kind_in, row.kind_days)


def _place(accounts: dict[UUID, Any]) -> journal.Position:
    """The place in the journal that came with locked accounts: good for one entry of this transaction."""
    one = next(iter(accounts.values()))
    return journal.Position(one.epoch, one.number)


def _lockable(district: Any) -> Any:
    """Accounts with the limits of their kinds; the locks keep other writers away, not the keys of new rows."""
    held = Account.objects.filter(district=district).select_for_update(of=("self",), no_key=True)
    return (
        journal.with_place(held, district)
        .annotate(
            kind_most=F("kind__most"),
            kind_out=F("kind__most_out_day"),
            kind_in=F("kind__most_in_day"),
            kind_days=F("kind__expires_days"),
        )
        .order_by("id")
    )


_ID, _DISTRICT = UUIDField(), Given("district", CharField())
_PAIR: Prepared[Any] = Prepared(
    lambda: _lockable(_DISTRICT).filter(id__in=[Given("one", _ID), Given("other", _ID)]), kept=True
)


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))

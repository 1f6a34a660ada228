"""Transfers as people make them: by whoever keeps the books, one at a time or many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.ledger import permission
from youlin.apps.ledger.acts import WHYS
from youlin.apps.ledger.books import Leg, Order
from youlin.apps.ledger.models import AccountKind, Lot, Transfer
from youlin.apps.ledger.services import accounts, posting
from youlin.apps.ledger.services.posting import Outcome
from youlin.apps.parties import selectors as people
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound


def transfer(
    *,
    actor: Actor,
    district: str,
    key: str,
    legs: Sequence[Leg],
    why: str = "moved",
    note: str = "",
    about: Mapping[str, Any] | None = None,
) -> list[Transfer]:
    """Post legs together, all or none; the same key again gets what was posted the first time.

    Raises `Conflict` (not enough, a limit, a closed period, the key used for something else), `Invalid`, `NotAllowed`
    unless the actor keeps the books.
    """
    permission.demand_keep(actor, district)
    order = Order(key=key.strip(), legs=tuple(legs), why=why, note=note, about=about or {})
    _check_why(order)
    return posting.post(actor=actor, district=district, order=order)


def transfer_many(*, actor: Actor, district: str, orders: Sequence[Order]) -> list[Outcome]:
    """Many orders in one transaction with few statements; for each its rows, or why it was refused.

    Raises `NotAllowed` unless the actor keeps the books.
    """
    permission.demand_keep(actor, district)
    for one in orders:
        _check_why(one)
    return posting.post_many(actor=actor, district=district, orders=orders)


def issue(
    *, actor: Actor, district: str, key: str, pot: str, to: UUID, amount: int, note: str
) -> list[Transfer]:
    """Give so much of a pot (by its kind) to an account, with a reason in words. Raises as `transfer`."""
    if not note.replace("\0", "").strip():
        raise Invalid(_("请说明发放的理由"), field="note")
    source = accounts.pot(district, pot)
    return transfer(
        actor=actor,
        district=district,
        key=key,
        legs=[Leg(source.id, to, amount)],
        why="issued",
        note=note.replace("\0", "").strip(),
    )


def issue_to_phone(
    *, actor: Actor, district: str, key: str, kind: str, phone: str, amount: int, note: str
) -> list[Transfer]:
    """Give so much to whoever has this phone, in their account of a kind, from the pot that the kind names.

    Raises `Invalid` for a phone that nobody or several have, and as `issue`.
    """
    permission.demand_keep(actor, district)
    declared = AccountKind.objects.filter(district=district, code=kind, owner_kind="person", retired_at=None)
    row = declared.exclude(returns_to="").first()
    if row is None:
        raise Invalid(_("没有这种账户"), field="kind")
    found = people.persons_by_phone(phone.replace("\0", ""))
    if len(found) != 1:
        raise Invalid(
            _("没有找到这个手机号，或不止一位"), field="phone", remedy=_("请对方先用这个手机号登录一次")
        )
    if not note.replace("\0", "").strip():
        raise Invalid(_("请说明发放的理由"), field="note")
    to = accounts.open_account(actor=actor, district=district, kind=kind, owner_id=found[0].id)
    return issue(
        actor=actor, district=district, key=key, pot=row.returns_to, to=to.id, amount=amount, note=note
    )


def reverse(*, actor: Actor, district: str, transfer_id: UUID, reason: str) -> list[Transfer]:
    """Take back what was posted with a transfer (all its legs), by transfers of their own; done once.

    What had come from lots goes back with the days it had left. Limits of a day are not asked. Raises `Invalid` without
    a reason, `Conflict` for a reversal, or where the taker has not enough any more.
    """
    permission.demand_keep(actor, district)
    return take_back(actor=actor, district=district, transfer_id=transfer_id, reason=reason)


def take_back(*, actor: Actor, district: str, transfer_id: UUID, reason: str) -> list[Transfer]:
    """The same, for services that have checked who may."""
    why = reason.replace("\0", "").strip()[:300]
    if not why:
        raise Invalid(_("请说明冲正的理由"), field="reason")
    one = Transfer.objects.filter(district=district, id=transfer_id).first()
    if one is None:
        raise NotFound(_("没有这笔转账"))
    if one.reverses_id is not None:
        raise Conflict(_("冲正不能再冲正"), remedy=_("需要时请重新记一笔"))
    legs = posting.posted(district, [one.key])[one.key]
    order = Order(
        key=f"reverse:{legs[0].id.hex}",
        legs=tuple(_back(row) for row in reversed(legs)),
        why="reversed",
        note=why,
        unlimited=True,
    )
    order = replace(order, legs=_with_lots(district, order.legs, list(reversed(legs))))
    return posting.post(actor=actor, district=district, order=order)


def _back(row: Transfer) -> Leg:
    return Leg(row.credit_id, row.debit_id, row.amount, reverses=row.id)


def _with_lots(district: str, legs: Sequence[Leg], posted: Sequence[Transfer]) -> tuple[Leg, ...]:
    """What was taken from lots comes back with the moments at which those run out, and out of the like."""
    ends = ends_of(district, posted)
    return tuple(
        replace(leg, lots=ends[row.id], prefer=ends[row.id]) for leg, row in zip(legs, posted, strict=True)
    )


def ends_of(district: str, posted: Sequence[Transfer]) -> dict[UUID, tuple[tuple[datetime, int], ...]]:
    """For each of these transfers when and how much of what it moved runs out; nothing where it had no lots."""
    wanted = {UUID(lot) for row in posted for lot, _part in row.lots}
    rows = Lot.objects.filter(district=district, id__in=wanted).values_list("id", "expires_at")
    ends = dict(rows) if wanted else {}
    return {row.id: tuple((ends[UUID(lot)], part) for lot, part in row.lots) for row in posted}


def _check_why(order: Order) -> None:
    if order.why not in WHYS:
        raise Invalid(_("没有这种事由"), field="why")

"""Holds: so much of an account is set apart for one purpose, then paid in parts or wholly, or let go."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.ledger import permission
from youlin.apps.ledger.books import MOST_AMOUNT, Leg, Order, Sheet
from youlin.apps.ledger.models import Account, Hold, Transfer
from youlin.apps.ledger.services import posting
from youlin.kernel import clock, journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound


@transaction.atomic
def hold(
    *,
    actor: Actor,
    district: str,
    key: str,
    account_id: UUID,
    amount: int,
    until: datetime,
    why: str = "moved",
    note: str = "",
) -> Hold:
    """Set so much of an account apart until a moment; the same key again gets the first hold.

    Raises `Conflict` (not enough, the key used for something else), `Invalid`, `NotAllowed` unless the actor keeps the
    books.
    """
    permission.demand_keep(actor, district)
    _check(key, amount, until)
    account = posting.locked(district, [account_id]).get(account_id)
    if account is None or account.ended_at:
        raise NotFound(_("没有这个账户"))
    made = Hold(
        district=district,
        key=key,
        account_id=account_id,
        amount=amount,
        left=amount,
        why=why,
        note=note[:300],
        expires_at=until,
    )
    known = Hold.objects.filter(district=district, key=key).first()
    if known is not None or not rows.insert_if_new(_fits(account, made)):
        return _again(made)
    account.held += amount
    rows.update_many([account], ["held"])
    _tell("ledger.held", actor, made, {"amount": amount, "until": until}, first=True)
    return made


@transaction.atomic
def settle_hold(
    *,
    actor: Actor,
    district: str,
    key: str,
    hold_id: UUID,
    to: UUID,
    amount: int | None = None,
    rest: str = "release",
    note: str = "",
) -> list[Transfer]:
    """Pay so much of a hold (all of it) to an account; what is left is let go, or stays with `rest="keep"`.

    The same key again gets what was posted the first time. Raises `Conflict` where less is held, or the hold has ended.
    """
    permission.demand_keep(actor, district)
    sheet, held = _locked(district, hold_id, to)
    if known := posting.posted(district, [key]).get(key):
        return posting.known_as(_order(key, held, to, known[0].amount, note), known)
    wanted = held.left if amount is None else amount
    if held.ended_at or held.expires_at <= clock.now():
        raise Conflict(_("冻结已经结束"))
    if not 0 < wanted <= held.left:
        raise Conflict(_("只冻结了 %(left)s") % {"left": held.left}, field="amount")
    freed = held.left if rest == "release" else wanted
    account = sheet.accounts[held.account_id]
    account.held -= freed
    order = _order(key, held, to, wanted, note)
    made = posting.post_on(sheet, actor=actor, order=order)
    _lessen(held, freed)
    return made


@transaction.atomic
def release_hold(*, actor: Actor, district: str, hold_id: UUID, reason: str = "") -> Hold:
    """Let go of what is left of a hold. Done once."""
    permission.demand_keep(actor, district)
    sheet, held = _locked(district, hold_id)
    _release(actor, sheet, held, reason)
    return held


@transaction.atomic
def release_expired(*, actor: Actor, district: str, hold_id: UUID) -> bool:
    """Let go of a hold whose time is over; whether there was anything to do. For the job that looks for them."""
    sheet, held = _locked(district, hold_id)
    if held.ended_at or held.expires_at > clock.now():
        return False
    _release(actor, sheet, held, "")
    return True


def _release(actor: Actor, sheet: Sheet, held: Hold, reason: str) -> None:
    if held.ended_at:
        return
    freed = held.left
    account = sheet.accounts[held.account_id]
    account.held -= freed
    rows.update_many([account], ["held"])
    _lessen(held, freed)
    _tell("ledger.hold_released", actor, held, {"amount": freed}, note=reason.replace("\0", "")[:300])


def _locked(district: str, hold_id: UUID, *others: UUID) -> tuple[Sheet, Hold]:
    """Its account first, then the hold: the order in which everything is locked."""
    seen = Hold.objects.filter(district=district, id=hold_id).first()
    if seen is None:
        raise NotFound(_("没有这笔冻结"))
    accounts = posting.locked(district, [seen.account_id, *others])
    sheet = posting.sheet_of(accounts, [seen.account_id])
    return sheet, Hold.objects.select_for_update().get(district=district, id=hold_id)


def _lessen(held: Hold, freed: int) -> None:
    held.left -= freed
    held.ended_at = None if held.left else clock.now()
    rows.update_many([held], ["left", "ended_at"])


def _order(key: str, held: Hold, to: UUID, amount: int, note: str) -> Order:
    return Order(
        key=key,
        legs=(Leg(held.account_id, to, amount),),
        why="settled",
        note=note or held.note,
        about={"hold": held.id.hex},
    )


def _fits(account: Account, made: Hold) -> Hold:
    if not account.issuing and account.available < made.amount:
        raise Conflict(
            _("余额不足：可用 %(available)s，需要 %(amount)s")
            % {"available": account.available, "amount": made.amount},
            field="amount",
        )
    return made


def _again(made: Hold) -> Hold:
    known = Hold.objects.get(district=made.district, key=made.key)
    if (known.account_id, known.amount) != (made.account_id, made.amount):
        raise Conflict(_("同一个幂等键已用于另一次内容不同的冻结"), field="key")
    return known


def _check(key: str, amount: int, until: datetime) -> None:
    if not key or len(key) > 200 or "\0" in key:
        raise Invalid(_("幂等键不合规"), field="key", remedy=_("最多 200 个字符，建议使用 UUID"))
    if type(amount) is not int or not 0 < amount <= MOST_AMOUNT:
        raise Invalid(_("数量应为正整数"), field="amount")
    if until <= clock.now():
        raise Invalid(_("冻结的到期时间已经过去"), field="until")


def _tell(
    act: str, actor: Actor, held: Hold, after: dict[str, object], *, first: bool = False, note: str = ""
) -> None:
    journal.append(
        act=act,
        actor=actor,
        subject=held,
        area=held.district,
        after={"account": held.account_id.hex, **after},
        first=first,
        note=note or held.note,
    )

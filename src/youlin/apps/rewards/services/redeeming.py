"""A reward taken at a shop's counter: points from the person to the shop, a piece from the stock, together, once.

The reward is locked before limits are counted, then the ledger locks the accounts: so nobody passes a limit, nothing is
given that is not there, and what the counter shows is what the books say.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.ledger import selectors as books
from youlin.apps.ledger import services as ledger
from youlin.apps.ledger.models import Transfer
from youlin.apps.ledger.services import Leg, Order
from youlin.apps.passes import services as passes
from youlin.apps.passes.reasons import WORDS
from youlin.apps.rewards import permission
from youlin.apps.rewards.models import Redemption, Reward, Shop, Voucher
from youlin.apps.rewards.services import keeping, limits, vouching
from youlin.kernel import clock, idempotency, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True)
class Redeemed:
    """A redemption, and what the person has left."""

    row: Redemption
    left: int


@dataclass(frozen=True)
class _Shown:
    """What came of the look at a code: whose it is, the voucher if it is one, and when it was shown."""

    person_id: UUID | None
    voucher: Voucher | None = None
    at: datetime | None = None


def redeem(
    *,
    actor: Actor,
    district: str,
    code: str,
    idempotency_key: str,
    reward_id: UUID | None = None,
    shop_id: UUID | None = None,
    at: datetime | None = None,
    told: str = "",
    is_demo: bool = False,
) -> Redeemed:
    """Give a reward to whoever holds the code that was scanned (or the number of one that counts by its number).

    A voucher says itself which reward; then `shop_id` suffices, and `at` and `told` are when a shop without a network
    took it and what its phone said. Every code that is looked at leaves a row of who looked where and what came of it,
    also where it is refused. Sent again under the same key it is given once, and the first answer comes again. Raises
    `Invalid` (no valid code), `Conflict` (not enough points, none left, a limit, not in force), `NotAllowed` unless the
    actor serves there.
    """
    reward = keeping.reward_of(district, reward_id) if reward_id else None
    shop = reward.shop if reward else keeping.shop_of(district, shop_id or UUID(int=0))
    permission.demand_serve(actor, shop)
    given: dict[str, Any] = {
        "district": district,
        "actor": actor,
        "act": "rewards.redeem",
        "key": idempotency_key.strip(),
    }
    since = clock.now() - timedelta(days=idempotency.KEPT_DAYS)
    known = "\0" not in idempotency_key and idempotency.done_since(since, **given)
    shown = None if known else _looked_at(actor, shop, code, at, told, idempotency_key, is_demo)
    with idempotency.once(**given, payload={"reward": str(reward_id or ""), "code": code}) as once:
        if once.prior is not None:
            return _again(district, once.prior)
        if shown is None:
            raise Conflict()
        key = f"{actor.key}:{idempotency_key}"[:190]
        made = _made(actor, reward, shown, key, is_demo)
        once.save({"id": str(made.row.id), "left": made.left})
        return made


@transaction.atomic
def give(*, actor: Actor, reward: Reward, person_id: UUID, key: str, is_demo: bool = False) -> Redeemed:
    """The same for a person who is known. For services that have checked who may and who it is."""
    district = reward.district
    reward = keeping.reward_of(district, reward.id, lock=True)
    keeping.demand_open(reward)
    limits.demand_left(reward, person_id)
    posted = _post(actor, reward, person_id, key, is_demo)
    return _taken(actor, reward, person_id, reward.points, posted, is_demo)


@transaction.atomic
def give_for(*, actor: Actor, voucher: Voucher, key: str, at: datetime | None = None) -> Redeemed:
    """The same for a voucher that was found good: what it holds is paid, as many points as it says."""
    row, posted = vouching.pay(actor=actor, row=voucher, key=key)
    reward = keeping.reward_of(row.district, row.reward_id)
    made = _taken(actor, reward, row.person_id, row.points, posted, row.is_demo)
    row.used_at, row.redemption = at or made.row.at, made.row
    row.save(update_fields=["used_at", "redemption"])
    return made


@transaction.atomic
def reverse(*, actor: Actor, district: str, redemption_id: UUID, reason: str) -> Redemption:
    """Take a redemption back, the same day and with a reason: points and piece go back. Done once.

    Raises `Conflict` on another day, `Invalid` without a reason, `NotAllowed` unless the actor serves there.
    """
    row = (
        Redemption.objects.select_for_update(of=("self",)).filter(district=district, id=redemption_id).first()
    )
    if row is None:
        raise NotFound(_("没有这次兑换"))
    reward = keeping.reward_of(district, row.reward_id)
    permission.demand_serve(actor, reward.shop)
    if row.reversed_at:
        return row
    why = reason.replace("\0", "").strip()[:200]
    if not why:
        raise Invalid(_("请说明冲销的原因"), field="reason")
    if row.day != clock.today():
        raise Conflict(_("只能冲销当天的兑换"), remedy=_("以前的差错请积分管理员处理"))
    ledger.take_back(actor=actor, district=district, transfer_id=row.posted, reason=why)
    row.reversed_at, row.reversed_why = clock.now(), why
    row.save(update_fields=["reversed_at", "reversed_why"])
    _tell("rewards.redemption_reversed", actor, row, reward, note=why)
    return row


def _looked_at(
    actor: Actor, shop: Shop, code: str, at: datetime | None, told: str, key: str, is_demo: bool
) -> _Shown:
    """Look at the code, in a transaction of its own: the look stays, whatever becomes of the redemption."""
    checked = passes.check(
        actor=actor,
        district=shop.district,
        code=code.strip(),
        at=at,
        place_id=shop.place_id,
        told=told,
        idempotency_key=f"reward:{key}"[:200] if key.strip() else "",
        is_demo=is_demo,
    )
    voucher = vouching.of(checked)
    if voucher is not None:
        vouching.demand_good(voucher, shop, checked, told)
        return _Shown(voucher.person_id, voucher, checked.at)
    if not checked.valid or checked.held is None:
        words = WORDS[checked.reason]
        raise Invalid(str(words.told), field="code", remedy=str(words.advice))
    if checked.held.person_id is None:
        raise Invalid(_("这不是发给个人的码"), field="code", remedy=_("请扫对方“我的码”"))
    if at is not None:
        raise Invalid(_("没有网络时只能兑兑换券"), field="code", remedy=_("请联网后再扫一次"))
    return _Shown(checked.held.person_id)


def _made(actor: Actor, reward: Reward | None, shown: _Shown, key: str, is_demo: bool) -> Redeemed:
    if shown.voucher is not None:
        return give_for(actor=actor, voucher=shown.voucher, key=key, at=shown.at)
    if reward is None or shown.person_id is None:
        raise Invalid(_("请选奖品"), field="reward")
    return give(actor=actor, reward=reward, person_id=shown.person_id, key=key, is_demo=is_demo)


def _taken(
    actor: Actor,
    reward: Reward,
    person_id: UUID | None,
    points: int,
    posted: list[Transfer],
    is_demo: bool,
) -> Redeemed:
    row = Redemption.objects.create(
        district=reward.district,
        reward=reward,
        shop_id=reward.shop_id,
        person_id=person_id,
        server_id=actor.person_id,
        points=points,
        posted=posted[0].id,
        day=clock.today(),
        at=clock.now(),
        is_demo=is_demo,
    )
    _tell("rewards.redeemed", actor, row, reward, first=True)
    return Redeemed(row, posted[0].debit_balance)


def _post(actor: Actor, reward: Reward, person_id: UUID, key: str, is_demo: bool) -> list[Transfer]:
    """Points to the shop and a piece out of the stock: two legs, all or none."""
    district, open_ = reward.district, ledger.open_account
    wallet = open_(actor=actor, district=district, kind=keeping.WALLET, owner_id=person_id, is_demo=is_demo)
    till, given = keeping.shop_accounts(actor, reward.shop)
    stock = open_(actor=actor, district=district, kind=keeping.STOCK, owner_id=reward.id, name=reward.name)
    order = Order(
        key=f"redeem:{key}",
        legs=(Leg(wallet.id, till.id, reward.points), Leg(stock.id, given.id, 1)),
        why="redeemed",
        note=reward.name,
        about={"reward": reward.number, "words_en": reward.name_en or reward.name},
    )
    try:
        return ledger.post(actor=actor, district=district, order=order)
    except Conflict as error:
        if any(one.available < 1 for one in books.accounts_by_id(district, [stock.id])):
            raise Conflict(_("“%(name)s”已经兑完") % {"name": reward.name}, field="reward") from error
        raise


def _again(district: str, prior: dict[str, Any]) -> Redeemed:
    return Redeemed(Redemption.objects.get(district=district, id=prior["id"]), int(prior["left"]))


def _tell(
    act: str, actor: Actor, row: Redemption, reward: Reward, *, first: bool = False, note: str = ""
) -> None:
    """The journal says what, where and when; whom it was for stands in the row alone, as long as that is kept."""
    journal.append(
        act=act,
        actor=actor,
        subject=row,
        area=reward.shop.place.area_now,
        after={"reward": reward.number, "points": row.points, "day": row.day.isoformat()},
        first=first,
        note=note,
    )

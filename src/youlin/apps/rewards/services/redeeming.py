"""A reward taken at a shop's counter: points from the person to the shop, a piece from the stock, together, once.

The reward is locked before limits are counted, then the ledger locks the accounts: so nobody passes a limit, nothing is
given that is not there, and what the counter shows is what the books say.
"""

from dataclasses import dataclass
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
from youlin.apps.rewards.models import Redemption, Reward
from youlin.apps.rewards.services import keeping
from youlin.kernel import clock, idempotency, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True)
class Redeemed:
    """A redemption, and what the person has left."""

    row: Redemption
    left: int


def redeem(
    *,
    actor: Actor,
    district: str,
    reward_id: UUID,
    code: str,
    idempotency_key: str,
    is_demo: bool = False,
) -> Redeemed:
    """Give a reward to whoever holds the code that was scanned (or the number of one that counts by its number).

    Sent again under the same key it is given once, and the first answer comes again. Raises `Invalid` (no valid code),
    `Conflict` (not enough points, none left, a limit, not in force), `NotAllowed` unless the actor serves there.
    """
    payload = {"reward": str(reward_id), "code": code}
    with idempotency.once(
        district=district, actor=actor, act="rewards.redeem", key=idempotency_key, payload=payload
    ) as once:
        if once.prior is not None:
            return _again(district, once.prior)
        reward = keeping.reward_of(district, reward_id)
        permission.demand_serve(actor, reward.shop)
        person = _holder(actor, reward, code, is_demo)
        made = give(
            actor=actor,
            reward=reward,
            person_id=person,
            key=f"{actor.key}:{idempotency_key}"[:190],
            is_demo=is_demo,
        )
        once.save({"id": str(made.row.id), "left": made.left})
        return made


@transaction.atomic
def give(*, actor: Actor, reward: Reward, person_id: UUID, key: str, is_demo: bool = False) -> Redeemed:
    """The same for a person who is known. For services that have checked who may and who it is."""
    district = reward.district
    reward = keeping.reward_of(district, reward.id, lock=True)
    keeping.demand_open(reward)
    _demand_left(reward, person_id)
    posted = _post(actor, reward, person_id, key, is_demo)
    row = Redemption.objects.create(
        district=district,
        reward=reward,
        shop_id=reward.shop_id,
        person_id=person_id,
        server_id=actor.person_id,
        points=reward.points,
        posted=posted[0].id,
        day=clock.today(),
        at=clock.now(),
        is_demo=is_demo,
    )
    _tell("rewards.redeemed", actor, row, reward, first=True)
    return Redeemed(row, posted[0].debit_balance)


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


def _holder(actor: Actor, reward: Reward, code: str, is_demo: bool) -> UUID:
    checked = passes.check(
        actor=actor,
        district=reward.district,
        code=code.strip(),
        place_id=reward.shop.place_id,
        is_demo=is_demo,
    )
    if not checked.valid or checked.held is None:
        told = WORDS[checked.reason]
        raise Invalid(str(told.told), field="code", remedy=str(told.advice))
    if checked.held.person_id is None:
        raise Invalid(_("这不是发给个人的码"), field="code", remedy=_("请扫对方“我的码”"))
    return checked.held.person_id


def _post(actor: Actor, reward: Reward, person_id: UUID, key: str, is_demo: bool) -> list[Transfer]:
    """Points to the shop and a piece out of the stock: two legs, all or none."""
    district, body = reward.district, reward.shop.organisation
    open_ = ledger.open_account
    wallet = open_(actor=actor, district=district, kind=keeping.WALLET, owner_id=person_id, is_demo=is_demo)
    till = open_(actor=actor, district=district, kind=keeping.SHOP_POINTS, owner_id=body.id, name=body.name)
    stock = open_(actor=actor, district=district, kind=keeping.STOCK, owner_id=reward.id, name=reward.name)
    given = open_(actor=actor, district=district, kind=keeping.GIVEN, owner_id=body.id, name=body.name)
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
        if books.balance(district, stock.id) < 1:
            raise Conflict(_("“%(name)s”已经兑完") % {"name": reward.name}, field="reward") from error
        raise


def _demand_left(reward: Reward, person_id: UUID) -> None:
    today = clock.today()
    asked: list[tuple[int | None, dict[str, Any], str]] = [
        (reward.per_person_day, {"day": today}, _("这位今天已兑过 %(n)s 份")),
        (
            reward.per_person_month,
            {"day__gte": today.replace(day=1), "day__lte": today},
            _("这位本月已兑过 %(n)s 份"),
        ),
    ]
    rows = Redemption.objects.filter(
        district=reward.district, reward=reward, person_id=person_id, reversed_at=None
    )
    for most, where, words in asked:
        if most is not None and rows.filter(**where).count() >= most:
            raise Conflict(words % {"n": most}, field="code")


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

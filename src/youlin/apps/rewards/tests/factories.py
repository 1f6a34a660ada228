"""Rewards in tests: the accounts of the pack, two shops, a reward with stock, a rider with a card and points."""

from typing import Any
from uuid import UUID

from tests.cast import DISTRICT, STREET, give_duty, make_member
from youlin.apps.duties import services as duties
from youlin.apps.ledger import declarations
from youlin.apps.ledger import services as ledger
from youlin.apps.ledger.services import Leg, Order
from youlin.apps.ledger.tests.factories import KIND, UNIT
from youlin.apps.parties import services as parties
from youlin.apps.passes import declarations as pass_kinds
from youlin.apps.passes.tests import factories as passes
from youlin.apps.places import declarations as words
from youlin.apps.places.tests import factories as places
from youlin.apps.rewards import services
from youlin.apps.rewards.models import Reward, Shop, Voucher
from youlin.kernel import ids
from youlin.kernel.actors import SYSTEM, Actor

KINDS: dict[str, dict[str, Any]] = {
    "points_pot": {"owner_kind": "programme", "issuing": True},
    "points_wallet": {"expires_days": 730, "returns_to": "points_pot"},
    "points_shop": {"owner_kind": "organisation"},
    "goods_source": {"owner_kind": "programme", "issuing": True, "unit": "goods"},
    "goods_stock": {"owner_kind": "reward", "unit": "goods"},
    "goods_given": {"owner_kind": "organisation", "unit": "goods"},
}

VOUCHER = {"issue_verb": "reward.vouch", "check_verb": "reward.serve", "shows": {"name": "masked"}}


def declare(district: str = DISTRICT) -> None:
    """The units and kinds of accounts that rewards need, kinds of places and of passes."""
    given = {"actor": SYSTEM, "district": district, "programme": "t"}
    units = {"points": {**UNIT, "name": "积分", "symbol": "分"}, "goods": {**UNIT, "name": "奖品"}}
    declarations.declare(declarations.UNITS, **given, declared=units)
    declarations.declare(
        declarations.KINDS,
        **given,
        declared={code: {**KIND, "name": code, **values} for code, values in KINDS.items()},
    )
    places.declare_words()
    passes.declare_kinds(district)
    voucher = {**passes.PLAIN, "name": "兑换券", "days": 2, "inside": ["label"], "paper": "", **VOUCHER}
    words.declare(pass_kinds.KINDS, **given, declared={"voucher": voucher})


def duty_kinds() -> None:
    """The duties of somebody at a shop's counter and of whoever keeps rewards and points."""
    for code, level, verbs in (
        ("reward_counter", "street", ["reward.serve", "pass.check"]),
        ("points_keeper", "district", ["reward.keep", "ledger.keep", "ledger.read", "ledger.close"]),
    ):
        duties.declare_kind(
            actor=SYSTEM, district=DISTRICT, programme="t", code=code, name=code, level=level, verbs=verbs
        )


def server(area: str = STREET, username: str = "dianyuan") -> Actor:
    """Somebody at the counters of an area."""
    duty_kinds()
    member = make_member(username, "店员")
    give_duty(member, "reward_counter", area)
    return member.actor


def make_shop(name: str = "暖心超市") -> Shop:
    """A shop that takes part."""
    code = f"shop-{ids.uuid7().hex[-8:]}"
    body = parties.register_organisation(
        actor=SYSTEM, district=DISTRICT, code=code, name=name, kind="company"
    )
    place = places.make_place(kind="restaurant", name=name, hours="24/7")
    return services.join(actor=SYSTEM, district=DISTRICT, organisation_id=body.id, place_id=place.id)


def make_reward(shop: Shop, stock: int = 5, **values: Any) -> Reward:
    """A power bank with some pieces set aside."""
    row = services.add_reward(
        actor=SYSTEM,
        district=DISTRICT,
        shop_id=shop.id,
        values={"name": "充电宝", "name_en": "Power bank", "points": 30, **values},
        idempotency_key=str(ids.uuid7()),
    )
    if stock:
        services.stock_up(
            actor=SYSTEM, district=DISTRICT, reward_id=row.id, pieces=stock, key=str(ids.uuid7())
        )
    return row


def points(person_id: UUID, amount: int) -> UUID:
    """Give somebody points from the pot; the transfer."""
    pot = ledger.open_account(actor=SYSTEM, district=DISTRICT, kind="points_pot")
    wallet = ledger.open_account(actor=SYSTEM, district=DISTRICT, kind="points_wallet", owner_id=person_id)
    order = Order(key=str(ids.uuid7()), legs=(Leg(pot.id, wallet.id, amount),), why="issued", note="试")
    return ledger.post(actor=SYSTEM, district=DISTRICT, order=order)[0].id


def rider(amount: int = 100, name: str = "李强", phone: str = "13800001001") -> tuple[UUID, str]:
    """Somebody with points, and the number of a card that counts by its number."""
    held = passes.issue("card", passes.person(name, phone))
    points(held.person_id, amount)
    return held.person_id, held.number


def redeem(reward: Reward, code: str, key: str = "", actor: Actor = SYSTEM) -> Any:
    """One press at the counter."""
    return services.redeem(
        actor=actor,
        district=DISTRICT,
        reward_id=reward.id,
        code=code,
        idempotency_key=key or str(ids.uuid7()),
    )


def reserve(reward: Reward, person_id: UUID, key: str = "") -> Voucher:
    """Somebody has one set aside on their phone."""
    return services.reserve(
        actor=Actor("person", person_id=person_id, via="test"),
        district=DISTRICT,
        reward_id=reward.id,
        idempotency_key=key or str(ids.uuid7()),
    )


def shown(voucher: Voucher) -> str:
    """What the holder's phone shows, as a camera reads it; no network is asked."""
    assert voucher.held is not None
    return passes.printed(voucher.held)


def take(voucher: Voucher, code: str, key: str = "", actor: Actor = SYSTEM, **values: Any) -> Any:
    """A voucher shown at its shop, or reported later by a phone that had no network."""
    return services.redeem(
        actor=actor,
        district=DISTRICT,
        **{"shop_id": voucher.shop_id, **values},
        code=code,
        idempotency_key=key or str(ids.uuid7()),
    )

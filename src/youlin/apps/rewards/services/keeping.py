"""Shops that take part, what they give, and how much of it they have set aside."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.ledger import selectors as books
from youlin.apps.ledger import services as ledger
from youlin.apps.ledger.models import Account
from youlin.apps.ledger.services import Leg, Order
from youlin.apps.parties import selectors as people
from youlin.apps.parties.models import Organisation
from youlin.apps.places.models import Place
from youlin.apps.rewards import permission
from youlin.apps.rewards.models import Reward, Shop
from youlin.apps.rewards.services import checking
from youlin.kernel import clock, idempotency, ids, journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound

PREFIX = "J"
SHOP_POINTS, WALLET, POT = "points_shop", "points_wallet", "points_pot"
STOCK, SOURCE, GIVEN = "goods_stock", "goods_source", "goods_given"
"""Kinds of accounts that a programme declares in its ledger."""


@transaction.atomic
def join(
    *, actor: Actor, district: str, organisation_id: UUID, place_id: UUID, is_demo: bool = False
) -> Shop:
    """Make a body a partner shop at a place; one that had left comes back. Raises `NotAllowed`, `NotFound`."""
    permission.demand_keep(actor, district)
    body = Organisation.objects.filter(district=district, id=organisation_id).first()
    place = Place.objects.filter(district=district, id=place_id, retired_at=None).first()
    if body is None or place is None:
        raise NotFound(_("没有这个单位或地点"))
    made = Shop(district=district, organisation=body, place=place, is_demo=is_demo)
    if not rows.insert_if_new(made):
        same = Shop.objects.select_for_update()
        made = same.get(district=district, organisation=body, place=place)
        if made.left_at is None:
            return made
        made.left_at = None
        made.save(update_fields=["left_at"])
    for kind in (SHOP_POINTS, GIVEN):
        ledger.open_account(
            actor=actor, district=district, kind=kind, owner_id=body.id, name=body.name, is_demo=is_demo
        )
    _tell("rewards.shop_joined", actor, made, place.area_now, {"place": place.number})
    return made


def join_by(*, actor: Actor, district: str, organisation: str, place: str) -> Shop:
    """The same by a body's code and a place's number. Raises `Invalid` naming the field of what there is none of."""
    permission.demand_keep(actor, district)
    body = people.organisation(district=district, code=checking.clean(organisation, 64))
    if body is None or body.closed_on is not None:
        raise Invalid(_("没有这个单位"), field="organisation", remedy=_("请从列表里选单位的代码"))
    number = ids.normalise_number(checking.clean(place, 32))
    spot = Place.objects.filter(district=district, number=number, retired_at=None).first()
    if spot is None:
        raise Invalid(_("没有这个地点"), field="place", remedy=_("请填友好地图上的地点编号"))
    return join(actor=actor, district=district, organisation_id=body.id, place_id=spot.id)


@transaction.atomic
def leave(*, actor: Actor, district: str, shop_id: UUID, reason: str) -> Shop:
    """A shop takes no more part; what was taken there stays, and is settled."""
    permission.demand_keep(actor, district)
    shop = shop_of(district, shop_id, lock=True)
    if shop.left_at is None:
        shop.left_at = clock.now()
        shop.save(update_fields=["left_at"])
        _tell("rewards.shop_left", actor, shop, shop.place.area_now, {}, note=checking.clean(reason, 200))
    return shop


@transaction.atomic
def add_reward(
    *,
    actor: Actor,
    district: str,
    shop_id: UUID,
    values: Mapping[str, Any],
    idempotency_key: str,
    is_demo: bool = False,
) -> Reward:
    """Register what a shop gives for so many points. Raises `Invalid` with everything that is wrong."""
    permission.demand_keep(actor, district)
    shop = shop_of(district, shop_id)
    checked = checking.checked(values)
    payload = {"shop": str(shop_id), **{name: str(value) for name, value in checked.items()}}
    with idempotency.once(
        district=district, actor=actor, act="rewards.register", key=idempotency_key, payload=payload
    ) as once:
        if once.prior is not None:
            return Reward.objects.get(district=district, id=once.prior["id"])
        row = Reward(district=district, shop=shop, number=ids.new_number(PREFIX), is_demo=is_demo, **checked)
        row.save(force_insert=True)
        ledger.open_account(
            actor=actor, district=district, kind=STOCK, owner_id=row.id, name=row.name, is_demo=is_demo
        )
        _tell(
            "rewards.registered",
            actor,
            row,
            shop.place.area_now,
            {"number": row.number, **checked},
            first=True,
        )
        once.save({"id": str(row.id)})
        return row


@transaction.atomic
def retire_reward(*, actor: Actor, district: str, reward_id: UUID) -> Reward:
    """Nobody takes it any more. Done once."""
    permission.demand_keep(actor, district)
    row = reward_of(district, reward_id, lock=True)
    if row.retired_at is None:
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
        _tell("rewards.retired", actor, row, row.shop.place.area_now, {"number": row.number})
    return row


@transaction.atomic
def change_reward(*, actor: Actor, district: str, reward_id: UUID, values: Mapping[str, Any]) -> Reward:
    """Change what a reward says, costs or is limited to; vouchers that were signed keep their points.

    Raises `Invalid` with everything that is wrong, `NotAllowed`.
    """
    permission.demand_keep(actor, district)
    checked = checking.checked(values)
    row = reward_of(district, reward_id, lock=True)
    before = {name: getattr(row, name) for name in checked if getattr(row, name) != checked[name]}
    if before:
        for name in before:
            setattr(row, name, checked[name])
        row.save(update_fields=list(before))
        after = {"number": row.number, **{name: checked[name] for name in before}}
        _tell("rewards.changed", actor, row, row.shop.place.area_now, after, before=before)
    return row


@transaction.atomic
def restore_reward(*, actor: Actor, district: str, reward_id: UUID) -> Reward:
    """People take it again. Done once."""
    permission.demand_keep(actor, district)
    row = reward_of(district, reward_id, lock=True)
    if row.retired_at is not None:
        row.retired_at = None
        row.save(update_fields=["retired_at"])
        _tell("rewards.restored", actor, row, row.shop.place.area_now, {"number": row.number})
    return row


@transaction.atomic
def stock_up(*, actor: Actor, district: str, reward_id: UUID, pieces: int, key: str) -> int:
    """Set so many pieces aside; how many there are then. The same key again sets nothing aside.

    Raises `Invalid` for no pieces or too many, `NotAllowed`.
    """
    permission.demand_keep(actor, district)
    row = reward_of(district, reward_id, lock=True)
    if not 1 <= pieces <= checking.MOST:
        raise Invalid(_("请填 1 到 %(most)s 之间的整数") % {"most": checking.MOST}, field="pieces")
    source = ledger.open_account(actor=actor, district=district, kind=SOURCE)
    stock = ledger.open_account(actor=actor, district=district, kind=STOCK, owner_id=row.id, name=row.name)
    order = Order(key=f"stock:{key}", legs=(Leg(source.id, stock.id, pieces),), why="issued")
    known = books.is_posted(district, order.key)
    [posted] = ledger.post(actor=actor, district=district, order=order)
    if not known:
        _tell("rewards.stocked", actor, row, row.shop.place.area_now, {"pieces": pieces})
    return posted.credit_balance


def shop_accounts(actor: Actor, shop: Shop) -> tuple[Account, Account]:
    """Where a shop's points go, and the pieces it has given."""
    body = shop.organisation
    till, given = (
        ledger.open_account(actor=actor, district=shop.district, kind=kind, owner_id=body.id, name=body.name)
        for kind in (SHOP_POINTS, GIVEN)
    )
    return till, given


def shop_of(district: str, shop_id: UUID, *, lock: bool = False) -> Shop:
    """A shop with its body and place. Raises `NotFound`."""
    rows_ = Shop.objects.select_related("organisation", "place").filter(district=district, id=shop_id)
    found = (rows_.select_for_update(of=("self",)) if lock else rows_).first()
    if found is None:
        raise NotFound(_("没有这家商户"))
    return found


def reward_of(district: str, reward_id: UUID, *, lock: bool = False) -> Reward:
    """A reward with its shop. Raises `NotFound`."""
    rows_ = Reward.objects.select_related("shop__organisation", "shop__place")
    rows_ = rows_.filter(district=district, id=reward_id)
    found = (rows_.select_for_update(of=("self",)) if lock else rows_).first()
    if found is None:
        raise NotFound(_("没有这件奖品"))
    return found


def _tell(
    act: str,
    actor: Actor,
    row: Shop | Reward,
    area: str,
    after: Mapping[str, Any],
    *,
    before: Mapping[str, Any] | None = None,
    first: bool = False,
    note: str = "",
) -> None:
    journal.append(
        act=act,
        actor=actor,
        subject=row,
        area=area,
        before=dict(before or {}),
        after=after,
        first=first,
        note=note,
    )


def demand_open(reward: Reward) -> None:
    """Raise `Conflict` unless the reward can be taken today."""
    today = clock.today()
    if reward.retired_at or reward.shop.left_at:
        raise Conflict(_("“%(name)s”已停止兑换") % {"name": reward.name})
    if (reward.valid_from and today < reward.valid_from) or (reward.valid_to and today > reward.valid_to):
        raise Conflict(_("“%(name)s”今天不在兑换期内") % {"name": reward.name})

"""Shops that take part, what they give, and how much of it they have set aside."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.ledger import services as ledger
from youlin.apps.ledger.services import Leg, Order
from youlin.apps.parties.models import Organisation
from youlin.apps.places.models import Place
from youlin.apps.rewards import permission
from youlin.apps.rewards.models import Reward, Shop
from youlin.kernel import clock, idempotency, ids, journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem

PREFIX = "J"
SHOP_POINTS, WALLET, POT = "points_shop", "points_wallet", "points_pot"
STOCK, SOURCE, GIVEN = "goods_stock", "goods_source", "goods_given"
"""Kinds of accounts that a programme declares in its ledger."""
MOST = 100_000
TEXTS = {"name": 120, "name_en": 160, "what": 500, "what_en": 600}


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


@transaction.atomic
def leave(*, actor: Actor, district: str, shop_id: UUID, reason: str) -> Shop:
    """A shop takes no more part; what was taken there stays, and is settled."""
    permission.demand_keep(actor, district)
    shop = shop_of(district, shop_id, lock=True)
    if shop.left_at is None:
        shop.left_at = clock.now()
        shop.save(update_fields=["left_at"])
        _tell("rewards.shop_left", actor, shop, shop.place.area_now, {}, note=_clean(reason, 200))
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
    checked = _checked(values)
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
def stock_up(*, actor: Actor, district: str, reward_id: UUID, pieces: int, key: str) -> int:
    """Set so many pieces aside; how many there are then. The same key again sets nothing aside.

    Raises `Invalid` for no pieces or too many, `NotAllowed`.
    """
    permission.demand_keep(actor, district)
    row = reward_of(district, reward_id)
    if not 1 <= pieces <= MOST:
        raise Invalid(_("请填 1 到 %(most)s 之间的整数") % {"most": MOST}, field="pieces")
    source = ledger.open_account(actor=actor, district=district, kind=SOURCE)
    stock = ledger.open_account(actor=actor, district=district, kind=STOCK, owner_id=row.id, name=row.name)
    legs = (Leg(source.id, stock.id, pieces),)
    [posted] = ledger.post(
        actor=actor, district=district, order=Order(key=f"stock:{key}", legs=legs, why="issued")
    )
    _tell("rewards.stocked", actor, row, row.shop.place.area_now, {"pieces": pieces})
    return posted.credit_balance


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


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    for name, most in TEXTS.items():
        text = _clean(str(values.get(name, "") or ""), most + 1)
        found[name] = text
        if len(text) > most:
            problems.append(Problem(name, _("最多 %(most)s 字") % {"most": most}))
    if not found["name"]:
        problems.append(Problem("name", _("请填写名称")))
    for name in ("points", "per_person_day", "per_person_month"):
        text = str(values.get(name, "") if values.get(name) is not None else "").strip()
        whole = text.isascii() and text.isdigit() and len(text) < 7 and 1 <= int(text) <= MOST
        if text and not whole or name == "points" and not text:
            problems.append(Problem(name, _("请填 1 到 %(most)s 之间的整数") % {"most": MOST}))
        found[name] = int(text) if whole else None
    if problems:
        raise Invalid(problems=problems)
    return found


def _clean(text: str, most: int) -> str:
    return text.replace("\0", "").strip()[:most]


def _tell(
    act: str,
    actor: Actor,
    row: Shop | Reward,
    area: str,
    after: Mapping[str, Any],
    *,
    first: bool = False,
    note: str = "",
) -> None:
    journal.append(act=act, actor=actor, subject=row, area=area, after=after, first=first, note=note)


def demand_open(reward: Reward) -> None:
    """Raise `Conflict` unless the reward can be taken today."""
    today = clock.today()
    if reward.retired_at or reward.shop.left_at:
        raise Conflict(_("“%(name)s”已停止兑换") % {"name": reward.name})
    if (reward.valid_from and today < reward.valid_from) or (reward.valid_to and today > reward.valid_to):
        raise Conflict(_("“%(name)s”今天不在兑换期内") % {"name": reward.name})

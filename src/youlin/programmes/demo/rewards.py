"""Points and rewards of the demonstration, made by the services: two partner shops, what they give, who has points."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.utils.timezone import get_default_timezone, localtime

from youlin.apps.duties import services as duties
from youlin.apps.ledger import services as ledger
from youlin.apps.parties import selectors as people
from youlin.apps.parties import services as parties
from youlin.apps.places.models import Place
from youlin.apps.rewards import services
from youlin.apps.rewards.models import Reward, Shop
from youlin.apps.rewards.services import keeping, redeeming
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.programmes.demo.files import Pack
from youlin.programmes.demo.people import Peopled

RIDER, KEEPER, HOST = "li_qiang", "fang_ting", "he_min"
WELCOME = 120
REASON = "补发上线以前的服务积分（演示）"
SHOPS = {
    "partner_market": (
        "暖蜂超市",
        [("充电宝（借用一天）", "Power bank for a day", 30, 12), ("雨衣", "Raincoat", 60, 8)],
    ),
    "partner_repair": (
        "街角修车铺",
        [("补胎一次", "One tyre mended", 40, 20), ("头盔护目镜", "Visor", 90, 0)],
    ),
}


def make(pack: Pack, district: str, made: Peopled) -> None:
    """Shops, rewards and stock of two weeks ago; points and one redemption of yesterday."""
    with clock.frozen(_noon(14)):
        _hold(district, made, KEEPER, "points_keeper", district)
        _hold(district, made, HOST, "reward_counter", pack.people.home_street)
        shops = [_shop(pack, district, number, code) for number, code in enumerate(SHOPS)]
    rider = made.by_username[RIDER]
    with clock.frozen(_noon(1)):
        _points(district, rider)
        for shop in shops[:1]:
            reward = Reward.objects.filter(district=district, shop=shop).order_by("points").first()
            if reward is not None:
                redeeming.give(actor=SYSTEM, reward=reward, person_id=rider, key="demo:first", is_demo=True)


def _hold(district: str, made: Peopled, username: str, kind: str, area: str) -> None:
    holder = people.canonical(made.by_username[username])
    assert holder is not None
    duties.assign(actor=SYSTEM, district=district, kind=kind, holder=holder, areas=[area], is_demo=True)


def _shop(pack: Pack, district: str, number: int, code: str) -> Shop:
    """A body at one of the home street's places, with what it gives."""
    name, rewards = SHOPS[code]
    body = parties.register_organisation(
        actor=SYSTEM, district=district, code=code, name=name, kind="company", is_demo=True
    )
    rows = Place.objects.filter(
        district=district, area_now__startswith=pack.people.home_street, is_demo=True, retired_at=None
    )
    place = rows.order_by("name", "number")[number]
    shop = services.join(
        actor=SYSTEM, district=district, organisation_id=body.id, place_id=place.id, is_demo=True
    )
    for title, title_en, points, stock in rewards:
        reward = services.add_reward(
            actor=SYSTEM,
            district=district,
            shop_id=shop.id,
            values={"name": title, "name_en": title_en, "points": points, "per_person_day": 1},
            idempotency_key=f"demo:{code}:{points}",
            is_demo=True,
        )
        if stock:
            key = f"demo:{code}:{points}"
            services.stock_up(actor=SYSTEM, district=district, reward_id=reward.id, pieces=stock, key=key)
    return shop


def _points(district: str, person_id: UUID) -> None:
    wallet = ledger.open_account(
        actor=SYSTEM, district=district, kind=keeping.WALLET, owner_id=person_id, is_demo=True
    )
    ledger.issue(
        actor=SYSTEM,
        district=district,
        key="demo:welcome",
        pot=keeping.POT,
        to=wallet.id,
        amount=WELCOME,
        note=REASON,
    )


def _noon(days: int) -> datetime:
    """Noon, so many days ago: no day ends while this is made."""
    zone = get_default_timezone()
    day = localtime(clock.now(), zone).date() - timedelta(days=days)
    return datetime.combine(day, time(12), tzinfo=zone)

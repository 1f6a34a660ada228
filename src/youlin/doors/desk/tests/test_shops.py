"""Shops at the desk: one joins, gives something, takes pieces in, is settled month by month; nothing typed is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import DISTRICT, STREET, give_duty, make_district, make_member
from youlin.apps.ledger import proving
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Account
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.places.tests import factories as places
from youlin.apps.rewards.models import Reward, Settlement, Shop
from youlin.apps.rewards.tests import factories
from youlin.kernel import clock, ids, journal
from youlin.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)


@pytest.fixture
def keeper(client: Client) -> Client:
    make_district()
    factories.declare()
    factories.duty_kinds()
    member = make_member("jifen", "积分管理员")
    give_duty(member, "points_keeper", DISTRICT)
    client.force_login(member.account, backend=BACKEND)
    return client


def text(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def test_a_shop_joins_gives_something_and_takes_pieces_in(keeper: Client) -> None:
    parties.register_organisation(
        actor=SYSTEM, district=DISTRICT, code="nuanfeng", name="暖蜂超市", kind="company"
    )
    place = places.make_place(name="驿站")
    address = reverse("desk:shops")
    assert "还没有这样的商户" in text(keeper.get(address)) and address in text(
        keeper.get(reverse("desk:books"))
    )
    asked = {"organisation": "nuanfeng", "place": place.number.lower()}
    for wrong in ({"organisation": "x\0"}, {"place": "\0"}, {"place": "K-AAAAAAAAA"}, {"organisation": ""}):
        told = keeper.post(address, {**asked, **wrong})
        assert told.status_code == 422, wrong
    assert 'value="nuanfeng"' in text(keeper.post(address, {**asked, "place": "1"}))
    page = text(keeper.post(address, asked, follow=True))
    shop = Shop.objects.get()
    assert "还没有奖品" in page and "驿站" in page
    new = reverse("desk:reward-new", args=[shop.id])
    values = {"name": "充电宝", "points": "30", "pieces": "4", "per_person_day": "1", "idempotency_key": "k"}
    for wrong in (
        {"name": " \0"},
        {"points": "0"},
        {"pieces": "-1"},
        {"valid_to": "x\0"},
        {"idempotency_key": ""},
    ):
        told = keeper.post(new, {**values, **wrong})
        kept_typed = f'value="{wrong.get("points", "30")}"'
        assert told.status_code == 422 and kept_typed in text(told), wrong
    both = {"valid_from": "2026-12-02", "valid_to": "2026-12-01"}
    assert "结束日期早于开始日期" in text(keeper.post(new, {**values, **both}))
    for _again in range(2):
        page = text(keeper.post(new, values, follow=True))
        assert "充电宝" in page and "还有 4" in page and "每人每天最多 1" in page
    row = Reward.objects.get()
    edit = reverse("desk:reward", args=[row.number])
    page = text(keeper.post(edit, {**values, "points": "25", "valid_to": "2027-01-31"}, follow=True))
    assert 'value="25"' in page and 'value="2027-01-31"' in page
    assert keeper.post(edit, {**values, "points": "many"}).status_code == 422
    stock = reverse("desk:reward-step", args=[row.number, "stock"])
    for _again in range(2):
        page = text(keeper.post(stock, {"pieces": "6", "idempotency_key": "s"}, follow=True))
        assert "现有 10 份" in page
    for wrong in ({"pieces": "0"}, {"pieces": "\0"}, {"idempotency_key": ""}):
        assert keeper.post(stock, {"pieces": "6", "idempotency_key": "t", **wrong}).status_code == 422
    for step, words in (("retire", "已停用"), ("restore", "已恢复")):
        assert words in text(keeper.post(reverse("desk:reward-step", args=[row.number, step]), follow=True))
    acts = [entry.act for entry in journal.entries_for(row)]
    assert acts == [
        f"rewards.{one}" for one in ("registered", "stocked", "changed", "stocked", "retired", "restored")
    ]
    assert proving.prove() == []


def test_a_month_is_settled_at_the_desk_and_goes_out_as_a_table(keeper: Client) -> None:
    with clock.frozen(NOON):
        shop, other = factories.make_shop("暖蜂超市"), factories.make_shop("街角修车铺")
        reward = factories.make_reward(shop)
        factories.redeem(reward, factories.rider(100)[1])
        factories.make_reward(other, stock=0, name="补胎")
    settle = reverse("desk:shop-step", args=[shop.id, "settle"])
    with clock.frozen(NOON + timedelta(hours=1)):
        keeper.force_login(Account.objects.get(username="jifen"), backend=BACKEND)
        assert "还没有结束" in text(keeper.post(settle, {"month": "2026-11"}))
    with clock.frozen(NOON + timedelta(days=30)):
        keeper.force_login(Account.objects.get(username="jifen"), backend=BACKEND)
        page = text(keeper.get(reverse("desk:shops"), {"q": "暖\0", "page": "9"}))
        assert "1 个月待结" in page and ">街角修车铺</a>" not in page
        for wrong in ("", "2026-13", "x\0", "2026-10"):
            assert keeper.post(settle, {"month": wrong}).status_code in (409, 422), wrong
        for _again in range(2):
            page = text(keeper.post(settle, {"month": "2026-11"}, follow=True))
            assert "2026-11 已结算：1 份，30 分" in page and "已于 2026-12-03 结算" in page
        assert "待结" not in text(keeper.get(reverse("desk:shops"))).replace("没有待结", "")
        assert Settlement.objects.count() == 1 and proving.prove() == []
        for name, args in (("desk:shop-month", [shop.id]), ("desk:shops-month", [])):
            table = keeper.get(reverse(name, args=[*args, "csv"]), {"month": "2026-11"})
            lines = table.content.decode("utf-8-sig").splitlines()
            assert lines[1].startswith("2026-11,暖蜂超市") and lines[-1].endswith("合计,1,0,30")
            assert keeper.get(reverse(name, args=[*args, "xlsx"])).content[:2] == b"PK"
            assert keeper.get(reverse(name, args=[*args, "pdf"])).status_code == 400


def test_a_shop_leaves_with_a_reason_and_comes_back(keeper: Client) -> None:
    shop = factories.make_shop()
    leave = reverse("desk:shop-step", args=[shop.id, "leave"])
    assert keeper.post(leave, {"reason": "\0"}).status_code == 422
    assert "已退出" in text(keeper.post(leave, {"reason": "歇业"}, follow=True))
    page = text(keeper.post(reverse("desk:shop-step", args=[shop.id, "return"]), follow=True))
    assert "新奖品" in page and "这家商户退出" in page
    assert keeper.post(reverse("desk:shop-step", args=[shop.id, "fly"])).status_code == 404


def test_whoever_does_not_keep_rewards_finds_none_of_it(keeper: Client) -> None:
    shop = factories.make_shop()
    row = factories.make_reward(shop)
    for missing in (
        reverse("desk:shop", args=[ids.uuid7()]),
        reverse("desk:reward-new", args=[ids.uuid7()]),
        "/desk/points/rewards/%00/",
        "/desk/points/rewards/J-1/",
    ):
        assert keeper.get(missing).status_code == 404, missing
    other = make_member("bieren", "别人")
    give_duty(other, "reward_counter", STREET)
    keeper.force_login(other.account, backend=BACKEND)
    assert keeper.get(reverse("desk:shops")).status_code == 403
    for name, args in (("shop", [shop.id]), ("reward", [row.number]), ("shop-month", [shop.id, "csv"])):
        assert keeper.get(reverse(f"desk:{name}", args=args)).status_code == 404, name

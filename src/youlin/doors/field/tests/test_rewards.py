"""A shop's counter: one press gives one reward, what is refused keeps what was typed, the month as the books say."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import OTHER_STREET, STREET, give_duty, make_district, make_member
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.passes.models import Check
from youlin.apps.rewards.models import Redemption
from youlin.apps.rewards.tests import factories
from youlin.kernel import clock, ids

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon() -> Any:
    """No day ends while a test runs."""
    with clock.frozen(clock.local_now().replace(hour=12)):
        yield


@pytest.fixture
def counter(client: Client) -> Any:
    make_district()
    factories.declare()
    factories.duty_kinds()
    member = make_member("dianyuan", "店员")
    give_duty(member, "reward_counter", STREET)
    client.force_login(member.account, backend=BACKEND)
    shop = factories.make_shop()
    yield shop, factories.make_reward(shop, name_en="Power bank"), factories.rider(40)


def test_one_press_is_one_reward_and_the_page_says_what_the_books_say(client: Client, counter: Any) -> None:
    shop, reward, (_li, number) = counter
    address = reverse("field:shop", args=[shop.id])
    assert client.get(reverse("field:rewards")).headers["Location"] == address
    asked = {"reward": str(reward.id), "code": number, "idempotency_key": str(ids.uuid7())}
    for _again in range(2):
        told = client.post(address, asked, follow=True)
        page = told.content.decode()
        assert "兑换成功" in page and "李*" in page and "这位还剩 10 分" in page and "还有 4" in page
        assert "李强" not in page and number not in page
    assert Redemption.objects.count() == 1
    refused = client.post(address, {**asked, "idempotency_key": str(ids.uuid7())})
    assert (
        refused.status_code == 422
        and "余额不足" in refused.content.decode()
        and number in refused.content.decode()
    )
    for wrong in ({"code": "nothing"}, {"reward": "x\0"}, {"code": "\0"}, {"idempotency_key": ""}):
        assert client.post(address, {**asked, "idempotency_key": "other", **wrong}).status_code == 422, wrong
    assert client.get(address, {"done": "x", "left": "\0", "month": "\0"}).status_code == 200


def test_the_counter_s_script_is_answered_in_json_and_a_voucher_names_its_reward(
    client: Client, counter: Any
) -> None:
    shop, reward, (li, number) = counter
    address = reverse("field:shop", args=[shop.id])
    page = client.get(address)
    html = page.content.decode()
    assert html.index("暖心超市") and reward.number in html and "field/counter.js" in html
    assert "'wasm-unsafe-eval'" in page.headers["Content-Security-Policy"]
    row = factories.reserve(reward, li)
    asked = {"code": factories.shown(row), "told": "valid", "idempotency_key": "scan"}
    asked["at"] = str(int(clock.now().timestamp() * 1000) + 1)
    script = {"Accept": "application/json", "X-Outbox": "1"}
    for _again in range(2):
        told = client.post(address, asked, headers=script)
        assert told.status_code == 201 and told.json()["who"] == "李*" and "30" in told.json()["name"]
    again = client.post(address, {**asked, "idempotency_key": "other"}, headers=script)
    assert again.status_code == 409 and "已经兑过" in again.json()["problems"][0]["message"]
    assert Redemption.objects.count() == 1
    other = factories.make_reward(factories.make_shop("别家"))
    for wrong in (
        {"reward": str(other.id), "code": number},
        {"code": number, "at": "soon"},
        {"code": number},
        {"code": "", "told": "\0"},
    ):
        refused = client.post(address, {"idempotency_key": str(ids.uuid7()), **wrong}, headers=script)
        assert refused.status_code == 400, wrong
    looks = Check.objects.order_by("id").values_list("reason", flat=True)
    assert list(looks) == ["valid", "revoked", "valid", "not_ours"], "every look stays, also a refused one"


def test_taken_back_with_a_reason_and_the_month_as_a_table(client: Client, counter: Any) -> None:
    shop, reward, (_li, number) = counter
    row = factories.redeem(reward, number).row
    back = reverse("field:shop-take-back", args=[shop.id, row.id])
    assert client.post(back, {"reason": ""}).status_code == 422
    assert "已冲销：点错了" in client.post(back, {"reason": "点错了"}, follow=True).content.decode()
    factories.redeem(reward, number)
    month = {"month": f"{clock.today():%Y-%m}"}
    table = client.get(reverse("field:shop-month", args=[shop.id, "csv"]), month).content.decode("utf-8-sig")
    assert table.splitlines()[-1].endswith("合计,1,1,30")
    assert client.get(reverse("field:shop-month", args=[shop.id, "xlsx"]), month).content[:2] == b"PK"
    assert client.get(reverse("field:shop-month", args=[shop.id, "pdf"]), month).status_code == 400


def test_another_street_s_counter_is_nobody_s_here(client: Client, counter: Any) -> None:
    shop, reward, (_li, number) = counter
    row = factories.redeem(reward, number).row
    other = make_member("bieren", "别人")
    give_duty(other, "reward_counter", OTHER_STREET)
    client.force_login(other.account, backend=BACKEND)
    assert "还没有伙伴商户" in client.get(reverse("field:rewards")).content.decode()
    assert client.get(reverse("field:shop", args=[shop.id])).status_code == 404
    assert client.post(reverse("field:shop-take-back", args=[shop.id, row.id])).status_code == 404
    assert client.get(reverse("field:shop-month", args=[shop.id, "csv"])).status_code == 404

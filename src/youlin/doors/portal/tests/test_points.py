"""My points: every entry with its reason, what earned nothing and why, what can be had."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import DISTRICT, make_district, make_resident
from youlin.apps.ledger.models import Unit
from youlin.apps.ledger.tests.factories import declare_rule
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.places.models import Place
from youlin.apps.rewards.models import Voucher
from youlin.apps.rewards.tests import factories
from youlin.kernel import clock, ids, journal, reactions
from youlin.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon() -> Any:
    """No day ends while a test runs."""
    with clock.frozen(clock.local_now().replace(hour=12)):
        yield


@pytest.fixture
def li(client: Client) -> Any:
    make_district()
    factories.declare()
    member = make_resident("李小哥", "13800138001")
    client.force_login(member.account, backend=BACKEND)
    return member


def serve(member: Any, minutes: int) -> None:
    after = {
        "person": str(member.id),
        "minutes": minutes,
        "began_at": clock.now(),
        "organiser": "",
        "place": "",
        "corrects": "",
    }
    subject = Unit(id=ids.uuid7(), district=DISTRICT)
    journal.append(act="tests.served", actor=SYSTEM, subject=subject, after=after, first=True)


def test_without_points_it_says_how_they_come(client: Client, li: Any) -> None:
    page = client.get(reverse("portal:my-points")).content.decode()
    assert "您还没有积分" in page and reverse("portal:respond") in page
    assert reverse("portal:my-points") in client.get(reverse("portal:my")).content.decode()


def test_every_entry_says_why_and_so_does_what_was_refused(client: Client, li: Any) -> None:
    declare_rule(pot="points_pot", account="points_wallet", amount="after.minutes / 10", most_day=9)
    serve(li, 60)
    serve(li, 50)
    while reactions.drain():
        pass
    factories.make_reward(factories.make_shop(), points=5)
    factories.make_reward(factories.make_shop("书店"), stock=0, name="书签")
    page = client.get(reverse("portal:my-points")).content.decode()
    for words in (
        "平安守护 60 分钟",
        "+6",
        "+3",
        "应得 5，实得 3",
        "已经得满",
        "充电宝",
        "还有 5",
        "书签",
        "已兑完",
    ):
        assert words in page, words
    client.cookies["django_language"] = "en"
    page = client.get(reverse("portal:my-points"), {"page": "x\0"}).content.decode()
    assert "60 minutes of safety watch" in page and "Power bank" in page


def test_the_nearest_stand_first_with_the_shop_s_name_before_the_place_s(client: Client, li: Any) -> None:
    factories.points(li.id, 50)
    near, far = factories.make_shop("街角修车铺"), factories.make_shop("暖蜂超市")
    Place.objects.filter(id=far.place_id).update(lon=near.place.lon + 0.02, name="驿站")
    factories.make_reward(far, points=5)
    factories.make_reward(near, points=9, name="补胎")
    page = client.get(reverse("portal:my-points")).content.decode()
    assert page.index("充电宝") < page.index("补胎") and page.index("暖蜂超市") < page.index("驿站")
    here = {"lon": near.place.lon, "lat": near.place.lat}
    page = client.get(reverse("portal:my-points"), here).content.decode()
    assert page.index("补胎") < page.index("充电宝") and "直线 10 米" in page and "直线 1.7 公里" in page
    for wrong in ({"lon": "\0", "lat": "x"}, {"lon": "999", "lat": "nan"}, {"lon": "nan", "lat": "inf"}):
        assert client.get(reverse("portal:my-points"), wrong).status_code == 200


def test_a_reward_is_set_aside_and_its_code_is_shown(client: Client, li: Any) -> None:
    factories.points(li.id, 50)
    reward = factories.make_reward(factories.make_shop(), points=30)
    dear = factories.make_reward(factories.make_shop("书店"), points=60, name="书")
    page = client.get(reverse("portal:my-points")).content.decode()
    address = reverse("portal:reserve", args=[reward.id])
    assert address in page and reverse("portal:reserve", args=[dear.id]) not in page
    asked = {"district": DISTRICT, "idempotency_key": "k"}
    for _again in range(2):
        page = client.post(address, asked, follow=True).content.decode()
        assert "我的兑换券" in page and "<svg" in page and "其中 30 暂时冻结" in page
    assert Voucher.objects.count() == 1
    for wrong in ({"idempotency_key": ""}, {"district": "\0"}, {"idempotency_key": "x\0"}):
        assert client.post(address, {**asked, **wrong}).status_code in (409, 422), wrong
    told = client.post(reverse("portal:reserve", args=[dear.id]), {**asked, "idempotency_key": "d"})
    assert told.status_code == 409 and "余额不足" in told.content.decode()
    nothing = reverse("portal:reserve", args=[ids.uuid7()])
    assert client.post(nothing, {**asked, "idempotency_key": "n"}).status_code == 404
    client.force_login(make_resident("钱路人", "13800138005").account, backend=BACKEND)
    assert "我的兑换券" not in client.get(reverse("portal:my-points")).content.decode()
    assert client.post(address, asked).status_code == 409


def test_a_stranger_sees_nothing_of_mine(client: Client, li: Any) -> None:
    factories.points(li.id, 77)
    assert "77" in client.get(reverse("portal:my-points")).content.decode()
    client.force_login(make_resident("钱路人", "13800138005").account, backend=BACKEND)
    assert "您还没有积分" in client.get(reverse("portal:my-points")).content.decode()
    client.logout()
    assert client.get(reverse("portal:my-points")).status_code == 302

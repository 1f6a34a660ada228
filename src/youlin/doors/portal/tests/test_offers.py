"""Services and meals for everybody: what there is, where, for whom, whether now; and my own number."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import DISTRICT, make_district, make_resident
from youlin.apps.offers import services
from youlin.apps.offers.tests import factories
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.places.tests.factories import declare_words
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered() -> Any:
    make_district()
    declare_words()
    factories.declare_words()
    place = factories.make_place()
    haircut = factories.make_service(name_en="Haircut", how="到场")
    meal = factories.make_offer()
    factories.given_at(haircut, place)
    factories.given_at(meal, place)
    return place, haircut, meal


def text(client: Client, address: str, **asked: str) -> str:
    response = client.get(address, {"district": DISTRICT, **asked})
    assert response.status_code == 200, address
    return response.content.decode()


def test_the_catalogue_is_narrowed_by_each_of_its_fields(client: Client, offered: Any) -> None:
    address = reverse("portal:services")
    assert "理发" in text(client, address) and "友好套餐" not in text(client, address)
    for asked in ({"q": "lf"}, {"open": "now"}, {"category": "daily"}, {"lon": "116.3", "lat": "39.9"}):
        assert "理发" in text(client, address, **asked), asked
    for asked in ({"q": "没有"}, {"category": "x\0"}):
        assert "没有符合的服务" in text(client, address, **asked), asked
    for asked in ({"q": "\0"}, {"area": "\0"}, {"lon": "x", "lat": "nan"}, {"open": "\0"}):
        assert text(client, address, **asked), asked


def test_an_item_says_where_and_for_whom_and_the_place_says_what(client: Client, offered: Any) -> None:
    place, haircut, meal = offered
    page = text(client, reverse("portal:service", args=[haircut.number.lower()]))
    assert "谁都可以" in page and "友好食堂" in page and "到场" in page
    page = text(client, reverse("portal:service", args=[meal.number]))
    assert "骑手" in page and "¥15" in page and "¥22" in page and "我的取餐号" in page
    page = text(client, reverse("portal:place", args=[place.number]))
    assert reverse("portal:service", args=[haircut.number]) in page
    client.cookies["django_language"] = "en"
    assert "Haircut" in text(client, reverse("portal:services"))


def test_meals_are_on_the_map_and_in_the_list(client: Client, offered: Any) -> None:
    page = text(client, reverse("portal:meals"))
    assert "友好食堂" in page and page.count("¥15") == 1 and "<svg" in page
    assert "友好食堂" in text(client, reverse("portal:meals"), open="now")
    for words in ("食堂", "yhst"):
        assert "友好食堂" in text(client, reverse("portal:meals"), q=words), words
    assert "没有这样的餐厅" in text(client, reverse("portal:meals"), q="%\0")
    assert "看不懂这个位置" in text(client, reverse("portal:meals"), lon="x", lat="1")
    services.retire_offer(actor=SYSTEM, district=DISTRICT, offer_id=offered[2].id, reason="停")
    assert "还没有友好餐厅" in text(client, reverse("portal:meals"))


def test_meals_near_me_are_the_nearest_first_with_how_far_and_the_list_has_the_map_s_points(
    client: Client, offered: Any
) -> None:
    place, _haircut, meal = offered
    far = factories.make_place(name="甲远食堂", lat=place.lat + 0.004)
    services.give_at(actor=SYSTEM, district=DISTRICT, offer_id=meal.id, place_ids=[place.id, far.id])
    address, here = reverse("portal:meals"), {"lon": str(place.lon), "lat": str(place.lat)}
    page = text(client, address)
    assert page.index("甲远食堂") < page.index(">友好食堂<"), "by street and name"
    page = text(client, address, **here)
    sheet = page[page.index('id="answers"') :]
    assert sheet.index("友好食堂") < sheet.index("甲远食堂") and "直线 440 米" in sheet
    assert f'data-point="{far.number}"' in sheet and f'data-lon="{far.lon:.6f}"' in sheet
    part = client.get(address, {"district": DISTRICT, **here}, headers={"HX-Request": "true"})
    told = part.content.decode()
    assert "<html" not in told and "甲远食堂" in told and "lon=" in part["HX-Push-Url"]


def test_a_season_shows_what_belongs_to_it(client: Client, offered: Any) -> None:
    today = clock.today()
    season = services.hold_season(
        actor=SYSTEM,
        district=DISTRICT,
        brand="服务月",
        name="小哥服务月",
        starts_on=today,
        ends_on=today,
        offer_ids=[offered[1].id],
        idempotency_key="k",
    )
    assert "小哥服务月" in text(client, reverse("portal:services"))
    assert "理发" in text(client, reverse("portal:season", args=[season.id]))


def test_my_number_is_mine_and_can_be_drawn_anew(client: Client, offered: Any) -> None:
    held = factories.rider()
    me = make_resident("李强", "13800001001")
    client.force_login(me.account, backend=BACKEND)
    assert held.number in text(client, reverse("portal:my-meals"))
    address = reverse("portal:my-meals-draw", args=[held.id])
    page = client.post(address, follow=True).content.decode()
    assert held.number not in page and "取餐号已换" in page
    stranger = make_resident("钱朵", "13800001003")
    client.force_login(stranger.account, backend=BACKEND)
    assert "还没有餐食资格" in text(client, reverse("portal:my-meals"))
    assert client.post(address).status_code == 404


@pytest.mark.parametrize("path", ["services/%00/", "services/F-%00/", "services/nothing/"])
def test_addresses_that_mean_nothing_are_not_found(client: Client, offered: Any, path: str) -> None:
    assert client.get(f"/{path}").status_code == 404


def test_a_longer_catalogue_asks_no_more_queries(
    client: Client, offered: Any, django_assert_max_num_queries: Any
) -> None:
    text(client, reverse("portal:services"))
    with django_assert_max_num_queries(40) as few:
        text(client, reverse("portal:services"))
        queries = len(few)
    for number in range(6):
        factories.given_at(factories.make_service(name=f"服务{number}"), offered[0])
    text(client, reverse("portal:services"))
    with django_assert_max_num_queries(queries):
        text(client, reverse("portal:services"))

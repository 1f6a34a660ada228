"""The map and the list: public cases alone, in a bounded number of queries and bytes."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import DISTRICT, OTHER_STREET
from youlin.apps.cases import services
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.doors.portal import home
from youlin.kernel import clock

FIRST_PAINT = 120_000
"""Bytes of the map page before anything else is fetched."""


@pytest.fixture
def client(client: Client) -> Client:
    """A visitor who looks at the cast's district."""
    client.cookies["district"] = DISTRICT
    return client


def page_of(client: Client, **query: str) -> str:
    answer = client.get("/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_first_paint_is_small_and_has_map_and_list(client: Client, people):
    factories.many(40)
    page = page_of(client)
    assert len(page.encode()) <= FIRST_PAINT
    assert page.count('class="list-row"') == 20 and "map-svg" in page and "椿树街道" in page


def test_the_queries_of_the_home_page_do_not_grow(client: Client, people, django_assert_max_num_queries):
    factories.many(3)
    client.get("/")
    with django_assert_max_num_queries(14) as few:
        client.get("/")
    factories.many(30)
    with django_assert_max_num_queries(len(few)):
        client.get("/")


def test_a_list_that_goes_on_beyond_where_it_can_be_leafed_says_so(client: Client, people, monkeypatch):
    factories.many(3)
    assert "后面还有" not in page_of(client)
    monkeypatch.setattr("youlin.apps.cases.selectors.public.LEAF_TO", 2)
    shown = page_of(client)
    assert "列表只翻到第 2 件，后面还有" in shown and "在图上点一个街道" in shown


def test_without_a_district_it_says_what_to_do(client: Client, db, monkeypatch):
    monkeypatch.setattr(home.areas, "districts", lambda: [])
    assert "这里还没有城区" in page_of(client)


def test_confidential_and_void_cases_are_not_there(client: Client, people):
    secret = factories.reported(category=factories.TIP_OFF, text="某人收了好处").case
    assert secret.number not in page_of(client)
    assert client.get(f"/case/{secret.number}/").status_code == 404
    assert secret.number not in client.get("/points.geojson").content.decode()


@pytest.mark.parametrize("address", ["/", "/points.geojson"])
def test_the_public_is_not_shown_who_is_late(client: Client, people, address):
    factories.many(2, due_at=clock.now() - timedelta(days=3), light_at=clock.now() - timedelta(days=4))
    page = client.get(address).content.decode()
    assert "late" not in re.sub(r"<link[^>]*>", "", page)
    assert "soon" in page


def test_the_list_is_searched_and_narrowed(client: Client, people):
    factories.reported(text="路灯不亮")
    factories.reported(text="垃圾满溢")
    assert "路灯不亮" in page_of(client, q="路灯") and "垃圾满溢" not in page_of(client, q="路灯")
    assert "这里还没有反映" in page_of(client, status="closed")
    assert "这里还没有反映" in page_of(client, area=OTHER_STREET)
    assert "路灯不亮" in page_of(client, category="event", status="open")


def test_nonsense_in_the_address_is_harmless(client: Client, people):
    for query in ({"page": "x"}, {"page": "-1"}, {"page": "٣"}, {"district": "999999"}, {"q": "%" * 500}):
        page_of(client, **query)


def test_points_are_geojson_with_a_way_to_each_case(client: Client, people):
    case = factories.reported().case
    feature = client.get("/points.geojson").json()["features"][0]
    assert feature["properties"]["href"] == f"/case/{case.number}/"
    areas = client.get("/areas.geojson").json()["features"]
    assert {"椿树街道", "牛街街道"} <= {one["properties"]["name"] for one in areas}
    assert {"椿树", "牛街"} <= {one["properties"]["short"] for one in areas}


def test_a_public_case_tells_its_steps_and_nobodys_name(client: Client, people):
    made = factories.reported(actor=people.li.actor, contact="13800138001")
    factories.do(made.case, "file")
    factories.do(made.case, "dispatch")
    page = client.get(f"/case/{made.number}/").content.decode()
    assert "信息收集" in page and "椿树街道 · 四川营" in page
    for personal in ("李小哥", "王网格", "13800138001"):
        assert personal not in page
    assert Case.objects.get().holder_id == people.wang.id


def test_a_place_is_told_from_the_street_down(client: Client, people):
    factories.reported()
    assert "西城区 · 椿树街道" not in page_of(client)


def merged(people):
    """Two public reports of one thing: the receipt that stays, and the one that was merged into it."""
    kept, gone = factories.reported(text="垃圾满了"), factories.reported(text="我家楼下的垃圾")
    services.merge(
        actor=people.zhao.actor, keep_id=kept.case.id, drop_id=gone.case.id, idempotency_key="merge"
    )
    return kept, gone


def test_the_page_of_a_merged_case_leads_on_to_the_one_that_stays(client: Client, people):
    kept, gone = merged(people)
    page = client.get(f"/case/{gone.number}/").content.decode()
    assert kept.number in page and f"{gone.number} 与 {kept.number} 是同一件事" in page
    assert "我家楼下" not in page and "垃圾满了" in page
    assert "是同一件事" not in client.get(f"/case/{kept.number}/").content.decode()
    told = client.get(f"/api/v1/cases/{gone.number}").json()
    assert (told["case"]["number"], told["merged_from"]) == (kept.number, gone.number)


def test_a_merged_case_leads_nowhere_that_is_not_public(client: Client, people):
    kept, gone = merged(people)
    Case.objects.filter(district=DISTRICT, number=kept.number).update(public=False)
    page = client.get(f"/case/{gone.number}/")
    assert page.status_code == 200 and kept.number not in page.content.decode()
    Case.objects.filter(district=DISTRICT, number=kept.number).update(public=True)
    Case.objects.filter(district=DISTRICT, number=gone.number).update(public=False)
    assert client.get(f"/case/{gone.number}/").status_code == 404


def test_also_found_this_at_a_merged_number_joins_the_one_that_stays(client: Client, people):
    kept, gone = merged(people)
    form = {"note": "我也看到了", "idempotency_key": factories.key()}
    assert client.post(f"/case/{gone.number}/me-too/", form).status_code == 302
    kept.case.refresh_from_db()
    assert kept.case.me_too_count == 2

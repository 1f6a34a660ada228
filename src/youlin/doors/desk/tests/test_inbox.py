"""The list: what is in it, what narrows it, what refreshing it costs."""

import html
import re

import pytest

from tests.cast import OTHER_DISTRICT, OTHER_DISTRICT_GRID, SIBLING_GRID
from youlin.apps.cases.tests import factories
from youlin.kernel.actors import SYSTEM
from youlin.kernel.tests.queries import least

HTMX = {"HX-Request": "true"}


def numbers(response) -> list[str]:
    return re.findall(r'class="list-row[^"]*"\s+data-point="([^"]+)"', response.content.decode())


def side_counts(response) -> dict[str, int]:
    """The sidebar's numbers by label."""
    found = re.findall(
        r'<span class="clip">([^<]+)</span>\s*<span class="count">(\d+)</span></a>', response.content.decode()
    )
    return {label: int(count) for label, count in found}


@pytest.mark.parametrize("name", ["zhao", "sun", "community", "wang"])
def test_people_on_duty_see_the_cases_of_their_area(at_desk, people, name):
    case = factories.dispatched()
    response = at_desk(name).get("/desk/")
    assert response.status_code == 200
    assert numbers(response) == [case.number]
    assert side_counts(response)["收件箱"] == 1


def test_the_map_beside_the_list_asks_where_its_points_and_areas_are(at_desk):
    factories.dispatched()
    client = at_desk("zhao")
    asked = dict(re.findall(r'data-(points|areas)="([^"]+)"', client.get("/desk/").content.decode()))
    points, shapes = (client.get(html.unescape(asked[name])).json() for name in ("points", "areas"))
    assert len(points["features"]) == 1 and shapes["features"]


@pytest.mark.parametrize("name", ["other", "sibling"])
def test_people_of_another_area_do_not(at_desk, people, name):
    factories.dispatched()
    client = at_desk(name)
    assert numbers(client.get("/desk/")) == []
    assert numbers(client.get("/desk/rows/")) == []
    assert client.get("/desk/points.geojson").json()["features"] == []


@pytest.mark.parametrize("path", ["", "rows/", "points.geojson", "areas.geojson", "call/"])
def test_strangers_are_kept_out(at_desk, client, path):
    assert client.get(f"/desk/{path}").status_code == 302  # nobody: to the sign-in
    assert at_desk("qian").get(f"/desk/{path}").status_code == 403


def test_someone_whose_duty_reads_no_cases_is_told_so(at_desk, people, settings):
    from tests.cast import DISTRICT, give_duty
    from youlin.apps.duties import services

    services.declare_kind(
        actor=SYSTEM,
        district=DISTRICT,
        programme="test",
        code="clerk",
        name="内勤",
        level="district",
        climbs_to=[],
        verbs=["duty.manage"],
    )
    give_duty(people.qian, "clerk", DISTRICT)
    factories.dispatched()
    response = at_desk("qian").get("/desk/")
    assert response.status_code == 200
    assert "您的岗位不看案件" in response.content.decode()


def test_each_view_of_the_sidebar_shows_what_its_number_says(at_desk, people):
    from datetime import timedelta

    from youlin.kernel import clock

    now = clock.now()
    factories.many(2, due_at=now - timedelta(hours=1), light_at=now - timedelta(hours=2))
    factories.many(3, due_at=now + timedelta(hours=1), light_at=now - timedelta(minutes=1))
    factories.many(1, holder_id=people.zhao.person.id)
    factories.many(4, state="closed", is_open=False, closed_at=now)
    client = at_desk("zhao")
    counts = side_counts(client.get("/desk/"))
    assert (counts["超时"], counts["快到期"], counts["我的"], counts["无人承办"]) == (2, 3, 1, 5)
    for view, many in {"late": 2, "soon": 3, "mine": 1, "unassigned": 5, "closed": 4, "nonsense": 6}.items():
        assert len(numbers(client.get("/desk/", {"view": view}))) == many, view


def test_filters_by_words_area_category_and_clock(at_desk, people):
    lamp = factories.dispatched(text="路灯不亮，夜里很黑")
    rubbish = factories.dispatched(text="楼下垃圾满溢", area=SIBLING_GRID)
    client = at_desk("sun")
    assert numbers(client.get("/desk/", {"q": "路灯"})) == [lamp.number]
    assert numbers(client.get("/desk/", {"q": rubbish.number.lower()})) == [rubbish.number]
    assert numbers(client.get("/desk/", {"area": SIBLING_GRID})) == [rubbish.number]
    assert numbers(client.get("/desk/", {"category": factories.NOISE})) == []
    assert numbers(client.get("/desk/", {"light": "late"})) == []
    assert len(numbers(client.get("/desk/", {"order": "rubbish", "light": "x"}))) == 2


def test_pages_keep_their_filter_and_rubbish_numbers_show_the_first(at_desk, people):
    factories.many(35)
    client = at_desk("zhao")
    assert len(numbers(client.get("/desk/"))) == 30
    second = client.get("/desk/", {"page": 2, "light": "ok"})
    assert len(numbers(second)) == 5
    assert "light=ok" in second.content.decode()
    for page in ("x", "-1", "0", "9999999999999999999"):
        assert client.get("/desk/", {"page": page}).status_code == 200


@pytest.mark.parametrize("path", ["/desk/", "/desk/rows/"])
def test_the_list_costs_the_same_at_any_size(at_desk, people, path):
    client = at_desk("zhao")
    factories.many(5, holder_id=people.wang.person.id)
    few = least(lambda: client.get(path))
    factories.many(40, holder_id=people.wang.person.id)
    assert least(lambda: client.get(path)) == few <= 15


def test_an_unchanged_list_answers_304(at_desk, people):
    case = factories.dispatched()
    client = at_desk("zhao")
    first = client.get("/desk/rows/")
    again = client.get("/desk/rows/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    factories.do(case, "accept_task", people.wang.actor)
    changed = client.get("/desk/rows/", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_a_confidential_case_is_nowhere_for_those_without_the_duty(at_desk, people):
    case = factories.reported(category=factories.TIP_OFF, text="有人违规收费").case
    client = at_desk("sun")
    assert client.get(f"/desk/case/{case.number}/").status_code == 404
    for path in ("workflow/", "act/accept/", "follow-up/"):
        assert client.get(f"/desk/case/{case.number}/{path}").status_code == 404
    inbox = client.get("/desk/")
    assert numbers(inbox) == []
    assert case.number not in inbox.content.decode()
    assert set(side_counts(inbox).values()) == {0}
    assert numbers(client.get("/desk/", {"q": case.number})) == []
    assert client.get("/desk/points.geojson").json()["features"] == []

    officer = at_desk("confidant")
    assert numbers(officer.get("/desk/")) == [case.number]
    assert len(officer.get("/desk/points.geojson").json()["features"]) == 1
    assert officer.get(f"/desk/case/{case.number}/").status_code == 200


def test_the_map_has_the_filtered_cases_and_the_streets(at_desk, people):
    factories.dispatched(text="路灯不亮")
    factories.dispatched(text="垃圾满溢")
    client = at_desk("sun")
    assert len(client.get("/desk/points.geojson").json()["features"]) == 2
    [lamp] = client.get("/desk/points.geojson", {"q": "路灯"}).json()["features"]
    assert lamp["properties"]["href"].startswith("/desk/case/")
    streets = {one["properties"]["name"] for one in client.get("/desk/areas.geojson").json()["features"]}
    assert streets == {"椿树街道", "牛街街道"}


def test_cases_of_another_district_stay_there(at_desk, people):
    theirs = factories.many(1, district=OTHER_DISTRICT, area=OTHER_DISTRICT_GRID)[0]
    assert numbers(at_desk("sun").get("/desk/")) == []
    assert numbers(at_desk("other").get("/desk/")) == [theirs.number]

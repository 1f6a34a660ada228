"""Duties in several districts: one is looked at, everything in sight follows; whoever has one sees no switch."""

import pytest

from tests.cast import DISTRICT, OTHER_DISTRICT, OTHER_DISTRICT_GRID, give_duty
from youlin.apps.cases.lists import services as lists
from youlin.apps.cases.models import ExportRun
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.conftest import _seeded, people  # noqa: F401
from youlin.kernel.actors import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(client, people):  # noqa: F811
    """sun dispatches in two districts, and a case lies in each."""
    give_duty(people.sun, "district_dispatcher", OTHER_DISTRICT, district=OTHER_DISTRICT)
    west, east = factories.reported().number, factories.reported(area=OTHER_DISTRICT_GRID).number
    client.force_login(people.sun.account)
    return west, east


def choose(client, district: str) -> None:
    answer = client.post("/ui/district", {"district": district, "next": "/desk/"})
    assert (answer.status_code, answer["Location"]) == (303, "/desk/")


def seen(client, path: str) -> str:
    return client.get(path, follow=True).content.decode()


@pytest.mark.parametrize(
    "path", ["/desk/?view=open", "/desk/rows/?view=open", "/desk/points.geojson?view=open"]
)
def test_lists_counts_and_map_follow_the_choice(client, both, path):
    west, east = both
    assert client.get(path).status_code == 200
    for district, own, other in ((DISTRICT, west, east), (OTHER_DISTRICT, east, west)):
        choose(client, district)
        page = seen(client, path)
        assert own in page and other not in page
    choose(client, "all")
    page = seen(client, path)
    assert west in page and east in page


def test_the_switch_says_what_is_looked_at_and_begins_where_the_duty_is(client, both):
    page = seen(client, "/desk/?view=open")
    assert "换一个区看" in page and 'data-key="g x"' in page
    assert both[0] in page and both[1] not in page, "the district of the account comes first"
    choose(client, "all")
    assert "全部" in seen(client, "/desk/?view=open")


@pytest.mark.parametrize("path", ["/field/", "/cockpit/", "/desk/"])
def test_who_has_duties_in_one_district_sees_no_switch(client, people, path):  # noqa: F811
    client.force_login(people.leader.account)
    assert "换一个区看" not in seen(client, path)


@pytest.mark.parametrize("sent", ["999999", "x" * 400, "", "110103"])
def test_a_district_that_is_not_theirs_is_not_shown(client, both, sent):
    choose(client, sent)
    page = seen(client, "/desk/?view=open")
    assert both[0] in page and both[1] not in page


def test_one_case_opens_wherever_it_lies_beside_the_list_that_was_chosen(client, both):
    west, east = both
    choose(client, DISTRICT)
    page = seen(client, f"/desk/case/{east}/?view=open")
    assert east in page and west in page
    rows = page.split('id="rows"')[1].split("</youlin-live>")[0]
    assert west in rows and east not in rows


def test_an_export_has_what_the_list_showed(both, people):  # noqa: F811
    actor = Actor("person", person_id=people.sun.id, via="desk", district=OTHER_DISTRICT)
    lists.ask_export(
        actor=actor,
        filters=CaseFilters(),
        columns=["number"],
        format="csv",
        idempotency_key=factories.key(),
    )
    assert ExportRun.objects.get().filters["district"] == OTHER_DISTRICT


def told(lon: float, lat: float) -> dict[str, str]:
    return {
        "category": factories.GARBAGE, "text": "垃圾堆到路上", "lon": str(lon), "lat": str(lat),
        "idempotency_key": factories.key(),
    }  # fmt: skip


def test_a_report_over_the_line_goes_straight_to_the_district_it_lies_in(client, people):  # noqa: F811
    client.cookies["district"] = DISTRICT
    lon, lat = factories.point_in(OTHER_DISTRICT_GRID)
    near = client.get("/report/nearby", {"lon": lon, "lat": lat}, follow=True).content.decode()
    assert "提交后直接由东城区受理" in near
    assert client.post("/report/", told(lon, lat))["Location"].startswith("/report/DC-")


def test_where_nobody_here_answers_the_form_says_whom_to_call(client, people):  # noqa: F811
    client.cookies["district"] = DISTRICT
    answer = client.post("/report/", told(10.0, 50.0))
    assert answer.status_code in (400, 422) and "12345" in answer.content.decode()
    near = client.get("/report/nearby", {"lon": 10.0, "lat": 50.0}, follow=True).content.decode()
    assert "12345" in near


@pytest.mark.parametrize("asked", [{}, {"district": OTHER_DISTRICT}, {"lon": "x", "lat": "1"}])
def test_the_portal_begins_with_the_oldest_district_and_remembers_another(client, people, asked):  # noqa: F811
    client.get("/", asked)
    expected = asked.get("district", DISTRICT)
    assert client.cookies["district"].value == expected
    lon, lat = factories.point_in(OTHER_DISTRICT_GRID)
    client.get("/", {"lon": lon, "lat": lat})
    assert client.cookies["district"].value == OTHER_DISTRICT


def test_the_choice_grants_nothing(client, people):  # noqa: F811
    hidden = factories.reported(area=OTHER_DISTRICT_GRID).number
    client.force_login(people.sun.account)
    choose(client, OTHER_DISTRICT)
    assert hidden not in seen(client, "/desk/?view=open")
    assert client.get(f"/desk/case/{hidden}/").status_code == 404

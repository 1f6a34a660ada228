"""A city's districts side by side: each by its own rows, and only for those whom the districts let see them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import DISTRICT, OTHER_DISTRICT, OTHER_DISTRICT_GRID, give_duty, make_member
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.apps.duties import selectors as duties
from youlin.apps.duties import services as duty_services
from youlin.apps.indicators.tests import fresh
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid, NotAllowed

CITY = "1101"
VERBS = ["case.read", "cockpit.read"]


def declare(*districts: str, verbs: list[str] = VERBS) -> None:
    for district in districts:
        duty_services.declare_kind(
            actor=SYSTEM, district=district, programme="test", code="city_leader", name="市级负责人",
            level="city", verbs=verbs,
        )  # fmt: skip


@pytest.fixture
def mayor(people):
    """Somebody with a duty over the whole city, kept in one district."""
    declare(DISTRICT, OTHER_DISTRICT)
    member = make_member("mayor", "市领导")
    give_duty(member, "city_leader", CITY, district=DISTRICT)
    return member


def rows(page: str) -> dict[str, list[str]]:
    body = page.split('<tbody id="area-rows">')[1]
    found = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.S):
        cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
        found[cells[0]] = cells[1:]
    return found


def test_the_districts_stand_side_by_side_and_lead_down(client, people, mayor):
    factories.reported(), factories.reported()
    factories.reported(area=OTHER_DISTRICT_GRID)
    client.force_login(mayor.account)
    assert client.get("/cockpit/")["Location"] == f"/cockpit/city/{CITY}/"
    page = client.get(f"/cockpit/city/{CITY}/").content.decode()
    table = rows(page)
    assert {name: cells[:2] for name, cells in table.items()} == {"东城区": ["1", "1"], "西城区": ["2", "2"]}
    drawn = client.get(f"/cockpit/{CITY}/areas.geojson").json()["features"]
    assert {DISTRICT, OTHER_DISTRICT} <= {one["properties"]["code"] for one in drawn}
    assert f"/cockpit/{OTHER_DISTRICT}/" in page and 'class="map cockpit-map"' in page
    below = client.get(f"/cockpit/{OTHER_DISTRICT}/").content.decode()
    assert f"/cockpit/city/{CITY}/" in below, "and up again"
    assert client.get(f"/cockpit/{OTHER_DISTRICT}001/").status_code == 200


def test_a_rate_of_few_cases_is_not_shown_but_counts_in_the_sum(client, people, mayor, folder):
    for area, number in ((None, 6), (OTHER_DISTRICT_GRID, 2)):
        for _one in range(number):
            case = factories.reported(**({"area": area} if area else {})).case
            Case.objects.filter(id=case.id).update(solved=True, answered_at=clock.now())
    for district in (DISTRICT, OTHER_DISTRICT):
        fresh.refreshed(district)
    client.force_login(mayor.account)
    page = client.get(f"/cockpit/city/{CITY}/").content.decode()
    table = rows(page)
    assert table["西城区"][4] == "100.0" and table["东城区"][4] == "—"
    assert "不足 5 件的比率不显示" in page
    assert "8 / 8 件" in page, "together they are the sum of all districts' own rows"


@pytest.mark.parametrize("name", ["qian", "wang", "zhao", "sun", "leader", "other"])
def test_who_leads_one_district_sees_no_city(client, people, mayor, name):
    client.force_login(getattr(people, name).account)
    assert client.get(f"/cockpit/city/{CITY}/").status_code == 403
    assert client.get(f"/cockpit/{CITY}/areas.geojson").status_code in (403, 404)


def test_whoever_leads_two_districts_sees_those_two(client, people):
    give_duty(people.leader, "district_leader", OTHER_DISTRICT, district=OTHER_DISTRICT)
    client.force_login(people.leader.account)
    assert client.get("/cockpit/")["Location"] == f"/cockpit/{DISTRICT}/", "where they hold the duty first"
    client.post("/ui/district", {"district": "all", "next": "/cockpit/"})
    assert client.get("/cockpit/")["Location"] == f"/cockpit/city/{CITY}/"
    assert set(rows(client.get(f"/cockpit/city/{CITY}/").content.decode())) == {"东城区", "西城区"}


@pytest.mark.parametrize("code", ["110102", "11", "9999", "x"])
def test_what_is_no_city_is_told_in_words(client, people, mayor, code):
    client.force_login(mayor.account)
    assert client.get(f"/cockpit/city/{code}/").status_code in (400, 403, 404, 422)


def test_what_a_city_duty_grants_in_a_district_is_that_districts_own_word(people, mayor):
    declare(OTHER_DISTRICT, verbs=["cockpit.read"])
    held = duties.access(mayor.actor)
    assert held.may("case.read", district=DISTRICT, area=DISTRICT)
    assert not held.may("case.read", district=OTHER_DISTRICT, area=OTHER_DISTRICT)
    assert held.may("cockpit.read", district=OTHER_DISTRICT, area=OTHER_DISTRICT_GRID)
    duty_services.retire_kind(actor=SYSTEM, district=OTHER_DISTRICT, code="city_leader")
    assert not duties.access(mayor.actor).may("cockpit.read", district=OTHER_DISTRICT, area=OTHER_DISTRICT)
    assert cases.inbox(mayor.actor).total == 0


def test_a_city_duty_is_given_by_nobody_of_one_district(people):
    declare(DISTRICT)
    member = make_member("would_be", "想当的")
    given = {"district": DISTRICT, "kind": "city_leader", "holder": member.person}
    with pytest.raises(NotAllowed):
        duty_services.assign(actor=people.sun.actor, areas=[CITY], **given)
    with pytest.raises(Invalid):
        duty_services.assign(actor=SYSTEM, areas=["1201"], **given)
    with pytest.raises(Invalid):
        duty_services.assign(actor=SYSTEM, areas=[CITY], **{**given, "kind": "district_leader"})
    assert not duties.access(member.actor).holds_any()


def test_the_city_is_counted_in_few_queries(people, mayor):
    with CaptureQueriesContext(
        connection,
    ) as counted:
        cases.city_figures(mayor.actor, city=CITY)
    assert len(counted) < 25, "one for each rate, whatever the number of districts"

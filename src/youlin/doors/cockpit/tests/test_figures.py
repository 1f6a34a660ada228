"""What leaders see equals what was done; who does not lead sees nothing."""

import re
from datetime import timedelta

import pytest

from tests.cast import COMMUNITY, DISTRICT, GRID, OTHER_DISTRICT, OTHER_STREET, STREET
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.models import CaseClock
from youlin.apps.cases.tests import factories
from youlin.apps.indicators.selectors.rows import Figure, Point
from youlin.apps.indicators.tests import fresh
from youlin.doors.cockpit import cards, changes
from youlin.kernel import clock
from youlin.kernel.tests import queries

OTHER_STREET_GRID = "110102002001001"


def enter(client, people, name: str):
    client.force_login(getattr(people, name).account)
    return client


def card(page: str, label: str) -> tuple[str, str]:
    """Value and the line below it."""
    found = re.search(
        rf'stat-label">(?:<a[^>]*>)?{label}(?:</a>)?</p>\s*'
        r'<p class="stat-value">([^<]*)<.*?stat-target[^>]*>(.*?)</p>',
        page,
        re.S,
    )
    assert found, label
    return found[1].strip(), re.sub(r"<[^>]+>", "", found[2]).strip()


def rows(page: str) -> dict[str, list[str]]:
    """The table: cells by area."""
    body = page.split('<tbody id="area-rows">')[1]
    found = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.S):
        cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
        found[cells[0]] = cells[1:]
    return found


def test_a_leader_is_led_to_the_largest_area(client, people):
    assert enter(client, people, "leader").get("/cockpit/")["Location"] == f"/cockpit/{DISTRICT}/"


@pytest.mark.parametrize("path", ["", f"{DISTRICT}/", f"{STREET}/", f"{STREET}/areas.geojson"])
def test_strangers_and_those_who_lead_nothing_are_kept_out(client, people, path):
    assert client.get(f"/cockpit/{path}").status_code == 302
    for name in ("qian", "wang", "zhao"):
        assert enter(client, people, name).get(f"/cockpit/{path}").status_code in (403, 404)


@pytest.mark.parametrize("path", [f"{DISTRICT}/", f"{STREET}/areas.geojson"])
def test_a_leader_of_another_district_is_refused(client, people, path):
    assert enter(client, people, "other").get(f"/cockpit/{path}").status_code in (403, 404)
    assert enter(client, people, "other").get(f"/cockpit/{OTHER_DISTRICT}/").status_code == 200


def test_the_figures_are_those_of_the_cases(client, people):
    factories.closed(people.wang.actor, people.sun.actor)
    factories.dispatched()
    factories.dispatched(area=OTHER_STREET_GRID)
    factories.reported(category=factories.TIP_OFF, text="有人违规收费")
    page = enter(client, people, "leader").get(f"/cockpit/{DISTRICT}/").content.decode()
    assert card(page, "未结") == ("2", "本期反映 3 件")
    assert card(page, "超时未结") == ("0", "占未结 0%")
    table = rows(page)
    assert table["椿树"][:3] == ["2", "1", "0"]
    assert table["牛街"][:3] == ["1", "1", "0"]


def test_what_lies_in_no_street_counts_for_the_district(client, people):
    factories.dispatched()
    factories.many(2, area_now=DISTRICT)
    page = enter(client, people, "leader").get(f"/cockpit/{DISTRICT}/").content.decode()
    assert card(page, "未结")[0] == "3" and sum(int(line[1]) for line in rows(page).values()) == 1


def test_what_is_late_is_counted_where_it_is(client, people):
    factories.many(3, due_at=clock.now() - timedelta(hours=1))
    factories.many(1, area=OTHER_STREET_GRID, due_at=clock.now() + timedelta(hours=9))
    client = enter(client, people, "leader")
    page = client.get(f"/cockpit/{DISTRICT}/", {"show": "late"}).content.decode()
    assert card(page, "超时未结") == ("3", "占未结 75%")
    assert rows(page)["椿树"][2] == "3"
    assert "2–3件" in page and "每级 1件" in page
    assert re.search(r'data-code="\d{9}"\s+data-heat="4" data-text="3件"', page)
    street = client.get(f"/cockpit/{STREET}/").content.decode()
    assert card(street, "未结")[0] == "3"
    assert rows(street)["四川营"][:3] == ["3", "3", "3"]
    community = client.get(f"/cockpit/{COMMUNITY}/").content.decode()
    assert f"/desk/?area={GRID}" in community


def test_the_periods_end_today(client, people):
    factories.many(2, reported_at=clock.now() - timedelta(days=20))
    factories.many(1)
    client = enter(client, people, "leader")
    for days, reported in (("7", 1), ("30", 3), ("rubbish", 3)):
        page = client.get(f"/cockpit/{DISTRICT}/", {"days": days}).content.decode()
        assert card(page, "未结")[1] == f"本期反映 {reported} 件"


def test_rubbish_in_the_address_is_not_found(client, people):
    client = enter(client, people, "leader")
    assert client.get("/cockpit/nowhere/").status_code == 404
    assert client.get(f"/cockpit/{GRID}/").status_code == 404
    assert client.get(f"/cockpit/{DISTRICT}/", {"show": "nothing", "days": "-1"}).status_code == 200


def test_the_children_of_an_area_are_polygons_that_lead_down(client, people):
    features = enter(client, people, "leader").get(f"/cockpit/{DISTRICT}/areas.geojson").json()["features"]
    assert {one["properties"]["href"] for one in features} == {"/cockpit/110102001/", "/cockpit/110102002/"}
    elsewhere = client.get("/areas.geojson").json()["features"]
    assert not [one for one in elsewhere if "href" in one["properties"]], "a link stays in its door"


def test_the_page_costs_the_same_for_any_number_of_cases(client, people):
    client = enter(client, people, "leader")
    factories.many(5)
    few = queries.least(lambda: client.get(f"/cockpit/{DISTRICT}/"))
    factories.many(40)
    assert queries.least(lambda: client.get(f"/cockpit/{DISTRICT}/")) == few


def day(reported: int, closed: int):
    from youlin.apps.cases.selectors.rows import DayCount

    return DayCount(clock.today(), reported, closed)


def test_the_trend_counts_back_from_what_is_open_now():
    assert cards.open_by_day(5, [day(9, 9), day(3, 1), day(2, 4)]) == [5, 7, 5]
    assert cards.open_by_day(0, [day(1, 1)]) == [0]


def test_the_trend_of_what_is_late_knows_when_each_became_so_and_when_it_was_done(people):
    now = clock.now()
    for due, stopped in ((2, None), (5, 3), (-1, None)):
        case = factories.dispatched()
        CaseClock.objects.filter(district=case.district, case=case, stopped_at__isnull=True).update(
            due_at=now - timedelta(days=due), stopped_at=stopped and now - timedelta(days=stopped)
        )
    week = (clock.today() - timedelta(days=6), clock.today())
    assert cases.late_by_day(people.leader.actor, area=DISTRICT, period=week) == (0, 1, 1, 0, 1, 1, 1)
    assert cases.late_by_day(people.leader.actor, area=OTHER_STREET, period=week) == (0,) * 7


def figure(numerator: int, denominator: int, before: tuple[int, int] = (0, 0), **more: object) -> Figure:
    value = numerator / denominator if denominator else None
    told = {"target": None, "status": "no_target", **more}
    return Figure(
        code="resolution_rate",
        name="解决率",
        about="",
        value=value,
        n=numerator,
        d=denominator,
        before=before[0] / before[1] if before[1] else None,
        d_before=before[1],
        unit="percent",
        decimals=1,
        direction="up",
        version=1,
        source="",
        as_of=clock.now(),
        **told,
    )


@pytest.mark.parametrize(
    ("now", "before", "points"),
    [
        ((5, 10), (9, 10), [-40.0]),
        ((10, 10), (9, 10), [10.0]),
        ((99, 100), (100, 100), []),
        ((1, 4), (4, 4), []),
    ],
)
def test_only_large_moves_on_enough_cases_are_told(now, before, points):
    told = changes.told({"1": {"resolution_rate": figure(*now, before)}}, {"1": "一街道"})
    assert [change.points for change in told] == points
    assert all(change.moved > 0 for change in told)


def test_a_rate_says_how_far_it_is_from_its_target():
    trend = [Point(clock.today(), 0.5, 1, 2), Point(clock.today(), None, 0, 0)]
    missed = cards.figure(figure(8, 10, target=0.93, status="missed"), trend)
    met = cards.figure(figure(8, 10, target=0.8, status="met"), [])
    assert (missed["value"], missed["state"], missed["target"]) == ("80.0", "soon", "目标 93 · 差 13.0")
    assert missed["trend"] == [50.0, None]
    assert (met["state"], met["target"]) == ("", "目标 80 · 已达到")
    near = cards.figure(figure(8, 10, target=0.82, status="near"), [])
    assert (near["state"], near["target"]) == ("", "目标 82 · 接近，差 2.0")
    assert cards.figure(figure(0, 0), [])["value"] is None


def test_the_rates_of_the_page_are_those_of_the_indicators(client, people, folder):
    factories.closed(people.wang.actor, people.sun.actor)
    fresh.refreshed()
    page = enter(client, people, "leader").get(f"/cockpit/{DISTRICT}/").content.decode()
    assert card(page, "按期处置率") == ("100.0", "目标 95 · 已达到")
    assert "比率算到" in page
    assert rows(page)["椿树"][3:7] == ["100.0", "—", "—", "100.0"]


def test_a_page_without_any_computed_figure_says_so(client, people, folder):
    fresh.declared()
    page = enter(client, people, "leader").get(f"/cockpit/{DISTRICT}/").content.decode()
    assert "比率还没有算过" in page and card(page, "未结")

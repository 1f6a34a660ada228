"""The page of one figure and the rows behind it: a leader reads and opens, a stranger and another district do not."""

import re
from datetime import date, timedelta

import pytest

from tests.cast import COMMUNITY, DISTRICT, GRID, STREET
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.apps.indicators.tests import fresh
from youlin.doors.cockpit import charts, spans
from youlin.doors.cockpit.tests.test_figures import enter, figure
from youlin.kernel import clock
from youlin.kernel.tests import queries

FIGURE = f"/cockpit/{DISTRICT}/figures/resolution_rate/"
ROWS = f"{FIGURE}rows/"


@pytest.fixture
def answered(people, folder):
    """Six answers in this street, four of them solved."""
    made = factories.many(6)
    for place, case in enumerate(made):
        Case.objects.filter(id=case.id).update(answered_at=clock.now(), solved=place < 4)
    fresh.refreshed()
    return made


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_leader_reads_the_figure_its_parts_target_areas_and_meaning(client, people, answered):
    page = enter(client, people, "leader").get(FIGURE).content.decode()
    told = text(page)
    assert "66.7 %" in told and "目标 90.0%，未达到" in told
    assert "分子 4 其余 2 分母 6" in told
    assert "椿树 66.7% 4 / 6" in told.replace("未达目标 ", "")
    assert "第 2 版" in told and "诉求人称已解决 = 是" in told
    assert f"{ROWS}?period=30&amp;part=rest" in page
    assert 'class="trend"' in page and "图后的表格" in told


def test_the_figure_of_a_community_leads_to_the_rows_of_its_grids(client, people, answered):
    page = (
        enter(client, people, "leader").get(f"/cockpit/{COMMUNITY}/figures/resolution_rate/").content.decode()
    )
    assert f"/cockpit/{GRID}/figures/resolution_rate/rows/?period=30" in page
    rows = client.get(f"/cockpit/{GRID}/figures/resolution_rate/rows/").content.decode()
    assert "正好 6 条记录，您都可以看" in text(rows)


def test_the_rows_of_a_part_lead_to_the_cases(client, people, answered):
    page = enter(client, people, "leader").get(ROWS, {"part": "rest"}).content.decode()
    assert "数字是 2，背后正好 2 条记录，您都可以看。" in text(page)
    for case in answered[4:]:
        assert f"/desk/case/{case.number}/" in page
    assert f"/desk/case/{answered[0].number}/" not in page


def test_rows_beyond_ones_duty_are_counted_and_not_named(client, people, answered):
    hidden = answered[4]
    Case.objects.filter(id=hidden.id).update(confidential=True)
    page = enter(client, people, "leader").get(ROWS, {"part": "rest"}).content.decode()
    assert "其中 1 条您可以打开，1 条超出您的职责" in text(page)
    assert hidden.number not in page and hidden.title not in page.replace(answered[5].title, "")


def test_the_table_goes_out_for_who_may_read_it(client, people, answered):
    response = enter(client, people, "leader").get(f"{FIGURE}rows.csv", {"part": "numerator"})
    content = b"".join(response.streaming_content).decode()
    assert response["Content-Type"].startswith("text/csv") and response["Cache-Control"] == "no-store"
    assert len(content.strip().splitlines()) == 5


@pytest.mark.parametrize("path", [FIGURE, ROWS, f"{FIGURE}rows.csv"])
def test_strangers_and_other_districts_are_kept_out(client, people, folder, path):
    fresh.refreshed()
    assert client.get(path).status_code == 302
    for name in ("qian", "wang", "zhao", "other"):
        assert enter(client, people, name).get(path).status_code in (403, 404)


@pytest.mark.parametrize("path", ["figures/nothing/", "figures/nothing/rows/", "figures/nothing/rows.csv"])
def test_what_nobody_declares_is_not_found(client, people, folder, path):
    fresh.refreshed()
    assert enter(client, people, "leader").get(f"/cockpit/{DISTRICT}/{path}").status_code == 404


def test_rubbish_in_the_address_is_the_usual(client, people, answered):
    client = enter(client, people, "leader")
    rubbish = {"period": "2099-13", "compare": "x", "by": "x", "key": "\0", "part": "x", "page": "0"}
    assert client.get(FIGURE, rubbish).status_code == 200
    assert client.get(ROWS, rubbish).status_code == 200


@pytest.mark.parametrize("path", [FIGURE, ROWS])
def test_a_page_costs_the_same_for_any_number_of_cases(client, people, answered, path):
    client = enter(client, people, "leader")
    few = queries.least(lambda: client.get(path))
    for case in factories.many(25):
        Case.objects.filter(id=case.id).update(answered_at=clock.now(), solved=True)
    fresh.refreshed()
    assert "31" in text(client.get(path).content.decode())
    assert queries.least(lambda: client.get(path)) == few


def test_the_cards_of_an_area_lead_to_their_figures(client, people, answered):
    page = enter(client, people, "leader").get(f"/cockpit/{STREET}/", {"period": "month"}).content.decode()
    assert f'href="/cockpit/{STREET}/figures/resolution_rate/?period=month"' in page


@pytest.mark.parametrize("key", [*spans.DAYS, *spans.NAMED, "2026-02", "rubbish", ""])
@pytest.mark.parametrize("compare", ["before", "year"])
def test_a_period_ends_by_today_and_what_it_is_held_against_ends_before_it(key, compare):
    found = spans.span(key, compare)
    first, last = found.days
    assert first <= last <= clock.today()
    assert found.before[0] <= found.before[1] < last
    assert found.before[1] < first or compare == "year"
    assert found.name and found.against


def test_the_same_part_of_a_quarter_is_compared():
    found = spans.span("quarter")
    length = found.days[1] - found.days[0]
    assert found.before[1] - found.before[0] <= length
    assert found.before[0].month in (1, 4, 7, 10) and found.before[0].day == 1


@pytest.mark.parametrize(
    ("values", "unit", "ends"),
    [
        ([84.0, 91.0], "percent", (84.0, 92.0)),
        ([3, 12], "cases", (0.0, 15.0)),
        ([100.0], "percent", (75.0, 100.0)),
    ],
)
def test_a_scale_has_round_marks_around_the_values(values, unit, ends):
    low, high, step = charts.scale(values, unit)
    assert (low, high) == ends and low <= min(values) <= max(values) <= high
    assert step > 0


def test_a_trend_breaks_where_there_is_no_value_and_has_a_table_of_all():
    from youlin.apps.indicators.selectors.rows import Point

    begin = date(2026, 11, 2)
    values = [0.5, 0.75, None, 0.25, 1.0]
    points = [Point(begin + timedelta(days=7 * n), v, 1, 2) for n, v in enumerate(values)]
    drawn = charts.trend(figure(1, 2, target=0.9), points, "week")
    assert drawn is not None
    assert (len(drawn.lines), len(drawn.dots), len(drawn.rows)) == (2, 4, 5)
    assert drawn.target is not None and drawn.target < min(dot.y for dot in drawn.dots[:2])
    assert charts.trend(figure(1, 2), [Point(begin, None, 0, 0)], "week") is None

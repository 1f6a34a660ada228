"""What the page of a figure gives to the chart that moves: the table behind it, with every number as it is drawn."""

import re
from datetime import date, timedelta

import pytest

from tests.cast import DISTRICT
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.apps.indicators import forecasting, foreseeing, periods
from youlin.apps.indicators.tests import fresh
from youlin.doors.cockpit import spans
from youlin.doors.cockpit.tests.test_figures import enter
from youlin.kernel import clock

FIGURE = f"/cockpit/{DISTRICT}/figures/resolution_rate/"


@pytest.fixture
def answered(people, folder):
    """Six answers, four of them solved."""
    made = factories.many(6)
    for place, case in enumerate(made):
        Case.objects.filter(id=case.id).update(answered_at=clock.now(), solved=place < 4)
    fresh.refreshed()


def cells(page: str) -> list[tuple[str, dict[str, str], str]]:
    """Of each row of the table: its day, the attributes of its value, the value in words."""
    table = page.split('id="trend-rows"')[1].split("</table>")[0]
    rows = re.findall(r'<time datetime="([\d-]+)">.*?<td class="num"(.*?)>(.*?)</td>', table, re.S)
    return [(at, dict(re.findall(r'data-(\w+)="([^"]*)"', rest)), said.strip()) for at, rest, said in rows]


def test_the_table_holds_each_value_as_it_is_drawn_and_the_chart_names_its_target(client, people, answered):
    page = enter(client, people, "leader").get(FIGURE).content.decode()
    found = cells(page)
    assert found[-1][1:] == ({"value": "66.6667"}, "66.7%")
    assert found[0][1:] == ({"value": ""}, "—")
    chart = re.search(r"<youlin-chart(.*?)>", page, re.S)
    assert chart and 'data-target="90"' in chart[1] and 'data-target-text="目标 90%"' in chart[1]
    assert 'data-table="trend-rows"' in chart[1] and "data-formula" in chart[1]


def test_what_is_expected_has_its_two_ends(client, people, answered, monkeypatch):
    steps = (forecasting.Ahead(0.8, 0.7, 0.9), forecasting.Ahead(0.81, 0.68, 0.93))
    found = forecasting.Forecast("trend", steps, None, 10)

    def expected(district, area, definition, step):
        return foreseeing.Expected(periods.begin_of(clock.today(), step), 2, "", found)

    monkeypatch.setattr(foreseeing, "expected", expected)
    page = enter(client, people, "leader").get(FIGURE).content.decode()
    ahead = [attributes for _at, attributes, _said in cells(page) if "low" in attributes]
    assert ahead == [
        {"value": "80", "low": "70", "high": "90"},
        {"value": "81", "low": "68", "high": "93"},
    ]


def test_three_years_are_thirty_six_months_up_to_the_end_of_the_period(client, people, answered):
    page = enter(client, people, "leader").get(FIGURE, {"course": "years", "period": "30"}).content.decode()
    starts = [at for at, _attributes, _said in cells(page)]
    assert len(starts) == 36 and all(at.endswith("-01") for at in starts)
    assert starts[-1] == f"{clock.today():%Y-%m}-01" and starts == sorted(set(starts))
    assert re.search(r'course=years[^"]*#trend-title"\s+aria-current="true"', page)


@pytest.mark.parametrize("last", [date(2026, 1, 3), date(2026, 11, 30), date(2026, 12, 1), date(2024, 2, 29)])
def test_the_long_course_is_three_years_whatever_the_month(last: date):
    first, end = spans.Span("30", (last - timedelta(days=29), last), spans.BEFORE, (last, last)).years
    assert end == last and first.day == 1
    assert len(list(periods.stretches((first, last), "month"))) == 12 * spans.YEARS

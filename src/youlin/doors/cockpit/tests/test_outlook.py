"""What is expected and what was restated, on the page of a figure and in the brief."""

from datetime import timedelta

import pytest

from tests.cast import COMMUNITY, DISTRICT, STREET
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.apps.indicators import forecasting, foreseeing, periods
from youlin.apps.indicators.forecasting import Ahead, Forecast
from youlin.apps.indicators.models import Contest, Restatement
from youlin.apps.indicators.tests import fresh
from youlin.doors.cockpit.tests.test_figures import enter
from youlin.doors.cockpit.tests.test_one import FIGURE, text
from youlin.kernel import clock

BRIEF = f"/cockpit/{DISTRICT}/brief/"
FOUND = Forecast("trend", (Ahead(0.8, 0.7, 0.9), Ahead(0.81, 0.68, 0.93)), None, 10)


@pytest.fixture
def answered(people, folder):
    """Six answers in this street, four of them solved."""
    made = factories.many(6)
    for place, case in enumerate(made):
        Case.objects.filter(id=case.id).update(answered_at=clock.now(), solved=place < 4)
    fresh.refreshed()
    return made


def foreseen(monkeypatch, found: Forecast) -> None:
    def expected(district, area, definition, step):
        return foreseeing.Expected(periods.begin_of(clock.today(), step), 2, "", found)

    monkeypatch.setattr(foreseeing, "expected", expected)


def test_what_is_expected_is_drawn_said_and_in_the_table(client, people, answered, monkeypatch):
    foreseen(monkeypatch, FOUND)
    page = enter(client, people, "leader").get(FIGURE).content.decode()
    told = text(page)
    assert 'class="trend-band"' in page
    assert "80.0%（80 % 区间 70.0% 至 90.0%）" in told
    assert forecasting.in_words(FOUND) in told
    assert page.count('<tr class="is-expected">') == 2


def test_the_year_is_said_where_months_are_drawn(client, people, answered, monkeypatch):
    foreseen(monkeypatch, Forecast("trend", FOUND.steps, Ahead(0.77, 0.75, 0.79), 10))
    told = text(enter(client, people, "leader").get(FIGURE, {"period": "year"}).content.decode())
    assert "预计全年 77.0%（80 % 区间 75.0% 至 79.0%）" in told


def test_of_too_short_a_history_the_page_says_so(client, people, answered, monkeypatch):
    foreseen(monkeypatch, Forecast("none", points=3, why="short"))
    page = enter(client, people, "leader").get(FIGURE).content.decode()
    assert "不足 8 期，不作预测" in page
    assert "trend-band" not in page


def test_of_a_month_that_is_over_nothing_is_expected(client, people, answered, monkeypatch):
    foreseen(monkeypatch, FOUND)
    page = enter(client, people, "leader").get(FIGURE, {"period": "last-month"}).content.decode()
    assert "预计" not in page


def restated(case: Case, area: str, *, recalculated: bool = True) -> Restatement:
    today = clock.today()
    span = {"indicator": "resolution_rate", "version": 2, "area": area, "first_day": today, "last_day": today}
    contest = Contest.objects.create(district=DISTRICT, case=case, value=0.6, **span)
    return Restatement.objects.create(
        district=DISTRICT,
        contest=contest,
        before=0.6,
        after=0.75 if recalculated else None,
        left_out=2,
        why="大风停电",
        number=case.number,
        recalculated_at=clock.now() if recalculated else None,
        **span,
    )


@pytest.mark.parametrize("path", [FIGURE, BRIEF])
def test_a_restated_figure_says_both_values_and_why(client, people, answered, path):
    restated(answered[0], STREET)
    told = text(enter(client, people, "leader").get(path).content.decode())
    assert "已重述" in told and "原 60.0%，现 75.0%" in told
    assert f"申诉 {answered[0].number} 成立，2 件不计" in told and "大风停电" in told


def test_until_figures_are_refreshed_the_new_value_is_not_known(client, people, answered):
    restated(answered[0], STREET, recalculated=False)
    told = text(enter(client, people, "leader").get(FIGURE).content.decode())
    assert "原 60.0%，下次刷新后重算" in told


def test_what_was_restated_elsewhere_or_before_is_not_on_the_page(client, people, answered):
    row = restated(answered[0], STREET)
    days_ago = clock.today() - timedelta(days=90)
    Restatement.objects.filter(id=row.id).update(first_day=days_ago, last_day=days_ago)
    assert "已重述" not in enter(client, people, "leader").get(FIGURE).content.decode()
    other = f"/cockpit/{DISTRICT}/figures/closing_rate/"
    assert "已重述" not in client.get(other).content.decode()
    Restatement.objects.filter(id=row.id).update(
        first_day=clock.today(), last_day=clock.today(), area=f"{DISTRICT}002"
    )
    community = f"/cockpit/{COMMUNITY}/figures/resolution_rate/"
    assert "已重述" not in client.get(community).content.decode()

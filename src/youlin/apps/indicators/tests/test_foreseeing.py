"""Forecasts kept beside the figures: made of closed weeks, again only where these changed, a few at a time."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest

from tests.cast import DISTRICT, Cast
from youlin.apps.indicators import declarations, foreseeing, kept, refreshing
from youlin.apps.indicators.selectors import ahead
from youlin.apps.indicators.tests import made
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM

TODAY = made.AS_OF.astimezone(made.ZONE).date()
MONDAY = TODAY - timedelta(days=TODAY.weekday())
STREET = "110102001"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


@pytest.fixture(autouse=True)
def _declared(people: Cast) -> Iterator[None]:
    with clock.frozen(made.AS_OF):
        declarations.declare(
            actor=SYSTEM,
            district=DISTRICT,
            programme="made",
            declared={
                code: one.indicator.model_dump(mode="json", exclude_none=True) | {"position": place}
                for place, (code, one) in enumerate(made.definitions().items())
                if code in ("number", "solved", "seconds")
            },
        )
        yield


def refreshed(rows: list[made.Row]) -> None:
    made.put(rows)
    refreshing.refresh(DISTRICT)


def steady(weeks: int, more: int = 0) -> list[made.Row]:
    """Two reports a day in one street for so many weeks, and `more` of the week before this one."""
    found = []
    for back in range(TODAY.toordinal() - (MONDAY - timedelta(weeks=weeks)).toordinal() + 1):
        number = 2 + (more if back == TODAY.weekday() + 1 else 0)
        found += [report(TODAY - timedelta(days=back), n % 2 == 0) for n in range(number)]
    return found


def report(day: date, solved: bool) -> made.Row:
    at = datetime.combine(day, time(8), made.ZONE)
    return {
        "district": DISTRICT, "area": f"{STREET}001001", "category": "event.a", "solved": solved, "sent_back": 0,
        "closing_seconds": None, "reported_at": int(at.timestamp()), "reported_at_day": day, "closed_at": None,
        "closed_at_day": None,
    }  # fmt: skip


def weeks_of(area: str, code: str) -> ahead.Outlook | None:
    return ahead.outlook(SYSTEM, area=area, code=code, grain="week")


def test_of_enough_weeks_a_figure_of_a_district_and_its_street_is_expected() -> None:
    refreshed(steady(12))
    assert foreseeing.foresee(DISTRICT, most=1000) > 0
    for area in (DISTRICT, STREET):
        found = weeks_of(area, "number")
        assert found is not None
        assert found.steps[0].start == MONDAY
        assert len(found.steps) == 4
        first = found.steps[0].ahead
        assert first.low <= 14 <= first.high
    share = weeks_of(DISTRICT, "solved")
    assert share is not None
    assert all(0 <= one.ahead.low <= one.ahead.high <= 1 for one in share.steps)


def test_of_too_few_months_nothing_is_expected_and_it_says_so() -> None:
    refreshed(steady(12))
    foreseeing.foresee(DISTRICT, most=1000)
    found = ahead.outlook(SYSTEM, area=DISTRICT, code="number", grain="month")
    assert found is not None
    assert not found.steps
    assert found.year is None
    assert "不足 8 期" in found.how


def test_nothing_is_made_again_while_closed_weeks_are_the_same() -> None:
    refreshed(steady(12))
    assert foreseeing.foresee(DISTRICT, most=1000)
    before = weeks_of(DISTRICT, "number")
    refreshed([*steady(12), report(TODAY, solved=True)])
    assert foreseeing.foresee(DISTRICT, most=1000) == 0, "today is in no closed week"
    assert weeks_of(DISTRICT, "number") == before


def test_a_late_change_in_a_closed_week_makes_the_forecast_another() -> None:
    refreshed(steady(12))
    foreseeing.foresee(DISTRICT, most=1000)
    before = weeks_of(DISTRICT, "number")
    refreshed(steady(12, more=9))
    assert foreseeing.foresee(DISTRICT, most=1000)
    assert weeks_of(DISTRICT, "number") != before


def test_a_run_makes_some_and_the_next_ones_the_rest() -> None:
    refreshed(steady(12))
    whole = foreseeing.foresee(DISTRICT, most=1000)
    for path in (kept.folder(DISTRICT) / foreseeing.FOLDER).glob("*.json"):
        path.unlink()
    runs = [foreseeing.foresee(DISTRICT, most=3) for _run in range(whole // 3 + 2)]
    assert sum(runs) == whole
    assert max(runs) == 3
    assert runs[-1] == 0


def test_when_a_week_is_over_its_forecast_is_shown_no_more() -> None:
    refreshed(steady(12))
    foreseeing.foresee(DISTRICT, most=1000)
    with clock.frozen(made.AS_OF + timedelta(days=7)):
        assert weeks_of(DISTRICT, "number") is None


def test_a_run_that_breaks_off_leaves_what_there_was(monkeypatch: pytest.MonkeyPatch) -> None:
    refreshed(steady(12))
    foreseeing.foresee(DISTRICT, most=1000)
    before = weeks_of(DISTRICT, "number")
    refreshed(steady(12, more=9))
    monkeypatch.setattr(foreseeing.kept, "replace", _broken)
    with pytest.raises(OSError, match="full"):
        foreseeing.foresee(DISTRICT, most=1000)
    monkeypatch.undo()
    assert weeks_of(DISTRICT, "number") == before
    assert foreseeing.foresee(DISTRICT, most=1000)
    assert weeks_of(DISTRICT, "number") != before


def test_communities_and_derived_figures_have_no_outlook() -> None:
    refreshed(steady(12))
    foreseeing.foresee(DISTRICT, most=1000)
    assert weeks_of(f"{STREET}001", "number") is None
    assert weeks_of(DISTRICT, "seconds") is None


def _broken(*_args: object) -> None:
    raise OSError("the disk is full")

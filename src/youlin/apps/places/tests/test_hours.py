"""Opening hours: read, spelled out with Chinese holidays, evaluated, told."""

from datetime import date, datetime

import pytest

from youlin.apps.places import hours
from youlin.apps.places.hours import Hours, evaluating, spelling
from youlin.kernel.errors import Invalid

OFFICE = Hours("Mo-Fr 09:00-17:00; PH off")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=evaluating.zone())


@pytest.mark.parametrize(
    ("written", "expression"),
    [
        ("周一至周五 9:00-17:00；节假日休息", "Mo-Fr 09:00-17:00; PH off"),
        ("每天8点-20点", "Mo-Su 08:00-20:00"),
        ("24小时", "00:00-24:00"),
        ("周一到周日 全天开放", "Mo-Su 00:00-24:00"),
        ("工作日 9-17点", "Mo-Fr 09:00-17:00"),
        ("工作日9:00-18:00,法定节假日除外", "Mo-Fr 09:00-18:00; PH off"),
        ("周一闭馆，周二至周日 9:00-17:00", "Mo off; Tu-Su 09:00-17:00"),
        ("每天 22:00-次日6:00", "Mo-Su 22:00-06:00"),
        (
            "周一至周五9：00～12：00，13：30～17：30；周六、周日 10:00-16:00",
            "Mo-Fr 09:00-12:00,13:30-17:30;Sa,Su 10:00-16:00",
        ),
        ("Mo-Fr 09:00-17:00; PH off", "Mo-Fr 09:00-17:00; PH off"),
        ("  ", ""),
    ],
)
def test_words_and_osm_values_are_read(written: str, expression: str) -> None:
    assert hours.read(written) == expression


@pytest.mark.parametrize("written", ["乱写", "25点", "Mo-Fr 9am-5pm", "周八 9:00-17:00", "x" * 501])
def test_what_cannot_be_read_is_told_with_a_remedy(written: str) -> None:
    with pytest.raises(Invalid) as told:
        hours.read(written)
    [problem] = told.value.problems
    assert problem.field == "hours" and problem.remedy


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2026-10-01 10:00", "closed"),
        ("2026-10-05 10:00", "closed"),
        ("2026-10-07 10:00", "closed"),
        ("2026-10-08 10:00", "open"),
        ("2026-02-20 10:00", "closed"),
        ("2026-11-23 08:59", "closed"),
        ("2026-11-23 09:00", "open"),
        ("2026-11-23 17:00", "closed"),
    ],
)
def test_the_whole_holiday_week_is_a_holiday(moment: str, state: str) -> None:
    assert hours.standing(OFFICE, at(moment)).state == state


def test_a_make_up_day_is_worked_where_the_place_says_so() -> None:
    saturday = at("2026-10-10 10:00")
    assert not hours.open_at(OFFICE, saturday)
    worked = hours.standing(OFFICE._replace(makeup_days=True), saturday)
    assert worked.state == "open" and worked.until == at("2026-10-10 17:00")


def test_the_next_change_is_told() -> None:
    closed = hours.standing(OFFICE, at("2026-10-05 10:00"))
    assert closed.until == at("2026-10-08 09:00")
    assert hours.standing(Hours("24/7"), at("2026-10-05 10:00")).until is None


def test_a_year_s_end_is_crossed() -> None:
    found = list(hours.spans(Hours("22:00-02:00"), at("2026-12-31 12:00"), at("2027-01-01 12:00")))
    open_ones = [(span.start, span.end) for span in found if span.state == "open"]
    assert open_ones[0][0] == at("2026-12-31 22:00") and open_ones[-1][1] == at("2027-01-01 02:00")


@pytest.mark.parametrize(
    ("expression", "spelled"),
    [
        ("Mo-Sa 07:00-19:00; PH off", "Mo-Sa 07:00-19:00; 2026 Oct 01-02 off"),
        ("Mo-Sa 07:00-19:00; PH Su off", "Mo-Sa 07:00-19:00; 2026 Oct 01-02 Su off"),
        ("Sa,PH 12:00-17:00", "Sa 12:00-17:00; 2026 Oct 01-02 12:00-17:00"),
        ("Mo 10:00-12:00, PH 14:00-16:00", "Mo 10:00-12:00, 2026 Oct 01-02 14:00-16:00"),
        ("PH -1 day 10:00-12:00", "2026 Sep 30,2026 Oct 01 10:00-12:00"),
        ("Sep PH 10:00-12:00", "1900 Jan 01 10:00-12:00"),
        (
            'Mo-Fr 08:00-11:00 || Tu,PH open "PH; only"',
            'Mo-Fr 08:00-11:00|| Tu open "PH; only"|| 2026 Oct 01-02 open "PH; only"',
        ),
        ("Mo-Fr 08:00-11:00", "Mo-Fr 08:00-11:00"),
    ],
)
def test_holidays_are_spelled_out(expression: str, spelled: str) -> None:
    days = [date(2026, 10, 1), date(2026, 10, 2)]
    found = spelling.spelled(expression, days, evaluating._holds)
    assert found == spelled
    evaluating.compiled(found)


def test_a_week_is_told_day_by_day() -> None:
    found = hours.week(Hours("Mo-Fr 09:00-12:00,13:30-17:30; Sa 22:00-02:00; PH off"), date(2026, 10, 8))
    assert [day.times for day in found[:4]] == [
        (("09:00", "12:00"), ("13:30", "17:30")),
        (("09:00", "12:00"), ("13:30", "17:30")),
        (("22:00", "26:00"),),
        (),
    ]
    assert found[2].makeup and not found[2].holiday
    [holiday] = hours.week(Hours("24/7"), date(2026, 10, 1), days=1)
    assert holiday.whole and holiday.holiday

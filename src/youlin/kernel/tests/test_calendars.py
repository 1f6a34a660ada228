"""Working days with their make-up days, working hours, and limits counted in them."""

import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import numpy as np
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from youlin.kernel import calendars, clock
from youlin.kernel.calendars import Limit, many, tables
from youlin.kernel.errors import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENTS = st.datetimes(datetime(2004, 1, 1), datetime(2031, 12, 31), timezones=st.just(SHANGHAI))
HOURS = st.integers(0, 4000).map(lambda quarters: Limit(quarters / 4, "work_hour"))
DAYS = st.integers(0, 300).map(lambda number: Limit(number, "work_day"))
NATURAL = st.one_of(
    st.integers(0, 2000).map(lambda number: Limit(number, "hour")),
    st.integers(0, 100).map(lambda number: Limit(number, "day")),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def due(start: str, limit: str) -> str:
    found = calendars.deadline(at(start), Limit.parse(limit))
    assert found.utcoffset() == timedelta(0)
    return found.astimezone(SHANGHAI).isoformat(" ")[:19]


def test_every_day_the_library_knows_is_as_the_library_says() -> None:
    day = date(2004, 1, 1)
    while day <= date(2026, 12, 31):
        assert calendars.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_make_up_days_are_worked_and_holidays_are_not() -> None:
    assert calendars.is_working_day(date(2025, 9, 28))  # a Sunday, made up for National Day
    assert not calendars.is_working_day(date(2025, 10, 8))  # a Wednesday
    assert due("2025-09-26 17:00", "2 工作时") == "2025-09-28 10:00:00"
    assert due("2025-09-30 10:00", "1 工作日") == "2025-10-09 18:00:00"


def test_a_year_nobody_knows_has_the_days_the_law_fixes_and_says_so() -> None:
    assert calendars.known(2026) and not calendars.known(2027) and not calendars.known(2040)
    assert not calendars.is_working_day(date(2040, 10, 1))
    assert calendars.is_working_day(date(2040, 10, 8))
    assert not calendars.is_working_day(date(2027, 2, 8))  # Spring Festival by law


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-03-02 09:00", "4 工作时", "2026-03-02 14:00:00"),
        ("2026-03-02 09:00", "3 工作时", "2026-03-02 12:00:00"),
        ("2026-03-02 12:30", "1 工作时", "2026-03-02 14:00:00"),
        ("2026-03-02 17:30", "1 工作时", "2026-03-03 09:30:00"),
        ("2026-03-06 20:00", "1 工作时", "2026-03-09 10:00:00"),
        ("2026-03-02 07:00", "8 工作时", "2026-03-02 18:00:00"),
        ("2026-03-02 10:15", "1 工作日", "2026-03-03 18:00:00"),
        ("2026-03-06 17:59", "1 工作日", "2026-03-09 18:00:00"),
        ("2026-03-07 10:00", "1 工作日", "2026-03-09 18:00:00"),
        ("2026-03-02 10:15", "24 小时", "2026-03-03 10:15:00"),
        ("2026-03-02 10:15", "7 自然日", "2026-03-09 23:59:59"),
        ("2026-03-07 10:00", "0 工作时", "2026-03-09 09:00:00"),
        ("2026-03-02 12:30", "0 工作日", "2026-03-02 13:00:00"),
        ("2026-03-02 10:00", "0 自然日", "2026-03-02 10:00:00"),
    ],
)
def test_limits_run_out_when_the_civil_code_says(start: str, limit: str, end: str) -> None:
    assert due(start, limit) == end


@given(MOMENTS, st.one_of(HOURS, DAYS))
def test_working_limits_never_end_outside_working_time_nor_before_they_begin(
    start: datetime, limit: Limit
) -> None:
    end = calendars.deadline(start, limit)
    assert calendars.default().is_working_time(end)
    assert end >= start


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40)), st.one_of(HOURS, DAYS, NATURAL))
def test_who_begins_later_ends_no_earlier(start: datetime, later: timedelta, limit: Limit) -> None:
    assert calendars.deadline(start, limit) <= calendars.deadline(start + later, limit)


@given(
    MOMENTS,
    st.integers(1, 400),
    st.integers(1, 400),
    st.sampled_from(["work_hour", "work_day", "hour", "day"]),
)
def test_two_limits_one_after_the_other_are_their_sum(start: datetime, one: int, two: int, unit: Any) -> None:
    middle = calendars.deadline(start, Limit(one, unit))
    assert calendars.deadline(middle, Limit(two, unit)) == calendars.deadline(start, Limit(one + two, unit))


@given(MOMENTS, HOURS)
def test_working_time_until_the_deadline_is_the_limit(start: datetime, limit: Limit) -> None:
    worked = calendars.working_time_between(start, calendars.deadline(start, limit))
    assert worked == timedelta(hours=float(limit.value))


@given(MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up_and_turns_its_sign(a: datetime, b: datetime, c: datetime) -> None:
    between = calendars.working_time_between
    assert between(a, b) + between(b, c) == between(a, c)
    assert between(a, b) == -between(b, a)
    assert a > b or timedelta(0) <= between(a, b) <= b - a


ELSEWHERE = tables.build(
    tables.read(tables.SHIPPED), tables.Table(base="weekends"), ZoneInfo("America/Chicago")
)


@given(
    st.lists(st.tuples(st.none() | MOMENTS, st.none() | MOMENTS), max_size=12),
    st.sampled_from([calendars.default(), ELSEWHERE]),
)
def test_many_stretches_at_once_are_what_each_is_alone(
    stretches: list[tuple[datetime | None, datetime | None]], calendar: calendars.Calendar
) -> None:
    def seconds(moment: datetime | None) -> float:
        return moment.timestamp() if moment else math.nan

    starts, ends = (np.array([seconds(one[side]) for one in stretches], dtype=float) for side in (0, 1))
    found = many.working_seconds(calendar, starts, ends)
    for (start, end), worked in zip(stretches, found, strict=True):
        if start is None or end is None:
            assert math.isnan(worked)
        else:
            alone = calendar.working_time_between(start, end).total_seconds()
            assert worked == pytest.approx(alone, rel=0, abs=2e-6)


def test_what_remains_is_counted_as_the_limit_is() -> None:
    end = at("2026-03-09 10:00")
    with clock.frozen(at("2026-03-06 17:00")):
        assert calendars.remaining(end, "work_hour") == timedelta(hours=2)
        assert calendars.remaining(end, "hour") == timedelta(hours=65)
        clock.advance(timedelta(days=3, hours=2))
        assert calendars.remaining(end, "work_day") == timedelta(hours=-7)
    calendar = calendars.default()
    assert calendar.as_limit(timedelta(hours=17), "work_day") == Limit(2, "work_day")
    assert calendar.as_limit(timedelta(minutes=100), "hour") == Limit("1.7", "hour")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("4 工作时", "4", "work_hour"),
        ("4工作小时", "4", "work_hour"),
        ("１ 个工作日", "1", "work_day"),
        ("两个工作日", "2", "work_day"),
        ("半个工作时", "0.5", "work_hour"),
        ("24 小时", "24", "hour"),
        ("24 自然时", "24", "hour"),
        ("7 自然日", "7", "day"),
        ("15天", "15", "day"),
        ("4 work_hours", "4", "work_hour"),
        ("1.5 Working Hours", "1.5", "work_hour"),
        ("3 business days", "3", "work_day"),
        ("24h", "24", "hour"),
        ("7 calendar days", "7", "day"),
        ("7 days", "7", "day"),
    ],
)
def test_limits_are_read_as_rules_state_them(text: str, value: str, unit: Any) -> None:
    assert Limit.parse(text) == Limit(value, unit)


@given(st.one_of(HOURS, DAYS, NATURAL))
def test_a_limit_reads_what_it_writes(limit: Limit) -> None:
    assert Limit.parse(str(limit)) == limit
    assert Limit.parse(limit.label()) == limit
    with translation.override("en"):
        assert limit.label()


@pytest.mark.parametrize(
    "text", ["", "4", "工作日", "-1 工作日", "1.5 工作日", "4 周", "1 工作日内", "9999999 天"]
)
def test_what_is_no_limit_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        Limit.parse(text)
    assert caught.value.problems[0].remedy


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError):
        calendars.deadline(datetime(2026, 3, 2, 9), Limit(1, "work_hour"))  # noqa: DTZ001


def test_the_operator_adds_a_year_and_other_hours(tmp_path: Path, settings: Any) -> None:
    settings.YOULIN_HOME = tmp_path
    (tmp_path / "calendar.yaml").write_text(
        "hours: ['08:30-12:00', '14:00-17:30']\n"
        "years:\n"
        "  2027: {holidays: [2027-10-01..2027-10-07], workdays: [2027-09-26]}\n"
        "  2026: {holidays: [2026-03-02]}\n"
    )
    calendar = tables.installed()
    assert calendar.known(2027) and calendar.is_working_day(date(2027, 9, 26))
    assert not calendar.is_working_day(date(2027, 10, 7))
    assert not calendar.is_working_day(date(2026, 3, 2)) and calendar.is_working_day(date(2026, 2, 28))
    assert calendar.working_day_length == timedelta(hours=7)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("hours: [9-12]", "工作时间"),
        ("hours: ['12:00-09:00']", "从早到晚"),
        ("years: {2027: {holidays: [soon]}}", "soon"),
        ("years: {2027: {holidays: [2028-01-01]}}", "2028-01-01"),
        ("years: {2027: {holidays: [2027-05-04..2027-05-01]}}", "颠倒"),
        ("years: {2027: {holidays: [2027-01-02], workdays: [2027-01-02]}}", "2027-01-02"),
        ("years: {2027: {holliday: []}}", "holidays"),
        ("years: [2027]", "年份"),
        ("base: mars", "base"),
        ("[", "calendar.yaml:1"),
        ("days: 1", "hours"),
    ],
)
def test_a_wrong_file_is_named_with_the_place(
    tmp_path: Path, settings: Any, content: str, words: str
) -> None:
    settings.YOULIN_HOME = tmp_path
    (tmp_path / "calendar.yaml").write_text(content)
    with pytest.raises(Invalid) as caught:
        tables.installed()
    assert words in caught.value.message and "calendar.yaml" in caught.value.message


def test_another_land_counts_weekends_only_and_survives_its_clock_change() -> None:
    shipped = tables.read(tables.SHIPPED)
    own = tables.Table(base="weekends")
    calendar = tables.build(shipped, own, ZoneInfo("America/Chicago"))
    assert calendar.known(2012) and calendar.is_working_day(date(2012, 10, 1))
    start = datetime(2012, 3, 9, 23, 0, tzinfo=UTC)  # Friday 17:00; the clock goes forward on Sunday
    assert calendar.deadline(start, Limit(2, "work_hour")) == datetime(2012, 3, 12, 15, 0, tzinfo=UTC)

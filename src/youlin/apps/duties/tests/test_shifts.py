"""When a shift covers a moment; times are local (Asia/Shanghai)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youlin.apps.duties import shifts
from youlin.kernel.errors import Invalid

ZONE = ZoneInfo("Asia/Shanghai")
DAY = {"periods": [{"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "18:00"}]}
NIGHT = {"periods": [{"days": [5], "from": "22:00", "to": "06:00"}]}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in the week of Monday 2026-06-01: day 1 is Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("shift", "moment", "covered"),
    [
        ({}, at(7, 3), True),
        (DAY, at(1, 9), True),
        (DAY, at(1, 8, 59), False),
        (DAY, at(5, 17, 59), True),
        (DAY, at(5, 18), False),
        (DAY, at(6, 12), False),
        (NIGHT, at(5, 22), True),
        (NIGHT, at(5, 21, 59), False),
        (NIGHT, at(6, 5, 59), True),
        (NIGHT, at(6, 6), False),
        (NIGHT, at(5, 3), False),
        (NIGHT, at(6, 23), False),
    ],
)
def test_a_shift_covers_its_hours_also_across_midnight(shift, moment, covered):
    assert shifts.on_duty(shift, moment) is covered


def test_sunday_night_ends_on_monday():
    shift = {"periods": [{"days": [7], "from": "20:00", "to": "08:00"}]}
    assert shifts.on_duty(shift, at(8, 7, 59))
    assert not shifts.on_duty(shift, at(8, 8))


@given(
    st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True),
    st.times().map(lambda t: t.strftime("%H:%M")),
    st.times().map(lambda t: t.strftime("%H:%M")),
)
def test_a_shift_covers_as_many_minutes_of_a_week_as_it_says(days, start, end):
    shift = shifts.checked({"periods": [{"days": days, "from": start, "to": end}]})
    monday = at(1, 0)
    covered = sum(shifts.on_duty(shift, monday + timedelta(minutes=5 * n)) for n in range(7 * 288))
    begin, stop = (int(t[:2]) * 60 + int(t[3:]) for t in (start, end))
    length = stop - begin if begin < stop else stop - begin + 1440
    assert abs(covered * 5 - length * len(days)) <= 5 * 2 * len(days)


@pytest.mark.parametrize(
    "bad",
    [
        {"days": [1]},
        {"periods": "always"},
        {"periods": [{"days": [1], "from": "9:00", "to": "18:00"}]},
        {"periods": [{"days": [0], "from": "09:00", "to": "18:00"}]},
        {"periods": [{"days": [], "from": "09:00", "to": "18:00"}]},
        {"periods": [{"days": [True], "from": "09:00", "to": "18:00"}]},
        {"periods": [{"days": [1], "from": "09:00"}]},
        {"periods": ["09:00-18:00"]},
    ],
)
def test_a_malformed_shift_is_refused_in_words(bad):
    with pytest.raises(Invalid):
        shifts.checked(bad)


def test_a_shift_in_words():
    assert shifts.words({}) == ""
    assert shifts.words(DAY) == "周一至周五 09:00–18:00"
    assert (
        shifts.words({"periods": [{"days": [6, 7], "from": "10:00", "to": "16:00"}]})
        == "周六、周日 10:00–16:00"
    )
    assert shifts.words({"periods": [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "22:00", "to": "06:00"}]}) == (
        "每天 22:00–06:00"
    )

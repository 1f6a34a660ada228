"""Quiet hours, local time (Asia/Shanghai)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youlin.apps.notices import quiet
from youlin.kernel.errors import Invalid

ZONE = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "rings"),
    [
        (at(1, 21, 59), at(1, 21, 59)),
        (at(1, 22), at(2, 7)),
        (at(1, 23, 30), at(2, 7)),
        (at(2, 0), at(2, 7)),
        (at(2, 6, 59), at(2, 7)),
        (at(2, 7), at(2, 7)),
    ],
)
def test_what_comes_at_night_waits_for_the_morning(moment, rings):
    assert quiet.end_of_quiet("22:00-07:00", moment) == rings


def test_a_quiet_noon_ends_the_same_day():
    assert quiet.end_of_quiet("12:00-14:00", at(1, 13)) == at(1, 14)
    assert quiet.end_of_quiet("12:00-14:00", at(1, 11, 59)) == at(1, 11, 59)


@given(
    st.times().map(lambda t: t.strftime("%H:%M")),
    st.times().map(lambda t: t.strftime("%H:%M")),
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 31)),
)
def test_nothing_is_moved_back_nor_by_a_day_and_the_end_is_not_quiet(start, end, moment):
    hours = f"{start}-{end}"
    moment = moment.replace(tzinfo=ZONE)
    rings = quiet.end_of_quiet(hours, moment)
    assert 0 <= (rings - moment).total_seconds() <= 86400
    assert quiet.end_of_quiet(hours, rings) == rings


def test_none_and_malformed_hours():
    assert quiet.end_of_quiet("", at(1, 23)) == at(1, 23)
    assert quiet.checked(" 22:00至07:00 ") == "22:00-07:00"
    assert quiet.checked("") == ""
    with pytest.raises(Invalid):
        quiet.checked("22-7")

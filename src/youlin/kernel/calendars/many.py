"""Working time of many stretches at once: between two moments it is a difference of what was worked up to each."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from youlin.kernel import canonical
from youlin.kernel.calendars.calendar import Calendar

Floats = NDArray[np.float64]


class Knots(NamedTuple):
    """Moments (seconds since 1970) at which working time begins or ends, and what was worked until then (seconds)."""

    moments: Floats
    worked: Floats


def working_seconds(calendar: Calendar, starts: Floats, ends: Floats) -> Floats:
    """Seconds of working time from each start to its end (both in seconds since 1970), NaN where one is missing.

    Equal to `Calendar.working_time_between`, for whole arrays.
    """
    there = ~(np.isnan(starts) | np.isnan(ends))
    found = np.full(len(starts), np.nan)
    if there.any():
        first = datetime.fromtimestamp(float(min(starts[there].min(), ends[there].min())), UTC)
        last = datetime.fromtimestamp(float(max(starts[there].max(), ends[there].max())), UTC)
        knots = _knots(calendar, first.year - 1, last.year + 1)
        upto = [np.interp(moments[there], knots.moments, knots.worked) for moments in (starts, ends)]
        found[there] = np.rint((upto[1] - upto[0]) * 1e6) / 1e6
    return found


def fingerprint(calendar: Calendar, first: int, last: int) -> str:
    """A text that differs when these years are worked otherwise."""
    years = [list(calendar.years[year].working) for year in range(first, last + 1)]
    hours = [[str(opening), str(closing)] for opening, closing in calendar.hours]
    return canonical.digest([years, hours, str(calendar.zone)])


def _knots(calendar: Calendar, first: int, last: int) -> Knots:
    return _known(_Same(calendar), first, last)


class _Same:
    """A calendar as a key: itself, not what it holds."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.calendar is self.calendar

    def __hash__(self) -> int:
        return id(self.calendar)


@lru_cache(maxsize=16)
def _known(key: _Same, first: int, last: int) -> Knots:
    """The knots of some years. The clock on the wall counts, as in `Calendar`: on the day it is set forward or back
    a stretch of working hours that holds the change keeps its length by the wall."""
    calendar, moments, worked, total = key.calendar, [], [], 0.0
    for year in range(first, last + 1):
        for ordinal in calendar.years[year].working:
            day = date.fromordinal(ordinal)
            for opening, closing in calendar.hours:
                begin, end = (_moment(calendar, day, at) for at in (opening, closing))
                length = _wall(closing) - _wall(opening)
                moments += [begin, end]
                worked += [total, total + length]
                total += length
    return Knots(np.array(moments), np.array(worked))


def _moment(calendar: Calendar, day: date, at: time) -> float:
    return (
        (datetime.combine(day, time()) + timedelta(seconds=_wall(at)))
        .replace(tzinfo=calendar.zone)
        .timestamp()
    )


def _wall(at: time) -> float:
    return at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6

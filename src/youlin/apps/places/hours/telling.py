"""Opening hours for people to read: the week that begins today, day by day."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from youlin.apps.places.hours.evaluating import Hours, spans, zone
from youlin.kernel import calendars

_DAY = timedelta(days=1)


class DayHours(NamedTuple):
    """One day: its times as (`09:00`, `17:30`) pairs, later than 24:00 where they pass midnight.

    `maybe` are times of which it is not sure (`unknown`), with their comment.
    """

    day: date
    times: tuple[tuple[str, str], ...]
    maybe: tuple[tuple[str, str, str], ...]
    holiday: bool
    makeup: bool

    @property
    def whole(self) -> bool:
        """Open the whole day."""
        return self.times == (("00:00", "24:00"),)


def week(hours: Hours, first: date, days: int = 7) -> list[DayHours]:
    """Seven days from `first`, each with the times that begin on it; what began before midnight is told there."""
    return [_day(hours, first + number * _DAY) for number in range(days)]


def _day(hours: Hours, day: date) -> DayHours:
    start = datetime.combine(day, time(), zone())
    times: list[tuple[str, str]] = []
    maybe: list[tuple[str, str, str]] = []
    for span in spans(hours, start - _DAY / 2, start + 2 * _DAY):
        begins = max(span.start, start)
        carried = span.start < start and span.end - start < _DAY / 2
        if span.state == "closed" or carried or span.end <= start or span.start >= start + _DAY:
            continue
        ends = span.end if span.end - start < 1.5 * _DAY else start + _DAY
        pair = _clock(begins - start), _clock(ends - start)
        if span.state == "open":
            times.append(pair)
        else:
            maybe.append((*pair, span.comment))
    return DayHours(day, tuple(times), tuple(maybe), calendars.is_holiday(day), calendars.is_makeup_day(day))


def _clock(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return f"{hours:02}:{minutes:02}"

"""A calendar: which days are worked, at which hours, and when a limit runs out.

How limits are counted: 民法典 articles 200–203. A limit in hours runs from the moment it begins. Of a limit
in days the day it begins on is not counted; it ends when business closes on the last working day, or at the
end of the last natural day (23:59:59, so that it is read as that day). A natural day is not moved when it
falls on a holiday: a rule that says 自然日 means just that.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from youlin.kernel import clock
from youlin.kernel.calendars.limits import Limit, Unit

_HOUR = 3_600_000_000
_NO_TIME = timedelta(0)
_END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True)
class Year:
    """One year: the ordinals of its working days, ascending, and whether they are officially known.

    `holidays` are the ordinals of the days off that the arrangement names, Saturdays and Sundays among them.
    """

    working: Sequence[int]
    known: bool
    holidays: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Calendar:
    """Working days by year, working hours (pairs of opening and closing) and the time zone they are in."""

    years: Mapping[int, Year]
    hours: tuple[tuple[time, time], ...]
    zone: ZoneInfo
    _spans: tuple[tuple[int, int], ...] = field(init=False, repr=False)
    _day_length: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        spans = tuple((_since_midnight(opening), _since_midnight(closing)) for opening, closing in self.hours)
        object.__setattr__(self, "_spans", spans)
        object.__setattr__(self, "_day_length", sum(closing - opening for opening, closing in spans))

    def known(self, year: int) -> bool:
        """Whether the State Council's arrangement of `year` is known here, not only the law's days."""
        return self.years[year].known

    def is_working_day(self, day: date) -> bool:
        """Whether people work on `day`."""
        working = self.years[day.year].working
        place = bisect_left(working, day.toordinal())
        return place < len(working) and working[place] == day.toordinal()

    def is_holiday(self, day: date) -> bool:
        """Whether `day` is a holiday by name, not only a Saturday or Sunday."""
        return day.toordinal() in self.years[day.year].holidays

    def is_makeup_day(self, day: date) -> bool:
        """Whether `day` is a Saturday or Sunday that is worked to make up for a holiday (调休)."""
        return day.weekday() > 4 and self.is_working_day(day)

    def is_working_time(self, at: datetime) -> bool:
        """Whether `at` lies within working hours, opening and closing moments included."""
        local = self._local(at)
        moment = _since_midnight(local.time())
        return self.is_working_day(local.date()) and any(
            opening <= moment <= closing for opening, closing in self._spans
        )

    def deadline(self, start: datetime, limit: Limit) -> datetime:
        """The moment (UTC) at which `limit`, begun at `start`, is over. See the module for how days count."""
        local = self._local(start)
        if limit.unit == "work_hour":
            return self._after_working_time(local, int(limit.value * _HOUR))
        if limit.unit == "work_day":
            return self._after_working_days(local, int(limit.value))
        if limit.unit == "hour":
            return start.astimezone(UTC) + timedelta(microseconds=int(limit.value * _HOUR))
        if not limit.value:
            return start.astimezone(UTC)
        return self._at(local.date() + timedelta(days=int(limit.value)), _END_OF_DAY)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`, negative when `end` is earlier."""
        first, last = self._local(start), self._local(end)
        worked = self._worked(last) - self._worked(first)
        if first.year != last.year:
            worked += self._day_length * self._days_of_years(first.year, last.year)
        return timedelta(microseconds=worked)

    def remaining(self, due: datetime, unit: Unit, *, at: datetime | None = None) -> timedelta:
        """What is left from `at` (default: now) until `due`; negative once over.

        Working time for limits in working hours or days (`working_day_length` makes days of it), natural
        time for the others.
        """
        at = at or clock.now()
        if unit in ("work_hour", "work_day"):
            return self.working_time_between(at, due)
        return due - at

    @property
    def working_day_length(self) -> timedelta:
        """Working time of one working day."""
        return timedelta(microseconds=self._day_length)

    def as_limit(self, left: timedelta, unit: Unit) -> Limit:
        """`left` (not negative) in whole days or in hours to one decimal, for people to read."""
        lengths = {"work_day": self.working_day_length, "day": timedelta(days=1)}
        if unit in lengths:
            return Limit(max(left, _NO_TIME) // lengths[unit], unit)
        return Limit(round(Decimal(max(left, _NO_TIME) / timedelta(hours=1)), 1), unit)

    def _local(self, at: datetime) -> datetime:
        if at.tzinfo is None:
            raise ValueError("a limit is counted from an aware datetime")
        return at.astimezone(self.zone)

    def _at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, self.zone).astimezone(UTC)

    def _worked(self, local: datetime) -> int:
        """Microseconds of working time from the start of `local`'s year until then."""
        working, ordinal = self.years[local.year].working, local.toordinal()
        before = bisect_left(working, ordinal)
        total = before * self._day_length
        if before < len(working) and working[before] == ordinal:
            moment = _since_midnight(local.time())
            total += sum(max(0, min(moment, closing) - opening) for opening, closing in self._spans)
        return total

    def _days_of_years(self, first: int, last: int) -> int:
        """Working days in the years from `first` up to but not including `last`; negative backwards."""
        if last < first:
            return -self._days_of_years(last, first)
        return sum(len(self.years[year].working) for year in range(first, last))

    def _after_working_time(self, local: datetime, amount: int) -> datetime:
        if not amount:
            return self._next_working_moment(local)
        days, rest = divmod(self._worked(local) + amount, self._day_length)
        if not rest:
            days, rest = days - 1, self._day_length
        return self._at_worked(self._nth_working_day(local.year, days), rest)

    def _at_worked(self, day: date, rest: int) -> datetime:
        """The moment of `day` at which `rest` microseconds of it have been worked."""
        for opening, closing in self._spans:
            if rest <= closing - opening:
                return self._on(day, opening + rest)
            rest -= closing - opening
        raise AssertionError("a day has no more working time than its hours")

    def _next_working_moment(self, local: datetime) -> datetime:
        moment = _since_midnight(local.time())
        if self.is_working_day(local.date()):
            for opening, closing in self._spans:
                if moment <= closing:
                    return self._on(local.date(), max(moment, opening))
        return self._on(self._working_day_after(local.date(), 1), self._spans[0][0])

    def _on(self, day: date, since_midnight: int) -> datetime:
        """The moment of `day` so many microseconds after midnight, by the clock on the wall."""
        midnight = datetime.combine(day, time())
        return (midnight + timedelta(microseconds=since_midnight)).replace(tzinfo=self.zone).astimezone(UTC)

    def _after_working_days(self, local: datetime, amount: int) -> datetime:
        if not amount:
            return self._next_working_moment(local)
        return self._on(self._working_day_after(local.date(), amount), self._spans[-1][1])

    def _working_day_after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which itself is not counted."""
        passed = bisect_right(self.years[day.year].working, day.toordinal())
        return self._nth_working_day(day.year, passed + count - 1)

    def _nth_working_day(self, year: int, number: int) -> date:
        """Working day `number` (from 0) counted from the start of `year`."""
        while number >= len(self.years[year].working):
            number -= len(self.years[year].working)
            year += 1
        return date.fromordinal(self.years[year].working[number])


def _since_midnight(moment: time) -> int:
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return seconds * 1_000_000 + moment.microsecond

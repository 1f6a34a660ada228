"""Working days, working hours, and the time limits counted in them.

Days are those of the State Council's yearly arrangement with its make-up days; hours and the years the
library does not know come from `kernel/data/calendar_overrides.yaml` and `YOULIN_HOME/calendar.yaml`.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache

from youlin.kernel.calendars.calendar import Calendar
from youlin.kernel.calendars.limits import Limit, Unit
from youlin.kernel.calendars.tables import installed

__all__ = [
    "Calendar",
    "Limit",
    "Unit",
    "deadline",
    "default",
    "is_holiday",
    "is_makeup_day",
    "is_working_day",
    "known",
    "remaining",
    "working_time_between",
]


@lru_cache(maxsize=1)
def default() -> Calendar:
    """The calendar of this installation. `default.cache_clear()` makes it read its files again."""
    return installed()


def deadline(start: datetime, limit: Limit, *, calendar: Calendar | None = None) -> datetime:
    """When `limit` runs out that began at `start`: see `Calendar.deadline`."""
    return (calendar or default()).deadline(start, limit)


def working_time_between(start: datetime, end: datetime, *, calendar: Calendar | None = None) -> timedelta:
    """Working time from `start` to `end`, negative when `end` is earlier."""
    return (calendar or default()).working_time_between(start, end)


def remaining(
    due: datetime, unit: Unit, *, at: datetime | None = None, calendar: Calendar | None = None
) -> timedelta:
    """What is left until `due`, in the time `unit` is counted in; negative once it is over."""
    return (calendar or default()).remaining(due, unit, at=at)


def is_working_day(day: date, *, calendar: Calendar | None = None) -> bool:
    """Whether people work on `day`."""
    return (calendar or default()).is_working_day(day)


def is_holiday(day: date, *, calendar: Calendar | None = None) -> bool:
    """Whether `day` is a holiday by name, not only a Saturday or Sunday."""
    return (calendar or default()).is_holiday(day)


def is_makeup_day(day: date, *, calendar: Calendar | None = None) -> bool:
    """Whether `day` is a Saturday or Sunday that is worked to make up for a holiday (调休)."""
    return (calendar or default()).is_makeup_day(day)


def known(year: int, *, calendar: Calendar | None = None) -> bool:
    """Whether the holidays of `year` are officially known here."""
    return (calendar or default()).known(year)

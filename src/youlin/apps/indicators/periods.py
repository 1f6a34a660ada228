"""Stretches of local days: cut at the borders of weeks, months, quarters and years, and the same ones before."""

from datetime import date, timedelta

from youlin.apps.indicators.definitions import Grain
from youlin.kernel import clock

Period = tuple[date, date]
"""Two local days, both included."""
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def stretches(period: Period, grain: Grain) -> list[Period]:
    """The period cut at the borders of days, weeks (from Monday), months, quarters or years."""
    first, last = period
    if grain == "whole":
        return [period]
    found, day = [], first
    while day <= last:
        following = border_after(day, grain)
        found.append((begin_of(day, grain), min(following - timedelta(days=1), last)))
        day = following
    return found


def begin_of(day: date, grain: Grain) -> date:
    """The first day of the stretch in which a day lies."""
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain in MONTHS:
        months = MONTHS[grain]
        return day.replace(month=(day.month - 1) // months * months + 1, day=1)
    return day


def border_after(day: date, grain: Grain) -> date:
    """The first day of the stretch that follows the one in which a day lies."""
    if grain in ("day", "week"):
        return begin_of(day, grain) + timedelta(days=7 if grain == "week" else 1)
    total = begin_of(day, grain).year * 12 + begin_of(day, grain).month - 1 + MONTHS[grain]
    return date(total // 12, total % 12 + 1, 1)


def whole(period: Period, grain: Grain) -> bool:
    """Whether a period begins and ends at borders of the grain, or ends today within one that has begun."""
    first, last = period
    ended = border_after(last, grain) - timedelta(days=1)
    return begin_of(first, grain) == first and (last == ended or last == clock.today())


def earlier(day: date, over: str) -> date:
    """The same day a month or a year before; the last of the month where there is none."""
    months = day.year * 12 + day.month - 1 - (12 if over == "year" else 1)
    year, month = months // 12, months % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    ends = (day + timedelta(days=1)).day == 1
    return date(year, month, last if ends else min(day.day, last))


def before(period: Period, over: str) -> Period:
    """The same days a month or a year before; the whole month before for a whole month."""
    return earlier(period[0], over), earlier(period[1], over)

"""Where working days and hours come from: the holiday library, the shipped table, the operator's file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import yaml
from django.conf import settings
from django.utils.translation import gettext as _

from youlin.kernel.calendars.calendar import Calendar, Year
from youlin.kernel.errors import Invalid

SHIPPED = Path(__file__).parent.parent / "data" / "calendar_overrides.yaml"
_LAW_DAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""Holidays with a fixed date (国务院令第795号, article 2), for years that nobody has told us about."""

_LIBRARY_HOLIDAYS = frozenset(chinese_calendar.constants.holidays)
_LIBRARY_WORKDAYS = frozenset(chinese_calendar.constants.workdays)
_LIBRARY_YEARS = frozenset(day.year for day in _LIBRARY_HOLIDAYS)


@dataclass(frozen=True)
class YearOverride:
    """What a file says of one year."""

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    announced: bool = True


@dataclass(frozen=True)
class Table:
    """The content of a calendar file; `hours` and `base` are None where it does not say."""

    base: str | None = None
    hours: tuple[tuple[time, time], ...] | None = None
    years: Mapping[int, YearOverride] = field(default_factory=dict)


class Years(dict[int, Year]):
    """The years of a calendar, each worked out when it is first asked for."""

    def __init__(self, base: str, overrides: Mapping[int, YearOverride]) -> None:
        super().__init__()
        self._base = base
        self._overrides = overrides

    def __missing__(self, number: int) -> Year:
        override = self._overrides.get(number)
        in_library = self._base == "china" and number in _LIBRARY_YEARS
        working = [day.toordinal() for day in _days_of(number) if self._is_working(day, override, in_library)]
        known = in_library or (override is not None and override.announced) or self._base == "weekends"
        holidays = frozenset(
            day.toordinal() for day in _days_of(number) if self._is_holiday(day, override, in_library)
        )
        year = self[number] = Year(working, known, holidays)
        return year

    def _is_working(self, day: date, override: YearOverride | None, in_library: bool) -> bool:
        if override and (day in override.workdays or day in override.holidays):
            return day in override.workdays
        if in_library:
            return day in _LIBRARY_WORKDAYS or (day.weekday() < 5 and day not in _LIBRARY_HOLIDAYS)
        return day.weekday() < 5 and not self._by_law(day, override)

    def _is_holiday(self, day: date, override: YearOverride | None, in_library: bool) -> bool:
        if override and (day in override.workdays or day in override.holidays):
            return day in override.holidays
        return day in _LIBRARY_HOLIDAYS if in_library else self._by_law(day, override)

    def _by_law(self, day: date, override: YearOverride | None) -> bool:
        return self._base == "china" and not override and (day.month, day.day) in _LAW_DAYS


def installed() -> Calendar:
    """The calendar of this installation: the shipped table, changed by `YOULIN_HOME/calendar.yaml`."""
    shipped = read(SHIPPED)
    own_file = Path(settings.YOULIN_HOME) / "calendar.yaml"
    own = read(own_file) if own_file.exists() else Table()
    return build(shipped, own, ZoneInfo(settings.TIME_ZONE))


def build(shipped: Table, own: Table, zone: ZoneInfo) -> Calendar:
    """The calendar of two tables; where both speak, the second holds."""
    hours = own.hours or shipped.hours
    if not hours:
        raise Invalid(_("日历文件没有写工作时间"), field="hours", remedy=_hours_remedy())
    base = own.base or shipped.base or "china"
    return Calendar(years=Years(base, {**shipped.years, **own.years}), hours=hours, zone=zone)


def read(path: Path) -> Table:
    """The table in a YAML file. Raises `Invalid`, naming the file and the place in it."""
    try:
        content = yaml.safe_load(path.read_text("utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise Invalid(_("%(place)s 不是有效的 YAML 文件") % {"place": place}) from error
    try:
        return _table(content)
    except Invalid as error:
        problem = error.problems[0]
        message = f"{path}: {problem.message}"
        raise Invalid(message, field=problem.field, remedy=problem.remedy) from error


def _table(content: Any) -> Table:
    if not isinstance(content, dict) or content.keys() - {"base", "hours", "years"}:
        raise Invalid(_("日历文件只能有 base、hours、years 三项"))
    base = content.get("base")
    if base not in (None, "china", "weekends"):
        raise Invalid(_("base 只能是 china 或 weekends"), field="base")
    years = content.get("years") or {}
    if not isinstance(years, dict) or not all(isinstance(number, int) for number in years):
        raise Invalid(_("years 的每一项应以年份为名"), field="years")
    return Table(
        base=base,
        hours=_hours(content["hours"]) if "hours" in content else None,
        years={number: _year(number, year or {}) for number, year in years.items()},
    )


def _year(number: int, content: Any) -> YearOverride:
    place = f"years.{number}"
    if not isinstance(content, dict) or content.keys() - {"announced", "holidays", "workdays"}:
        raise Invalid(_("一年只能写 announced、holidays、workdays 三项"), field=place)
    days = {
        name: frozenset(day for item in content.get(name) or [] for day in _span(item, f"{place}.{name}"))
        for name in ("holidays", "workdays")
    }
    for name, found in days.items():
        strangers = sorted(day for day in found if day.year != number)
        if strangers:
            message = _("%(day)s 不在 %(year)s 年") % {"day": strangers[0], "year": number}
            raise Invalid(message, field=f"{place}.{name}")
    both = days["holidays"] & days["workdays"]
    if both:
        raise Invalid(_("%(day)s 既是假日又是工作日") % {"day": min(both)}, field=place)
    return YearOverride(**days, announced=bool(content.get("announced", True)))


def _span(item: Any, place: str) -> Iterator[date]:
    """The days of `2027-05-01` or of `2027-05-01..2027-05-05`."""
    try:
        first, last = (
            (item, item) if isinstance(item, date) else map(date.fromisoformat, str(item).split(".."))
        )
    except ValueError as error:
        message = _("“%(item)s”不是日期") % {"item": item}
        remedy = _("请写成 2027-05-01 或 2027-05-01..2027-05-05")
        raise Invalid(message, field=place, remedy=remedy) from error
    if last < first or (last - first).days > 31:
        raise Invalid(_("“%(item)s”首尾颠倒或太长") % {"item": item}, field=place)
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _hours(content: Any) -> tuple[tuple[time, time], ...]:
    try:
        texts = [str(item).split("-") for item in content]
        spans = tuple(
            (time.fromisoformat(opening), time.fromisoformat(closing)) for opening, closing in texts
        )
    except (ValueError, TypeError) as error:
        raise Invalid(_("看不懂工作时间"), field="hours", remedy=_hours_remedy()) from error
    moments = [moment for span in spans for moment in span]
    if not moments or any(later <= earlier for earlier, later in pairwise(moments)):
        raise Invalid(_("工作时间必须从早到晚，互不重叠"), field="hours", remedy=_hours_remedy())
    return spans


def _hours_remedy() -> str:
    return _('请写成 hours: ["09:00-12:00", "13:00-18:00"]')


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1).toordinal()
    last = date(year, 12, 31).toordinal()
    return (date.fromordinal(ordinal) for ordinal in range(first, last + 1))

"""The period that an address asks for (`?period=`) and the one it is held against (`?compare=`)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from youlin.apps.indicators import periods
from youlin.apps.indicators.definitions import Grain
from youlin.kernel import clock

Period = tuple[date, date]
DAYS = {"7": 7, "30": 30, "90": 90}
NAMED = ("month", "last-month", "quarter", "year")
USUAL = "30"
BEFORE, YEAR = "before", "year"
MONTHS_BACK = 24
"""How many months can be chosen."""
YEARS = 3
"""How far back the long course of a figure goes."""
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Span:
    """A period with its name in the address, the one it is compared with, and how its trend is cut."""

    key: str
    days: Period
    compare: str
    before: Period

    @property
    def grain(self) -> Grain:
        """Days for a week, weeks for up to a quarter, months beyond."""
        length = (self.days[1] - self.days[0]).days + 1
        return "day" if length <= 14 else "week" if length <= 100 else "month"

    @property
    def name(self) -> str:
        """In words: 最近 30 天, 2026年11月."""
        return _name(self.key)

    @property
    def against(self) -> str:
        """What it is compared with, in words."""
        return _("去年同期") if self.compare == YEAR else _("上一期")

    @property
    def trend(self) -> Period:
        """The stretch a trend goes over: the period itself, and of short ones as much before it."""
        first, last = self.days
        return (first, last) if (last - first).days >= 27 else (last - timedelta(days=29), last)

    @property
    def years(self) -> Period:
        """Three years of whole months, the last of which the period ends in."""
        last = self.days[1]
        return date(last.year - YEARS + last.month // 12, last.month % 12 + 1, 1), last

    @property
    def query(self) -> str:
        """What an address says of it."""
        held = f"period={self.key}"
        return held if self.compare == BEFORE else f"{held}&compare={self.compare}"


def of(request: HttpRequest) -> Span:
    """The span an address asks for; rubbish is the last thirty days. `days` is what older addresses say."""
    asked = request.GET.get("period", "") or request.GET.get("days", "")
    compare = request.GET.get("compare", "")
    return span(asked, compare)


def span(asked: str, compare: str = BEFORE) -> Span:
    """The span of a period's name."""
    key = asked if _known(asked) else USUAL
    found = _period(key)
    compare = compare if compare in (BEFORE, YEAR) else BEFORE
    return Span(key, found, compare, _held_against(key, found, compare))


def choices() -> list[tuple[str, str]]:
    """The periods a page offers: key and words."""
    return [(key, _name(key)) for key in (*DAYS, *NAMED)]


def months(today: date | None = None) -> list[tuple[str, str]]:
    """The months that can be chosen, the latest first."""
    day = (today or clock.today()).replace(day=1)
    found = []
    for _number in range(MONTHS_BACK):
        found.append((f"{day:%Y-%m}", date_format(day, "YEAR_MONTH_FORMAT")))
        day = (day - timedelta(days=1)).replace(day=1)
    return found


def _known(key: str) -> bool:
    matched = _MONTH.fullmatch(key)
    if matched:
        return date(int(matched[1]), int(matched[2]), 1) <= clock.today()
    return key in DAYS or key in NAMED


def _period(key: str) -> Period:
    """Local days, both included; what is not over yet ends today."""
    today = clock.today()
    if key in DAYS:
        return today - timedelta(days=DAYS[key] - 1), today
    if key == "month":
        return today.replace(day=1), today
    if key == "last-month":
        last = today.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last
    if key in ("quarter", "year"):
        return periods.begin_of(today, "quarter" if key == "quarter" else "year"), today
    first = date.fromisoformat(f"{key}-01")
    return first, min(periods.border_after(first, "month") - timedelta(days=1), today)


def _held_against(key: str, found: Period, compare: str) -> Period:
    """The same of last year, or as many days before; of a month or quarter the same part of the one before."""
    if compare == YEAR:
        return periods.before(found, "year")
    first, last = found
    if key in DAYS:
        return first - timedelta(days=DAYS[key]), first - timedelta(days=1)
    if key == "year":
        return periods.before(found, "year")
    if key == "quarter":
        begin = periods.begin_of(first - timedelta(days=1), "quarter")
        return begin, min(begin + (last - first), first - timedelta(days=1))
    return periods.before(found, "month")


def _name(key: str) -> str:
    named = {
        "month": _("本月"),
        "last-month": _("上个月"),
        "quarter": _("本季度"),
        "year": _("本年"),
    }
    if key in DAYS:
        return _("%(days)s 天") % {"days": key}
    return named.get(key) or date_format(date.fromisoformat(f"{key}-01"), "YEAR_MONTH_FORMAT")

"""The periods that a target can be for: a year, half a year, a quarter, a month. Local days, both ends included."""

from datetime import date, timedelta
from typing import Literal

from django.utils.translation import gettext as _

Kind = Literal["year", "half", "quarter", "month"]
Span = tuple[date, date]

MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""How long each is, shortest first."""


def start_of(kind: str, day: date) -> date:
    """The first day of the period of this kind that a day lies in. Raises `KeyError` for another kind."""
    months = MONTHS[kind]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def span(kind: str, start: date) -> Span:
    """First and last day of the period that begins on `start`."""
    month = start.month - 1 + MONTHS[kind]
    return start, date(start.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def holding(period: Span) -> dict[str, date]:
    """The periods that hold a whole stretch of days: their starts by kind, shortest first."""
    first, last = period
    return {kind: start for kind in MONTHS if last <= span(kind, start := start_of(kind, first))[1]}


def in_words(kind: str, start: date) -> str:
    """2026 年第 3 季度."""
    words = {"year": start.year, "n": (start.month - 1) // MONTHS[kind] + 1}
    if kind == "year":
        return _("%(year)d 年") % words
    if kind == "half":
        return (_("%(year)d 年上半年") if start.month == 1 else _("%(year)d 年下半年")) % words
    return (_("%(year)d 年第 %(n)d 季度") if kind == "quarter" else _("%(year)d 年 %(n)d 月")) % words

"""Figures in words: with their unit and decimals, in Chinese habit (万, 亿) or with thousands set apart."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from youlin.apps.indicators.definitions import Unit
from youlin.kernel import numerals

UNITS = {
    "percent": "%",
    "cases": _("件"),
    "times": _("次"),
    "people": _("人"),
    "person_times": pgettext_lazy("behind a number", "人次"),
    "places": _("处"),
    "items": _("项"),
    "organisations": _("家"),
    "areas": _("个区域"),
    "hours": _("小时"),
    "working_hours": _("工作时"),
    "minutes": pgettext_lazy("behind a number", "分钟"),
    "days": _("天"),
    "points": _("积分"),
    "yuan": _("元"),
    "per_1000": "‰",
    "ratio": _("倍"),
    "calls": _("次召集"),
    "posts": _("个岗位"),
}
NONE = "—"


def unit_name(unit: Unit) -> str:
    """The unit as it is written behind a number."""
    return str(UNITS[unit])


def number(value: float | None, unit: Unit, decimals: int) -> str:
    """The number alone. Ratios of percent are told as percentages; an absent value as a dash."""
    if value is None:
        return NONE
    shown = 100 * value if unit == "percent" else value
    return plain(shown, decimals)


def plain(value: float, decimals: int = 0) -> str:
    """A number: from ten thousand on in 万 and 亿 with two decimals at most, in English with thousands set apart."""
    return numerals.plain(value, decimals)


def said(value: float | None, unit: Unit, decimals: int) -> str:
    """The number with its unit."""
    if value is None:
        return NONE
    return f"{number(value, unit, decimals)}{behind(unit)}"


def behind(unit: Unit) -> str:
    """The unit as it follows a number: 93.1%, 12件, in English 12 cases."""
    tight = unit in ("percent", "per_1000") or numerals.chinese()
    return unit_name(unit) if tight else f" {unit_name(unit)}"

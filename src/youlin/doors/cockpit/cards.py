"""The figures on top: two counts and the rates, each with its aim, what it is made of, and its trend."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from youlin.apps.cases.selectors.rows import AreaFigures, DayCount
from youlin.apps.indicators import saying
from youlin.apps.indicators.selectors.rows import Figure, Point
from youlin.kernel import numerals


def counts(
    wholes: Sequence[AreaFigures], days: Sequence[DayCount], late_by_day: Sequence[int], area: str = ""
) -> list[dict[str, Any]]:
    """What is open now and what of it is late, each with the number at the end of every day; `area` leads to them."""
    opened = sum(found.open for found in wholes)
    late = sum(found.late for found in wholes)
    reported = sum(day.reported for day in days)
    return [
        {
            "label": _("未结"),
            "value": opened,
            "unit": _("件"),
            "target": _("本期反映 %(n)s 件") % {"n": saying.plain(reported)},
            "state": "",
            "trend": open_by_day(opened, days),
            "goal": None,
            "href": f"/desk/?area={area}" if area else "",
        },
        {
            "label": _("超时未结"),
            "value": late,
            "unit": _("件"),
            "target": _("占未结 %d%%") % round(100 * late / opened) if opened else _("没有未结"),
            "state": "late" if late else "ok",
            "trend": [*late_by_day[:-1], late],
            "goal": None,
            "href": f"/desk/?view=late&area={area}" if area else "",
        },
    ]


def open_by_day(now: int, days: Sequence[DayCount]) -> list[int]:
    """How many were open at the end of each day, counted back from those open now.

    A case that was closed and reopened counts as open from its report on.
    """
    trend = [now]
    for day in reversed(days[1:]):
        trend.append(max(trend[-1] - day.reported + day.closed, 0))
    return trend[::-1]


def figure(one: Figure, trend: Sequence[Point], href: str = "") -> dict[str, Any]:
    """One figure, leading to its own page; where there is a target, how far it is from it."""
    card: dict[str, Any] = {"label": one.name, "state": "", "goal": one.aim, "trend": [], "href": href}
    if one.value is None:
        return card | {"value": None, "unit": "", "target": _("本期没有可算的案件"), "goal": None}
    missed = one.status == "missed"
    return card | {
        "value": one.text,
        "unit": one.unit_name,
        "target": _aim(one),
        "state": "soon" if missed else "",
        "trend": [None if part.value is None else round(_drawn(one, part.value), 1) for part in trend],
    }


def _drawn(one: Figure, value: float) -> float:
    return 100 * value if one.unit == "percent" else value


def _aim(one: Figure) -> str:
    if one.aim is None or one.shown is None:
        parts = {"part": saying.plain(one.n), "whole": saying.plain(one.d or 0)}
        return _("%(part)s / %(whole)s 件") % parts if one.d is not None else ""
    aim = numerals.lean(one.aim, max(one.decimals, 1))
    if one.status in ("missed", "near"):
        missing = saying.plain(abs(one.aim - round(one.shown, 1)), 1)
        told = (
            _("目标 %(aim)s · 差 %(missing)s")
            if one.status == "missed"
            else _("目标 %(aim)s · 接近，差 %(missing)s")
        )
        return told % {"aim": aim, "missing": missing}
    return _("目标 %(aim)s · 已达到") % {"aim": aim}

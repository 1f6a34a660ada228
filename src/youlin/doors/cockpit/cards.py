"""The figures on top: two counts and the rates, each with its aim, what it is made of, and its trend."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from youlin.apps.cases.selectors.rows import AreaFigures, DayCount, Figure


def counts(
    below: Sequence[AreaFigures], days: Sequence[DayCount], late_by_day: Sequence[int]
) -> list[dict[str, Any]]:
    """What is open now and what of it is late, each with the number at the end of every day."""
    opened = sum(found.open for found in below)
    late = sum(found.late for found in below)
    reported = sum(day.reported for day in days)
    return [
        {
            "label": _("未结"),
            "value": opened,
            "unit": _("件"),
            "target": _("本期反映 %d 件") % reported,
            "state": "",
            "trend": open_by_day(opened, days),
            "goal": None,
        },
        {
            "label": _("超时未结"),
            "value": late,
            "unit": _("件"),
            "target": _("占未结 %d%%") % round(100 * late / opened) if opened else _("没有未结"),
            "state": "late" if late else "ok",
            "trend": [*late_by_day[:-1], late],
            "goal": None,
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


def rate(figure: Figure, target: float | None, trend: Sequence[float | None]) -> dict[str, Any]:
    """One rate in percent; where a programme declares a target, how far it is from it."""
    card: dict[str, Any] = {"label": figure.name, "state": "", "goal": target, "trend": []}
    if figure.value is None:
        return card | {"value": None, "unit": "", "target": _("本期没有可算的案件"), "goal": None}
    percent = round(100 * figure.value, 1)
    return card | {
        "value": f"{percent:.1f}",
        "unit": "%",
        "target": _aim(percent, target, figure),
        "state": "soon" if target is not None and percent < target else "",
        "trend": [None if part is None else round(100 * part, 1) for part in trend],
    }


def _aim(percent: float, target: float | None, figure: Figure) -> str:
    numbers = {"part": figure.numerator, "whole": figure.denominator}
    if target is None:
        return _("%(part)d / %(whole)d 件") % numbers
    if percent < target:
        return _("目标 %(aim)g · 差 %(missing).1f") % {"aim": target, "missing": target - percent}
    return _("目标 %(aim)g · 已达到") % {"aim": target}

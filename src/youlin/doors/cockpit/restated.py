"""Figures that are others since an appeal was upheld, in words: both values, and why."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators.contesting import selectors as contesting
from youlin.apps.indicators.selectors.rows import Figure
from youlin.kernel.actors import Actor

MOST = 3
"""That stand on a page; the latest."""


def restated(
    actor: Actor, *, area: str, figures: Sequence[Figure], period: tuple[date, date]
) -> list[dict[str, Any]]:
    """What was restated of these figures in the period, of the area, of one below it or above it, the latest first.

    One query for any number of figures.
    """
    known = {one.code: one for one in figures}
    found = contesting.restatements(actor, area=area, codes=list(known), period=period)
    rows = [row for mine in found.values() for row in mine]
    rows.sort(key=lambda row: row.decided_at, reverse=True)
    return [_line(known[row.indicator], row) for row in rows[:MOST]]


def _line(figure: Figure, row: Any) -> dict[str, Any]:
    before, after = row.said(figure.unit, figure.decimals)
    return {
        "name": figure.name,
        "area": areas.label(row.area),
        "first": row.first_day,
        "last": row.last_day,
        "before": before,
        "after": after if row.recalculated_at else "",
        "why": row.why,
        "left_out": row.left_out,
        "number": row.number,
    }

"""The brief of an area on two pages of paper, and the wall: what a leader takes along, and what hangs in the room."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.indicators import saying
from youlin.apps.indicators import selectors as indicators
from youlin.apps.indicators.selectors import explained, lineage, meaning
from youlin.apps.indicators.selectors.rows import Figure, Point
from youlin.doors import maps
from youlin.doors.cockpit import charts, figures, one, restated, spans
from youlin.doors.cockpit.changes import LEAST_CASES
from youlin.doors.cockpit.spans import Span
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

ON_PAPER, ON_THE_WALL = 9, 5
"""Figures that fit; on the wall beside what is open now."""
MISSES, CASES, SENTENCES = 3, 3, 4
BELOW_MOST = 24
"""Areas below that fit beside the map on paper; of more, the map alone tells."""


@require_safe
@staff("cockpit")
def brief(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Two pages A4: figures with their targets, the map, trends, what changed, the largest misses with cases."""
    place, span = _place(code), spans.of(request)
    seen = _seen(actor, place, span, ON_PAPER)
    misses = _misses(actor, seen["by_area"], span)
    meant = [
        meaning.meaning(actor, area=code, code=figure.code, period=span.days) for figure in seen["figures"]
    ]
    bars = _bars(seen["by_area"], seen["shown"])
    context = one.frame(actor, place, span) | seen | {"misses": misses, "meant": meant, "bars": bars}
    context["restated"] = restated.restated(actor, area=code, figures=seen["figures"], period=span.days)
    return render(request, "cockpit/brief.html", context)


@require_safe
@staff("cockpit")
def wall(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Large figures for a screen in a room: no person, no case; it reads itself anew every minute."""
    place, span = _place(code), spans.of(request)
    counts = cases.area_counts(actor, area=code)
    context = one.frame(actor, place, span) | _seen(actor, place, span, ON_THE_WALL)
    context |= {
        "open": saying.plain(counts.open),
        "late": counts.late,
        "late_text": saying.plain(counts.late),
    }
    return render(request, "cockpit/wall.html", context)


def _place(code: str) -> Any:
    place = areas.get(code)
    if place.level not in maps.BELOW:
        raise NotFound(_("这一级没有更细的图"))
    return place


def _seen(actor: Actor, place: Any, span: Span, most: int) -> dict[str, Any]:
    """The figures, trends, map and sentences that paper and wall share."""
    code, codes = place.code, figures.headlines(place.district)[:most]
    found = indicators.figures(actor, area=code, codes=codes, period=span.days, compare=span.before)
    by_area = indicators.by_area(actor, area=code, codes=codes, period=span.days)
    trends = indicators.series(actor, area=code, codes=codes, grain=span.grain, period=span.trend)
    why = explained.explained(actor, area=code, codes=codes, period=span.days, compare=span.before)
    worst = _worst(found)
    values = {child: _drawn(known.get(worst.code)) for child, known in by_area.items()} if worst else {}
    return {
        "figures": found,
        "cards": [_card(figure, trends.get(figure.code, ()), span) for figure in found],
        "by_area": by_area,
        "sentences": [told.sentence for told in why if told.told][:SENTENCES],
        "as_of": min((figure.as_of for figure in found if figure.as_of), default=None),
        "now": clock.local_now(),
        "shown": worst,
        "values": values,
        "map": maps.picture(code),
    }


def _card(figure: Figure, trend: Sequence[Point], span: Span) -> dict[str, Any]:
    """One figure in large: number, how it stands to its target, how it changed, its course."""
    return {
        "figure": figure,
        "status": one.status_of(figure),
        "change": one.change_of(figure),
        "parts": one.parts_of(figure),
        "trend": charts.trend(figure, trend, span.grain),
        "values": [point.value for point in trend],
        "goal": figure.target,
        "state": "soon" if figure.status == "missed" else "",
    }


def _worst(found: Sequence[Figure]) -> Figure | None:
    """The figure that misses its target by most, else the first: what the map shows."""
    missed = [figure for figure in found if _gap(figure) > 0]
    return max(missed, key=_gap, default=found[0] if found else None)


def _gap(figure: Figure) -> float:
    """By how much of its target a figure misses it; 0 where it does not, or cannot be said."""
    if figure.status != "missed" or not figure.target or figure.value is None:
        return 0.0
    return abs(figure.value - figure.target) / abs(figure.target)


def _bars(by_area: Mapping[str, Mapping[str, Figure]], shown: Figure | None) -> dict[str, Any]:
    """The figure of the map area by area, as far as they fit beside it."""
    if shown is None or len(by_area) > BELOW_MOST:
        return {"rows": [], "maximum": 0}
    rows = [
        one.bar(known[shown.code], label=areas.label(child))
        for child, known in by_area.items()
        if shown.code in known
    ]
    return {"rows": rows, "maximum": one.maximum(shown, [row["value"] for row in rows])}


def _drawn(figure: Figure | None) -> float | None:
    return None if figure is None or figure.shown is None else round(figure.shown, 1)


def _misses(actor: Actor, by_area: Mapping[str, Mapping[str, Figure]], span: Span) -> list[dict[str, Any]]:
    """The largest misses of areas below on enough cases, each figure once, with cases that the reader may open."""
    gaps = [
        (_gap(figure), child, figure)
        for child, known in by_area.items()
        for figure in known.values()
        if figure.d is not None and figure.d >= LEAST_CASES and _gap(figure) > 0
    ]
    chosen: dict[str, tuple[str, Figure]] = {}
    for _size, child, figure in sorted(gaps, key=lambda found: (-found[0], found[1])):
        if len(chosen) < MISSES:
            chosen.setdefault(child, (child, figure))
    return [_miss(actor, child, figure, span) for child, figure in chosen.values()]


def _miss(actor: Actor, child: str, figure: Figure, span: Span) -> dict[str, Any]:
    behind = lineage.rows_behind(
        actor, area=child, code=figure.code, period=span.days, which="rest", size=4 * CASES
    )
    known = {row.case.id: row.case for row in behind.rows if row.case}
    return {
        "code": child,
        "area": areas.label(child),
        "figure": figure,
        "status": one.status_of(figure),
        "parts": one.parts_of(figure),
        "cases": list(known.values())[:CASES],
        "total": behind.total,
    }

"""One figure of one area: its value and parts, over time, area by area, by what it consists of, and what it means."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import saying
from youlin.apps.indicators import selectors as indicators
from youlin.apps.indicators.definitions import Grain
from youlin.apps.indicators.selectors import ahead, alike, explained, meaning
from youlin.apps.indicators.selectors.rows import Figure, Slice
from youlin.doors import maps
from youlin.doors.cockpit import charts, figures, restated, spans
from youlin.doors.cockpit.changes import LEAST_CASES
from youlin.doors.cockpit.spans import Span
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

LONG = "years"
"""What `?course=` says for three years by months instead of the period."""
LONG_GRAIN: Grain = "month"
SLICES = 20
"""Values of a breakdown that stand on the page; the rest are together in the table of rows."""


@require_safe
@staff("cockpit")
def one(request: HttpRequest, actor: Actor, code: str, indicator: str) -> HttpResponse:
    """The page of a figure."""
    place = areas.get(code)
    if place.level not in maps.BELOW:
        raise NotFound(_("这一级没有更细的图"))
    span = spans.of(request)
    figure = figure_of(actor, code, indicator, span)
    meant = meaning.meaning(actor, area=code, code=indicator, period=span.days)
    by = request.GET.get("by", "")
    by = by if by in dict(meant.breakdowns) else next(iter(dict(meant.breakdowns)), "")
    course = request.GET.get("course", "")
    grain, stretch = (LONG_GRAIN, span.years) if course == LONG else (span.grain, span.trend)
    points = indicators.series(actor, area=code, codes=[indicator], grain=grain, period=stretch)
    outlook = _outlook(actor, code, indicator, span, grain)
    why = explained.explained(actor, area=code, codes=[indicator], period=span.days, compare=span.before)
    context = frame(actor, place, span) | {
        "figure": figure,
        "status": status_of(figure),
        "parts": parts_of(figure),
        "before": saying.said(figure.before, figure.unit, figure.decimals),  # type: ignore[arg-type]
        "change": change_of(figure),
        "why": why[0] if why else None,
        "trend": charts.trend(figure, points.get(indicator, ()), grain, outlook),
        "long": course == LONG,
        "outlook": outlook,
        "expected": charts.said_ahead(figure, outlook) if outlook else [],
        "restated": restated.restated(actor, area=code, figures=[figure], period=span.days),
        "meant": meant,
        "by": by,
        "by_name": dict(meant.breakdowns).get(by, ""),
        "slices": _slices(actor, code, figure, span, by) if by else [],
        "below_rows": _below(actor, code, figure, span),
    }
    return render(request, "cockpit/figure.html", context)


def _outlook(actor: Actor, code: str, indicator: str, span: Span, grain: Grain) -> ahead.Outlook | None:
    """What is expected; of a period that is over nothing is."""
    if span.days[1] < clock.today():
        return None
    return ahead.outlook(actor, area=code, code=indicator, grain=grain)


def frame(actor: Actor, place: Any, span: Span) -> dict[str, Any]:
    """What stands around every page of figures: the place, the way up, the period and its choices."""
    return {
        "place": place,
        "trail": figures.trail_of(actor, place.code),
        "span": span,
        "periods": spans.choices(),
        "months": spans.months(),
    }


def figure_of(actor: Actor, area: str, indicator: str, span: Span) -> Figure:
    """The figure of a period held against another. Raises `NotFound` for what nobody declares."""
    found = indicators.figures(actor, area=area, codes=[indicator], period=span.days, compare=span.before)
    if not found:
        raise NotFound(_("没有这个指标"))
    return found[0]


def parts_of(figure: Figure) -> dict[str, str] | None:
    """Above the line, the rest, and below it, in words; None for what is no fraction of rows."""
    if figure.d is None:
        return None
    return {
        "n": saying.plain(figure.n),
        "rest": saying.plain(figure.d - figure.n) if figure.d >= figure.n else "",
        "d": saying.plain(figure.d),
    }


def change_of(figure: Figure) -> dict[str, Any] | None:
    """How much more or less than before, and whether that is good."""
    if figure.change is None:
        return None
    rounded = round(figure.change, max(figure.decimals, 1) if figure.unit == "percent" else figure.decimals)
    better = (rounded > 0) == (figure.direction == "up")
    state = "" if figure.direction == "none" or not rounded else "ok" if better else "soon"
    unit = _("个百分点") if figure.unit == "percent" else figure.unit_name
    return {"by": saying.plain(abs(rounded), figure.decimals), "down": rounded < 0, "none": not rounded,
            "state": state, "unit": unit}  # fmt: skip


def status_of(figure: Figure) -> dict[str, str]:
    """How it stands to its target: words, and a light where it misses it."""
    aim = saying.said(figure.target, figure.unit, figure.decimals)  # type: ignore[arg-type]
    told = {
        "met": ("ok", _("目标 %(aim)s，已达到") % {"aim": aim}),
        "near": ("soon", _("目标 %(aim)s，接近") % {"aim": aim}),
        "missed": ("soon", _("目标 %(aim)s，未达到") % {"aim": aim}),
        "no_value": ("none", _("目标 %(aim)s，本期没有数据") % {"aim": aim}),
    }
    light, words = told.get(figure.status, ("", _("没有目标，只看变化")))
    return {"light": light, "words": words}


def bar(figure: Figure, *, label: str, href: str = "") -> dict[str, Any]:
    """One bar against its target."""
    return {
        "label": label,
        "value": figure.shown,
        "text": figure.said,
        "of": "" if figure.d is None else f"{saying.plain(figure.n)} / {saying.plain(figure.d)}",
        "target": figure.aim,
        "state": "soon" if figure.status == "missed" and _enough(figure.d) else "",
        "href": href,
        "change": change_of(figure),
    }


def maximum(figure: Figure, values: Sequence[float | None]) -> float:
    """Where bars end: a hundred for percentages, else the largest of them."""
    known = [one for one in values if one is not None]
    if figure.unit == "percent":
        return max([100.0, *known])
    return max([*known, figure.aim or 0.0, 0.0]) or 1.0


def _below(actor: Actor, code: str, figure: Figure, span: Span) -> dict[str, Any]:
    """The areas below, in the order of their codes: like beside like, and no ranks."""
    found = indicators.by_area(actor, area=code, codes=[figure.code], period=span.days, compare=span.before)
    beside = alike.alike(actor, area=code, code=figure.code, period=span.days)
    deeper = maps.BELOW.get(areas.level(code), "") in maps.BELOW
    rows = [
        bar(
            one[figure.code],
            label=areas.label(child),
            href=f"/cockpit/{child}/figures/{figure.code}/{'' if deeper else 'rows/'}?{span.query}",
        )
        | {"alike": _alike(figure, beside, child)}
        for child, one in found.items()
        if figure.code in one
    ]
    return {
        "rows": rows,
        "maximum": maximum(figure, [row["value"] for row in rows]),
        "alike": _alike_name(beside),
        "alike_about": _alike_about(beside),
    }


def _alike_name(beside: alike.Alike | None) -> str:
    if beside is None:
        return ""
    return _("同样案件结构下") if beside.kind == "mix" else _("每千人")


def _alike_about(beside: alike.Alike | None) -> str:
    if beside is None:
        return ""
    if beside.kind == "mix":
        return _("“同样案件结构下”：假如各区域的案件种类和整片一样，率会是多少；应有不足五件的不算。")
    return _("“每千人”按登记的人口，出处：%(source)s") % {"source": beside.source or _("未注明")}


def _alike(figure: Figure, beside: alike.Alike | None, child: str) -> str:
    """The comparable value of one area in words; a dash where there is none."""
    value = beside.values.get(child) if beside else None
    if beside is None or value is None:
        return saying.NONE
    if beside.kind == "mix":
        return saying.said(value, figure.unit, figure.decimals)  # type: ignore[arg-type]
    return saying.plain(value, 2)


def _slices(actor: Actor, code: str, figure: Figure, span: Span, by: str) -> dict[str, Any]:
    found = indicators.breakdown(actor, area=code, code=figure.code, period=span.days, by=by)
    href = f"/cockpit/{code}/figures/{figure.code}/rows/?{span.query}&by={by}&key="
    rows = [_slice(figure, one, href + quote(one.key)) for one in found[:SLICES]]
    return {
        "rows": rows,
        "maximum": maximum(figure, [row["value"] for row in rows]),
        "left_out": max(0, len(found) - SLICES),
    }


def _slice(figure: Figure, one: Slice, href: str) -> dict[str, Any]:
    shown = None if one.value is None else 100 * one.value if figure.unit == "percent" else one.value
    missed = indicators.status(one.value, figure.target, figure.direction) == "missed"
    return {
        "href": href,
        "label": one.name or _("未注明"),
        "value": shown,
        "text": saying.said(one.value, figure.unit, figure.decimals),  # type: ignore[arg-type]
        "of": "" if one.d is None else f"{saying.plain(one.n)} / {saying.plain(one.d)}",
        "target": figure.aim if figure.d is not None else None,
        "state": "soon" if missed and figure.d is not None and _enough(one.d) else "",
    }


def _enough(below: float | None) -> bool:
    """Whether a part rests on enough rows to be held against a target: below that, chance speaks."""
    return below is None or below >= LEAST_CASES

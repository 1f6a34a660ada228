"""Less to fill in (减负): how many forms the base filled in, what these asked and knew, and the minutes saved."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import saying
from youlin.apps.indicators import selectors as indicators
from youlin.apps.indicators.selectors.rows import Figure, Slice
from youlin.doors import maps
from youlin.doors.cockpit import charts, figures, one, spans
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

SAVED, SHARE, FILLED, ASKED, AGAIN, ALONE = (
    "minutes_saved",
    "prefilled_share",
    "forms_filled",
    "fields_asked",
    "fields_asked_again",
    "automatic_steps",
)
CODES = (SAVED, SHARE, FILLED, ASKED, AGAIN, ALONE)


@require_safe
@staff("cockpit")
def lighter(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """The page of an area: the figures, form by form, over time and area by area."""
    place = areas.get(code)
    if place.level not in maps.BELOW:
        raise NotFound(_("这一级没有更细的图"))
    span = spans.of(request)
    found = indicators.figures(actor, area=code, codes=CODES, period=span.days, compare=span.before)
    known = {figure.code: figure for figure in found}
    points = indicators.series(actor, area=code, codes=[SAVED], grain=span.grain, period=span.trend)
    saved = known.get(SAVED)
    context = one.frame(actor, place, span) | {
        "cards": [_card(figure, code, span) for figure in found],
        "as_of": min((figure.as_of for figure in found if figure.as_of), default=None),
        "saved": saved,
        "again": known.get(AGAIN),
        "trend": charts.trend(saved, points.get(SAVED, ()), span.grain) if saved else None,
        "forms": _forms(actor, code, span, known),
        "below": _below(actor, code, span, known),
    }
    return render(request, "cockpit/lighter.html", context)


def _card(figure: Figure, code: str, span: spans.Span) -> dict[str, Any]:
    """One figure with what it was before."""
    before = saying.said(figure.before, figure.unit, figure.decimals)  # type: ignore[arg-type]
    told = _("%(against)s %(before)s") % {"against": span.against, "before": before}
    return {
        "label": figure.name,
        "value": None if figure.value is None else figure.text,
        "unit": figure.unit_name if figure.value is not None else "",
        "target": told,
        "state": "soon" if figure.status == "missed" else "",
        "href": figures.href_of(code, figure.code, span),
    }


def _forms(actor: Actor, code: str, span: spans.Span, known: Mapping[str, Figure]) -> list[dict[str, Any]]:
    """Form by form, the most frequent first: a table whose bars are the share that need not be filled in."""
    if FILLED not in known:
        return []
    wanted = (FILLED, ASKED, SHARE, SAVED, AGAIN)
    cut = {one: _by_form(actor, code, span, one) for one in wanted if one in known}
    return [
        {
            "name": mine.name,
            "filled": saying.plain(mine.n),
            "asked": _number(cut[ASKED].get(form)),
            "again": _number(cut[AGAIN].get(form)),
            "saved": _said(cut[SAVED].get(form), known[SAVED]),
            "share": _said(cut[SHARE].get(form), known[SHARE]),
            "drawn": _drawn(cut[SHARE].get(form)),
        }
        for form, mine in cut[FILLED].items()
        if mine.n
    ]


def _by_form(actor: Actor, code: str, span: spans.Span, indicator: str) -> dict[str, Slice]:
    found: Sequence[Slice] = indicators.breakdown(
        actor, area=code, code=indicator, period=span.days, by="form"
    )
    return {one.key: one for one in found}


def _below(actor: Actor, code: str, span: spans.Span, known: Mapping[str, Figure]) -> dict[str, Any]:
    """The areas below in the order of their codes, by the minutes saved."""
    found = indicators.by_area(actor, area=code, codes=[SAVED], period=span.days, compare=span.before)
    deeper = maps.BELOW.get(areas.level(code), "") in maps.BELOW
    rows = [
        one.bar(
            mine[SAVED],
            label=areas.label(child),
            href=f"/cockpit/{child}/lighter/?{span.query}" if deeper else "",
        )
        for child, mine in found.items()
        if SAVED in mine
    ]
    maximum = one.maximum(known[SAVED], [row["value"] for row in rows]) if rows else 0
    return {"rows": rows, "maximum": maximum}


def _number(found: Slice | None) -> str:
    return saying.plain(found.n) if found else "0"


def _said(found: Slice | None, figure: Figure) -> str:
    return saying.said(found.value if found else None, figure.unit, figure.decimals)  # type: ignore[arg-type]


def _drawn(found: Slice | None) -> float | None:
    return None if found is None or found.value is None else round(100 * found.value, 1)

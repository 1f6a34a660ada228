"""Appraisals at the desk: a scorecard over a period, every step shown, and as it would be with other weights."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from youlin.apps.indicators import saying
from youlin.apps.indicators.definitions import Definition
from youlin.apps.indicators.scorecards import scoring, selectors
from youlin.apps.indicators.scorecards.scoring import Item, Row
from youlin.apps.indicators.targets import permission, spans
from youlin.doors.desk.targets.frame import day, district_of, frame, number
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor

YEARS = 5


@never_cache
@require_safe
@staff("desk")
def index(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A scorecard of the district (its first where none is named) over the period that holds a day."""
    every = permission.districts(actor)
    district = district_of(request, every)
    found = selectors.scorecards(actor, district)
    context = frame(district, every, "appraisals") | {"scorecards": found}
    asked = request.GET.get("card", "")
    chosen = next((one for one in found if one.code == asked), found[0] if found else None)
    if chosen is None:
        return render(request, "desk/targets/appraisal.html", context)
    start = spans.start_of(chosen.period, day(request.GET.get("start", "")) or clock.today())
    weights, aims = _what_if(request, chosen.items)
    shown = selectors.appraisal(actor, district, chosen.code, start=start, weights=weights, aims=aims)
    known = shown.definitions
    context |= {
        "chosen": chosen,
        "start": start.isoformat(),
        "starts": _starts(chosen.period),
        "shown": shown,
        "items": [_item(item, known.get(item.indicator)) for item in shown.items],
        "cards": [
            (named, [_row(row, known.get(row.item.indicator)) for row in named.card.rows])
            for named in shown.cards
        ],
    }
    return render(request, "desk/targets/appraisal.html", context)


def _starts(kind: str) -> list[tuple[str, str]]:
    """The periods one can look at: this one and those before it."""
    found, start = [], spans.start_of(kind, clock.today())
    for _step in range(YEARS):
        found.append((start.isoformat(), spans.in_words(kind, start)))
        start = spans.start_of(kind, date.fromordinal(start.toordinal() - 1))
    return found


def _what_if(request: HttpRequest, items: tuple[Item, ...]) -> tuple[dict[str, float], dict[str, float]]:
    """Other weights (w-…) and targets (t-…) as the address says them; what makes no sense is left as it is."""
    weights, aims = {}, {}
    for item in items:
        weight = number(request.GET.get(f"w-{item.indicator}", ""))
        aim = number(request.GET.get(f"t-{item.indicator}", ""))
        if weight is not None and 0 < weight <= 100:
            weights[item.indicator] = weight
        if aim is not None:
            aims[item.indicator] = aim
    return weights, aims


def _item(item: Item, definition: Definition | None) -> dict[str, object]:
    """An item as the what-if shows it: its weight, from where, to where."""
    return {
        "code": item.indicator,
        "name": definition.title if definition else item.indicator,
        "weight": f"{item.weight:g}",
        "floor": _said(item.floor, definition),
        "target": "" if item.target is None else f"{item.target:g}",
        "adjust": item.adjust,
    }


def _row(row: Row, definition: Definition | None) -> dict[str, object]:
    """An item of a card: what went in, what came out, and how."""
    share = definition is not None and definition.indicator.unit == "percent"
    decimals = definition.indicator.decimals if definition else 2
    return {
        "name": definition.title if definition else row.item.indicator,
        "value": _said(row.value.value, definition),
        "plain": _said(row.value.plain, definition) if row.value.plain is not None else "",
        "target": _said(row.target, definition),
        "weight": f"{row.item.weight:g}",
        "points": "" if row.points is None else f"{row.points:.1f}",
        "steps": scoring.in_words(row, scale=100 if share else 1, decimals=decimals),
    }


def _said(value: float | None, definition: Definition | None) -> str:
    if definition is None:
        return saying.NONE if value is None else f"{value:g}"
    return saying.said(value, definition.indicator.unit, definition.indicator.decimals)

"""The city: its districts side by side, each by its own rows, and the way down into each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.selectors.rows import AreaFigures, DayCount
from youlin.apps.indicators import selectors as indicators
from youlin.apps.indicators.selectors.rows import Figure
from youlin.doors import districts, maps
from youlin.doors.cockpit import cards, figures
from youlin.doors.cockpit.changes import LEAST_CASES, told
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound
from youlin.ui import drawing

Period = tuple[date, date]


@dataclass(frozen=True)
class City:
    """A city as the page names it."""

    code: str
    short_name: str


@require_safe
@staff("cockpit")
def city(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One city: its districts in the table and on the map, and what they are together."""
    if areas.level(code) != "city":
        raise NotFound(_("没有这个城市"))
    days = figures.PERIODS.get(request.GET.get("days", ""), 30)
    now, before = figures.two_periods(days)
    counts = {one.code: one for one in cases.city_figures(actor, city=code, period=now)}
    below = {one: spoken(figures_of(actor, one, now, before)) for one in counts}
    rates = together(below)
    shown = figures.shown_of(request, rates)
    seen = {one: figures.value_of(counts[one], below[one], shown) for one in counts}
    cut = drawing.classes(seen.values())
    columns = [one for one in rates if one.unit == "percent"][: figures.COLUMNS]
    context = {
        "place": City(code, districts.name_of(code)),
        "trail": [],
        "days": days,
        "now": clock.local_now(),
        "as_of": min((one.as_of for one in rates if one.as_of), default=None),
        "periods": list(figures.PERIODS),
        "cards": [*_counts(actor, list(counts.values()), now), *(cards.figure(one, ()) for one in rates)],
        "columns": columns,
        "below": [figures.line_of(counts[one], below[one], columns, shown, cut) for one in counts],
        "changes": told(below, {one: found.name for one, found in counts.items()}),
        "map": maps.picture(code),
        "deeper": True,
        "down": f"/cockpit/{{code}}/?days={days}&show={shown}",
        "least": LEAST_CASES,
        **figures.on_map(rates, shown, seen),
    }
    return render(request, "cockpit/area.html", context)


def figures_of(actor: Actor, district: str, now: Period, before: Period) -> dict[str, Figure]:
    """The first page's rates of one district, without its targets: those are its own."""
    codes = figures.headlines(district)
    found = indicators.figures(actor, area=district, codes=codes, period=now, compare=before)
    return {one.code: replace(one, target=None, status="no_target") for one in found if one.unit == "percent"}


def spoken(found: Mapping[str, Figure]) -> dict[str, Figure]:
    """Without the rates that rest on so few cases that chance speaks, and single people could be made out."""
    return {
        code: replace(one, value=None, before=None) if (one.d or 0) < LEAST_CASES else one
        for code, one in found.items()
    }


def together(below: Mapping[str, Mapping[str, Figure]]) -> list[Figure]:
    """The rates of all districts as one: sums above and below the line, never a mean of rates."""
    result = []
    for code in dict.fromkeys(code for found in below.values() for code in found):
        parts = [found[code] for found in below.values() if code in found]
        above, under = sum(one.n for one in parts), sum(one.d or 0 for one in parts)
        value = above / under if under else None
        result.append(replace(parts[0], n=above, d=under, value=value, before=None))
    return result


def _counts(actor: Actor, found: Sequence[AreaFigures], period: Period) -> list[dict[str, Any]]:
    """What is open and late in all districts, with their days added up."""
    days: list[DayCount] = []
    late: list[int] = []
    for one in found:
        mine = cases.daily_counts(actor, area=one.code, period=period)
        theirs = cases.late_by_day(actor, area=one.code, period=period)
        if not days:
            days, late = list(mine), list(theirs)
            continue
        days = [
            DayCount(a.day, a.reported + b.reported, a.closed + b.closed)
            for a, b in zip(days, mine, strict=True)
        ]
        late = [a + b for a, b in zip(late, theirs, strict=True)]
    return cards.counts(found, days, late)

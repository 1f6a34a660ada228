"""The city: its districts side by side, each by its own rows, and the way down into each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.selectors.rows import AreaFigures, DayCount, Figure
from youlin.doors import districts, maps
from youlin.doors.cockpit import cards, figures
from youlin.doors.cockpit.changes import LEAST_CASES, told
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

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
    found = cases.city_figures(actor, city=code, period=now)
    below = [spoken(one) for one in found]
    earlier = {one.code: spoken(one) for one in cases.city_figures(actor, city=code, period=before)}
    rates = together(found)
    shown = figures.shown_of(request, rates)
    values = {one.code: figures.value_of(one, shown) for one in below}
    largest = max((value for value in values.values() if value is not None), default=0)
    context = {
        "place": City(code, districts.name_of(code)),
        "trail": [],
        "days": days,
        "now": clock.local_now(),
        "periods": list(figures.PERIODS),
        "cards": [*_counts(actor, found, now), *(cards.rate(one, None, []) for one in rates)],
        "below": [figures.line_of(one, earlier.get(one.code), shown, {}) for one in below],
        "shown": shown,
        "shown_name": dict(figures.choices_of(rates))[shown],
        "choices": figures.choices_of(rates),
        "values": values,
        "unit": "" if shown in figures.COUNTS else "%",
        "target": None,
        "maximum": (largest or 1) if shown in figures.COUNTS else 100,
        "map": maps.picture(code),
        "changes": told(below, earlier, figures.SHOWN[:3]),
        "deeper": True,
        "down": f"/cockpit/{{code}}/?days={days}&show={shown}",
        "least": LEAST_CASES,
    }
    return render(request, "cockpit/area.html", context)


def spoken(found: AreaFigures) -> AreaFigures:
    """Without the rates that rest on so few cases that chance speaks, and single people could be made out."""
    rates = {
        code: replace(one, value=None) if one.denominator < LEAST_CASES else one
        for code, one in found.rates.items()
    }
    return replace(found, rates=rates)


def together(found: Sequence[AreaFigures]) -> list[Figure]:
    """The rates of all districts as one: sums above and below the line, never a mean of rates."""
    result = []
    for code in figures.SHOWN:
        parts = [one.rates[code] for one in found if code in one.rates]
        if not parts:
            continue
        above = sum(one.numerator for one in parts)
        below = sum(one.denominator for one in parts)
        value = above / below if below else None
        result.append(replace(parts[0], numerator=above, denominator=below, value=value))
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

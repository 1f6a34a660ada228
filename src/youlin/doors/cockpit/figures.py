"""The cockpit: few figures, the map, what changed, and the way down to the streets and communities."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.selectors.rows import AreaFigures
from youlin.apps.duties import selectors as duties
from youlin.apps.indicators import saying
from youlin.apps.indicators import selectors as indicators
from youlin.apps.indicators.selectors.rows import Figure
from youlin.doors import districts, maps
from youlin.doors.cockpit import cards, changes, spans
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed, NotFound
from youlin.programmes import selectors as programmes
from youlin.ui import drawing

VERB = "cockpit.read"
PERIODS = {"7": 7, "30": 30, "90": 90}
FIGURES = 10
"""How many figures stand on top beside the two counts."""
COLUMNS = 4
"""How many rates stand in the table."""
COUNTS = ("open", "late")
FRIENDLY = "friendly_city"
"""The programme with figures on a page of their own."""


@require_safe
@staff("cockpit")
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Go to the largest area this leader answers for."""
    looking = districts.narrowed(request, actor)
    code = maps.common_prefix(duties.access(looking).areas(VERB)) if looking.district else ""
    code = code or maps.common_prefix(duties.access(actor).areas(VERB))
    if code and areas.level(code) == "city" and looking.district:
        code = looking.district
    if not code:
        raise NotAllowed(_("驾驶舱给负责一片区域的人看"), remedy=_("如需查看，请联系区指挥中心。"))
    level = "cockpit:city" if areas.level(code) == "city" else "cockpit:area"
    return HttpResponseRedirect(reverse(level, args=[code]))


@require_safe
@staff("cockpit")
def area(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One area: its figures, its children on the map and in the table, what changed since the period before."""
    place = areas.get(code)
    if place.level not in maps.BELOW:
        raise NotFound(_("这一级没有更细的图"))
    span = spans.of(request)
    now, before = span.days, span.before
    codes = headlines(place.district)[:FIGURES]
    whole = cases.area_counts(actor, area=code, period=now)
    below = {one.code: one for one in cases.area_figures(actor, area=code, period=now)}
    figures = indicators.figures(actor, area=code, codes=codes, period=now)
    by_area = indicators.by_area(actor, area=code, codes=codes, period=now, compare=before)
    trends = indicators.series(actor, area=code, codes=codes, grain=span.grain, period=now)
    days_counted = cases.daily_counts(actor, area=code, period=now)
    late_by_day = cases.late_by_day(actor, area=code, period=now)
    shown = shown_of(request, figures)
    seen = {one: value_of(below[one], by_area.get(one, {}), shown) for one in below}
    cut = drawing.classes(seen.values())
    columns = [one for one in figures if one.unit == "percent"][:COLUMNS]
    context = {
        "place": place,
        "trail": trail_of(actor, code),
        "span": span,
        "days": PERIODS.get(span.key, 30),
        "months": spans.months(),
        "now": clock.local_now(),
        "as_of": figures[0].as_of if figures else None,
        "periods": spans.choices(),
        "cards": [
            *cards.counts([whole], days_counted, late_by_day, area=code),
            *(
                cards.figure(one, trends.get(one.code, ()), href=href_of(code, one.code, span))
                for one in figures
            ),
        ],
        "columns": columns,
        "below": [line_of(below[one], by_area.get(one, {}), columns, shown, cut) for one in below],
        "changes": changes.told(by_area, {one: found.name for one, found in below.items()}),
        "map": maps.picture(code),
        "deeper": _leads_down(place.level),
        "friendly": any(one.code == FRIENDLY for one in programmes.in_force(place.district)),
        "down": f"/cockpit/{{code}}/?{span.query}&show={shown}",
        **on_map(figures, shown, seen),
    }
    return render(request, "cockpit/area.html", context)


def href_of(area: str, indicator: str, span: spans.Span) -> str:
    """Where the page of a figure is, for the same period."""
    return f"{reverse('cockpit:figure', args=[area, indicator])}?{span.query}"


@require_safe
@staff("cockpit")
def areas_geojson(request: HttpRequest, actor: Actor, code: str) -> JsonResponse:
    """The children of an area as polygons, each leading down; of a city for whoever leads two of its districts."""
    if areas.level(code) == "city":
        allowed = len(cases.city_districts(actor, city=code)) > 1
    else:
        allowed = duties.access(actor).may(VERB, district=areas.get(code).district, area=code)
    if not allowed:
        raise NotFound()
    return maps.areas_response(request, code, href="/cockpit/{code}/")


def two_periods(days: int) -> tuple[tuple[date, date], tuple[date, date]]:
    """The last `days` local days, today included, and as many before them."""
    last = clock.today()
    first = last - timedelta(days=days - 1)
    return (first, last), (first - timedelta(days=days), first - timedelta(days=1))


def headlines(district: str) -> list[str]:
    """The codes of the figures that a district's programmes put on the first page."""
    return [one.code for one in indicators.declared(district) if one.indicator.headline]


def shown_of(request: HttpRequest, figures: Sequence[Figure]) -> str:
    """What the map shows: a count of now, or one of the figures."""
    asked = request.GET.get("show", "")
    known = [one.code for one in figures]
    return asked if asked in (*known, *COUNTS) else (known[0] if known else "open")


def on_map(figures: Sequence[Figure], shown: str, seen: Mapping[str, float | None]) -> dict[str, Any]:
    """What the page needs for the map and its choices."""
    choices = [("open", _("未结")), ("late", _("超时未结")), *((one.code, one.name) for one in figures)]
    one = next((one for one in figures if one.code == shown), None)
    largest = max((value for value in seen.values() if value is not None), default=0)
    return {
        "shown": shown,
        "shown_name": dict(choices)[shown],
        "choices": choices,
        "values": seen,
        "unit": one.unit_behind if one else saying.behind("cases"),
        "target": one.aim if one else None,
        "maximum": 100 if one and one.unit == "percent" else (largest or 1),
    }


def trail_of(actor: Actor, code: str) -> list[dict[str, str]]:
    """The areas above that this leader may see, outermost first."""
    held = duties.access(actor).areas(VERB)
    above = [c for c in reversed(areas.ancestors(code)) if c.startswith(held) and areas.live(c)]
    trail = [{"name": areas.short_name(c), "href": reverse("cockpit:area", args=[c])} for c in above]
    city = next((c for c in areas.ancestors(code) if areas.level(c) == "city"), "")
    if city and len(cases.city_districts(actor, city=city)) > 1:
        name = districts.name_of(city)
        trail.insert(0, {"name": name, "href": reverse("cockpit:city", args=[city])})
    return trail


def _leads_down(level: str) -> bool:
    """Whether the children of an area of this level have a page here."""
    return maps.BELOW.get(level, "") in maps.BELOW


def value_of(counts: AreaFigures, figures: Mapping[str, Figure], shown: str) -> float | None:
    """What the map shows of an area: a count, or a figure as it is drawn."""
    if shown in COUNTS:
        return float(getattr(counts, shown))
    one = figures.get(shown)
    return None if one is None or one.shown is None else round(one.shown, 1)


def line_of(
    counts: AreaFigures,
    figures: Mapping[str, Figure],
    columns: Sequence[Figure],
    shown: str,
    cut: drawing.Classes,
) -> dict[str, Any]:
    """One row of the table; `heat` is its colour on the map whose classes are `cut`, `text` and `of` what a tap tells."""
    one = figures.get(shown)
    value = value_of(counts, figures, shown)
    told = _cell(one, shown)
    change = None if one is None or one.change is None else round(one.change, 1)
    return {
        "code": counts.code,
        "name": areas.label(counts.code),
        "open": counts.open,
        "late": counts.late,
        "reported": counts.reported,
        "figures": [_cell(figures.get(column.code), shown) for column in columns],
        "value": value,
        "heat": cut.heat(value),
        "text": one.said if one else saying.said(value, "cases", 0),
        "of": told["of"],
        "misses": one is not None and one.status == "missed",
        "change": change,
        "moved": None if change is None else abs(change),
    }


def _cell(one: Figure | None, shown: str) -> dict[str, Any]:
    """A figure in the table: words, what it is made of, whether it misses its target."""
    if one is None or one.value is None:
        return {"text": "—", "of": "", "misses": False}
    made_of = f"{saying.plain(one.n)} / {saying.plain(one.d)}" if one.d is not None else ""
    return {"text": one.text, "of": made_of, "misses": one.code == shown and one.status == "missed"}

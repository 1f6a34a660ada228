"""The cockpit: few figures, the map, what changed, and the way down to the streets and communities."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.selectors.rows import AreaFigures, Figure
from youlin.apps.duties import selectors as duties
from youlin.doors import districts, maps
from youlin.doors.cockpit import cards, changes
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed, NotFound
from youlin.programmes import selectors as programmes

VERB = "cockpit.read"
PERIODS = {"7": 7, "30": 30, "90": 90}
SHOWN = ("response_rate", "resolution_rate", "satisfaction_rate", "on_time_handling_rate")
"""The rates on the cards and in the table, in this order, where the district's definitions have them."""
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
    days = PERIODS.get(request.GET.get("days", ""), 30)
    now, before = two_periods(days)
    below = cases.area_figures(actor, area=code, period=now)
    earlier = {found.code: found for found in cases.area_figures(actor, area=code, period=before)}
    rates = [figure for figure in cases.rates(actor, area=code, period=now) if figure.code in SHOWN]
    trends = cases.rate_trends(actor, area=code, codes=SHOWN, period=now)
    days_counted = cases.daily_counts(actor, area=code, period=now)
    late_by_day = cases.late_by_day(actor, area=code, period=now)
    shown, targets = shown_of(request, rates), targets_of(place.district)
    values = {found.code: value_of(found, shown) for found in below}
    largest = max((value for value in values.values() if value is not None), default=0)
    context = {
        "place": place,
        "trail": trail_of(actor, code),
        "days": days,
        "now": clock.local_now(),
        "periods": list(PERIODS),
        "cards": [
            *cards.counts(below, days_counted, late_by_day),
            *(cards.rate(one, targets.get(one.code), trends[one.code]) for one in rates),
        ],
        "below": [line_of(found, earlier.get(found.code), shown, targets) for found in below],
        "shown": shown,
        "shown_name": dict(choices_of(rates))[shown],
        "choices": choices_of(rates),
        "values": values,
        "unit": "" if shown in COUNTS else "%",
        "target": targets.get(shown),
        "maximum": (largest or 1) if shown in COUNTS else 100,
        "map": maps.picture(code),
        "changes": changes.told(below, earlier, SHOWN[:3]),
        "deeper": _leads_down(place.level),
        "friendly": any(one.code == FRIENDLY for one in programmes.in_force(place.district)),
        "down": f"/cockpit/{{code}}/?days={days}&show={shown}",
    }
    return render(request, "cockpit/area.html", context)


@require_safe
@staff("cockpit")
def areas_geojson(request: HttpRequest, actor: Actor, code: str) -> JsonResponse:
    """The children of an area as polygons, each leading down."""
    if not duties.access(actor).may(VERB, district=areas.get(code).district, area=code):
        raise NotFound()
    return maps.areas_response(request, code, href="/cockpit/{code}/")


def two_periods(days: int) -> tuple[tuple[date, date], tuple[date, date]]:
    """The last `days` local days, today included, and as many before them."""
    last = clock.today()
    first = last - timedelta(days=days - 1)
    return (first, last), (first - timedelta(days=days), first - timedelta(days=1))


def shown_of(request: HttpRequest, rates: list[Figure]) -> str:
    asked = request.GET.get("show", "")
    known = [figure.code for figure in rates]
    return asked if asked in (*known, *COUNTS) else (known[0] if known else "open")


def choices_of(rates: list[Figure]) -> list[tuple[str, str]]:
    return [("open", _("未结")), ("late", _("超时未结")), *((figure.code, figure.name) for figure in rates)]


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


def targets_of(district: str) -> dict[str, float]:
    """What the programmes in force aim at, in percent, by the rate's definition."""
    declared = programmes.rates(district).values()
    return {rate["definition"]: float(rate["target"]) for rate in declared if rate.get("target") is not None}


def _leads_down(level: str) -> bool:
    """Whether the children of an area of this level have a page here."""
    return maps.BELOW.get(level, "") in maps.BELOW


def value_of(found: AreaFigures, shown: str) -> float | None:
    """What the map shows of an area: a count, or a rate in percent."""
    if shown in COUNTS:
        return float(getattr(found, shown))
    figure = found.rates.get(shown)
    return None if figure is None or figure.value is None else round(100 * figure.value, 1)


def line_of(
    found: AreaFigures, before: AreaFigures | None, shown: str, targets: dict[str, float]
) -> dict[str, Any]:
    """One row of the table."""
    value, earlier = value_of(found, shown), value_of(before, shown) if before else None
    change = None if value is None or earlier is None or shown in COUNTS else round(value - earlier, 1)
    return {
        "code": found.code,
        "name": areas.label(found.code),
        "open": found.open,
        "late": found.late,
        "reported": found.reported,
        "rates": [
            _cell(found.rates.get(code), targets.get(code) if code == shown else None) for code in SHOWN
        ],
        "value": value,
        "misses": value is not None and shown not in COUNTS and value < targets.get(shown, 0),
        "change": change,
        "moved": None if change is None else abs(change),
    }


def _cell(figure: Figure | None, target: float | None) -> dict[str, Any]:
    """A rate in the table: words, what it is made of, whether it misses its target."""
    if figure is None or figure.value is None:
        return {"text": "—", "of": "", "misses": False}
    percent = 100 * figure.value
    made_of = f"{figure.numerator} / {figure.denominator}"
    return {"text": f"{percent:.1f}", "of": made_of, "misses": target is not None and percent < target}

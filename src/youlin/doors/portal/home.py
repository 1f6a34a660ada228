"""The map and the list: what is reported here, what became of it."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.selectors.rows import Light, MapPoint, PublicCase
from youlin.doors import maps, pictures
from youlin.doors.entrance import visitor
from youlin.kernel.actors import Actor
from youlin.ui.paging import known_page

PAGE_SIZE = 20
DISTRICT_COOKIE = "district"
STATUS = {"open": True, "closed": False}


def district_of(request: HttpRequest) -> str:
    """The district this visitor looks at: asked for, at the place asked for, chosen before, or the oldest here."""
    known = {area.code: area.id for area in areas.districts()}
    asked, chosen = request.GET.get("district", ""), request.COOKIES.get(DISTRICT_COOKIE, "")
    for code in (asked, _at_place(request), chosen):
        if code in known:
            return code
    return min(known, key=lambda code: known[code], default="")


def _at_place(request: HttpRequest) -> str:
    """The district in which the point of the address (`lon`, `lat`) lies."""
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        return ""
    located = areas.locate(lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None
    return located.district if located else ""


@gzip_page
@require_safe
@visitor("portal")
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The map page: drawn on the server at first, live when the browser can."""
    district = district_of(request)
    if not district:
        return render(request, "portal/nothing.html")
    found = _found(request, district, page=_number(request), size=PAGE_SIZE)
    rows = found.rows
    drawn = [_point(case) for case in rows if case.lon is not None]
    context = {
        "district": areas.get(district),
        "districts": areas.districts(),
        "page": known_page(rows, number=found.number, size=found.size, total=found.total),
        "total_is_capped": found.total_is_capped,
        "map": maps.picture(district, drawn, lambda number: reverse("portal:case", args=[number])),
        "q": request.GET.get("q", "")[:100],
        "status": request.GET.get("status", ""),
        "category": request.GET.get("category", ""),
        "classes": _classes(district),
        "query": request.GET.urlencode(),
        "signed_in": actor.person_id is not None,
    }
    response = render(request, "portal/home.html", context)
    if request.COOKIES.get(DISTRICT_COOKIE) != district:
        response.set_cookie(DISTRICT_COOKIE, district, max_age=31_536_000, samesite="Lax")
    return response


@gzip_page
@require_safe
def points(request: HttpRequest) -> JsonResponse:
    """Public cases of the present search in a part of the map: points, or clusters where they are many."""
    asked = _asked(request)
    found = cases.public_map(district=district_of(request), box=maps.box_of(request), **asked)
    shown = (_point(case) for case in found.rows if case.lon is not None)
    link = lambda number: reverse("portal:case", args=[number])  # noqa: E731
    return JsonResponse(maps.points_geojson(shown, link, found.clusters))


@gzip_page
@require_safe
def areas_geojson(request: HttpRequest) -> JsonResponse:
    """The streets of the district as polygons."""
    return maps.areas_response(request, district_of(request))


@require_safe
@visitor("portal")
def case(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One public case with what happened to it."""
    page = cases.public_case(number)
    shown = page.case
    told = timeline(page.timeline)
    photos = [{"thumb": t, "full": f} for t, f in zip(shown.thumb_urls, shown.photo_urls, strict=True)]
    context = {
        "page": page,
        "case": shown,
        "steps": steps(page.steps),
        "timeline": told,
        "place": maps.closer(maps.place(shown.area, shown.lon, shown.lat, light_of(shown))),
        "photos": pictures.each_once(photos, told),
    }
    return render(request, "portal/case.html", context)


def steps(found: Any) -> list[dict[str, str]]:
    """Steps as `ui/steps.html` reads them."""
    states = {"done": "done", "current": "now", "ahead": "todo"}
    return [{"label": step.name, "state": states[step.position]} for step in found]


def timeline(found: Any, token: str = "") -> list[dict[str, Any]]:
    """A history as `ui/timeline.html` reads it; its photos behind the reporter's token where there is one."""
    return [
        {
            "at": entry.at,
            "act": entry.what,
            "who": "",
            "text": entry.text,
            "photos": pictures.shown(entry.photos, token),
        }
        for entry in found
    ]


def light_of(found: PublicCase) -> Light:
    """The public sees open and done. Who is late is between the reporter and those in duty."""
    return "soon" if found.is_open else "ok"


def _classes(district: str) -> list[tuple[str, str]]:
    """Classes of categories to narrow the list by; those of one name are told apart by the class above."""
    rows = cases.categories(district, reportable_only=False)
    above = {row.code: row.name for row in rows}
    classes = [row for row in rows if row.parent and not row.is_leaf]
    times = Counter(row.name for row in classes)
    return [
        (row.code, row.name if times[row.name] == 1 else f"{above.get(row.parent, '')} · {row.name}")
        for row in classes
    ]


def _point(found: PublicCase) -> MapPoint:
    return MapPoint(
        number=found.number,
        lon=found.lon or 0.0,
        lat=found.lat or 0.0,
        light=light_of(found),
        title=f"{found.title} · {found.state_name}",
        category=found.category,
    )


def _found(request: HttpRequest, district: str, *, page: int, size: int) -> Any:
    return cases.public_cases(district=district, page=page, size=size, **_asked(request))


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What the search asks for."""
    asked = request.GET
    return {
        "text": asked.get("q", "")[:100].strip(),
        "category": asked.get("category", "")[:128],
        "area": asked.get("area", "")[:24],
        "open": STATUS.get(asked.get("status", "")),
    }


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), 10_000) if text.isascii() and text.isdigit() else 1

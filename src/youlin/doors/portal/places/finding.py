"""The page on which one finds a place: map beside list, open now or at a time, with all that is needed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases.selectors.rows import Cluster, MapPoint
from youlin.apps.places import selectors as places
from youlin.apps.places.selectors import PlaceRow
from youlin.doors import maps, place_words, qr_codes
from youlin.doors.entrance import visitor
from youlin.doors.portal.home import DISTRICT_COOKIE
from youlin.doors.portal.places.asking import PAGE_SIZE, Search, search_of
from youlin.kernel.actors import Actor
from youlin.ui.errors import is_fragment
from youlin.ui.paging import known_page


def link_of(number: str) -> str:
    """The page of a place."""
    return reverse("portal:place", args=[number])


@require_safe
@visitor("portal")
def find(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The page, or its answers alone where htmx asks for them."""
    search = search_of(request)
    if not search.district:
        return render(request, "portal/nothing.html")
    context = _answers(request, search)
    if is_fragment(request):
        response = render(request, "portal/places/_answers.html", context)
        response["HX-Push-Url"] = _address(search)
    else:
        response = render(request, "portal/places/find.html", context | _frame(search, context["cards"]))
        if request.COOKIES.get(DISTRICT_COOKIE) != search.district:
            response.set_cookie(DISTRICT_COOKIE, search.district, max_age=31_536_000, samesite="Lax")
    patch_vary_headers(response, ("HX-Request",))
    return response


@require_safe
def points(request: HttpRequest) -> JsonResponse:
    """All that fit in a part of the map, or how many stand where they are many."""
    search = search_of(request)
    if not search.district:
        return JsonResponse(maps.points_geojson((), link_of))
    found = places.mapped(search.asked(), search.words, box=maps.box_of(request))
    clusters = (Cluster(one.id, one.lon, one.lat, one.number, 0) for one in found.bunches)
    return JsonResponse(maps.points_geojson((_point(row, search) for row in found.rows), link_of, clusters))


@require_safe
def qr(request: HttpRequest) -> HttpResponse:
    """The address of a search as a QR code."""
    address = request.build_absolute_uri(_address(search_of(request)))
    return HttpResponse(qr_codes.svg(address), content_type="image/svg+xml")


def _address(search: Search) -> str:
    return f"{reverse('portal:places')}?{search.query(page=search.page if search.page > 1 else None)}"


def _answers(request: HttpRequest, search: Search) -> dict[str, Any]:
    """What the list says: the nearest first, each with its state at the moment asked for."""
    found = places.look(search.asked(), search.words, skip=(search.page - 1) * PAGE_SIZE)
    at = search.at if search.open == "at" else None
    far = search.here is not None
    return {
        "search": search,
        "problems": search.problems,
        "cards": [place_words.card(row, link_of(row.number), at, far=far) for row in found.rows],
        "page": known_page(found.rows, number=search.page, size=PAGE_SIZE, total=found.total),
        "total": found.total,
        "query": search.query(),
        "address": request.build_absolute_uri(_address(search)),
        "everything": f"{reverse('portal:places')}?district={search.district}",
        "nowhere": f"{reverse('portal:places')}?{search.query(lon=None, lat=None)}",
        "any_time": f"{reverse('portal:places')}?{search.query(open=None, at=None)}" if search.open else "",
        "has_places": bool(found.total) or places.any_places(search.district),
    }


def _frame(search: Search, cards: list[dict[str, Any]]) -> dict[str, Any]:
    """What stands around the list: the map as it is first drawn, and what one can choose."""
    drawn = [_point(card["row"], search) for card in cards]
    return {
        "district": areas.get(search.district),
        "districts": areas.districts(),
        "map": maps.picture(search.district, drawn, link_of),
        "needs": [(word.code, place_words.name_of(word)) for word in search.known_needs],
        "kinds": [(word.code, place_words.name_of(word)) for word in search.known_kinds],
        "streets": [(area.code, areas.label(area.code)) for area in areas.children(search.district)],
    }


def _point(row: PlaceRow, search: Search) -> MapPoint:
    state = place_words.state_of(row, search.at)
    light: Any = state.light if state.light in ("ok", "soon") else "none"
    title = f"{place_words.name_of(row)} · {state.words}"
    return MapPoint(number=row.number, lon=row.lon, lat=row.lat, light=light, title=title, category="")

"""The page on which one finds a place: map beside list, open now or at a time, with all that is needed."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases.selectors.rows import Cluster, MapPoint
from youlin.apps.places import selectors as places
from youlin.apps.places.selectors import PlaceRow
from youlin.apps.places.walking import selectors as walking
from youlin.doors import maps, place_words, qr_codes
from youlin.doors.entrance import visitor
from youlin.doors.portal.home import DISTRICT_COOKIE
from youlin.doors.portal.places import entrances, paths
from youlin.doors.portal.places.asking import PAGE_SIZE, Search, search_of
from youlin.kernel.actors import Actor
from youlin.ui.errors import is_fragment
from youlin.ui.paging import known_page

EMBED_HEIGHT = 480


@lru_cache(maxsize=4096)
def link_of(number: str) -> str:
    """The page of a place."""
    return reverse("portal:place", args=[number])


@gzip_page
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
        response = render(request, "portal/places/find.html", context | frame(search, context["cards"]))
        if request.COOKIES.get(DISTRICT_COOKIE) != search.district:
            response.set_cookie(DISTRICT_COOKIE, search.district, max_age=31_536_000, samesite="Lax")
    patch_vary_headers(response, ("HX-Request",))
    return response


@gzip_page
@require_safe
def points(request: HttpRequest) -> JsonResponse:
    """All that fit in a part of the map, or how many stand where they are many."""
    search = search_of(request)
    if not search.district:
        return JsonResponse(maps.points_geojson((), link_of))
    found = places.mapped(search.asked(), search.words, box=maps.box_of(request))
    clusters = (Cluster(one.id, one.lon, one.lat, one.number, 0) for one in found.bunches)
    return JsonResponse(maps.points_geojson((mark(row, search) for row in found.rows), link_of, clusters))


@require_safe
def qr(request: HttpRequest) -> HttpResponse:
    """The address of a search as a QR code."""
    address = request.build_absolute_uri(_address(search_of(request)))
    return HttpResponse(qr_codes.svg(address), content_type="image/svg+xml")


def _address(search: Search) -> str:
    return f"{reverse('portal:places')}?{search.query(page=search.page if search.page > 1 else None)}"


def _found(search: Search) -> places.Look:
    """The nearest by their paths from the chosen point; without one, from the middle in a straight line."""
    skip = (search.page - 1) * PAGE_SIZE
    if search.here is None:
        return places.look(search.asked(), search.words, skip=skip)
    return walking.look(search.asked(), search.words, skip=skip, mode="ride" if search.ride else "walk")


def _answers(request: HttpRequest, search: Search) -> dict[str, Any]:
    """What the list says: the nearest first, each with its state at the moment asked for."""
    found = _found(search)
    at = search.at if search.open == "at" else None
    far = search.here is not None
    ways_in = entrances.by_which(search, found.rows)
    return {
        "search": search,
        "problems": search.problems,
        "cards": [
            place_words.card(row, link_of(row.number), at, far=far) | {"way_in": ways_in.get(row.id, "")}
            for row in found.rows
        ],
        "page": known_page(found.rows, number=search.page, size=PAGE_SIZE, total=found.total),
        "total": found.total,
        "query": search.query(),
        "address": request.build_absolute_uri(_address(search)),
        "snippet": _snippet(request, search),
        "everything": f"{reverse('portal:places')}?district={search.district}",
        "nowhere": f"{reverse('portal:places')}?{search.query(lon=None, lat=None)}",
        "any_time": f"{reverse('portal:places')}?{search.query(open=None, at=None)}" if search.open else "",
        "has_places": bool(found.total) or places.any_places(search.district),
        **paths.told(search, found.rows),
    }


def _snippet(request: HttpRequest, search: Search) -> str:
    """What another site puts into its page to show this search in a frame."""
    query = search.query(lang=get_language())
    address = request.build_absolute_uri(f"{reverse('portal:places-embed')}?{query}")
    title = _("%(name)s友好地图") % {"name": areas.short_name(search.district)}
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="{EMBED_HEIGHT}" '
        'loading="lazy"></iframe>'
    )


def frame(search: Search, cards: list[dict[str, Any]]) -> dict[str, Any]:
    """What stands around the list: the map as it is first drawn, and what one can choose."""
    drawn = [mark(card["row"], search) for card in cards]
    districts = areas.districts()
    return {
        "search_page": "portal:places",
        "district": next(one for one in districts if one.code == search.district),
        "districts": districts,
        "map": maps.picture(search.district, drawn, link_of),
        "needs": [(word.code, place_words.name_of(word)) for word in search.known_needs],
        "kinds": [(word.code, place_words.name_of(word)) for word in search.known_kinds],
        "has_streets": walking.streets_of(search.district) is not None,
        "streets": [(area.code, areas.label(area.code)) for area in areas.children(search.district)],
    }


def mark(row: PlaceRow, search: Search) -> MapPoint:
    """A place as maps show it."""
    state = place_words.state_of(row, search.at)
    light: Any = state.light if state.light in ("ok", "soon") else "none"
    title = f"{place_words.name_of(row)} · {state.words}"
    return MapPoint(number=row.number, lon=row.lon, lat=row.lat, light=light, title=title, category="")

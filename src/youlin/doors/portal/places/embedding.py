"""The map of places in other sites' pages: a frame with map and list, without cookies and forms.

The address is that of a search with `/embed/` in it. It is the one page that may be framed, by the sites of
`YOULIN_EMBED_SITES`; the links in it open the page itself beside.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, override
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.places import selectors as places
from youlin.doors import maps, place_words
from youlin.doors.portal.places.asking import Search, search_of
from youlin.doors.portal.places.finding import link_of, mark

LANGUAGES = {"zh-hans", "en"}


@gzip_page
@require_safe
@xframe_options_exempt
def embed(request: HttpRequest) -> HttpResponse:
    """Map and the nearest places of a search, in the language of the address (`lang`), else the browser's."""
    asked = request.GET.get("lang", "")
    with override(asked if asked in LANGUAGES else get_language()):
        search = search_of(request)
        search.page = 1
        response = render(request, "portal/places/embed.html", _context(search))
        response["Content-Language"] = get_language() or ""
    response._csp_replace = {"frame-ancestors": settings.EMBED_SITES, "form-action": ["'none'"]}  # type: ignore[attr-defined]
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = "public, max-age=60"
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


def _context(search: Search) -> dict[str, Any]:
    if not search.district:
        return {"search": search}
    found = places.look(search.asked(), search.words)
    at = search.at if search.open == "at" else None
    return {
        "search": search,
        "language": get_language(),
        "name": areas.short_name(search.district),
        "cards": [
            place_words.card(row, link_of(row.number), at, far=search.here is not None) for row in found.rows
        ],
        "total": found.total,
        "query": search.query(),
        "map": maps.picture(search.district, [mark(row, search) for row in found.rows], link_of),
    }

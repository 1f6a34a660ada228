"""A tile, and the TileJSON document of a district."""

import gzip
import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.places import machines
from youlin.doors.open.ogc.district import extent
from youlin.doors.open.ogc.machine import document, public_read
from youlin.doors.open.tiles import making
from youlin.doors.open.tiles.grid import Address
from youlin.kernel.errors import NotFound

MADE_BY = 1
"""Changes with the way tiles are made, so that no browser keeps one of the old way."""
DEEPEST = 16
"""The last zoom that has tiles; closer maps enlarge them."""
MINUTES_KEPT = 5
MEDIA = "application/vnd.mapbox-vector-tile"


@public_read
def tile(request: HttpRequest, district: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile, packed for those who take it so; 304 where nothing has changed."""
    address = Address(z, x, y)
    if z > DEEPEST or not address.exists:
        raise NotFound(_("没有这个瓦片"), remedy=_("级别为 0 到 %(most)d") % {"most": DEEPEST})
    _known(district)
    tag = _tag(district, address)
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        return _kept(HttpResponseNotModified(), tag)
    body = making.tile(district, address)
    response = _kept(HttpResponse(body, content_type=MEDIA), tag)
    if "gzip" in request.headers.get("Accept-Encoding", "") and body:
        response.content = gzip.compress(body, 5, mtime=0)
        response["Content-Encoding"] = "gzip"
    return response


@public_read
def described(request: HttpRequest, district: str) -> HttpResponse:
    """TileJSON 3.0: where the tiles are, and what is in them."""
    _known(district)
    west, south, east, north = extent(district)
    address = reverse("open:tile", kwargs={"district": district, "z": 0, "x": 0, "y": 0})
    pattern = address.replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
    return document(
        {
            "tilejson": "3.0.0",
            "name": areas.short_name(district),
            "scheme": "xyz",
            "tiles": [request.build_absolute_uri("/").removesuffix("/") + pattern],
            "minzoom": 0,
            "maxzoom": DEEPEST,
            "bounds": [west, south, east, north],
            "vector_layers": making.fields(),
        }
    )


def _known(district: str) -> None:
    if district not in {area.code for area in areas.districts()}:
        raise NotFound(_("没有这个辖区"), field="district")


def _tag(district: str, address: Address) -> str:
    """Weak, because a packed tile and a plain one are the same tile."""
    seen = f"{MADE_BY}.{machines.version(district)}.{areas.version(district)}.{district}.{address}"
    return f'W/"{hashlib.sha256(seen.encode()).hexdigest()[:24]}"'


def _kept(response: HttpResponse, tag: str) -> HttpResponse:
    response["ETag"] = tag
    response["Cache-Control"] = f"public, max-age={60 * MINUTES_KEPT}"
    patch_vary_headers(response, ("Accept-Encoding",))
    return response

"""`/ogc/`: the landing page, what is kept to, the collections of each district, their items, the OpenAPI document."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from youlin.doors.open.ogc import asking, described, speaking
from youlin.doors.open.ogc.district import Offered, first, offered
from youlin.doors.open.ogc.machine import GEOJSON, document, public_read
from youlin.kernel.errors import NotFound

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"


@public_read
def landing(request: HttpRequest) -> HttpResponse:
    """The landing page: for people where a browser asks, for programs otherwise; `f` decides over both."""
    wanted = request.get_preferred_type(["application/json", "text/html"])
    form = request.GET.get("f", "html" if wanted == "text/html" else "json")
    response = _page(request) if form == "html" else _landing(request)
    patch_vary_headers(response, ("Accept",))
    return response


@public_read
def conformance(request: HttpRequest) -> HttpResponse:
    """What of the standard is kept to."""
    asking.check(request.GET, asking.EVERYWHERE)
    return document({"conformsTo": speaking.CONFORMS})


@public_read
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    asking.check(request.GET, asking.EVERYWHERE)
    return document(described.document(_base(request), offered()), kind=OPENAPI)


@public_read
def collections(request: HttpRequest) -> HttpResponse:
    """The collections of all districts."""
    asking.check(request.GET, asking.EVERYWHERE)
    return document(speaking.collections(_base(request)))


@public_read
def collection(request: HttpRequest, collection: str) -> HttpResponse:
    """One collection."""
    asking.check(request.GET, asking.EVERYWHERE)
    return document(speaking.collections(_base(request), _known(collection).id))


@public_read
def schema(request: HttpRequest, collection: str) -> HttpResponse:
    """The properties of a collection's features."""
    asking.check(request.GET, asking.EVERYWHERE)
    return document(speaking.schema(_base(request), _known(collection).id), kind=SCHEMA)


@public_read
def queryables(request: HttpRequest, collection: str) -> HttpResponse:
    """The properties one may ask for."""
    asking.check(request.GET, asking.EVERYWHERE)
    return document(speaking.queryables(_base(request), _known(collection).id), kind=SCHEMA)


@public_read
def items(request: HttpRequest, collection: str) -> HttpResponse:
    """A page of features."""
    known = _known(collection)
    asked = asking.items(request.GET, known.collection)
    words = asking.written(asked, request.GET)
    return document(speaking.items(_base(request), known.id, words), kind=GEOJSON)


@public_read
def item(request: HttpRequest, collection: str, identifier: str) -> HttpResponse:
    """One feature."""
    asking.check(request.GET, ("f", "crs"))
    if "\0" in identifier:
        raise NotFound(_("没有这一项"), field="featureId")
    return document(speaking.item(_base(request), _known(collection).id, identifier), kind=GEOJSON)


def _landing(request: HttpRequest) -> HttpResponse:
    asking.check(request.GET, asking.EVERYWHERE)
    return document(speaking.landing(_base(request)))


def _page(request: HttpRequest) -> HttpResponse:
    found = offered()
    districts = {one.district: one.name for one in found}
    groups = [
        {"code": code, "name": name, "collections": [one for one in found if one.district == code]}
        for code, name in districts.items()
    ]
    context = {
        "base": _base(request),
        "groups": groups,
        "example": first(),
    }
    return render(request, "open/ogc.html", context)


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/ogc")


def _known(identifier: str) -> Offered:
    """The collection of this id. Raises `NotFound`."""
    found = next((one for one in offered() if one.id == identifier), None)
    if found is None:
        raise NotFound(_("没有这个集合"), field="collectionId", remedy=_("可用的集合见 /ogc/collections"))
    return found

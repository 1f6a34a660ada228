"""Letting pygeoapi write the documents of the standard, without what it would promise that is not here.

pygeoapi is imported at the first question, not when the server starts: nobody else pays for it.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from youlin.doors.open.ogc import asking
from youlin.doors.open.ogc.district import Offered, extent, offered
from youlin.doors.open.ogc.features.shapes import DEEPEST
from youlin.kernel import clock

CONFORMS = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
]
"""What is kept here. pygeoapi's own list names more, and grows with every question."""

LANDING_LINKS = ("self", "conformance", "data", "service-desc")
LANGUAGES = {"zh-hans": "zh-CN", "en": "en-US"}
PROVIDER = "youlin.doors.open.ogc.provider.Ours"

Document = dict[str, Any]


class _Question:
    """What pygeoapi reads of a request: words that were checked, and that JSON is wanted."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.GET = dict(words) | {"f": "json"}
        self.headers: dict[str, str] = {}
        self.path_info, self.body = "", b""


def landing(base: str) -> Document:
    """The landing page."""
    document = _told(base, lambda engine: engine.landing_page)
    links = [link for link in document["links"] if link["rel"] in LANDING_LINKS]
    page = {
        "rel": "service-doc",
        "type": "text/html",
        "title": _("给工程师的说明"),
        "href": f"{base}/?f=html",
    }
    return document | {"links": [*links, page]}


def collections(base: str, only: str | None = None) -> Document:
    """All collections, or one of them."""
    return _told(base, lambda engine: engine.describe_collections, only)


def schema(base: str, collection: str) -> Document:
    """The properties of a collection as JSON Schema."""
    document = _told(base, lambda engine: engine.get_collection_schema, collection)
    for one in document["properties"].values():
        if "values" in one:
            one["enum"] = one.pop("values")
    return document


def queryables(base: str, collection: str) -> Document:
    """The properties one may ask for by their value."""
    document = _told(base, lambda engine: engine.itemtypes.get_collection_queryables, collection)
    document["properties"].pop("geometry")
    base_uri = document["$id"].partition("?")[0]
    return document | {"$id": base_uri, "additionalProperties": False}


def items(base: str, collection: str, words: Mapping[str, str]) -> Document:
    """A page of features, dated by our clock; the last one has no `next`."""
    document = _told(base, lambda engine: engine.itemtypes.get_collection_items, collection, words=words)
    document["timeStamp"] = clock.now().isoformat()
    end = int(words.get("offset", 0)) + document["numberReturned"]
    if document.get("numberMatched", end + 1) <= end:
        document["links"] = [link for link in document["links"] if link["rel"] != "next"]
    return document


def item(base: str, collection: str, identifier: str) -> Document:
    """One feature."""
    return _told(base, lambda engine: engine.itemtypes.get_collection_item, collection, identifier)


def _told(
    base: str, ask: Callable[[Any], Any], *named: Any, words: Mapping[str, str] | None = None
) -> Document:
    """A document of pygeoapi's with the links that lead somewhere."""
    from pygeoapi import api as engine
    from pygeoapi.api import itemtypes

    engine.itemtypes = itemtypes
    api = engine.API(_configuration(base), {})
    request = engine.APIRequest.from_django(_Question(words or {}), api.locales)
    _headers, status, content = ask(engine)(api, request, *named)
    if status != 200:
        raise RuntimeError(f"pygeoapi: {status} {content}")
    document: Document = json.loads(content)
    _keep_true_links(document, base)
    return document


def _keep_true_links(document: Any, base: str) -> None:
    """Drop links to formats that are not here, wherever they stand; `/ogc` itself ends with a stroke."""
    for part in [document, *document.get("collections", ())]:
        links = [link | {"href": _ended(link["href"], base)} for link in part.get("links", ())]
        if links:
            part["links"] = [link for link in links if _is_here(link["href"])]


def _is_here(href: str) -> bool:
    return parse_qs(urlsplit(href).query).get("f", ["json"]) == ["json"]


def _ended(href: str, base: str) -> str:
    return f"{base}/?{href[len(base) + 1 :]}" if href.startswith(f"{base}?") else href


def _configuration(base: str) -> dict[str, Any]:
    """pygeoapi's configuration: one resource for each collection of each district."""
    site = base.removesuffix("/ogc")
    return {
        "server": {
            "url": base,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": [LANGUAGES.get(get_language() or "", "zh-CN")],
            "limits": {"default_items": asking.PAGE, "max_items": DEEPEST},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": _("友邻 · 地图数据"),
                "description": _(
                    "公开的地点、区域和案件，供 QGIS、GDAL 等软件直接读取。坐标为 WGS84（CRS84）。"
                ),
                "url": site,
            }
        },
        "resources": {one.id: _resource(one, site) for one in offered()},
    }


def _resource(one: Offered, site: str) -> dict[str, Any]:
    return {
        "type": "collection",
        "title": f"{one.name} · {one.collection.title}",
        "description": str(one.collection.description),
        "keywords": [one.kind, one.district],
        "links": [],
        "extents": {"spatial": {"bbox": list(extent(one.district)), "crs": asking.CRS84}},
        "limits": {"default_items": asking.PAGE, "max_items": one.collection.most},
        "providers": [
            {
                "type": "feature",
                "name": PROVIDER,
                "data": one.district,
                "properties": list(one.collection.filters),
                "id_field": "code" if one.kind == "areas" else "number",
                "options": {"kind": one.kind, "site": site},
                "crs": [asking.CRS84],
                "storage_crs": asking.CRS84,
            }
        ],
    }

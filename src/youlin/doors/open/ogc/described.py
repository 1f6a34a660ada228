"""The OpenAPI document of `/ogc/`, whole in itself: it names no document elsewhere, and nothing that is not here."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from youlin.doors.open.ogc import asking
from youlin.doors.open.ogc.district import Offered

Schema = dict[str, Any]

ANY_OBJECT: Schema = {"type": "object"}
LINKS: Schema = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
FEATURE: Schema = {
    "type": "object",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"type": "string"},
        "geometry": {"type": "object", "nullable": True},
        "properties": ANY_OBJECT,
        "links": LINKS,
    },
}
SCHEMAS: Schema = {
    "link": {
        "type": "object",
        "required": ["href", "rel"],
        "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "title")},
    },
    "exception": {
        "type": "object",
        "required": ["code"],
        "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
    },
    "feature": FEATURE,
    "features": {
        "type": "object",
        "required": ["type", "features", "numberReturned"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/feature"}},
            "links": LINKS,
            "timeStamp": {"type": "string"},
            "numberMatched": {"type": "integer"},
            "numberReturned": {"type": "integer"},
        },
    },
}


def document(base: str, found: Iterable[Offered]) -> dict[str, Any]:
    """Every address with what it takes and what it answers."""
    paths = {
        "/": _get("landing", _("首页"), media="application/json"),
        "/conformance": _get("conformance", _("遵循的标准")),
        "/collections": _get("collections", _("各区的集合")),
    }
    for one in found:
        paths |= _of_collection(one)
    return {
        "openapi": "3.0.3",
        "info": {"title": _("友邻 · 地图数据"), "version": "1", "description": _("坐标为 WGS84（CRS84）。")},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }


def _of_collection(one: Offered) -> dict[str, Any]:
    path, name = f"/collections/{one.id}", one.id.replace("-", "_")
    title = f"{one.name} · {one.collection.title}"
    schema = "application/schema+json"
    return {
        path: _get(f"collection_{name}", title),
        f"{path}/schema": _get(f"schema_{name}", f"{title} · schema", media=schema),
        f"{path}/queryables": _get(f"queryables_{name}", f"{title} · queryables", media=schema),
        f"{path}/items": _get(
            f"items_{name}", f"{title} · items", _asked(one), media="application/geo+json", answer="features"
        ),
        f"{path}/items/{{featureId}}": _get(
            f"item_{name}",
            f"{title} · item",
            [{"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}],
            media="application/geo+json",
            answer="feature",
            codes=("400", "404"),
        ),
    }


def _get(
    name: str,
    summary: str,
    parameters: Iterable[Schema] = (),
    *,
    media: str = "application/json",
    answer: str = "",
    codes: Iterable[str] = ("400",),
) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{answer}"} if answer else ANY_OBJECT
    wrong = {"application/json": {"schema": {"$ref": "#/components/schemas/exception"}}}
    answers: Mapping[str, Any] = {
        "200": {"description": "OK", "content": {media: {"schema": schema}}},
        **{code: {"description": _("问题有误，或没有这一项"), "content": wrong} for code in codes},
    }
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [*parameters, _query("f", {"type": "string", "enum": ["json"]})],
            "responses": dict(answers),
        }
    }


def _asked(one: Offered) -> list[Schema]:
    """The parameters of a collection's items."""
    most = one.collection.most
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}
    crs = {"type": "string", "enum": [asking.CRS84]}
    return [
        _query("limit", {"type": "integer", "minimum": 1, "maximum": most, "default": asking.PAGE}),
        _query("offset", {"type": "integer", "minimum": 0, "maximum": one.collection.deepest, "default": 0}),
        _query("bbox", numbers, style="form", explode=False),
        _query("bbox-crs", crs),
        _query("crs", crs),
        _query("datetime", {"type": "string"}),
        *(_query(name, _words(words)) for name, words in one.collection.filters.items()),
    ]


def _words(known: tuple[str, ...]) -> Schema:
    return (
        {"type": "string", "enum": list(known)} if known else {"type": "string", "maxLength": asking.LONGEST}
    )


def _query(name: str, schema: Schema, **more: Any) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema, **more}

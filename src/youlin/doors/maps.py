"""Maps for the doors: the district as server SVG beside the list, and GeoJSON for the live map after it."""

import os.path
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest, JsonResponse

from youlin.apps.areas import selectors as areas
from youlin.apps.cases.selectors.rows import Box, Cluster, MapPoint

WIDTH, HEIGHT = 720, 720
EDGE = 18.0
"""What a drawing keeps free around the area."""
BELOW = {"city": "district", "district": "street", "street": "community", "community": "grid"}
"""What a map of an area of this level shows."""
DAY = 86_400


def common_prefix(codes: Sequence[str], *, smallest: str = "street") -> str:
    """The smallest area that holds all of `codes`, not below the level `smallest`; "" without codes."""
    if not codes:
        return ""
    shared = os.path.commonprefix(list(codes))
    candidates = [code for code in (codes[0], *areas.ancestors(codes[0])) if shared.startswith(code)]
    levels = tuple(BELOW)[: tuple(BELOW).index(smallest) + 1]
    wide = [code for code in candidates if areas.level(code) in levels]
    return wide[0] if wide else ""


def picture(
    code: str, points: Iterable[MapPoint] = (), link: Callable[[str], str] | None = None
) -> dict[str, Any] | None:
    """The area `code` with its children's outlines and the points, ready for `{% map_svg %}`. None if unknown."""
    if not code:
        return None
    drawn = drawing(code, BELOW.get(areas.level(code), "street"), WIDTH, HEIGHT)
    marks = []
    for point in points:
        x, y = drawn.projection.xy(point.lon, point.lat)
        marks.append(
            {
                "x": x,
                "y": y,
                "state": point.light,
                "label": point.title,
                "href": link(point.number) if link else "",
            }
        )
    return {"areas": drawn.shapes, "view_box": drawn.view_box, "points": marks, "bounds": drawn.bounds}


def place(area: str, lon: float | None, lat: float | None, light: str) -> dict[str, Any] | None:
    """A small map of one case: its street with the case in it."""
    if not area or lon is None or lat is None:
        return None
    street = next((c for c in (area, *areas.ancestors(area)) if areas.level(c) == "street"), area)
    drawn = drawing(street, "community", 360, 240)
    x, y = drawn.projection.xy(lon, lat)
    return {
        "areas": drawn.shapes,
        "view_box": drawn.view_box,
        "points": [{"x": x, "y": y, "state": light, "label": "", "href": ""}],
    }


CLOSER = 1.8


def closer(drawn: dict[str, Any] | None) -> dict[str, Any] | None:
    """The part of a drawing around its first point, so that one sees where in the street it is."""
    if drawn is None:
        return None
    left, top, width, height = map(float, drawn["view_box"].split())
    point = drawn["points"][0]
    wide, high = width / CLOSER, height / CLOSER
    x = min(max(point["x"] - wide / 2, left), left + width - wide)
    y = min(max(point["y"] - high / 2, top), top + height - high)
    return drawn | {"view_box": f"{x:.1f} {y:.1f} {wide:g} {high:g}"}


def middle(code: str) -> tuple[float, float] | None:
    """A point well inside an area, as longitude and latitude; None without a boundary."""
    shapes = areas.svg_paths(code, areas.level(code), WIDTH, HEIGHT)
    if not shapes:
        return None
    lon, lat = areas.projection(code, WIDTH, HEIGHT).lonlat(shapes[0].label_x, shapes[0].label_y)
    return round(lon, 6), round(lat, 6)


class Drawing(NamedTuple):
    """An area drawn: its children's outlines, the projection to put points on them, and its box."""

    shapes: Sequence[Any]
    projection: Any
    view_box: str
    bounds: str


def drawing(code: str, level: str, width: float, height: float) -> Drawing:
    """The outlines of `level` under `code` in a box of `width` × `height`, or the area itself where none exist."""
    shapes: Sequence[Any] = areas.svg_paths(code, level, width, height)
    if not shapes:
        shapes = areas.svg_paths(code, areas.level(code), width, height)
    shapes = [shape._replace(name=areas.label(shape.code)) for shape in shapes]
    projection = areas.projection(code, width, height)
    west, south = projection.lonlat(projection.left, height - projection.top)
    east, north = projection.lonlat(width - projection.left, projection.top)
    bounds = ",".join(f"{degrees:.6f}" for degrees in (west, south, east, north))
    return Drawing(shapes, projection, _box(projection, width, height), bounds)


def _box(projection: Any, width: float, height: float) -> str:
    """The part of the drawing that holds the area, so that a narrow screen is not filled with what lies beside it."""
    left, top = max(projection.left - EDGE, 0.0), max(projection.top - EDGE, 0.0)
    return f"{left:.6g} {top:.6g} {width - 2 * left:.6g} {height - 2 * top:.6g}"


def box_of(request: HttpRequest) -> Box | None:
    """The part of the map that is asked for: `bbox=west,south,east,north`. None where there is none or it is no box."""
    try:
        west, south, east, north = map(float, request.GET.get("bbox", "").split(","))
    except ValueError:
        return None
    whole = -180 <= west < east <= 180 and -90 <= south < north <= 90
    return (west, south, east, north) if whole else None


def points_geojson(
    points: Iterable[MapPoint], link: Callable[[str], str], clusters: Iterable[Cluster] = ()
) -> dict[str, Any]:
    """Points, or clusters with their number, as GeoJSON in the form `<youlin-map>` reads."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [round(one.lon, 6), round(one.lat, 6)]},
                "properties": {"id": one.id, "n": one.number, "late": one.late},
            }
            for one in clusters
        ]
        + [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [point.lon, point.lat]},
                "properties": {
                    "id": point.number,
                    "label": point.title,
                    "state": point.light,
                    "href": link(point.number),
                },
            }
            for point in points
        ],
    }


def areas_response(request: HttpRequest, code: str, href: str = "") -> JsonResponse:
    """The children of `code` as polygons; the same for everybody, so it may be kept for a day."""
    level = BELOW.get(areas.level(code), "street") if code else "street"
    content = areas.geojson(code, level, simplify_m=15)
    features = [_named(feature, href) for feature in content["features"]]
    response = JsonResponse(content | {"features": features})
    response["Cache-Control"] = f"private, max-age={DAY}"
    return response


def _named(feature: dict[str, Any], href: str) -> dict[str, Any]:
    """A copy of a polygon with the names that this reader says, `short` for the map, and where a click leads."""
    code = str(feature["properties"]["code"])
    named = {"name": areas.short_name(code), "short": areas.label(code)}
    link = {"href": href.replace("{code}", code)} if href else {}
    return feature | {"properties": feature["properties"] | named | link}

"""Areas as pictures and as GeoJSON, each made once for a version of its district."""

from collections.abc import Callable, Hashable
from datetime import date
from typing import Any, NamedTuple, TypeVar

import numpy as np
import shapely
from django.db.models import Q
from django.utils.translation import get_language
from numpy.typing import NDArray

from youlin.apps.areas import profiles, versions
from youlin.apps.areas.geometry import metric, svg
from youlin.apps.areas.geometry.svg import Projection
from youlin.apps.areas.models import Boundary, holds_on, spoken

T = TypeVar("T")

SVG_BYTES = 60_000
"""Names, labels and paths of one drawing together stay under this."""
DECIMALS = 6


class AreaPath(NamedTuple):
    """One area of a drawing."""

    code: str
    name: str
    path_d: str
    label_x: float
    label_y: float


class Shape(NamedTuple):
    """One boundary with what is shown of its area."""

    code: str
    level: str
    name: str
    name_en: str
    label_lon: float
    label_lat: float
    area_m2: float
    synthesised: bool
    wkb: bytes


class Outlined(NamedTuple):
    """Areas with their polygons, in the same order."""

    shapes: list[Shape]
    polygons: NDArray[np.object_]


def under(prefix: str) -> Q:
    """The condition that an area is at or under a code."""
    profile = profiles.active()
    if len(prefix) >= profile.width(profile.shard):
        return Q(district=profile.district(prefix), code__startswith=prefix)
    return Q(district__startswith=prefix)


def shapes(prefix: str, level: str, day: date) -> list[Shape]:
    """The boundaries of a level at and under `prefix` on a day, by code."""
    profile = profiles.active()
    shard = profile.width(profile.shard)
    near = {"district": prefix[:shard]} if len(prefix) >= shard else {"district__startswith": prefix}
    found = Boundary.objects.filter(holds_on(day), area__level=level, area__code__startswith=prefix, **near)
    columns = [f"area__{name}" for name in Shape._fields[:4]] + list(Shape._fields[4:])
    return [Shape(*row) for row in found.order_by("area__code").values_list(*columns)]


def geometries(found: list[Shape]) -> NDArray[np.object_]:
    """The polygons of shapes."""
    polygons: NDArray[np.object_] = shapely.from_wkb(np.array([bytes(s.wkb) for s in found], dtype=object))
    return polygons


def projection(prefix: str, width: float, height: float, day: date) -> Projection:
    """The drawing of `prefix`: of its own boundary, or of the largest areas below that have one."""
    return _cached(
        "projection", prefix, (width, height, day), lambda: _projection(prefix, width, height, day)
    )


def svg_paths(prefix: str, level: str, width: float, height: float, day: date) -> list[AreaPath]:
    """See `selectors.svg_paths`."""
    key = (level, width, height, day, get_language())
    return _cached("svg", prefix, key, lambda: _svg_paths(prefix, level, width, height, day))


def geojson(prefix: str, level: str, simplify_m: float, day: date) -> dict[str, Any]:
    """See `selectors.geojson`."""
    return _cached(
        "geojson", prefix, (level, simplify_m, day), lambda: _geojson(prefix, level, simplify_m, day)
    )


def outlined(prefix: str, level: str, simplify_m: float, day: date) -> Outlined:
    """See `selectors.outlined`."""
    return _cached(
        "outlined", prefix, (level, simplify_m, day), lambda: _outlined(prefix, level, simplify_m, day)
    )


def version(prefix: str) -> Hashable:
    """See `selectors.version`."""
    profile = profiles.active()
    return versions.of(prefix, profile.width(profile.shard))


def _cached(kind: str, prefix: str, key: tuple[Any, ...], build: Callable[[], T]) -> T:
    return versions.cached(kind, (prefix, *key), version(prefix), build)


def _projection(prefix: str, width: float, height: float, day: date) -> Projection:
    for level in profiles.LEVEL_NAMES:
        found = shapes(prefix, level, day)
        if found:
            west, south, east, north = (float(v) for v in shapely.total_bounds(geometries(found)))
            return Projection.fit((west, south, east, north), width, height)
    return Projection.fit((-180, -90, 180, 90), width, height)


def _svg_paths(prefix: str, level: str, width: float, height: float, day: date) -> list[AreaPath]:
    found = shapes(prefix, level, day)
    at = projection(prefix, width, height, day)
    names = [spoken(shape.name, shape.name_en) for shape in found]
    budget = SVG_BYTES - sum(
        len(name.encode()) + len(s.code) + 16 for name, s in zip(names, found, strict=True)
    )
    drawn = svg.paths(geometries(found), at, budget) if found else []
    result = []
    for shape, name, path in zip(found, names, drawn, strict=True):
        x, y = at.xy(shape.label_lon, shape.label_lat)
        result.append(AreaPath(shape.code, name, path, round(x, 1), round(y, 1)))
    return result


def _outlined(prefix: str, level: str, simplify_m: float, day: date) -> Outlined:
    found = shapes(prefix, level, day)
    polygons = geometries(found)
    if simplify_m > 0 and found:
        polygons = _simplified(polygons, simplify_m)
    return Outlined(found, polygons)


def _geojson(prefix: str, level: str, simplify_m: float, day: date) -> dict[str, Any]:
    found, polygons = _outlined(prefix, level, simplify_m, day)
    return {
        "type": "FeatureCollection",
        "features": [_feature(shape, polygon) for shape, polygon in zip(found, polygons, strict=True)],
    }


def _simplified(polygons: NDArray[np.object_], metres: float) -> NDArray[np.object_]:
    """Simplified in the same degrees for both axes, stretched so that they are alike on the ground."""
    lat = float(np.mean(shapely.bounds(polygons)[:, 1::2]))
    lon_degrees, lat_degrees = metric.degrees(1.0, lat)
    stretch = np.array([lat_degrees / lon_degrees, 1.0])
    square = shapely.transform(polygons, lambda c: c * stretch)
    done: NDArray[np.object_] = svg.simplified(square, metres * lat_degrees)
    back: NDArray[np.object_] = shapely.transform(done, lambda c: c / stretch)
    return back


def _feature(shape: Shape, polygon: Any) -> dict[str, Any]:
    rounded = shapely.transform(shapely.normalize(polygon), lambda c: np.round(c, DECIMALS))
    turned = shapely.orient_polygons(rounded)
    return {
        "type": "Feature",
        "id": shape.code,
        "properties": {
            "code": shape.code,
            "name": shape.name,
            "name_en": shape.name_en,
            "level": shape.level,
            "label": [round(shape.label_lon, DECIMALS), round(shape.label_lat, DECIMALS)],
            "area_m2": round(shape.area_m2, 1),
            "synthesised": shape.synthesised,
        },
        "geometry": shapely.geometry.mapping(turned),
    }

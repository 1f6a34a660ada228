"""What a tile holds, and its bytes."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely

from youlin.apps.areas import selectors as areas
from youlin.apps.places import machines
from youlin.doors.open.tiles.grid import EXTENT, Address, box, metres_a_unit, within

STREETS_FROM, COMMUNITIES_FROM = 9, 13
"""The zoom from which a level is drawn; the district itself always is."""
MOST = 250
"""Places of a tile are told one by one up to so many, beyond that in bunches."""
CELLS = 16
BEYOND = 64 / EXTENT
"""Outlines go on beyond the edge, so that lines meet."""
COARSE_M = (40.0, 10.0, 2.5, 0.0)
"""Outlines are simplified in few steps, each kept in memory by `areas`."""

Feature = dict[str, Any]


def tile(district: str, address: Address) -> bytes:
    """The bytes of a tile (Mapbox Vector Tile 2.1); b"" where it holds nothing."""
    from mapbox_vector_tile import encode

    found = machines.tile(district, box(address), most=MOST, cells=CELLS)
    layers = {
        "areas": _areas(district, address),
        "places": _places(address, found.spots),
        "bunches": _bunches(address, found.bunches),
    }
    told = [{"name": name, "features": features} for name, features in layers.items() if features]
    packed: bytes = encode(told, default_options={"y_coord_down": True, "extents": EXTENT}) if told else b""
    return packed


def fields() -> list[dict[str, Any]]:
    """The layers as TileJSON names them."""
    text = {"name": "String", "name_en": "String"}
    return [
        {"id": "areas", "minzoom": 0, "fields": {"code": "String", "level": "String", **text}},
        {"id": "places", "minzoom": 0, "fields": {"number": "String", "kind": "String", **text}},
        {"id": "bunches", "minzoom": 0, "fields": {"count": "Number"}},
    ]


def _areas(district: str, address: Address) -> list[Feature]:
    levels = ["district"]
    levels += ["street"] if address.z >= STREETS_FROM else []
    levels += ["community"] if address.z >= COMMUNITIES_FROM else []
    return [one for level in levels for one in _outlines(district, level, address)]


def _outlines(district: str, level: str, address: Address) -> Iterable[Feature]:
    edge = box(address, BEYOND)
    found = areas.outlined(district, level, _coarseness(address.z, edge[1]))
    if not found.shapes:
        return
    near = np.flatnonzero(shapely.intersects(found.polygons, shapely.box(*edge)))
    cut = shapely.clip_by_rect(found.polygons[near], *edge)
    for place, polygon in zip(near, cut, strict=True):
        drawn = _drawn(polygon, address)
        if not drawn.is_empty:
            shape = found.shapes[place]
            told = {"code": shape.code, "level": level, "name": shape.name, "name_en": shape.name_en}
            yield {"geometry": drawn, "properties": told}


def _coarseness(zoom: int, lat: float) -> float:
    """The coarsest outlines that look alike: within a unit and a half or so of a tile drawn at 512 points."""
    seen = metres_a_unit(zoom, min(max(lat, -80.0), 80.0)) * 8
    return next((metres for metres in COARSE_M if metres <= seen), 0.0)


def _drawn(polygon: Any, address: Address) -> Any:
    """A clipped outline in the units of the tile; what became a line or a point on the way is left out."""
    units = shapely.make_valid(shapely.transform(polygon, lambda lonlat: within(address, lonlat)))
    parts = [
        part for part in shapely.get_parts(_flat(units)) if part.geom_type == "Polygon" and part.area >= 1
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _flat(geometry: Any) -> Any:
    """The parts of a geometry, those of its collections too."""
    return shapely.get_parts(shapely.get_parts(geometry))


def _places(address: Address, spots: Sequence[machines.Spot]) -> list[Feature]:
    told = [
        {"number": one.number, "kind": one.kind, "name": one.name, "name_en": one.name_en} for one in spots
    ]
    return _points(address, [(one.lon, one.lat) for one in spots], told)


def _bunches(address: Address, bunches: Sequence[Any]) -> list[Feature]:
    told = [{"count": one.number} for one in bunches]
    return _points(address, [(one.lon, one.lat) for one in bunches], told)


def _points(
    address: Address, lonlat: Sequence[tuple[float, float]], told: Sequence[Feature]
) -> list[Feature]:
    if not lonlat:
        return []
    points = shapely.points(within(address, np.array(lonlat, np.float64)))
    return [{"geometry": point, "properties": one} for point, one in zip(points, told, strict=True)]

"""The districts of this installation as the standard needs them: their collections' ids, names and extents."""

from typing import NamedTuple

import shapely

from youlin.apps.areas import selectors as areas
from youlin.doors.open.ogc.features import COLLECTIONS, Collection
from youlin.doors.open.ogc.features.shapes import Box

WORLD: Box = (-180.0, -90.0, 180.0, 90.0)


class Offered(NamedTuple):
    """One collection of one district."""

    id: str
    kind: str
    district: str
    name: str
    collection: Collection


def offered() -> list[Offered]:
    """Every collection there is, district by district."""
    return [
        Offered(f"{kind}-{area.code}", kind, area.code, areas.short_name(area.code), collection)
        for area in areas.districts()
        for kind, collection in COLLECTIONS.items()
    ]


def first() -> str:
    """The district that was here first, "" where there is none."""
    known = {area.code: area.id for area in areas.districts()}
    return min(known, key=lambda code: known[code], default="")


def extent(district: str) -> Box:
    """The box around a district, or around its streets; the world where nobody has drawn either."""
    for level in ("district", "street"):
        polygons = areas.outlined(district, level).polygons
        if len(polygons):
            west, south, east, north = (
                round(float(degrees), 6) for degrees in shapely.total_bounds(polygons)
            )
            return (west, south, east, north)
    return WORLD

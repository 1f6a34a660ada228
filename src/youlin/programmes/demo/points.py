"""Where the demonstration's cases lie: drawn points inside an area."""

import random

import shapely
from shapely.geometry import shape

from youlin.apps.areas import selectors as areas

METRES_PER_DEGREE = 111_320.0


class Points:
    """Draws points; the outlines are read once."""

    def __init__(self, district: str, rng: random.Random) -> None:
        self.rng = rng
        self.outlines: dict[str, shapely.Geometry] = {
            str(feature["properties"]["code"]): shape(feature["geometry"])
            for level in ("street", "community", "grid")
            for feature in areas.geojson(district, level)["features"]
        }

    def within(self, code: str) -> tuple[float, float]:
        """A point inside an area."""
        outline = self.outlines[code]
        west, south, east, north = outline.bounds
        for _attempt in range(200):
            lon, lat = self.rng.uniform(west, east), self.rng.uniform(south, north)
            if outline.contains(shapely.Point(lon, lat)):
                return round(lon, 6), round(lat, 6)
        inner = outline.representative_point()
        return round(inner.x, 6), round(inner.y, 6)

    def beside(self, point: tuple[float, float], metres: float = 12) -> tuple[float, float]:
        """A point some metres from another."""
        shift = metres / METRES_PER_DEGREE
        lon = point[0] + self.rng.uniform(-shift, shift)
        return round(lon, 6), round(point[1] + self.rng.uniform(-shift, shift), 6)

    def near(self, lon: float, lat: float, code: str, metres: float) -> tuple[float, float]:
        """A point some metres from another and in the same area."""
        for _attempt in range(20):
            found = self.beside((lon, lat), metres)
            if self.outlines[code].contains(shapely.Point(found)):
                return found
        return self.within(code)

"""Outlines as SVG: degrees to a drawing's units, and short paths that keep common borders common."""

from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

STEPS = 10
"""Coordinates are rounded to a tenth of a unit."""


class Projection(NamedTuple):
    """lon/lat → x, y in a drawing, north up, true to shape in its middle (equirectangular)."""

    west: float
    north: float
    kx: float
    ky: float
    left: float
    top: float

    @classmethod
    def fit(
        cls, bounds: tuple[float, float, float, float], width: float, height: float, margin: float = 4
    ) -> "Projection":
        """Fit bounds (west, south, east, north) into the middle of a box, with a margin on all sides."""
        west, south, east, north = bounds
        squeeze = float(np.cos(np.radians((south + north) / 2)))
        across, up = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
        k = max(min((width - 2 * margin) / across, (height - 2 * margin) / up), 1e-9)
        return cls(west, north, k * squeeze, k, (width - across * k) / 2, (height - up * k) / 2)

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        """The place of a point in the drawing."""
        return self.left + (lon - self.west) * self.kx, self.top + (self.north - lat) * self.ky

    def lonlat(self, x: float, y: float) -> tuple[float, float]:
        """The point at a place of the drawing."""
        return self.west + (x - self.left) / self.kx, self.north - (y - self.top) / self.ky

    def forward(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) degrees → (n, 2) units of the drawing."""
        x, y = self.xy(coordinates[:, 0], coordinates[:, 1])  # type: ignore[arg-type]
        return np.stack([x, y], axis=1)


def paths(polygons: NDArray[np.object_], at: Projection, budget: int) -> list[str]:
    """A path for each polygon, together at most `budget` bytes where simplifying can reach that."""
    drawn = shapely.transform(polygons, at.forward)
    tolerance = 0.4
    while True:
        made = [path_d(shape) for shape in simplified(drawn, tolerance)]
        if sum(map(len, made)) <= budget or tolerance > 8:
            return made
        tolerance *= 1.4


def simplified(polygons: NDArray[np.object_], tolerance: float) -> NDArray[np.object_]:
    """Fewer corners, the same on both sides of every common border (Visvalingam–Whyatt on the coverage).

    `tolerance` is a length in the units of the polygons: corners of triangles smaller than its square go.
    """
    if tolerance <= 0 or not len(polygons):
        return polygons
    done: NDArray[np.object_] = shapely.coverage_simplify(polygons, tolerance)
    return done


def path_d(shape: Any) -> str:
    """The `d` of a polygon: rings relative from their first corner, rounded once so that borders meet."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    points, owner = shapely.get_coordinates(rings, return_index=True)
    whole = np.rint(points * STEPS).astype(np.int64)
    return "".join(_ring(whole[owner == i]) for i in range(len(rings)))


def _ring(corners: NDArray[np.int64]) -> str:
    moved = np.diff(corners, axis=0)
    moved = moved[(moved != 0).any(axis=1)][:-1]
    if len(moved) < 2:
        return ""
    x, y = corners[0]
    return (
        f"M{_short(x)}{_next(y)}l"
        + "".join((_short(dx) if not i else _next(dx)) + _next(dy) for i, (dx, dy) in enumerate(moved))
        + "z"
    )


def _short(value: Any) -> str:
    """12.3 as tenths, without a needless nought: 5 → .5, 120 → 12."""
    whole, tenth = divmod(abs(int(value)), STEPS)
    text = f"{whole or ''}.{tenth}" if tenth else str(whole)
    return f"-{text}" if value < 0 else text


def _next(value: Any) -> str:
    """A number that follows another: a minus or a leading point parts them, else a blank does."""
    text = _short(value)
    return text if text.startswith("-") else f" {text}"

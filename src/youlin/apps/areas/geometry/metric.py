"""Metres and square metres from degrees.

Areas are true: the Lambert cylindrical equal-area projection of the WGS84 ellipsoid (EPSG method 9835;
Snyder, *Map Projections: A Working Manual*, 1987, 10-14 and 3-12), its standard parallel through the middle
of what is measured. Lengths are true along that parallel and off by less than 1 % within half a degree.
"""

from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

A = 6378137.0
E2 = 0.00669437999014
E = float(np.sqrt(E2))
METRES_PER_DEGREE = A * np.pi / 180


class Metric(NamedTuple):
    """Degrees ↔ metres around a place."""

    lon: float
    k: float

    @classmethod
    def around(cls, geometries: Any) -> "Metric":
        """The projection for one geometry or an array of them."""
        west, south, east, north = shapely.total_bounds(geometries)
        if not np.isfinite(west):
            return cls.at(0.0, 0.0)
        return cls.at((west + east) / 2, (south + north) / 2)

    @classmethod
    def at(cls, lon: float, lat: float) -> "Metric":
        """The projection with its standard parallel at `lat`."""
        phi = np.radians(lat)
        return cls(float(lon), float(np.cos(phi) / np.sqrt(1 - E2 * np.sin(phi) ** 2)))

    def forward(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) degrees → (n, 2) metres."""
        x = A * self.k * np.radians(coordinates[:, 0] - self.lon)
        y = A * _q(np.sin(np.radians(coordinates[:, 1]))) / (2 * self.k)
        return np.stack([x, y], axis=1)

    def project(self, geometries: Any) -> Any:
        """One geometry, or an array of them, in metres."""
        return shapely.transform(geometries, self.forward)


def areas_m2(geometries: Any) -> NDArray[np.float64]:
    """Area of each geometry in square metres; invalid rings are measured as they are."""
    array = np.asarray(geometries, dtype=object)
    if not array.size:
        return np.empty(0)
    measured: NDArray[np.float64] = shapely.area(Metric.around(array).project(array))
    return measured


def degrees(metres: float, lat: float) -> tuple[float, float]:
    """How many degrees of longitude and latitude a length is at a latitude."""
    phi = np.radians(lat)
    root = np.sqrt(1 - E2 * np.sin(phi) ** 2)
    along_parallel = METRES_PER_DEGREE * np.cos(phi) / root
    along_meridian = METRES_PER_DEGREE * (1 - E2) / root**3
    return float(metres / along_parallel), float(metres / along_meridian)


def _q(sine: NDArray[np.float64]) -> NDArray[np.float64]:
    es = E * sine
    return (1 - E2) * (sine / (1 - es**2) + np.arctanh(es) / E)

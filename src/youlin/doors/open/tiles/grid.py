"""The grid of web maps: which part of the Earth a tile shows, and where in it a point lies."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

EXTENT = 4096
"""Units along the edge of a tile."""

Box = tuple[float, float, float, float]


class Address(NamedTuple):
    """A tile of the Web Mercator grid, counted from the north-west."""

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Whether the grid has it."""
        return self.x < 1 << self.z and self.y < 1 << self.z


def box(tile: Address, beyond: float = 0.0) -> Box:
    """West, south, east, north of a tile in degrees; `beyond` widens it by a share of its edge."""
    west, north = _lonlat(tile.z, tile.x - beyond, tile.y - beyond)
    east, south = _lonlat(tile.z, tile.x + 1 + beyond, tile.y + 1 + beyond)
    return (west, south, east, north)


def at(lon: float, lat: float, zoom: int) -> Address:
    """The tile of a zoom that holds a point."""
    y = (1.0 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2.0
    return Address(zoom, int((lon + 180.0) / 360.0 * (1 << zoom)), int(y * (1 << zoom)))


def within(tile: Address, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees (n × 2) as units of the tile, whole numbers, x to the east and y to the south."""
    count = 1 << tile.z
    x = (lonlat[:, 0] + 180.0) / 360.0 * count - tile.x
    y = (1.0 - np.arcsinh(np.tan(np.radians(lonlat[:, 1]))) / np.pi) / 2.0 * count - tile.y
    units: NDArray[np.float64] = np.floor(np.column_stack([x, y]) * EXTENT + 0.5)
    return units


def metres_a_unit(zoom: int, lat: float) -> float:
    """How long a unit of a tile is on the ground."""
    return 40_075_016.69 * math.cos(math.radians(lat)) / (EXTENT << zoom)


def _lonlat(zoom: int, x: float, y: float) -> tuple[float, float]:
    count = 1 << zoom
    lat = math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * y / count))))
    return x / count * 360.0 - 180.0, lat

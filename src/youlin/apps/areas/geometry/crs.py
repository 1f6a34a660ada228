"""WGS84 ↔ GCJ-02 (Amap, Tencent) ↔ BD-09 (Baidu), for the edge of the platform; inside, all is WGS84.

GCJ-02 is the published approximation of the official offset on the Krasovsky 1940 ellipsoid, in effect within
the box 72.004–137.8347° E, 0.8293–55.8271° N; BD-09 turns it once more. The inverses are iterated to the
limit of a double (error below 1e-8 m), not estimated; only within a micrometre of 105° E, where the formula
takes a square root of nought and GCJ-02 is not one to one, may they miss by that much. All functions take and
give degrees, lon before lat, numbers or numpy arrays.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pair = tuple[Any, Any]

KRASOVSKY_A = 6378245.0
KRASOVSKY_E2 = 0.00669342162296594323
BAIDU_TURN = np.pi * 3000.0 / 180.0
CUSP = 105.0
CUSP_WIDTH = 1e-11
ROUNDS = 12
"""The offsets shrink an error about a thousandfold a round; twelve are ample."""


def wgs84_to_gcj02(lon: Any, lat: Any) -> Pair:
    """What Amap and Tencent show for a true position. Unchanged outside China's box."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    dx, dy = _offset(x, y)
    inside = (x >= 72.004) & (x <= 137.8347) & (y >= 0.8293) & (y <= 55.8271)
    return _plain(np.where(inside, x + dx, x), np.where(inside, y + dy, y))


def gcj02_to_wgs84(lon: Any, lat: Any) -> Pair:
    """The true position of a GCJ-02 one."""
    x, y = _inverse(wgs84_to_gcj02, lon, lat)
    if not np.any(np.abs(np.asarray(x) - CUSP) < CUSP_WIDTH):
        return x, y
    _unmoved, cusp_y = _inverse(lambda _, v: (lon, wgs84_to_gcj02(np.full_like(v, CUSP), v)[1]), lon, lat)
    missed = np.abs(wgs84_to_gcj02(x, y)[0] - lon)
    on_cusp = np.abs(wgs84_to_gcj02(np.full_like(cusp_y, CUSP), cusp_y)[0] - lon) <= missed
    return _plain(np.where(on_cusp, CUSP, x), np.where(on_cusp, cusp_y, y))


def gcj02_to_bd09(lon: Any, lat: Any) -> Pair:
    """What Baidu shows for a GCJ-02 position."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    distance = np.hypot(x, y) + 0.00002 * np.sin(y * BAIDU_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * BAIDU_TURN)
    return _plain(distance * np.cos(angle) + 0.0065, distance * np.sin(angle) + 0.006)


def bd09_to_gcj02(lon: Any, lat: Any) -> Pair:
    """The GCJ-02 position of a BD-09 one."""
    return _inverse(gcj02_to_bd09, lon, lat)


def wgs84_to_bd09(lon: Any, lat: Any) -> Pair:
    """What Baidu shows for a true position."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: Any, lat: Any) -> Pair:
    """The true position of a BD-09 one."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def same(lon: Any, lat: Any) -> Pair:
    """WGS84 and CGCS2000 as they are (they differ by centimetres)."""
    return lon, lat


TO_WGS84: dict[str, Callable[[Any, Any], Pair]] = {
    "wgs84": same,
    "cgcs2000": same,
    "gcj02": gcj02_to_wgs84,
    "bd09": bd09_to_wgs84,
}
FROM_WGS84: dict[str, Callable[[Any, Any], Pair]] = {
    "wgs84": same,
    "cgcs2000": same,
    "gcj02": wgs84_to_gcj02,
    "bd09": wgs84_to_bd09,
}


def _inverse(forward: Callable[[Any, Any], Pair], lon: Any, lat: Any) -> Pair:
    goal_x, goal_y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    x, y = goal_x, goal_y
    for _ in range(ROUNDS):
        at_x, at_y = forward(x, y)
        x, y = x - (at_x - goal_x), y - (at_y - goal_y)
    return _plain(x, y)


def _offset(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """How far GCJ-02 moves a point, in degrees."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + _waves(x, 150.0, 300.0, 12.0, 30.0)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + _waves(y, 160.0, 320.0, 12.0, 30.0) + _ripple(x)
    east = east + _ripple(x)
    phi = np.radians(lat)
    root_w = np.sqrt(1 - KRASOVSKY_E2 * np.sin(phi) ** 2)
    metres_per_radian_north = KRASOVSKY_A * (1 - KRASOVSKY_E2) / root_w**3
    metres_per_radian_east = KRASOVSKY_A / root_w * np.cos(phi)
    return np.degrees(east / metres_per_radian_east), np.degrees(north / metres_per_radian_north)


def _ripple(x: Floats) -> Floats:
    return (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0


def _waves(v: Floats, long: float, longest: float, divide: float, widest: float) -> Floats:
    near = (20.0 * np.sin(v * np.pi) + 40.0 * np.sin(v / 3.0 * np.pi)) * 2.0 / 3.0
    far = (long * np.sin(v / divide * np.pi) + longest * np.sin(v / widest * np.pi)) * 2.0 / 3.0
    return near + far


def _plain(x: Any, y: Any) -> Pair:
    """Numbers in, numbers out."""
    return (x, y) if np.ndim(x) else (float(x), float(y))

"""On which side of an edge a point lies, exactly.

Convention of the whole package: every point stands for itself moved by an infinitely small step to the east
and a still smaller one to the north. So a point on a shared border belongs to exactly one side (the eastern
one; on a border that runs due east, the northern one), and the half-open ray cast below is the same answer.

Signs come from floating point with a proven error bound (Shewchuk, *Adaptive Precision Floating-Point
Arithmetic and Fast Robust Geometric Predicates*, 1997, orient2d stage A); what the bound leaves open is
decided with rational numbers.
"""

from fractions import Fraction
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

ERROR_BOUND = (3.0 + 16.0 * 2.0**-53) * 2.0**-53
"""|det| above this times the sum of the two products, plus the floor, has the right sign."""
FLOOR = 1e-290
"""Below this a product may have lost its digits to underflow."""


class Edges(NamedTuple):
    """Edges that run upwards (a horizontal one eastwards), with the polygon each belongs to."""

    x1: Floats
    y1: Floats
    x2: Floats
    y2: Floats
    polygon: Ints

    def only(self, which: Ints | Bools | slice) -> "Edges":
        """The chosen edges."""
        x1, y1, x2, y2, polygon = self
        return Edges(x1[which], y1[which], x2[which], y2[which], polygon[which])


def edges_of(polygons: NDArray[np.object_]) -> Edges:
    """All edges of Polygons and MultiPolygons (holes included; even-odd rule), without those of no length."""
    parts, part_polygon = shapely.get_parts(polygons, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, point_ring = shapely.get_coordinates(rings, return_index=True)
    same = (point_ring[1:] == point_ring[:-1]) & (points[1:] != points[:-1]).any(axis=1)
    start, end = points[:-1][same], points[1:][same]
    polygon = part_polygon[ring_part[point_ring[:-1][same]]].astype(np.int64)
    down = (start[:, 1] > end[:, 1]) | ((start[:, 1] == end[:, 1]) & (start[:, 0] > end[:, 0]))
    low, high = np.where(down[:, None], end, start), np.where(down[:, None], start, end)
    x1, y1, x2, y2 = (np.ascontiguousarray(end[:, axis]) for end in (low, high) for axis in (0, 1))
    return Edges(x1, y1, x2, y2, polygon)


def exactly_left(edges: Edges, x: Floats, y: Floats) -> Bools:
    """Whether each point lies left of its edge, in rational arithmetic. Slow: for the few open cases."""
    answer = np.empty(len(x), dtype=np.bool_)
    for i in range(len(x)):
        x1, y1 = Fraction(float(edges.x1[i])), Fraction(float(edges.y1[i]))
        dx, dy = Fraction(float(edges.x2[i])) - x1, Fraction(float(edges.y2[i])) - y1
        det = dx * (Fraction(float(y[i])) - y1) - dy * (Fraction(float(x[i])) - x1)
        answer[i] = det > 0 or (det == 0 and dy == 0)
    return answer


def left_of(edges: Edges, x: Floats, y: Floats) -> Bools:
    """Whether each point lies left of the edge of the same index (looking upwards), exactly."""
    rise = (edges.x2 - edges.x1) * (y - edges.y1)
    run = (edges.y2 - edges.y1) * (x - edges.x1)
    det = rise - run
    left = det > 0
    doubtful = np.flatnonzero(np.abs(det) <= ERROR_BOUND * (np.abs(rise) + np.abs(run)) + FLOOR)
    if len(doubtful):
        left[doubtful] = settle(edges.only(doubtful), x[doubtful], y[doubtful])
    return left


def settle(edges: Edges, x: Floats, y: Floats) -> Bools:
    """Decide what the error bound left open. Where both products are nought the point is on the edge."""
    flat = edges.y1 == edges.y2
    rise_is_nought = (edges.x1 == edges.x2) | (y == edges.y1)
    hard = np.flatnonzero(~(rise_is_nought & (flat | (x == edges.x1))))
    left: Bools = flat.copy()
    if len(hard):
        left[hard] = exactly_left(edges.only(hard), x[hard], y[hard])
    return left


def inside(edges: Edges, x: float, y: float) -> bool:
    """Whether the polygon with these edges contains the point: the half-open ray cast to the east."""
    crossed = edges.only((edges.y1 <= y) & (y < edges.y2))
    count = len(crossed.x1)
    return bool(left_of(crossed, np.full(count, x), np.full(count, y)).sum() & 1)

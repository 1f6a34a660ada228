"""Which polygon a point lies in: a raster of answers over exact polygons.

A cell that no edge touches has one answer. A cell that edges touch keeps a starting point (on its left side)
with a known answer and the few edges that touch it: from there one walks north or south to the point's
latitude, then east to the point, and every edge crossed toggles its polygons. All signs are exact
(`predicates`), so the answer equals the ray cast over every edge of every polygon, for every point.

Polygons may have holes and parts (even-odd rule) and may overlap: the lowest index wins.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from youlin.apps.areas.geometry import predicates, raster
from youlin.apps.areas.geometry.predicates import ERROR_BOUND, FLOOR, Bools, Edges, Floats, Ints
from youlin.apps.areas.geometry.raster import Frame

CHUNK = 1 << 16
MOST_CELLS = 1 << 22
CELLS_PER_EDGE = 6
SLOTS = 64


class Locator:
    """Answers `index(lons, lats)`: for each point the index of its polygon, or -1.

    Memory is four bytes a cell (at most 16 MB) and about 80 a touched cell and edge.
    """

    def __init__(self, polygons: Sequence[Any] | NDArray[np.object_], cells: int | None = None) -> None:
        self.polygons = np.asarray(polygons, dtype=object)
        every = predicates.edges_of(self.polygons)
        self.empty = len(every.x1) == 0
        self._edges = every
        self._edge_start = np.searchsorted(self._edges.polygon, np.arange(len(self.polygons) + 1))
        self._bounds = shapely.bounds(self.polygons).reshape(-1, 4)
        if self.empty:
            return
        wanted = cells or min(max(CELLS_PER_EDGE * len(every.x1), 4096), MOST_CELLS)
        bounds = tuple(float(v) for v in shapely.total_bounds(self.polygons))
        self.frame = Frame.over(bounds, wanted)  # type: ignore[arg-type]
        self._build()

    # -- asking ---------------------------------------------------------------------------------------

    def index(self, lons: ArrayLike, lats: ArrayLike) -> NDArray[np.int32]:
        """Index of the polygon of each point, -1 outside all (and for what is not a number)."""
        x, y = np.ascontiguousarray(lons, dtype=np.float64), np.ascontiguousarray(lats, dtype=np.float64)
        answer = np.full(len(x), -1, dtype=np.int32)
        if self.empty:
            return answer
        waiting: list[Ints] = []
        for begin in range(0, len(x), CHUNK):
            part = slice(begin, begin + CHUNK)
            answer[part] = found = self._cell_values(x[part], y[part])
            waiting.append(np.flatnonzero(found < -1) + begin)
        border = np.concatenate(waiting) if waiting else np.empty(0, dtype=np.int64)
        for begin in range(0, len(border), CHUNK):
            points = border[begin : begin + CHUNK]
            answer[points] = self._at_border(-(answer[points].astype(np.int64) + 2), x[points], y[points])
        return answer

    def brute_force(self, lon: float, lat: float) -> int:
        """The same answer from every edge of every polygon whose box holds the point: the yardstick."""
        box = self._bounds
        near = (box[:, 0] <= lon) & (lon <= box[:, 2]) & (box[:, 1] <= lat) & (lat <= box[:, 3])
        for polygon in np.flatnonzero(near):
            if predicates.inside(self._edges_of(int(polygon)), lon, lat):
                return int(polygon)
        return -1

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays (the polygons themselves not counted)."""
        arrays = [value for value in vars(self).values() if isinstance(value, np.ndarray)]
        return sum(array.nbytes for array in arrays) + sum(column.nbytes for column in self._edges)

    def _edges_of(self, polygon: int) -> Edges:
        return self._edges.only(slice(self._edge_start[polygon], self._edge_start[polygon + 1]))

    def _cell_values(self, x: Floats, y: Floats) -> NDArray[np.int32]:
        frame = self.frame
        column = (x - frame.x0) * frame.sx
        row = (y - frame.y0) * frame.sy
        np.fmin(np.fmax(column, 0.0, out=column), frame.nx - 1, out=column)
        np.fmin(np.fmax(row, 0.0, out=row), frame.ny - 1, out=row)
        cell = row.astype(np.int64)
        cell *= frame.nx
        cell += column.astype(np.int64)
        return self._cells.take(cell)

    def _at_border(self, cell: Ints, x: Floats, y: Floats) -> Ints:
        """Answers for points in touched cells (numbered among themselves)."""
        counts = self._entry_count[cell]
        point, entry = raster.spread(self._entry_start[cell], counts)
        crossed = self._crossed(entry, cell[point], x[point], y[point])
        toggles = np.where(crossed, self._entry_slots[entry], np.uint64(0))
        begin = np.cumsum(counts) - counts
        slots = self._start_slots[cell] ^ np.bitwise_xor.reduceat(toggles, begin)
        lowest = np.bitwise_count((slots & (~slots + np.uint64(1))) - np.uint64(1)).astype(np.int64)
        any_slot = slots != 0
        answer = np.full(len(cell), -1, dtype=np.int64)
        answer[any_slot] = self._candidates[self._candidate_start[cell[any_slot]] + lowest[any_slot]]
        for i in np.flatnonzero(self._crowded[cell]) if self._any_crowded else ():
            answer[i] = self.brute_force(float(x[i]), float(y[i]))
        return answer

    def _crossed(self, entry: Ints, cell: Ints, x: Floats, y: Floats) -> Bools:
        """Whether the walk start → corner → point crosses the edge of each entry an odd number of times."""
        edge = self._entry_edge[entry]
        x1, y1, dx, dy, top = self._table.take(edge, axis=0).T
        corner_x = self._start_x[cell]
        rise, run, corner_run = dx * (y - y1), dy * (x - x1), dy * (corner_x - x1)
        beside = (y1 <= y) & (y < top)
        turns = self._entry_turns[entry]
        point_det, corner_det = rise - run, rise - corner_run
        size = np.abs(rise)
        doubtful = np.abs(point_det) <= ERROR_BOUND * (size + np.abs(run)) + FLOOR
        corner_doubtful = np.abs(corner_det) <= ERROR_BOUND * (size + np.abs(corner_run)) + FLOOR
        left, corner_left = point_det > 0, corner_det > 0
        self._settle(left, np.flatnonzero(doubtful & beside), edge, x, y)
        self._settle(corner_left, np.flatnonzero(corner_doubtful & (beside | turns)), edge, corner_x, y)
        east, north = beside & (left ^ corner_left), turns & (corner_left ^ self._entry_start_left[entry])
        crossed: Bools = east ^ north
        return crossed

    def _settle(self, left: Bools, which: Ints, edge: Ints, x: Floats, y: Floats) -> None:
        if len(which):
            left[which] = predicates.settle(self._unique.only(edge[which]), x[which], y[which])

    # -- building -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._unique, owner_edge, owner_polygon = _shared(self._edges)
        unique = self._unique
        self._table = np.stack(
            [unique.x1, unique.y1, unique.x2 - unique.x1, unique.y2 - unique.y1, unique.y2], axis=1
        )
        edge, cell = raster.touched_cells(unique, self.frame)
        order = np.argsort(cell, kind="stable")
        self._entry_edge, cell = edge[order], cell[order]
        self._entry_start = np.flatnonzero(np.diff(cell, prepend=-1))
        self._entry_count = np.diff(self._entry_start, append=len(cell))
        touched = cell[self._entry_start]
        crossings = raster.scan(self._edges, self.frame)
        self._cells = raster.fill(crossings, self.frame)
        self._cells[touched] = -2 - np.arange(len(touched), dtype=np.int32)
        border = np.repeat(np.arange(len(touched)), self._entry_count)
        row, column = touched // self.frame.nx, touched % self.frame.nx
        self._start_x, start_y = self.frame.left(column), self.frame.middle(row)
        self._turn(border, start_y)
        self._choose_slots(border, owner_edge, owner_polygon, self._starts(touched, crossings, start_y))

    def _turn(self, border: Ints, start_y: Floats) -> None:
        """For each entry: does its edge straddle the start's meridian, and on which side is the start."""
        edges = self._unique.only(self._entry_edge)
        x = self._start_x[border]
        self._entry_turns = (np.minimum(edges.x1, edges.x2) <= x) & (x < np.maximum(edges.x1, edges.x2))
        self._entry_start_left = np.zeros(len(border), dtype=np.bool_)
        which = np.flatnonzero(self._entry_turns)
        self._entry_start_left[which] = predicates.left_of(
            edges.only(which), x[which], start_y[border[which]]
        )

    def _starts(self, touched: Ints, crossings: raster.Crossings, start_y: Floats) -> tuple[Ints, Ints]:
        """(touched cell, polygon) pairs where the polygon holds the cell's starting point."""
        nx = self.frame.nx
        west = np.ceil((crossings.start - self.frame.x0) * self.frame.sx).astype(np.int64)
        east = np.ceil((crossings.end - self.frame.x0) * self.frame.sx).astype(np.int64)
        first = np.searchsorted(touched, crossings.row * nx + west)
        last = np.searchsorted(touched, crossings.row * nx + np.maximum(east, west))
        owner, border = raster.spread(first, last - first)
        polygon = crossings.polygon[owner]
        close = self._too_close(touched, crossings)
        if not len(close):
            return border, polygon
        sure = ~np.isin(border, close)
        again = [
            (int(b), p) for b in close for p in self._holding(float(self._start_x[b]), float(start_y[b]))
        ]
        more = np.array(again, dtype=np.int64).reshape(-1, 2)
        return np.concatenate([border[sure], more[:, 0]]), np.concatenate([polygon[sure], more[:, 1]])

    def _too_close(self, touched: Ints, crossings: raster.Crossings) -> Ints:
        """Touched cells whose start is so near a crossing that floating point must not decide."""
        x = (np.concatenate([crossings.start, crossings.end]) - self.frame.x0) * self.frame.sx
        column = np.rint(x)
        near = np.abs(x - column) < raster.MARGIN
        cell = np.concatenate([crossings.row, crossings.row])[near] * self.frame.nx + column[near].astype(
            np.int64
        )
        return np.flatnonzero(np.isin(touched, cell))

    def _holding(self, x: float, y: float) -> list[int]:
        box = self._bounds
        near = np.flatnonzero((box[:, 0] <= x) & (x <= box[:, 2]) & (box[:, 1] <= y) & (y <= box[:, 3]))
        return [int(p) for p in near if predicates.inside(self._edges_of(int(p)), x, y)]

    def _choose_slots(
        self, border: Ints, owner_edge: Ints, owner_polygon: Ints, starts: tuple[Ints, Ints]
    ) -> None:
        """Give the polygons of each touched cell a bit, lowest index first; starts and toggles are bits."""
        first_owner = np.searchsorted(owner_edge, np.arange(len(self._unique.x1) + 1))
        begin = first_owner[self._entry_edge]
        entry, owner = raster.spread(begin, first_owner[self._entry_edge + 1] - begin)
        polygons = len(self.polygons)
        entry_key = border[entry] * polygons + owner_polygon[owner]
        start_key = starts[0] * polygons + starts[1]
        keys = np.sort(np.concatenate([entry_key, start_key]))
        keys = keys[np.diff(keys, prepend=-1) > 0]
        cells = len(self._entry_start)
        self._candidates = keys % polygons
        self._candidate_start = np.searchsorted(keys, np.arange(cells) * polygons)
        counts = np.diff(np.append(self._candidate_start, len(keys)))
        self._crowded = counts > SLOTS
        self._any_crowded = bool(self._crowded.any())
        self._start_slots = np.zeros(cells, dtype=np.uint64)
        self._entry_slots = np.zeros(len(border), dtype=np.uint64)
        np.bitwise_xor.at(self._start_slots, starts[0], self._bit(keys, start_key, starts[0]))
        np.bitwise_xor.at(self._entry_slots, entry, self._bit(keys, entry_key, border[entry]))

    def _bit(self, keys: Ints, key: Ints, cell: Ints) -> NDArray[np.uint64]:
        slot = np.searchsorted(keys, key) - self._candidate_start[cell]
        bits: NDArray[np.uint64] = np.left_shift(np.uint64(1), np.minimum(slot, SLOTS - 1).astype(np.uint64))
        return bits


def _shared(edges: Edges) -> tuple[Edges, Ints, Ints]:
    """Edges without repetition, and for each the polygons it belongs to: (edges, edge number, polygon).

    Equal edges are brought together by a hash; two that collide merely stay apart, which is as right.
    """
    order = np.argsort(_hash(edges), kind="stable")
    sorted_edges = edges.only(order)
    new = np.ones(len(order), dtype=np.bool_)
    columns = sorted_edges[:4]
    new[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return sorted_edges.only(new), np.cumsum(new) - 1, sorted_edges.polygon


def _hash(edges: Edges) -> Ints:
    value = np.zeros(len(edges.x1), dtype=np.int64)
    for column in edges[:4]:
        value ^= (column + 0.0).view(np.int64)
        value *= 0x2545F4914F6CDD1D
        value ^= value >> 29
    return value

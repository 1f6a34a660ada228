"""Building blocks of the locator: which cells an edge touches, and what a scan line along a row crosses.

All take a `Frame`: `nx` × `ny` square-ish cells over a bounding box, cell = row × nx + column.
"""

from typing import NamedTuple

import numpy as np

from youlin.apps.areas.geometry.predicates import Edges, Floats, Ints

MARGIN = 1e-6
"""Cells are taken as larger by this share of their side, so that rounding never hides an edge."""


class Frame(NamedTuple):
    """A raster over a bounding box; `sx`, `sy` are cells per degree."""

    x0: float
    y0: float
    sx: float
    sy: float
    nx: int
    ny: int

    @classmethod
    def over(cls, bounds: tuple[float, float, float, float], cells: int) -> "Frame":
        """A raster of about `cells` cells with a ring of empty ones around, off every round coordinate."""
        x0, y0, x1, y1 = bounds
        width, height = max(x1 - x0, 1e-9), max(y1 - y0, 1e-9)
        side = float(np.sqrt(width * height / cells))
        side = max(side, width / cells, height / cells)
        nx, ny = int(width / side) + 4, int(height / side) + 4
        shift = side * (1 + 1 / np.pi)
        return cls(x0 - shift, y0 - shift, 1 / side, 1 / side, nx, ny)

    def left(self, column: Ints) -> Floats:
        """Longitude of the left side of a column."""
        return np.asarray(self.x0 + column / self.sx, dtype=np.float64)

    def middle(self, row: Ints) -> Floats:
        """Latitude of the middle line of a row."""
        return np.asarray(self.y0 + (row + 0.5) / self.sy, dtype=np.float64)


class Crossings(NamedTuple):
    """Stretches [start, end) of the middle line of a row that lie inside a polygon (degrees)."""

    row: Ints
    polygon: Ints
    start: Floats
    end: Floats


def spread(first: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """The owner and the value of every number in ranges that start at `first` and hold `counts` numbers."""
    owner = np.repeat(np.arange(len(counts)), counts)
    begin = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - np.repeat(begin - first, counts)


def touched_cells(edges: Edges, frame: Frame) -> tuple[Ints, Ints]:
    """Every (edge, cell) pair where the edge touches the cell, or passes it by less than the margin."""
    x1, x2 = (edges.x1 - frame.x0) * frame.sx, (edges.x2 - frame.x0) * frame.sx
    y1, y2 = (edges.y1 - frame.y0) * frame.sy, (edges.y2 - frame.y0) * frame.sy
    lowest, highest = np.floor(y1 - MARGIN).astype(np.int64), np.floor(y2 + MARGIN).astype(np.int64)
    edge, row = spread(lowest, highest - lowest + 1)
    rise = np.where(y2 > y1, y2 - y1, 1.0)[edge]
    flat = (y2 <= y1)[edge]
    enter = np.where(flat, 0.0, np.clip((row - MARGIN - y1[edge]) / rise, 0.0, 1.0))
    leave = np.where(flat, 1.0, np.clip((row + 1 + MARGIN - y1[edge]) / rise, 0.0, 1.0))
    run = (x2 - x1)[edge]
    a, b = x1[edge] + enter * run, x1[edge] + leave * run
    west = np.floor(np.minimum(a, b) - MARGIN).astype(np.int64)
    east = np.floor(np.maximum(a, b) + MARGIN).astype(np.int64)
    piece, column = spread(west, east - west + 1)
    return edge[piece], row[piece] * frame.nx + column


def scan(edges: Edges, frame: Frame) -> Crossings:
    """Cross every row's middle line with all polygons (half-open, so crossings of a polygon pair up)."""
    first = _first_row(edges.y1, frame)
    edge, row = spread(first, _first_row(edges.y2, frame) - first)
    y = frame.middle(row)
    share = (y - edges.y1[edge]) / (edges.y2 - edges.y1)[edge]
    x = edges.x1[edge] + share * (edges.x2 - edges.x1)[edge]
    polygon = edges.polygon[edge]
    order = np.lexsort((x, polygon, row))
    row, polygon, x = row[order], polygon[order], x[order]
    return Crossings(row[::2], polygon[::2], x[::2], x[1::2])


def _first_row(y: Floats, frame: Frame) -> Ints:
    """The first row whose middle line is at or above `y`, by the very floats that `middle` gives."""
    row = np.ceil((y - frame.y0) * frame.sy - 0.5).astype(np.int64)
    row += (frame.middle(row) < y).astype(np.int64)
    row -= (frame.middle(row - 1) >= y).astype(np.int64)
    return row


def fill(crossings: Crossings, frame: Frame) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Code of the polygon at the middle of every cell, -1 for none; the lowest number wins an overlap."""
    west = np.ceil((crossings.start - frame.x0) * frame.sx - 0.5).astype(np.int64)
    east = np.ceil((crossings.end - frame.x0) * frame.sx - 0.5).astype(np.int64)
    order = np.argsort(-crossings.polygon, kind="stable")
    length = np.maximum(east - west, 0)[order]
    owner, column = spread(west[order], length)
    cells = np.full(frame.nx * frame.ny, -1, dtype=np.int32)
    cells[crossings.row[order][owner] * frame.nx + column] = crossings.polygon[order][owner]
    return cells

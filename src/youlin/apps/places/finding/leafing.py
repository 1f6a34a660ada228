"""All that fit in one order for everybody, to be leafed through; and what lies in one tile of a map."""

import threading
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from youlin.apps.places.finding.asking import Asked, fitting
from youlin.apps.places.finding.columns import Columns, columns_of
from youlin.apps.places.finding.seeing import Box, Bunch


class Leaf(NamedTuple):
    """Some of those that fit, and how many fit in all."""

    ids: list[UUID]
    total: int


class InTile(NamedTuple):
    """Either the places of a tile or, where they are many, its bunches; never both."""

    ids: list[UUID]
    bunches: list[Bunch]


_orders: dict[str, tuple[list[UUID], NDArray[np.intp]]] = {}
_lock = threading.Lock()


def leaf(asked: Asked, box: Box | None, *, skip: int, most: int) -> Leaf:
    """Those that fit within a part of the map (None: the whole) in the order of their ids, without the first `skip`."""
    columns = columns_of(asked.district)
    fits = fitting(columns, asked)
    if box is not None:
        west, south, east, north = box
        fits &= (columns.lons >= west) & (columns.lons <= east)
        fits &= (columns.lats >= south) & (columns.lats <= north)
    order = _order(columns)
    places = order[fits[order]]
    return Leaf([columns.ids[place] for place in places[skip : skip + most]], len(places))


def in_tile(asked: Asked, box: Box, *, most: int, cells: int) -> InTile:
    """What a tile shows: its places, or one bunch for each of `cells` × `cells` parts where they are more than `most`.

    A tile has its western and northern edge, not the others: every place is in one tile of a zoom, never in two.
    """
    columns = columns_of(asked.district)
    west, south, east, north = box
    fits = fitting(columns, asked)
    fits &= (columns.lons >= west) & (columns.lons < east)
    fits &= (columns.lats > south) & (columns.lats <= north)
    places = np.flatnonzero(fits)
    if len(places) > most:
        return InTile([], _bunches(columns, places, box, cells))
    return InTile(sorted(columns.ids[place] for place in places), [])


def _bunches(columns: Columns, places: NDArray[np.intp], box: Box, cells: int) -> list[Bunch]:
    west, south, east, north = box
    lons, lats = columns.lons[places], columns.lats[places]
    column = np.minimum(((lons - west) / (east - west) * cells).astype(np.int64), cells - 1)
    line = np.minimum(((north - lats) / (north - south) * cells).astype(np.int64), cells - 1)
    cell = line * cells + column
    numbers = np.bincount(cell, minlength=cells * cells)
    sums = (np.bincount(cell, of, cells * cells) for of in (lons, lats))
    middles = zip(*sums, strict=True)
    return [
        Bunch(str(number), float(x / count), float(y / count), int(count))
        for number, (count, (x, y)) in enumerate(zip(numbers, middles, strict=True))
        if count
    ]


def _order(columns: Columns) -> NDArray[np.intp]:
    """The places by their ids, worked out once for each set of columns."""
    held = _orders.get(columns.district)
    if held is not None and held[0] is columns.ids:
        return held[1]
    with _lock:
        order: NDArray[np.intp] = np.array(
            sorted(range(len(columns.ids)), key=lambda place: columns.ids[place].int), np.intp
        )
        _orders[columns.district] = (columns.ids, order)
    return order

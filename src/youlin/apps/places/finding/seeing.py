"""What a map shows of all that fit: the places themselves, or bunches where there would be too many."""

from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from youlin.apps.places.finding.asking import Asked, fitting
from youlin.apps.places.finding.columns import Columns, columns_of

Box = tuple[float, float, float, float]
"""West, south, east, north."""

CELLS = 16
"""So many cells across a part of the map, and as many down."""


class Bunch(NamedTuple):
    """Places of one cell of the map: how many, and their middle."""

    id: str
    lon: float
    lat: float
    number: int


class Seen(NamedTuple):
    """Either the places or the bunches; never both."""

    ids: list[UUID]
    bunches: list[Bunch]


def seen(asked: Asked, box: Box | None, most: int) -> Seen:
    """All that fit within a part of the map (None: the whole); bunches when they are more than `most`."""
    columns = columns_of(asked.district)
    fits = fitting(columns, asked)
    if box is not None:
        west, south, east, north = box
        fits &= (columns.lons >= west) & (columns.lons <= east)
        fits &= (columns.lats >= south) & (columns.lats <= north)
    places = np.flatnonzero(fits)
    if len(places) <= most:
        return Seen([columns.ids[place] for place in places], [])
    return Seen([], _bunches(columns, places))


def _bunches(columns: Columns, places: NDArray[np.intp]) -> list[Bunch]:
    lons, lats = columns.lons[places], columns.lats[places]
    cells = _cell(lons) * CELLS + _cell(lats)
    numbers = np.bincount(cells, minlength=CELLS * CELLS)
    middles = zip(*(np.bincount(cells, of, CELLS * CELLS) for of in (lons, lats)), strict=True)
    return [
        Bunch(f"{cell}", float(x / count), float(y / count), int(count))
        for cell, (count, (x, y)) in enumerate(zip(numbers, middles, strict=True))
        if count
    ]


def _cell(degrees: NDArray[np.float64]) -> NDArray[np.int64]:
    """The cell of each number between the least and the greatest."""
    least, most = degrees.min(), degrees.max()
    share = (degrees - least) / (most - least or 1.0)
    cells: NDArray[np.int64] = np.minimum((share * CELLS).astype(np.int64), CELLS - 1)
    return cells

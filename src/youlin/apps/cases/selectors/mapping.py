"""Cases on a map: each as a point where they are few, cells of a grid with their numbers where they are many.

Whatever is on the map, a browser gets at most `FEW` points or `CELLS`² clusters and a line more on each side. Where
place alone decides, clusters are read from counts that are kept for cells of fixed widths (`kernel.tallies`), so that
they cost the same however many cases there are; cells at the edge of what is looked at are counted whole.
"""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, F, Max, Min, Q, QuerySet

from youlin.apps.cases import clocks
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors import filtering
from youlin.apps.cases.selectors.rows import Box, Cluster, MapPoint
from youlin.apps.cases.words import SEARCH_KIND
from youlin.kernel import tallies
from youlin.kernel.cells import Cell

FEW = 400
CELLS = 20
COLUMNS = ("number", "lon", "lat", "is_open", "light_at", "due_at", "title", "category")
"""What a point needs of a case."""
_LINE = 1_000
"""Column and line of a cell are one number: a database groups by one sooner than by two."""


@dataclass(frozen=True)
class Drawn:
    """Where cases are drawn: expressions for longitude and latitude, and the condition to lie in a box."""

    lon: Any
    lat: Any
    within: Callable[[Box], Q]


AS_THEY_ARE = Drawn(F("lon"), F("lat"), filtering.within)
"""For those who may know the place."""


def look(
    rows: QuerySet[Case], drawn: Drawn, *, box: Box | None, late: Q
) -> tuple[QuerySet[Case], tuple[Cluster, ...]]:
    """The cases of `rows` in `box` (None: everywhere) to be read if they are few, else none of them and clusters.

    At most three queries, none of which reads a case: building them costs more than finding them.
    """
    rows = rows.filter(lon__isnull=False, lat__isnull=False).order_by()
    if box is not None:
        rows = rows.filter(drawn.within(box))
    if rows.values("pk")[: FEW + 1].count() <= FEW:
        return rows, ()
    return rows.none(), _clusters(rows, drawn, box or _extent(rows), late)


def counted(districts: Collection[str], scope: Q, *, box: Box | None, now: datetime) -> tuple[Cluster, ...]:
    """The clusters of open cases in `box` (None: everywhere) from the counts of cells, as they are now.

    `scope` is a condition on `district`, `area` and `confidential`. None where cases are few, or where somebody looks
    closer than counts are kept: then the cases themselves are few enough to be read. At most two queries.
    """
    if box is None:
        whole = tallies.cells(SEARCH_KIND, districts, scope, level=_COARSE, now=now)
        if sum(cell.number for cell in whole) <= FEW:
            return ()
        box = _around(whole)
    side = max(box[2] - box[0], box[3] - box[1], 1e-6)
    level = max(0, math.floor(math.log2(CELLS / side)))
    if level > tallies.FINEST:
        return ()
    within = tallies.span(box, level)
    seen = tallies.cells(SEARCH_KIND, districts, scope, level=level, now=now, within=within)
    if sum(cell.number for cell in seen) <= FEW:
        return ()
    return tuple(
        Cluster(f"{level}.{cell.x}.{cell.y}", cell.lon, cell.lat, cell.number, cell.late) for cell in seen
    )


_COARSE = 7
"""The level at which it is looked how far all cases reach."""


def _around(cells: Sequence[tallies.Seen]) -> Box:
    wide = 2**_COARSE
    xs, ys = [cell.x for cell in cells], [cell.y for cell in cells]
    last = 1 - 1e-9
    west, east = min(xs) / wide - 180, (max(xs) + last) / wide - 180
    return west, min(ys) / wide - 90, east, (max(ys) + last) / wide - 90


def points(rows: QuerySet[Case], now: datetime) -> tuple[MapPoint, ...]:
    """Cases as points, in their order."""
    return tuple(
        MapPoint(number, lon, lat, clocks.light_at(is_open, light_at, due_at, now), title, category)
        for number, lon, lat, is_open, light_at, due_at, title, category in rows.values_list(*COLUMNS)
        if lon is not None and lat is not None
    )


def _clusters(rows: QuerySet[Case], drawn: Drawn, box: Box, late: Q) -> tuple[Cluster, ...]:
    west, south, east, north = box
    step = max(east - west, north - south, 1e-6) / CELLS
    cells = (
        rows.annotate(shown_lon=drawn.lon, shown_lat=drawn.lat)
        .annotate(
            cell=Cell(F("shown_lon"), west - step / 2, step)
            + Cell(F("shown_lat"), south - step / 2, step) * _LINE
        )
        .values("cell")
        .annotate(
            number=Count("*"),
            late=Count("shown_lat", filter=late),
            lon=Avg("shown_lon"),
            lat=Avg("shown_lat"),
        )
    )
    return tuple(
        Cluster(f"{cell % _LINE}.{cell // _LINE}", lon, lat, number, late)
        for cell, number, late, lon, lat in cells.order_by("cell").values_list(
            "cell", "number", "late", "lon", "lat"
        )
    )


def _extent(rows: QuerySet[Case]) -> Box:
    found = rows.aggregate(west=Min("lon"), south=Min("lat"), east=Max("lon"), north=Max("lat"))
    return found["west"], found["south"], found["east"], found["north"]

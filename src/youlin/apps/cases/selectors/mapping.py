"""Cases on a map: each as a point where they are few, cells of a grid with their numbers where they are many.

Whatever is on the map, a browser gets at most `FEW` points or `CELLS`² clusters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, F, Max, Min, Q, QuerySet

from youlin.apps.cases import clocks
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors import filtering
from youlin.apps.cases.selectors.rows import Box, Cluster, MapPoint
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

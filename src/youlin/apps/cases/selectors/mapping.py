"""Cases on a map: each as a point where they are few, cells of a grid with their numbers where they are many.

Whatever is on the map, a browser gets at most `FEW` points or `CELLS`² clusters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, Max, Min, Q, QuerySet

from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors import filtering
from youlin.apps.cases.selectors.rows import Box, Cluster, MapPoint
from youlin.apps.cases.words import Light
from youlin.kernel.cells import Cell

FEW = 400
CELLS = 20
COLUMNS = (
    "district",
    "number",
    "lon",
    "lat",
    "is_open",
    "light_at",
    "due_at",
    "title",
    "category",
)
"""What a point needs of a case."""


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
) -> tuple[list[Case], tuple[Cluster, ...]]:
    """The cases of `rows` in `box` (None: everywhere) if they are few, else clusters. At most three queries."""
    rows = rows.filter(lon__isnull=False, lat__isnull=False).order_by()
    if box is not None:
        rows = rows.filter(drawn.within(box))
    few = list(rows[: FEW + 1])
    if len(few) <= FEW:
        return few, ()
    return [], _clusters(rows, drawn, box or _extent(rows), late)


def point(case: Case, light: Light) -> MapPoint:
    """A case as a point."""
    return MapPoint(case.number, case.lon or 0.0, case.lat or 0.0, light, case.title, case.category)


def _clusters(rows: QuerySet[Case], drawn: Drawn, box: Box, late: Q) -> tuple[Cluster, ...]:
    west, south, east, north = box
    step = max(east - west, north - south, 1e-6) / CELLS
    cells = (
        rows.annotate(shown_lon=drawn.lon, shown_lat=drawn.lat)
        .annotate(
            column=Cell(F("shown_lon"), west - step / 2, step),
            line=Cell(F("shown_lat"), south - step / 2, step),
        )
        .values("column", "line")
        .annotate(
            number=Count("pk"), late=Count("pk", filter=late), lon=Avg("shown_lon"), lat=Avg("shown_lat")
        )
    )
    return tuple(
        Cluster(f"{one['column']}.{one['line']}", one["lon"], one["lat"], one["number"], one["late"])
        for one in cells.order_by("line", "column")
    )


def _extent(rows: QuerySet[Case]) -> Box:
    found = rows.aggregate(west=Min("lon"), south=Min("lat"), east=Max("lon"), north=Max("lat"))
    return found["west"], found["south"], found["east"], found["north"]

"""Rows of boundaries: what is computed from a geometry, for one or thousands at a time."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from youlin.apps.areas.geometry import metric
from youlin.apps.areas.models import Area, Boundary, holds_on

BATCH = 500


def rows(
    areas: Sequence[Area],
    geometries: Sequence[Any] | NDArray[np.object_],
    *,
    source: str,
    synthesised: bool = False,
    valid_from: date | None = None,
) -> list[Boundary]:
    """Unsaved boundaries, one for each area; they begin with their area unless `valid_from` is given."""
    if not len(areas):
        return []
    shapes = np.array(geometries, dtype=object)
    boxes, size, labels = shapely.bounds(shapes), metric.areas_m2(shapes), label_points(shapes)
    wkb = shapely.to_wkb(shapes)
    return [
        Boundary(
            district=area.district,
            area=area,
            wkb=bytes(wkb[i]),
            min_lon=float(boxes[i, 0]),
            min_lat=float(boxes[i, 1]),
            max_lon=float(boxes[i, 2]),
            max_lat=float(boxes[i, 3]),
            label_lon=float(labels[i, 0]),
            label_lat=float(labels[i, 1]),
            area_m2=float(size[i]),
            source=source[:200],
            synthesised=synthesised,
            valid_from=valid_from or area.valid_from,
        )
        for i, area in enumerate(areas)
    ]


def label_points(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Where to write each name: the centroid if it lies inside, else a point that does."""
    middle = shapely.centroid(shapes)
    sound = shapely.is_valid(shapes)
    away = np.flatnonzero(sound & ~_contains(shapes, middle, sound))
    middle[away] = shapely.point_on_surface(shapes[away])
    points: NDArray[np.float64] = shapely.get_coordinates(middle)
    return points


def _contains(
    shapes: NDArray[np.object_], points: NDArray[np.object_], sound: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    inside = np.zeros(len(shapes), dtype=np.bool_)
    inside[sound] = shapely.contains(shapes[sound], points[sound])
    return inside


def insert(boundaries: Iterable[Boundary]) -> int:
    """Save unsaved boundaries."""
    return len(Boundary.objects.bulk_create(boundaries, batch_size=BATCH))


def of_areas(areas: Iterable[Area], day: date) -> dict[str, Any]:
    """Code → geometry of the areas (of one district) that have a boundary on a day."""
    ids = {area.pk: area for area in areas}
    if not ids:
        return {}
    district = next(iter(ids.values())).district
    found = Boundary.objects.filter(holds_on(day), district=district).values_list("area_id", "wkb")
    return {ids[area].code: shapely.from_wkb(bytes(wkb)) for area, wkb in found if area in ids}

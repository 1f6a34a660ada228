"""Point → area over all districts: one exact locator for each district, level and set of dated boundaries."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.db.models import Max, Min

from youlin.apps.areas import profiles, versions
from youlin.apps.areas.geometry import finding
from youlin.apps.areas.geometry.finding import Codes, Floats
from youlin.apps.areas.geometry.locator import Locator
from youlin.apps.areas.models import Boundary

_MOST_DAYS = 400
"""Days and levels whose locator is remembered: imports ask for many days, one after another."""


class Dates(NamedTuple):
    """One boundary without its geometry."""

    id: Any
    code: str
    level: str
    valid_from: date
    valid_to: date | None


class DistrictPlaces:
    """The boundaries of one district, and the locators built from them so far."""

    def __init__(self, district: str) -> None:
        self.district = district
        columns = ("id", "area__code", "area__level", "valid_from", "valid_to")
        found = Boundary.objects.filter(district=district).order_by("area__code", "id").values_list(*columns)
        self.boundaries = [Dates(*row) for row in found]
        self._locators: dict[tuple[Any, ...], tuple[Locator, Codes]] = {}
        self._on_day: dict[tuple[str, date], tuple[Locator, Codes]] = {}

    def locator(self, level: str, day: date) -> tuple[Locator, Codes]:
        """The locator of a level as it is on a day, and the code of each of its polygons."""
        known = self._on_day.get((level, day))
        if known is None:
            if len(self._on_day) >= _MOST_DAYS:
                self._on_day.clear()
            known = self._on_day[level, day] = self._dated(level, day)
        return known

    def _dated(self, level: str, day: date) -> tuple[Locator, Codes]:
        """The same, for each set of boundaries only once, whatever the number of days it holds on."""
        valid = [
            row
            for row in self.boundaries
            if row.level == level and row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
        ]
        key = tuple(row.id for row in valid)
        if key not in self._locators:
            shapes = dict(
                Boundary.objects.filter(district=self.district, id__in=key).values_list("id", "wkb")
            )
            polygons = shapely.from_wkb([bytes(shapes[row.id]) for row in valid])
            codes = np.array([row.code for row in valid], dtype=finding.CODE)
            self._locators[key] = Locator(polygons), codes
        return self._locators[key]


class Extent(NamedTuple):
    """The box of all boundaries of a level in a district."""

    district: str
    level: str
    west: float
    south: float
    east: float
    north: float


def find(lons: Floats, lats: Floats, day: date, prefix: str = "") -> Codes:
    """Code of the deepest area of each point on a day, "" where there is none.

    A dedicated grid goes before a unit grid, that before a community, and so on up; where areas of one level
    overlap the lower code answers. `prefix` keeps to districts at or under a code.
    """
    return finding.find(lons, lats, parts(day, prefix))


def parts(day: date, prefix: str = "") -> Iterator[finding.Part]:
    """What is asked one after the other: each level of each district, with the locator as it is on the day."""
    for extent in _extents(prefix):
        box = extent.west, extent.south, extent.east, extent.north
        yield finding.Part(box, partial(_locator, extent.district, extent.level, day))


def _locator(district: str, level: str, day: date) -> tuple[Locator, Codes]:
    return _places(district).locator(level, day)


def _places(district: str) -> DistrictPlaces:
    version = versions.of(district, profiles.active().width(profiles.active().shard))
    return versions.cached("places", district, version, lambda: DistrictPlaces(district))


def _extents(prefix: str) -> list[Extent]:
    """Deepest level first, then by district."""
    shard = profiles.active().width(profiles.active().shard)
    prefix = prefix[:shard]
    return versions.cached("extents", prefix, versions.of(prefix, shard), lambda: _read_extents(prefix))


def _read_extents(prefix: str) -> list[Extent]:
    rows = (
        Boundary.objects.filter(district__startswith=prefix)
        .values_list("district", "area__level")
        .annotate(west=Min("min_lon"), south=Min("min_lat"), east=Max("max_lon"), north=Max("max_lat"))
        .order_by("district")
    )
    order = list(profiles.LEVEL_NAMES)
    return sorted(
        (Extent(*row) for row in rows), key=lambda extent: (-order.index(extent.level), extent.district)
    )

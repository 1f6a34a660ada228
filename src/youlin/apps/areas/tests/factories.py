"""A town on a lattice: areas are rectangles, so every figure can be worked out by hand."""

from datetime import date

import factory
import shapely

from youlin.apps.areas import outlines, profiles
from youlin.apps.areas.models import UNKNOWN_START, Area, Boundary

STEP = 0.01
WEST, SOUTH = 116.0, 39.0


class AreaFactory(factory.django.DjangoModelFactory):
    """An area; its level and district follow from its code."""

    class Meta:
        model = Area

    code = "990101"
    name = factory.LazyAttribute(lambda area: f"区域{area.code}")
    level = factory.LazyAttribute(lambda area: profiles.active().level(area.code))
    district = factory.LazyAttribute(lambda area: profiles.active().district(area.code))


def box(x: float, y: float, width: float = 1, height: float = 1) -> shapely.Polygon:
    """A rectangle on the lattice, `x` steps east and `y` steps north of the town's corner."""
    west, south = WEST + x * STEP, SOUTH + y * STEP
    return shapely.box(west, south, west + width * STEP, south + height * STEP)


def middle(x: float, y: float) -> tuple[float, float]:
    """The point in the middle of the unit square at `x`, `y`."""
    return WEST + (x + 0.5) * STEP, SOUTH + (y + 0.5) * STEP


def drawn(area: Area, shape: shapely.Geometry, valid_from: date = UNKNOWN_START) -> Boundary:
    """An outline for an area."""
    boundary = outlines.rows([area], [shape], source="test", valid_from=valid_from)[0]
    boundary.save()
    return boundary


def town(code: str = "990101", x: int = 0) -> dict[str, Area]:
    """A district of 4 × 2 squares: two streets of 2 × 2, each with two communities, west and east.

    Street ‹code›001 is west of street ‹code›002; communities 001 and 002 are columns of two squares.
    """
    areas = {code: AreaFactory(code=code, name=f"{code[-2:]}区")}
    drawn(areas[code], box(x, 0, 4, 2))
    for i, street in enumerate(("001", "002")):
        areas[code + street] = AreaFactory(code=code + street, name=f"{street}街道")
        drawn(areas[code + street], box(x + 2 * i, 0, 2, 2))
        for j, community in enumerate(("001", "002")):
            full = code + street + community
            areas[full] = AreaFactory(code=full, name=f"{street[-1]}{community[-1]}社区居委会")
            drawn(areas[full], box(x + 2 * i + j, 0, 1, 2))
    return areas

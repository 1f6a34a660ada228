"""What machines read of public places: leafed through in one order, by number, and as tiles of a map."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from youlin.apps.places import revisions
from youlin.apps.places.finding import Asked, Box, Bunch
from youlin.apps.places.finding.leafing import in_tile, leaf
from youlin.apps.places.models import Place
from youlin.apps.places.models.declared import ROLES
from youlin.apps.places.selectors import Look, PlaceRow, rows_of
from youlin.kernel import ids
from youlin.kernel.errors import NotFound

EVERY_ROLE = tuple(role for role, _name in ROLES)


class Spot(NamedTuple):
    """A place as a tile tells it."""

    number: str
    name: str
    name_en: str
    kind: str
    lon: float
    lat: float


class Tile(NamedTuple):
    """The places of a tile or, where they are many, bunches; never both."""

    spots: list[Spot]
    bunches: list[Bunch]


def leafed(asked: Asked, *, box: Box | None, skip: int, most: int) -> Look:
    """Public places that fit in the order in which they were registered, and how many fit in all."""
    found = leaf(asked, box, skip=skip, most=most)
    return Look(rows_of(asked.district, found.ids), found.total)


def numbered(district: str, number: str) -> PlaceRow:
    """The public place with this number. Raises `NotFound`."""
    known = Place.objects.filter(
        district=district, number=ids.normalise_number(number), public=True, retired_at=None
    )
    rows = rows_of(district, list(known.values_list("id", flat=True)))
    if not rows:
        raise NotFound(_("没有这个地点，或它已不开放"))
    return rows[0]


def tile(district: str, box: Box, *, most: int, cells: int) -> Tile:
    """The public places of a part of the map: each with its name, or how many stand where."""
    asked = Asked(district, 0.0, 0.0, roles=EVERY_ROLE)
    found = in_tile(asked, box, most=most, cells=cells)
    rows = Place.objects.filter(district=district, id__in=found.ids).order_by("id")
    told = rows.values_list("number", "name", "name_en", "kind__code", "lon", "lat")
    return Tile([Spot(*row) for row in told] if found.ids else [], found.bunches)


def version(district: str) -> int:
    """Another number after every change of the district's places."""
    return revisions.latest(district)

"""The ways into a place: numbered on a map of their own and, with the same numbers, in a list that says what it shows."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from youlin.apps.areas import selectors as areas
from youlin.apps.places import selectors as places
from youlin.apps.places.selectors import PlacePage, PlaceRow
from youlin.doors import maps
from youlin.doors.portal.places.asking import Search

SIDES = (
    _lazy("北"), _lazy("东北"), _lazy("东"), _lazy("东南"), _lazy("南"), _lazy("西南"), _lazy("西"), _lazy("西北"),
)  # fmt: skip
LIGHTS = {True: "ok", False: "soon", None: "none"}
LEAST_WIDTH = 160.0
"""Metres that are shown across, however near the ways in are."""
SPARE = 2.6
"""How much wider than the farthest way in, so that none lies on the edge."""
NEAR = 5.0
METRES_A_DEGREE = 111_195.0
WIDTH, HEIGHT = 360.0, 210.0


class Way(NamedTuple):
    """One way in: its number on the map and in the list, its mark, and where it lies from the place's point."""

    number: int
    name: str
    note: str
    step_free: bool | None
    light: str
    where: str
    lon: float
    lat: float


def ways(page: PlacePage) -> list[Way]:
    """The ways in, in their order."""
    return [
        Way(
            number,
            one.name,
            one.note,
            one.step_free,
            LIGHTS[one.step_free],
            _where(page.row, one.lon, one.lat),
            one.lon,
            one.lat,
        )
        for number, one in enumerate(page.entrances, 1)
    ]


def _where(row: PlaceRow, lon: float, lat: float) -> str:
    """How far and on which side; nothing where it is the place's point itself."""
    east, north = _metres(row, lon, lat)
    far = math.hypot(east, north)
    if far < NEAR:
        return ""
    side = SIDES[round(math.degrees(math.atan2(east, north)) / 45) % 8]
    return _("%(side)s面 %(n)s 米") % {"side": side, "n": max(5, round(far / 5) * 5)}


def _metres(row: PlaceRow, lon: float, lat: float) -> tuple[float, float]:
    east = (lon - row.lon) * METRES_A_DEGREE * math.cos(math.radians(row.lat))
    return east, (lat - row.lat) * METRES_A_DEGREE


def by_which(search: Search, rows: Sequence[PlaceRow]) -> dict[UUID, str]:
    """By which way one goes in, in words: the nearest to where one stands, of those without steps if these are asked
    for. Nothing where neither is said; one query."""
    if search.here is None and not search.wheelchair:
        return {}
    known = places.entrances_of(search.district, [row.id for row in rows])
    return {row.id: _by_which(search, row, known[row.id]) for row in rows if row.id in known}


def _by_which(search: Search, row: PlaceRow, found: Sequence[Any]) -> str:
    level = [one for one in found if one.step_free]
    if search.wheelchair and not level:
        return _("出入口都有台阶") if all(one.step_free is False for one in found) else ""
    lon, lat = search.here or (row.lon, row.lat)
    fit = level if search.wheelchair else found
    east, north = _metres(row, lon, lat)
    far = {one.id: math.dist(_metres(row, one.lon, one.lat), (east, north)) for one in fit}
    best = min(fit, key=lambda one: (far[one.id], one.position))
    words = _("从%(name)s进，无台阶") if best.step_free else _("从%(name)s进")
    return words % {"name": best.name}


def picture(row: PlaceRow, found: Sequence[Way]) -> dict[str, Any] | None:
    """A drawing of the place's surroundings with its ways in; `width` is how many metres it shows across."""
    if not found or not row.area:
        return None
    street = next((c for c in (row.area, *areas.ancestors(row.area)) if areas.level(c) == "street"), row.area)
    drawn = maps.drawing(street, "community", WIDTH, HEIGHT)
    far = max(_reach(*_metres(row, one.lon, one.lat)) for one in found)
    width = max(LEAST_WIDTH, math.ceil(SPARE * far / 20) * 20)
    x, y = drawn.projection.xy(row.lon, row.lat)
    east, _same = drawn.projection.xy(
        row.lon + 100 / (METRES_A_DEGREE * math.cos(math.radians(row.lat))), row.lat
    )
    wide = abs(east - x) / 100 * width
    high = wide * HEIGHT / WIDTH
    marks = [_mark(drawn.projection.xy(one.lon, one.lat), one) for one in found]
    return {
        "areas": drawn.shapes,
        "view_box": f"{x - wide / 2:.4f} {y - high / 2:.4f} {wide:.4f} {high:.4f}",
        "points": [{"x": x, "y": y, "state": "", "number": "", "label": "", "href": ""}, *marks],
        "width": int(width),
    }


def _reach(east: float, north: float) -> float:
    """Half of how wide the drawing must be to hold a point: it is less high than wide."""
    return max(abs(east), abs(north) * WIDTH / HEIGHT)


def _mark(at: tuple[float, float], one: Way) -> dict[str, Any]:
    return {"x": at[0], "y": at[1], "state": one.light, "number": one.number, "label": _told(one), "href": ""}


def _told(one: Way) -> str:
    """What a screen reader says of a mark."""
    steps = {True: _("无台阶"), False: _("有台阶"), None: ""}[one.step_free]
    return " · ".join(part for part in (one.name, steps, one.where) if part)

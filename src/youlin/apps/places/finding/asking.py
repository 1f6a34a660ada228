"""The nearest places that fit, over all places of a district at once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from youlin.apps.places import hours
from youlin.apps.places.finding.columns import FAR_FUTURE, Columns, Known, columns_of, seconds
from youlin.kernel.errors import Invalid
from youlin.kernel.languages import listed

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""

MANY = 10
"""Times as many as are wanted: of so many the nearest are sought roughly first."""

_WINDOW = timedelta(hours=26)

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Asked:
    """What somebody is looking for. `open_at` None asks nothing about opening; places whose hours nobody knows are
    never open for sure. `areas` are prefixes of area codes; `only` narrows to what a search of words found."""

    district: str
    lon: float
    lat: float
    needs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    roles: tuple[str, ...] = ("point",)
    area: str = ""
    open_at: datetime | None = None
    wheelchair: bool = False
    only: frozenset[UUID] | None = None
    within_m: float = 0.0
    limit: int = 20


class Found(NamedTuple):
    """One place that fits: how far it is in a straight line (metres)."""

    id: UUID
    metres: float


class Answer(NamedTuple):
    """The nearest that fit, and how many fit in all."""

    found: list[Found]
    total: int


def nearest(asked: Asked) -> list[Found]:
    """Those that fit, nearest first, equally near ones by their id. Raises `Invalid` for an unknown need."""
    return answer(asked).found


def answer(asked: Asked, columns: Columns | None = None) -> Answer:
    """The same with the number of all that fit; in `columns` of that district, if somebody has them at hand."""
    columns = columns or columns_of(asked.district)
    places = np.flatnonzero(fitting(columns, asked))
    if asked.within_m:
        places = places[_distances(columns, asked, places) <= asked.within_m]
    total = len(places)
    places = _roughly_first(columns, asked, places)
    return Answer(_first(columns, places, _distances(columns, asked, places), asked.limit), total)


def fitting(columns: Columns, asked: Asked) -> Bools:
    """Which of the district's places fit, wherever they lie."""
    fits = _fitting(columns, asked)
    return fits if asked.open_at is None else fits & _open(columns, asked.open_at)


def _fitting(columns: Columns, asked: Asked) -> Bools:
    """What can be told without the clock."""
    fits = columns.shown.copy()
    numbers = [
        number
        for number, (code, role) in enumerate(zip(columns.kind_codes, columns.kind_roles, strict=True))
        if (code in asked.kinds if asked.kinds else role in asked.roles)
    ]
    if len(numbers) < len(columns.kind_codes):
        wanted_kinds = np.zeros(len(columns.kind_codes), bool)
        wanted_kinds[numbers] = True
        fits &= wanted_kinds[columns.kinds]
    if asked.needs:
        wanted = _bits(columns, asked.needs)
        fits &= (columns.facilities & wanted) == wanted
    if asked.wheelchair:
        fits &= columns.wheelchair
    if asked.area:
        fits &= np.char.startswith(columns.areas, asked.area)
    if asked.only is not None:
        places = [columns.places[one] for one in asked.only if one in columns.places]
        only = np.zeros(len(fits), bool)
        only[places] = True
        fits &= only
    return fits


def _bits(columns: Columns, needs: Sequence[str]) -> int:
    try:
        return columns.bits(needs)
    except KeyError as error:
        raise Invalid(
            _("没有“%(code)s”这项设施") % {"code": error.args[0]},
            field="needs",
            remedy=_("可选：%(codes)s") % {"codes": listed(columns.facility_codes)},
        ) from None


def _distances(columns: Columns, asked: Asked, places: NDArray[np.intp]) -> NDArray[np.float64]:
    """Straight-line metres to these places on a sphere, exact enough for a city (equirectangular, error below 0.1 %
    within 50 km)."""
    lons, lats = columns.lons[places], columns.lats[places]
    x = np.radians(lons - asked.lon) * np.cos(np.radians((lats + asked.lat) / 2))
    y = np.radians(lats - asked.lat)
    metres: NDArray[np.float64] = np.hypot(x, y) * EARTH_RADIUS_M
    return metres


def _roughly_first(columns: Columns, asked: Asked, places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Among many, those that may be the nearest, all of them: by a distance that is cheaper and, within 2 degrees of
    latitude below 70, at most a tenth wrong."""
    if len(places) <= asked.limit * MANY:
        return places
    x = (columns.lons[places] - asked.lon) * math.cos(math.radians(asked.lat))
    y = columns.lats[places] - asked.lat
    if np.abs(y).max() > 2 or abs(asked.lat) > 70:
        return places
    square = x * x + y * y
    near: NDArray[np.intp] = places[square <= 1.5 * np.partition(square, asked.limit - 1)[asked.limit - 1]]
    return near


def _first(
    columns: Columns, places: NDArray[np.intp], metres: NDArray[np.float64], limit: int
) -> list[Found]:
    """Of places and how far each is, the nearest."""
    if len(places) > limit:
        near = metres <= np.partition(metres, limit - 1)[limit - 1]
        places, metres = places[near], metres[near]
    found = sorted(zip(metres.tolist(), places.tolist(), strict=True))
    rows = [Found(columns.ids[place], distance) for distance, place in found]
    return sorted(rows, key=lambda row: (row.metres, row.id))[:limit]


def _open(columns: Columns, at: datetime) -> Bools:
    """Which places are surely open at a moment: by their hours, and not closed out of turn."""
    fits: Bools = _open_hours(columns, at)[columns.hours]
    moment = seconds(at, FAR_FUTURE)
    closed = [place for place, times in columns.closures.items() if any(a <= moment < b for a, b in times)]
    fits[closed] = False
    return fits


class _Turn(NamedTuple):
    """Whether some hours are open, from one moment to another (seconds since the epoch)."""

    start: int
    end: int
    open: bool


_turns: dict[hours.Hours, _Turn] = {}
_KEPT = 20_000


def _open_hours(columns: Columns, at: datetime) -> Bools:
    """For each of the district's distinct hours whether they are open; worked out anew only when one of them turns.

    The last of the answer is that of places whose hours nobody knows (-1): not open.
    """
    moment = seconds(at, 0)
    known = columns.open_hours
    if known is None or not known.start <= moment < known.end:
        known = columns.open_hours = _known(columns, at, moment)
    return known.open


def _known(columns: Columns, at: datetime, moment: int) -> Known:
    turns = []
    for one in columns.hours_list:
        turn = _turns.get(one)
        turns.append(turn if turn and turn.start <= moment < turn.end else _turn(one, at))
    answer = np.zeros(len(turns) + 1, bool)
    answer[:-1] = [turn.open for turn in turns]
    start = max((turn.start for turn in turns), default=moment)
    return Known(start, min((turn.end for turn in turns), default=moment + 1), answer)


def _turn(one: hours.Hours, at: datetime) -> _Turn:
    found = next(span for span in hours.spans(one, at - _WINDOW, at + _WINDOW) if span.end > at)
    turn = _Turn(seconds(max(found.start, at - _WINDOW), 0), seconds(found.end, 0), found.state == "open")
    if len(_turns) >= _KEPT:
        _turns.clear()
    _turns[one] = turn
    return turn

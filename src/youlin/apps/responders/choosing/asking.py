"""The people to call: of those that fit, those that cost least.

A metre costs 1, each call of the last 30 days `call_cost`, not verified `unverified_cost`; of equals the smaller id.
Fit is who is enrolled and agreed, is not called at this moment, has every skill that is needed, speaks the language
asked for, wants such a scene, and usually is near enough for the task and for themselves. But for emergencies it must
not be night, the half hour must be one of theirs, and they are called no more often than they allow.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from youlin.apps.responders.choosing import times
from youlin.apps.responders.choosing.columns import Bools, Columns, columns_of

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""
WEEK = int(timedelta(days=7).total_seconds())
MONTH = int(timedelta(days=30).total_seconds())

Lines = NDArray[np.intp]


@dataclass(frozen=True)
class Asked:
    """Who is looked for, where (WGS84) and when. `without` are responders that are passed over."""

    district: str
    lon: float
    lat: float
    at: datetime
    kind: str
    within_m: int
    skills: tuple[str, ...] = ()
    language: str = ""
    verified: bool = False
    emergency: bool = False
    night: str = ""
    call_cost: int = 400
    unverified_cost: int = 1000
    without: frozenset[UUID] = frozenset()
    limit: int = 10


class Chosen(NamedTuple):
    """One to call: how far they usually are (whole metres), and what they cost."""

    id: UUID
    metres: int
    cost: int


class Answer(NamedTuple):
    """The best, and how many fit in all."""

    chosen: list[Chosen]
    total: int


def choose(asked: Asked) -> Answer:
    """The `limit` that cost least among all that fit."""
    columns = columns_of(asked.district)
    lines = np.flatnonzero(_able(columns, asked))
    if not asked.emergency:
        lines = lines[_may_be_called(columns, lines, asked)]
    metres = _metres(columns, lines, asked)
    near = metres <= np.minimum(columns.reach[lines], asked.within_m)
    lines, metres = lines[near], metres[near]
    costs = metres + _costs(columns, lines, asked)
    return Answer(_first(columns, lines, metres, costs, asked.limit), len(lines))


def _able(columns: Columns, asked: Asked) -> Bools:
    """Who could do it, whatever the hour."""
    skills = columns.bits("skills", asked.skills)
    language = columns.bits("languages", [asked.language] if asked.language else [])
    if skills is None or language is None:
        return np.zeros(len(columns.ids), bool)
    fits: Bools = columns.there & ~columns.busy & (columns.paused <= int(asked.at.timestamp()))
    fits &= (columns.skills & skills) == skills
    fits &= (columns.languages & language) == language
    fits &= (columns.kinds == 0) | ((columns.kinds & (columns.bits("kinds", [asked.kind]) or 0)) != 0)
    if asked.verified:
        fits &= columns.verified
    if asked.emergency:
        fits &= columns.emergencies
    without = [columns.lines[one] for one in asked.without if one in columns.lines]
    fits[without] = False
    return fits


def _may_be_called(columns: Columns, lines: Lines, asked: Asked) -> Bools:
    """Whose half hour it is, and who is not called too often by it."""
    number = times.slot(asked.at)
    if times.is_quiet(asked.night, number % times.HALF_HOURS):
        return np.zeros(len(lines), bool)
    now = int(asked.at.timestamp())
    fits: Bools = (columns.slots[lines, number >> 3] >> (7 - (number & 7)) & 1).astype(bool)
    called, rest = columns.called[lines], columns.rest[lines]
    fits &= called[np.arange(len(lines)), columns.most_week[lines] - 1] <= now - WEEK
    fits &= np.maximum(called[:, 0], columns.rested[lines]) <= now - rest
    return fits


def _metres(columns: Columns, lines: Lines, asked: Asked) -> NDArray[np.int64]:
    """Straight-line metres to the nearest of the areas where they usually are (error below 0.1 % within 50 km)."""
    lons, lats = columns.lons[lines], columns.lats[lines]
    x = np.radians(lons - asked.lon) * np.cos(np.radians((lats + asked.lat) / 2))
    y = np.radians(lats - asked.lat)
    metres: NDArray[np.int64] = np.rint(np.hypot(x, y).min(axis=1) * EARTH_RADIUS_M).astype(np.int64)
    return metres


def _costs(columns: Columns, lines: Lines, asked: Asked) -> NDArray[np.int64]:
    lately = (columns.called[lines] > int(asked.at.timestamp()) - MONTH).sum(axis=1)
    costs: NDArray[np.int64] = lately * asked.call_cost + ~columns.verified[lines] * asked.unverified_cost
    return costs


def _first(
    columns: Columns, lines: Lines, metres: NDArray[np.int64], costs: NDArray[np.int64], limit: int
) -> list[Chosen]:
    if len(lines) > limit > 0:
        near = costs <= np.partition(costs, limit - 1)[limit - 1]
        lines, metres, costs = lines[near], metres[near], costs[near]
    found = zip(lines.tolist(), metres.tolist(), costs.tolist(), strict=True)
    chosen = [Chosen(columns.ids[line], distance, cost) for line, distance, cost in found]
    return sorted(chosen, key=lambda one: (one.cost, one.id))[:limit]

"""What stands on paper: the places of a street with all that a poster and a sheet for the door say of each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from youlin.apps.places import selectors
from youlin.apps.places.finding import Asked, answer
from youlin.apps.places.models import Lendable, Place, PlaceEntrance
from youlin.apps.places.selectors import PlaceRow
from youlin.kernel.actors import Actor

MOST = 400
"""As many places stand on one poster: more than a street of the published map has."""


@dataclass(frozen=True)
class Thing:
    """Something a place lends."""

    name: str
    name_en: str


@dataclass(frozen=True)
class Way:
    """An entrance without a step."""

    name: str
    note: str


@dataclass(frozen=True)
class Sheet:
    """One place on paper. What is broken or closed for a while is not told: paper outlives it."""

    row: PlaceRow
    hours: str
    makeup_days: bool
    phone: str
    accessibility: dict[str, dict[str, str]]
    lends: tuple[Thing, ...]
    step_free: tuple[Way, ...]


@dataclass(frozen=True)
class Street:
    """The public service points of a street, and how many there are in all."""

    sheets: list[Sheet]
    total: int


def of_street(district: str, area: str, lon: float, lat: float) -> Street:
    """The places of a street that serve people, from its middle outwards, at most `MOST`. Seven queries."""
    found, total = answer(Asked(district, lon, lat, area=area, limit=MOST))
    return Street(sheets(district, [one.id for one in found]), total)


def one(actor: Actor, district: str, number: str) -> Sheet:
    """One place. Raises `NotFound` where it is not public and not the actor's to keep."""
    page = selectors.place_page(actor, district, number)
    [sheet] = sheets(district, [page.row.id])
    return sheet


def sheets(district: str, ids: Sequence[UUID]) -> list[Sheet]:
    """These places on paper, in the order given: a fixed number of queries."""
    rows = selectors.rows_of(district, ids)
    told = {one["id"]: one for one in Place.objects.filter(district=district, id__in=ids).values(*_TOLD)}
    lends, ways = _lends(district, ids), _ways(district, ids)
    return [
        Sheet(
            row=row,
            hours=told[row.id]["hours"],
            makeup_days=told[row.id]["makeup_days"],
            phone=told[row.id]["phone"],
            accessibility=told[row.id]["accessibility"],
            lends=tuple(lends.get(row.id, ())),
            step_free=tuple(ways.get(row.id, ())),
        )
        for row in rows
        if row.id in told
    ]


_TOLD = ("id", "hours", "makeup_days", "phone", "accessibility")


def _lends(district: str, ids: Sequence[UUID]) -> dict[UUID, list[Thing]]:
    rows = Lendable.objects.filter(district=district, place_id__in=ids, retired_at=None).order_by("name")
    return _grouped(rows.values_list("place_id", "name", "name_en"), Thing)


def _ways(district: str, ids: Sequence[UUID]) -> dict[UUID, list[Way]]:
    rows = PlaceEntrance.objects.filter(district=district, place_id__in=ids, step_free=True)
    return _grouped(rows.order_by("position").values_list("place_id", "name", "note"), Way)


def _grouped(rows: Any, kind: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for place_id, *values in rows:
        found[place_id].append(kind(*values))
    return found

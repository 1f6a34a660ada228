"""What is common to all collections: the question, the answer, and how a collection says what it has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise

from youlin.apps.areas import selectors as areas

Box = tuple[float, float, float, float]
Feature = dict[str, Any]
Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
YES_OR_NO: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DECIMALS = 6
DEEPEST = 10_000_000


@dataclass(frozen=True)
class Asking:
    """A question that was checked: a part of the map, a span of time, equal properties, and which of the answers."""

    box: Box | None = None
    span: tuple[datetime | None, datetime | None] = (None, None)
    words: Mapping[str, str] = field(default_factory=dict)
    skip: int = 0
    most: int = 100
    site: str = ""


class Found(NamedTuple):
    """Features, and how many fit in all; None where nobody counted to the end."""

    features: list[Feature]
    matched: int | None


@dataclass(frozen=True)
class Collection:
    """One kind of features of every district.

    `fields` are its properties as JSON Schema, `filters` those one may ask for by name, with the words they take
    (() is any). `timed` says that `datetime` narrows it, `deepest` how far it can be leafed through.
    """

    title: Promise
    description: Promise
    fields: Mapping[str, Schema]
    filters: Mapping[str, tuple[str, ...]]
    query: Callable[[str, Asking], Found]
    one: Callable[[str, str, str], Feature]
    most: int = 1000
    deepest: int = DEEPEST
    timed: bool = False


def point(lon: float | None, lat: float | None) -> dict[str, Any] | None:
    """A GeoJSON point, None where there is no place."""
    if lon is None or lat is None:
        return None
    return {"type": "Point", "coordinates": [round(lon, DECIMALS), round(lat, DECIMALS)]}


def feature(identifier: str, geometry: Mapping[str, Any] | None, properties: Mapping[str, Any]) -> Feature:
    """A GeoJSON feature (RFC 7946)."""
    return {"type": "Feature", "id": identifier, "geometry": geometry, "properties": dict(properties)}


def street_of(code: str) -> str:
    """The street an area lies in; "" for what is larger, or nowhere."""
    codes = (code, *areas.ancestors(code)) if code else ()
    return next((one for one in codes if areas.level(one) == "street"), "")


def moment(at: datetime | None) -> str | None:
    """A moment as RFC 3339 has it."""
    return at.isoformat(timespec="seconds") if at else None

"""Queries that every page of the map asks, compiled once: the words to choose from, and what a list tells of places."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import CharField, DateTimeField, ExpressionWrapper, F, Q, QuerySet, UUIDField

from youlin.apps.places.models import (
    Closure,
    Facility,
    Place,
    PlaceEntrance,
    PlaceFacility,
    PlaceKind,
    StreetNetwork,
)
from youlin.kernel.prepared import Given, Prepared, PreparedFor

KINDS: Prepared[PlaceKind] = Prepared(
    lambda: PlaceKind.objects.filter(
        district=Given("district", PlaceKind._meta.get_field("district")), retired_at=None
    ).order_by("position", "code")
)
NEEDS: Prepared[Facility] = Prepared(
    lambda: Facility.objects.filter(
        district=Given("district", Facility._meta.get_field("district")), retired_at=None, need=True
    ).order_by("position", "code")
)
NETWORK: Prepared[StreetNetwork] = Prepared(
    lambda: StreetNetwork.objects.filter(district=Given("district", CharField())).values_list("digest")
)
PLACE = (
    "id",
    "number",
    "name",
    "name_en",
    "kind__code",
    "kind__name",
    "kind__name_en",
    "kind__icon",
    "kind__role",
    "lon",
    "lat",
    "area_now",
    "address",
    "hours",
    "makeup_days",
    "accessibility",
    "crowding",
    "crowding_at",
    "flagged_at",
    "confirmed_at",
    "confirmed_how",
    "is_demo",
)
"""What a list tells of a place itself, as `PLACES` gives it."""
HAS = (
    "place_id",
    "facility__position",
    "facility__code",
    "facility__name",
    "facility__name_en",
    "facility__icon",
    "working",
    "count",
    "note",
)
"""A facility of a place, as `FACILITIES` gives it: plain values, because a list of twenty has a hundred of them."""
WAY_IN = ("id", "district", "place_id", "name", "lon", "lat", "step_free", "note", "position")
"""A way into a place, as `WAYS_IN` gives it."""


def _of_places(
    model: Any, place: str, columns: Sequence[str], *conditions: Q
) -> Callable[[list[Given]], QuerySet[Any, Any]]:
    """What a table tells of some places of a district; `place` is its column that says of which."""

    def build(ids: list[Given]) -> QuerySet[Any, Any]:
        known = model.objects.alias(of=ExpressionWrapper(F(place), UUIDField()))
        wanted = known.filter(*conditions, district=Given("district", CharField()), of__in=ids)
        told: QuerySet[Any, Any] = wanted.values_list(*columns)
        return told

    return build


_AT = Given("at", DateTimeField())

PLACES: PreparedFor[Place] = PreparedFor(UUIDField(), _of_places(Place, "id", PLACE))
FACILITIES: PreparedFor[PlaceFacility] = PreparedFor(UUIDField(), _of_places(PlaceFacility, "place_id", HAS))
WAYS_IN: PreparedFor[PlaceEntrance] = PreparedFor(UUIDField(), _of_places(PlaceEntrance, "place_id", WAY_IN))
CLOSED: PreparedFor[Closure] = PreparedFor(
    UUIDField(),
    _of_places(
        Closure,
        "place_id",
        ("place_id", "reason"),
        Q(starts_at__lte=_AT),
        Q(ends_at=None) | Q(ends_at__gt=_AT),
        Q(lifted_at=None) | Q(lifted_at__gt=_AT),
    ),
)
"""Closures out of turn that hold at a moment."""

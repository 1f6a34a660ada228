"""Queries that every page of the map asks, compiled once: the words one chooses from."""

from youlin.apps.places.models import Facility, PlaceKind
from youlin.kernel.prepared import Given, Prepared

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

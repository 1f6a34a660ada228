"""Places follow the areas they stand in when these are merged or split."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from youlin.apps.areas.services import Heirs
from youlin.apps.places import revisions
from youlin.apps.places.models import Place
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor


@transaction.atomic
def recode(*, district: str, mapping: Mapping[str, str | Heirs], actor: Actor, at: datetime) -> int:
    """Move the places of a district from old area codes to new ones; how many. Again changes nothing."""
    rows = Place.objects.select_for_update().filter(district=district, area_now__in=list(mapping))
    changed, items = [], []
    for place in rows.order_by("id"):
        heir = mapping[place.area_now]
        code = heir if isinstance(heir, str) else heir(place.lon, place.lat)
        if code == place.area_now:
            continue
        before, place.area_now = place.area_now, code
        place.version += 1
        place.updated_at = clock.now()
        changed.append(place)
        items.append(
            journal.Item(
                act="places.recoded",
                actor=actor,
                subject=place,
                area=code,
                before={"area": before},
                after={"area": code},
                at=at,
            )
        )
    if changed:
        revision = revisions.take(district)
        for place in changed:
            place.revision = revision
        Place.objects.bulk_update(changed, ["area_now", "version", "updated_at", "revision"], batch_size=500)
        journal.append_many(items)
    return len(changed)

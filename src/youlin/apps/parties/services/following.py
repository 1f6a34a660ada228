"""Bodies, households and producers follow the areas they are in when these are merged or split.

They have no place on the map: of an area that was split they go to its largest part.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from youlin.apps.areas.services import Heirs
from youlin.apps.parties.models import Household, Organisation, Producer
from youlin.kernel import journal
from youlin.kernel.actors import Actor

BATCH = 500
Row = TypeVar("Row", Organisation, Household, Producer)


@transaction.atomic
def recode(*, district: str, mapping: Mapping[str, str | Heirs], actor: Actor, at: datetime) -> int:
    """Move the rows of a district from old area codes to new ones; how many. Again changes nothing."""
    given = (district, mapping, actor, at)
    return _recode(Organisation, *given) + _recode(Household, *given) + _recode(Producer, *given)


def _recode(
    kind: type[Row],
    district: str,
    mapping: Mapping[str, str | Heirs],
    actor: Actor,
    at: datetime,
) -> int:
    rows = kind._default_manager.select_for_update().filter(district=district, area__in=list(mapping))
    changed: list[Row] = []
    items = []
    for row in rows.order_by("id"):
        heir = mapping[row.area]
        before, after = row.area, heir if isinstance(heir, str) else heir(None, None)
        if before == after:
            continue
        row.area = after
        changed.append(row)
        items.append(
            journal.Item(
                act="parties.recoded",
                actor=actor,
                subject=row,
                area=after,
                before={"area": before},
                after={"area": after},
                at=at,
            )
        )
    kind._default_manager.bulk_update(changed, ["area"], batch_size=BATCH)
    journal.append_many(items)
    return len(changed)

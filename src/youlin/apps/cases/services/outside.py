"""What happens to a case in other systems, on its own timeline."""

from typing import Any
from uuid import UUID

from django.db import transaction

from youlin.apps.cases import lookup
from youlin.apps.cases.models import Case
from youlin.kernel import journal
from youlin.kernel.actors import Actor


@transaction.atomic
def note_outside(
    *,
    actor: Actor,
    district: str,
    case_id: UUID,
    act: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
) -> Case:
    """Journal an act of another app on a case, behind whoever is working on it. The case itself stays as it is."""
    case = lookup.locked(district, case_id)
    journal.append(
        act=act, actor=actor, subject=case, area=case.area_now, before=before, after=after, note=note
    )
    return case

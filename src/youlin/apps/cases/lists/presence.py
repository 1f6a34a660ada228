"""Who else has this case open: told while it lasts, forgotten after, never journalled."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from youlin.apps.cases import permission
from youlin.apps.cases.lists import owners
from youlin.apps.cases.models import CasePresence
from youlin.apps.cases.selectors import staff
from youlin.apps.parties import selectors as parties
from youlin.kernel import clock
from youlin.kernel.actors import Actor

SEEN_FOR = timedelta(seconds=50)
"""How long after the last sign somebody counts as being there; a page gives one every twenty seconds."""
FORGOTTEN_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Present:
    """A colleague at the same case."""

    label: str
    writing: bool


@transaction.atomic
def be_present(*, actor: Actor, case: UUID | str, writing: bool = False) -> tuple[Present, ...]:
    """Say that the actor has the case open, and hear who else has. Raises `NotFound` for one they may not know."""
    found = staff.find(permission.access(actor), case)
    now = clock.now()
    CasePresence.objects.bulk_create(
        [
            CasePresence(
                district=found.district,
                case=found,
                person_id=owners.person_of(actor),
                writing=writing,
                seen_at=now,
            )
        ],
        update_conflicts=True,
        unique_fields=["district", "case", "person"],
        update_fields=["writing", "seen_at"],
    )
    CasePresence.objects.filter(district=found.district, seen_at__lt=now - FORGOTTEN_AFTER).delete()
    others = CasePresence.objects.filter(district=found.district, case=found, seen_at__gte=now - SEEN_FOR)
    rows = list(others.exclude(person_id=owners.person_of(actor)).order_by("-writing", "seen_at"))
    labels = parties.person_labels((row.person_id for row in rows), viewer=actor) if rows else {}
    return tuple(Present(labels[row.person_id], row.writing) for row in rows)


@transaction.atomic
def leave(*, actor: Actor, case: UUID | str) -> None:
    """Say that the actor has closed the case."""
    found = staff.find(permission.access(actor), case)
    CasePresence.objects.filter(
        district=found.district, case=found, person_id=owners.person_of(actor)
    ).delete()

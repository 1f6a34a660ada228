"""What duties hold about a person: what they held is shown to them; erased people hold nothing any more."""

from typing import Any
from uuid import UUID

from youlin.apps.duties.holdings import in_force
from youlin.apps.duties.models import Assignment
from youlin.apps.duties.services.assignments import end_assignment
from youlin.kernel import clock, privacy
from youlin.kernel.actors import SYSTEM, Actor


def register() -> None:
    """Tell the kernel, which collects these from all apps."""
    privacy.register_exporter("duties", export)
    privacy.register_eraser("duties", erase)


def export(person_id: UUID) -> dict[str, Any]:
    """Every duty the person ever held, with its areas and dates."""
    held = Assignment.objects.filter(holder=person_id).select_related("kind").prefetch_related("areas")
    return {
        "assignments": [
            {
                "duty": one.kind.name,
                "areas": sorted({area.code for area in one.areas.all()}),
                "category": one.category,
                "from": one.valid_from,
                "to": one.valid_to,
            }
            for one in held.order_by("valid_from")
        ]
    }


def erase(person_id: UUID, actor: Actor) -> None:
    """End what the person holds; open matters are answered anew. Who held what remains, without a name."""
    now = clock.now()
    for one in Assignment.objects.filter(in_force(now), holder=person_id, valid_from__lt=now):
        end_assignment(actor=SYSTEM, assignment=one)
    Assignment.objects.filter(holder=person_id, valid_from__gte=now).delete()
    Assignment.objects.filter(stand_in=person_id).update(stand_in=None)

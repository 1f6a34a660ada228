"""What linkage holds about a person: where they sat at a consultation, whom they spoke to for the district."""

from typing import Any
from uuid import UUID

from youlin.apps.linkage.models import Attendance, Contacted
from youlin.kernel import privacy
from youlin.kernel.actors import Actor


def register() -> None:
    """Tell the kernel, which collects these from all apps."""
    privacy.register_exporter("linkage", export)
    privacy.register_eraser("linkage", erase)


def export(person_id: UUID) -> dict[str, Any]:
    """The consultations the person sat at, and the bodies they spoke to."""
    sat = Attendance.objects.filter(person_id=person_id).order_by("id")
    spoke = Contacted.objects.filter(by_id=person_id).order_by("at")
    return {
        "attendances": list(sat.values("case__number", "duty", "came")),
        "contacts": list(spoke.values("organisation__name", "way", "at")),
    }


def erase(person_id: UUID, actor: Actor) -> None:
    """A consultation forgets who sat there; that a body was spoken to stays, without by whom."""
    Attendance.objects.filter(person_id=person_id).delete()
    Contacted.objects.filter(by_id=person_id).update(by=None)

"""What notices hold about a person: shown to them on request, deleted at erasure and after a year."""

from datetime import datetime
from typing import Any
from uuid import UUID

from youlin.apps.notices.models import Letter, Notice, Preference
from youlin.kernel import privacy
from youlin.kernel.actors import Actor

KEPT_DAYS = 365


def register() -> None:
    """Tell the kernel, which collects these from all apps."""
    privacy.register_exporter("notices", export)
    privacy.register_eraser("notices", erase)
    privacy.register_retention("notices", "notice", KEPT_DAYS, forget_before)


def export(person_id: UUID) -> dict[str, Any]:
    """All notices to the person and what they chose."""
    notices = Notice.objects.filter(person_id=person_id).order_by("created_at")
    fields = ("created_at", "kind", "title", "body", "link", "read_at")
    choices = Preference.objects.filter(person_id=person_id)
    return {
        "notices": list(notices.values(*fields)),
        "preferences": list(choices.values("district", "channels", "quiet_hours")),
    }


def erase(person_id: UUID, actor: Actor) -> None:
    """Delete the person's notices with their deliveries, and their choices."""
    Notice.objects.filter(person_id=person_id).delete()
    Preference.objects.filter(person_id=person_id).delete()


def forget_before(before: datetime) -> int:
    """Delete notices and letters from before a moment; how many."""
    count = 0
    for kind in (Notice, Letter):
        old = kind.objects.filter(created_at__lt=before)
        count += old.count()
        old.delete()
    return count

"""What indicators hold about a person: which targets they proposed or decided on, and which views they keep."""

from typing import Any
from uuid import UUID

from youlin.apps.indicators.models import SavedView, Target
from youlin.kernel import privacy
from youlin.kernel.actors import Actor

_TOLD = ("indicator", "area", "period_kind", "period_start", "version", "value")


def register() -> None:
    """Tell the kernel, which collects these from all apps."""
    privacy.register_exporter("indicators", export)
    privacy.register_eraser("indicators", erase)


def export(person_id: UUID) -> dict[str, Any]:
    """The targets the person proposed, those they decided on, and the views of the cockpit they keep."""
    proposed = Target.objects.filter(proposed_by_id=person_id).order_by("proposed_at")
    decided = Target.objects.filter(decided_by_id=person_id).order_by("decided_at")
    return {
        "proposed": list(proposed.values(*_TOLD, "reason")),
        "decided": list(decided.values(*_TOLD, "decision")),
        "views": list(SavedView.objects.filter(owner_id=person_id).values("name", "area", "query", "every")),
    }


def erase(person_id: UUID, actor: Actor) -> None:
    """Targets stay, without by whom; views go."""
    SavedView.objects.filter(owner_id=person_id).delete()
    Target.objects.filter(proposed_by_id=person_id).update(proposed_by=None)
    Target.objects.filter(decided_by_id=person_id).update(decided_by=None)

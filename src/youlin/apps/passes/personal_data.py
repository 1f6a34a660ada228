"""What passes hold about a person: codes in their name, and for a month where these were looked at."""

from datetime import datetime
from typing import Any
from uuid import UUID

from youlin.apps.passes.models import Binding, Check, Pass, SubjectImport, SubjectImportRow
from youlin.apps.passes.subjects.importing import UNDO_DAYS
from youlin.kernel import clock, privacy
from youlin.kernel.actors import Actor

CHECKED_DAYS = 30
"""How long it is known whose code was looked at, and by whom."""
FIGURES_DAYS = 400
ENDED_DAYS = 365
BOUND_DAYS = 2
WAITING_DAYS = 1


def register() -> None:
    """Tell the kernel, which collects these from all apps."""
    privacy.register_exporter("passes", export)
    privacy.register_eraser("passes", erase)
    privacy.register_retention("passes_checked", "check", CHECKED_DAYS, forget_checked)
    privacy.register_retention("passes_figures", "check", FIGURES_DAYS, forget_figures)
    privacy.register_retention("passes_ended", "pass", ENDED_DAYS, forget_ended)
    privacy.register_retention("passes_bound", "binding", BOUND_DAYS, forget_bound)
    privacy.register_retention("passes_subjects_waiting", "subjectimport", WAITING_DAYS, forget_waiting)
    privacy.register_retention("passes_subjects_brought", "subjectimportrow", UNDO_DAYS, forget_brought)


def export(person_id: UUID) -> dict[str, Any]:
    """The person's codes, and where they were looked at as far as that is still known."""
    held = Pass.objects.filter(person_id=person_id).order_by("created_at")
    checks = Check.objects.filter(held__person_id=person_id).order_by("at")
    return {
        "passes": list(
            held.values("kind__name", "organisation__name", "number", "valid_from", "valid_to", "revoked_at")
        ),
        "checks": list(checks.values("kind", "reason", "place__name", "at")),
    }


def erase(person_id: UUID, actor: Actor) -> None:
    """The person's codes hold no more and are nobody's; what was looked at stays as a figure."""
    Check.objects.filter(held__person_id=person_id).update(held=None)
    Check.objects.filter(checker_id=person_id).update(checker=None)
    held = Pass.objects.filter(person_id=person_id)
    held.filter(revoked_at=None).update(revoked_at=clock.now(), revoked_why="erased")
    Binding.objects.filter(held__person_id=person_id).delete()
    held.update(person=None)


def forget_checked(before: datetime) -> int:
    """Forget whose codes were looked at before a moment, and by whom; how many."""
    old = Check.objects.filter(at__lt=before).exclude(held=None, checker=None)
    return old.update(held=None, checker=None)


def forget_figures(before: datetime) -> int:
    """Delete looks before a moment; how many."""
    return Check.objects.filter(at__lt=before).delete()[0]


def forget_ended(before: datetime) -> int:
    """Delete codes that ran out before a moment; their place in the list of revoked ones is free again."""
    return Pass.objects.filter(valid_to__lt=before).delete()[0]


def forget_bound(before: datetime) -> int:
    """Delete chains that ran out before a moment."""
    return Binding.objects.filter(ends_at__lt=before).delete()[0]


def forget_waiting(before: datetime) -> int:
    """Empty tables of subjects that were looked at and never taken in."""
    return SubjectImport.objects.filter(created_at__lt=before).exclude(content="").update(content="")


def forget_brought(before: datetime) -> int:
    """Forget what stood there before tables of subjects were taken in; how many rows."""
    return SubjectImportRow.objects.filter(run__created_at__lt=before).exclude(kept="").update(kept="")

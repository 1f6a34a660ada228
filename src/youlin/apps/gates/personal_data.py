"""What gates hold about a person: refusals of their code, for a time where they went in and out, rosters they are on."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from youlin.apps.gates.models import Passage, Refusal, Roster, RosterRow, Walk
from youlin.apps.gates.services.passing import reference
from youlin.apps.passes.models import Pass
from youlin.kernel import privacy
from youlin.kernel.actors import Actor

PASSED_DAYS = 30
"""How long it is known when and by which gate a code went in or out."""
FIGURES_DAYS = 400
REFUSED_DAYS = 180
"""How long it is known whose code was refused: as long as a platform may ask for the proof."""
WAITING_DAYS = 1
LISTED_DAYS = 92
WALKED_DAYS = 800
"""Minutes of nobody, for a comparison of two years."""


def register() -> None:
    """Tell the kernel, which collects these from all apps."""
    privacy.register_exporter("gates", export)
    privacy.register_eraser("gates", erase)
    privacy.register_retention("gates_passed", "passage", PASSED_DAYS, forget_passed)
    privacy.register_retention("gates_figures", "passage", FIGURES_DAYS, forget_figures)
    privacy.register_retention("gates_refused", "refusal", REFUSED_DAYS, forget_refused)
    privacy.register_retention("gates_waiting", "roster", WAITING_DAYS, forget_waiting)
    privacy.register_retention("gates_listed", "roster", LISTED_DAYS, forget_listed)
    privacy.register_retention("gates_walked", "walk", WALKED_DAYS, forget_walked)


def export(person_id: UUID) -> dict[str, Any]:
    """The person's refusals, entries and exits as far as they are still known, and the rosters they are on."""
    refused = Refusal.objects.filter(person_id=person_id).order_by("at")
    found: list[dict[str, Any]] = []
    for refs in _some(person_id):
        some = Passage.objects.filter(ref__in=refs)
        found += [
            {"compound": name, "gate": gate, "direction": direction, "at": at}
            for name, gate, direction, at in some.values_list(
                "compound__place__name", "gate", "direction", "at"
            )
        ]
    listed = RosterRow.objects.filter(person_id=person_id).order_by("id")
    return {
        "refusals": list(
            refused.values("number", "compound__place__name", "gate", "at", "by", "reason", "case")
        ),
        "passages": sorted(found, key=lambda one: one["at"]),
        "rosters": list(listed.values("run__organisation__name", "run__taken_at", "state")),
    }


def erase(person_id: UUID, actor: Actor) -> None:
    """Entries and exits are nobody's any more; refusals stay as figures; rosters forget the person."""
    for refs in _some(person_id):
        _blank(Passage.objects.filter(ref__in=refs))
    Refusal.objects.filter(person_id=person_id).update(person=None, ref="")
    RosterRow.objects.filter(person_id=person_id).delete()


def forget_passed(before: datetime) -> int:
    """Forget of entries and exits before a moment all but the day and the direction; how many."""
    return _blank(Passage.objects.filter(at__lt=before))


def forget_figures(before: datetime) -> int:
    """Delete entries and exits of days before a moment; how many."""
    return Passage.objects.filter(day__lt=_day(before)).delete()[0]


def forget_refused(before: datetime) -> int:
    """Forget whose code was refused before a moment; how many."""
    old = Refusal.objects.filter(at__lt=before).exclude(person=None, ref="")
    return old.update(person=None, ref="")


def forget_waiting(before: datetime) -> int:
    """Empty rosters that were looked at and never taken in."""
    return Roster.objects.filter(created_at__lt=before).exclude(content="").update(content="")


def forget_listed(before: datetime) -> int:
    """Forget who was on rosters of before a moment; how many."""
    return RosterRow.objects.filter(run__created_at__lt=before).delete()[0]


def forget_walked(before: datetime) -> int:
    """Delete minutes of days before a moment; how many."""
    return Walk.objects.filter(day__lt=_day(before)).delete()[0]


def _blank(rows: Any) -> int:
    changed: int = rows.update(ref="", gate="", vehicle="", at=None, known_at=None)
    return changed


def _refs(person_id: UUID) -> set[str]:
    """What may stand for the person's codes: one for each compound and day of which anything is still known."""
    known = Passage.objects.exclude(ref="").values_list("compound_id", "day").distinct()
    held = list(Pass.objects.filter(person_id=person_id).values_list("id", flat=True))
    return {reference(compound, one, day) for compound, day in known for one in held}


def _some(person_id: UUID) -> Iterator[list[str]]:
    """The same, as many as one query takes."""
    refs = sorted(_refs(person_id))
    for start in range(0, len(refs), 500):
        yield refs[start : start + 500]


def _day(moment: datetime) -> date:
    return timezone.localtime(moment, timezone.get_default_timezone()).date()

"""What cases hold about a person: shown on request, taken out at erasure, contacts forgotten in time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from youlin.apps.cases.models import Case, CaseReporter, FollowUpCall, HotlineCall, Measure, Rating
from youlin.apps.duties import selectors as duties
from youlin.kernel import privacy
from youlin.kernel.actors import Actor

CONTACT_DAYS = 180
"""How long the contact of a reporter is kept after the case was closed."""

_BATCH = 500


REFERENCES = (
    "Case.holder",
    "Case.handler",
    "CaseReporter.person",
    "FollowUpCall.caller",
    "Measure.requested_by",
    "Measure.decider",
    "Measure.decided_by",
    "Measure.assignee",
    "SavedFilter.owner",
    "BulkRun.person",
    "PrintSheet.person",
    "CasePresence.person",
    "FollowUpRound.claimed_by",
    "HotlineCall.operator",
    "PublishedWords.decided_by",
    "ExportRun.person",
    "Crossing.asked_by",
    "Arrival.decided_by",
)
"""Where cases name a person: when two are found to be one, these follow."""


def register() -> None:
    """Tell the kernel, which collects these from all apps."""
    privacy.register_exporter("cases", export)
    privacy.register_eraser("cases", erase)
    privacy.register_retention("cases.reporter_contact", "reporter_contact", CONTACT_DAYS, forget_before)


def export(person_id: UUID) -> dict[str, Any]:
    """What the person reported or joined, how they rated it, and the cases they held or handled (numbers).

    Empty for somebody cases never heard of.
    """
    reports = CaseReporter.objects.filter(_here(), person_id=person_id).select_related("case", "came_from")
    ratings = Rating.objects.filter(_here(), reporter__person_id=person_id)
    duty = Case.objects.filter(_here()).filter(Q(holder_id=person_id) | Q(handler_id=person_id))
    found = {
        "reports": [
            {
                "number": row.case.number,
                "kind": row.kind,
                "at": row.created_at,
                "text": (row.came_from or row.case).description if row.kind == "reporter" else "",
                "contact": row.contact,
                "note": row.note,
            }
            for row in reports.order_by("created_at")
        ],
        "ratings": list(ratings.order_by("created_at").values("case__number", "solved", "stars", "comment")),
        "handled": list(duty.order_by("number").values_list("number", flat=True)),
        "calls_made": FollowUpCall.objects.filter(_here(), caller_id=person_id).count(),
    }
    return {name: part for name, part in found.items() if part}


def erase(person_id: UUID, actor: Actor) -> None:
    """Cut the person from their reports; what they reported stays without them.

    Text only they wrote is masked for good. Who handled a case stays on record by id until their own record
    is erased; the names in stored reasons go.
    """
    mine = CaseReporter.objects.filter(_here(), person_id=person_id)
    for row in mine.filter(kind="reporter").select_related("case", "came_from"):
        own = row.came_from or row.case
        text = privacy.mask_text(own.description)
        Case.objects.filter(district=row.district, id=own.id).update(description=text, anonymous=True)
    Rating.objects.filter(_here(), reporter__person_id=person_id).update(comment="")
    reported = mine.filter(kind="reporter").values("case")
    Measure.objects.filter(_here(), kind="pause", case__in=reported).update(result="")
    HotlineCall.objects.filter(_here(), reporter__in=mine).update(phone="", phone_blind="")
    mine.update(person=None, contact="", contact_blind="", on_behalf_of="", note="")
    held = Case.objects.filter(_here()).filter(Q(holder_id=person_id) | Q(handler_id=person_id))
    for case in held.exclude(routing_reason={}).iterator(chunk_size=_BATCH):
        reason = {key: value for key, value in case.routing_reason.items() if key != "steps"}
        Case.objects.filter(district=case.district, id=case.id).update(routing_reason=reason)


def forget_before(before: datetime) -> int:
    """Empty the contacts of reporters whose case was closed before a moment; how many."""
    rows = CaseReporter.objects.filter(_here(), case__closed_at__lt=before)
    rows = rows.exclude(contact="", on_behalf_of="")
    return sum(
        CaseReporter.objects.filter(district=district, id=id).update(
            contact="", contact_blind="", on_behalf_of=""
        )
        for district, id in list(rows.values_list("district", "id"))
    )


def known_in(person_id: UUID) -> set[tuple[str, str]]:
    """Where cases know a person: the areas of what they reported and were not protected in."""
    rows = CaseReporter.objects.filter(_here(), person_id=person_id, protected=False)
    return set(rows.values_list("district", "case__area_now"))


def _here() -> Q:
    return Q(district__in=duties.all_districts())

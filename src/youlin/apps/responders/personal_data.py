"""What responders hold about a person: their enrolment, the calls to them, what they served."""

from datetime import datetime
from typing import Any
from uuid import UUID

from youlin.apps.responders import revisions
from youlin.apps.responders.models import Call, CallOut, Responder, Service, Thanks
from youlin.apps.responders.models.calling import OPEN
from youlin.kernel import clock, privacy
from youlin.kernel.actors import Actor

CALLS_DAYS = 365
"""How long it is known who was called to what. What was served stays as long as the person is not erased."""


def register() -> None:
    """Tell the kernel, which collects these from all apps."""
    privacy.register_exporter("responders", export)
    privacy.register_eraser("responders", erase)
    privacy.register_retention("responders_calls", "call", CALLS_DAYS, forget_calls)


def export(person_id: UUID) -> dict[str, Any]:
    """The person's enrolments with all they said, the calls to them, their services and the thanks for these."""
    mine = Responder.objects.filter(person_id=person_id).order_by("created_at")
    calls = Call.objects.filter(responder__person_id=person_id).order_by("called_at")
    served = Service.objects.filter(responder__person_id=person_id).order_by("began_at", "at")
    return {
        "enrolments": list(
            mine.values(
                "number",
                "occupation__name",
                "organisation__name",
                "areas",
                "skills",
                "languages",
                "kinds",
                "windows",
                "quiet",
                "most_week",
                "rest_hours",
                "reach_m",
                "emergencies",
                "verified_at",
                "paused_until",
                "created_at",
                "ended_at",
            )
        ),
        "calls": list(
            calls.values(
                "call_out__number",
                "call_out__kind__name",
                "answer",
                "metres",
                "called_at",
                "answered_at",
                "arrived_at",
                "finished_at",
            )
        ),
        "services": list(
            served.values(
                "id", "kind__name", "area", "began_at", "minutes", "evidence", "corrects_id", "note"
            )
        ),
        "thanks": list(
            Thanks.objects.filter(service__responder__person_id=person_id)
            .order_by("at")
            .values("words", "at")
        ),
    }


def erase(person_id: UUID, actor: Actor) -> None:
    """The enrolment ends and says nothing any more; calls and minutes stay as figures of nobody."""
    CallOut.objects.filter(made_by_id=person_id).update(made_by=None)
    Service.objects.filter(organiser_id=person_id).update(organiser=None)
    Thanks.objects.filter(by_id=person_id).update(by=None)
    mine = Responder.objects.filter(person_id=person_id)
    Call.objects.filter(responder__in=mine.values("id")).update(position="")
    for row in list(mine.order_by("id")):
        open_calls = Call.objects.filter(district=row.district, responder=row, answer__in=OPEN)
        open_calls.update(answer="released")
        same = Responder.objects.filter(district=row.district, id=row.id)
        same.update(
            areas=[],
            stands=[],
            skills=[],
            languages=[],
            kinds=[],
            windows=[],
            quiet="",
            called=[],
            busy=False,
            organisation=None,
            area_now=row.district,
            ended_at=row.ended_at or clock.now(),
            revision=revisions.take(row.district),
        )


def forget_calls(before: datetime) -> int:
    """Delete the calls of call-outs that ended before a moment, but for those that somebody served; how many."""
    old = Call.objects.filter(call_out__ended_at__lt=before, services=None)
    return old.delete()[0]

"""What responders hold about a person: their enrolment, the calls to them, what they served."""

from datetime import datetime
from typing import Any
from uuid import UUID

from youlin.apps.responders import revisions
from youlin.apps.responders.models import Call, CallOut, Responder, Seat, Service, Shift, Story, Thanks
from youlin.apps.responders.models.calling import OPEN
from youlin.apps.responders.services import seating
from youlin.apps.responders.services.telling_stories import forget_stray_photos
from youlin.kernel import clock, privacy
from youlin.kernel.actors import Actor

CALLS_DAYS = 365
"""How long it is known who was called to what and who had which seat. What was served stays as long as the person is not
erased."""
STRAY_DAYS = 1
"""How long a file is kept that was received and never became a photo of a story."""


def register() -> None:
    """Tell the kernel, which collects these from all apps."""
    privacy.register_exporter("responders", export)
    privacy.register_eraser("responders", erase)
    privacy.register_retention("responders_calls", "call", CALLS_DAYS, forget_calls)
    privacy.register_retention("responders_seats", "seat", CALLS_DAYS, forget_seats)
    privacy.register_retention("stray story photos", "story", STRAY_DAYS, forget_stray_photos)


ENROLMENT = (
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
CALL = (
    "call_out__number",
    "call_out__kind__name",
    "answer",
    "metres",
    "called_at",
    "answered_at",
    "arrived_at",
    "finished_at",
)
SERVICE = ("id", "kind__name", "area", "began_at", "minutes", "evidence", "corrects_id", "note")
SEAT = (
    "shift__number",
    "shift__kind__name",
    "shift__starts_at",
    "state",
    "joined_at",
    "in_at",
    "out_at",
    "seen",
    "problem",
)


def export(person_id: UUID) -> dict[str, Any]:
    """The person's enrolments with all they said, the calls to them, their services and the thanks for these."""
    mine = Responder.objects.filter(person_id=person_id).order_by("created_at")
    calls = Call.objects.filter(responder__person_id=person_id).order_by("called_at")
    served = Service.objects.filter(responder__person_id=person_id).order_by("began_at", "at")
    seats = Seat.objects.filter(responder__person_id=person_id).order_by("joined_at")
    stories = Story.objects.filter(written_by_id=person_id).order_by("written_at")
    thanks = Thanks.objects.filter(service__responder__person_id=person_id).order_by("at")
    return {
        "enrolments": list(mine.values(*ENROLMENT)),
        "calls": list(calls.values(*CALL)),
        "services": list(served.values(*SERVICE)),
        "seats": list(seats.values(*SEAT)),
        "stories": list(stories.values("team", "title", "text", "state", "written_at")),
        "thanks": list(thanks.values("words", "at")),
    }


def erase(person_id: UUID, actor: Actor) -> None:
    """The enrolment ends and says nothing any more; calls and minutes stay as figures of nobody."""
    CallOut.objects.filter(made_by_id=person_id).update(made_by=None)
    Service.objects.filter(organiser_id=person_id).update(organiser=None)
    Thanks.objects.filter(by_id=person_id).update(by=None)
    Shift.objects.filter(made_by_id=person_id).update(made_by=None)
    Seat.objects.filter(seen_by_id=person_id).update(seen_by=None)
    Story.objects.filter(written_by_id=person_id).update(written_by=None)
    Story.objects.filter(looked_by_id=person_id).update(looked_by=None)
    mine = Responder.objects.filter(person_id=person_id)
    _give_back_seats(mine, actor)
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


def _give_back_seats(mine: Any, actor: Actor) -> None:
    """A seat of a turn to come is free for those who wait."""
    for row in list(mine.order_by("id")):
        seating.leave_all(actor, row)


def forget_seats(before: datetime) -> int:
    """Delete the seats of turns that ended before a moment, but for those that somebody served; how many."""
    return Seat.objects.filter(shift__ends_at__lt=before, service=None).delete()[0]


def forget_calls(before: datetime) -> int:
    """Delete the calls of call-outs that ended before a moment, but for those that somebody served; how many."""
    old = Call.objects.filter(call_out__ended_at__lt=before, services=None)
    return old.delete()[0]

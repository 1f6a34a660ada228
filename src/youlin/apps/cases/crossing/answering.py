"""Telling the district that asked: its case is over there now, or it has it back and its clock runs on."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import lookup
from youlin.apps.cases.crossing import clockwork, package
from youlin.apps.cases.models import Arrival, Case, Crossing
from youlin.apps.cases.models.crossing import ACCEPTED, RETURNED, WAITING
from youlin.apps.duties import selectors as duties
from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import SYSTEM

log = logging.getLogger(__name__)

AT_ONCE = 100
PAUSE = timedelta(minutes=1)


@jobs.job(name="cases.answer_crossings", attempts=3)
def answer_due() -> int:
    """Tell what was decided; how many. One that fails waits a minute."""
    done = 0
    for district in duties.all_districts():
        due = Arrival.objects.filter(district=district, told_at__isnull=True, not_before__lte=clock.now())
        decided = due.exclude(state="offered").order_by("not_before", "id")
        for id in decided.values_list("id", flat=True)[:AT_ONCE]:
            done += _try(district, id)
    return done


@jobs.every(minutes=1, name="cases.answer_all_crossings")
def answer_all_due() -> int:
    """Tell whatever was not told yet: after a failure, after a crash."""
    return answer_due()


def _try(district: str, id: UUID) -> int:
    try:
        answer(district, id)
    except Exception as error:
        log.exception("arrival %s of %s could not be answered", id, district)
        Arrival.objects.filter(district=district, id=id).update(
            not_before=clock.now() + PAUSE, last_error=f"{type(error).__name__}: {error}"[:255]
        )
        return 0
    return 1


def answer(district: str, id: UUID) -> None:
    """Three steps in this order, each of which may be done again: told there, those who joined late brought over,
    noted here. Until the first is done whoever joins there is brought over by the second."""
    arrival = Arrival.objects.filter(district=district, id=id).select_related("case").first()
    if arrival is None or arrival.state == "offered" or arrival.told_at is not None:
        return
    crossing = _told_there(arrival)
    if arrival.state == "accepted" and crossing is not None:
        _bring_late(arrival, crossing)
    Arrival.objects.filter(district=district, id=id, told_at__isnull=True).update(
        told_at=clock.now(), last_error=""
    )


@transaction.atomic
def _told_there(arrival: Arrival) -> Crossing | None:
    """In the district that asked: the case ends there, or goes on where it stood."""
    district = arrival.from_district
    crossing = Crossing.objects.filter(district=district, id=arrival.id).first()
    if crossing is None:
        return None
    case = lookup.locked(district, crossing.case_id)
    crossing = Crossing.objects.select_for_update(of=("self",)).get(district=district, id=arrival.id)
    if crossing.state != WAITING:
        return crossing
    crossing.state = ACCEPTED if arrival.state == "accepted" else RETURNED
    crossing.answered_at, crossing.answer = clock.now(), arrival.decision
    crossing.to_number = crossing.to_number or arrival.case.number
    crossing.delivered_at = crossing.delivered_at or arrival.arrived_at
    crossing.save(update_fields=["state", "answered_at", "answer", "to_number", "delivered_at"])
    (_ends if crossing.state == ACCEPTED else _goes_on)(case, crossing)
    return crossing


def _ends(case: Case, crossing: Crossing) -> None:
    result = clockwork.end(case, actor=SYSTEM, at=clock.now(), outcome="transferred")
    _journal(case, crossing, "cases.crossed", result.before, {"state": case.state, "excluded": True})


def _goes_on(case: Case, crossing: Crossing) -> None:
    now = clock.now()
    clockwork.resume(case, now)
    clockwork.mark(case, "")
    case.version, case.updated_at = case.version + 1, max(now, case.updated_at)
    case.save(update_fields=["marks", "version", "updated_at", "light_at", "due_at"])
    due = case.due_at.isoformat() if case.due_at else ""
    _journal(case, crossing, "cases.crossing_returned", {}, {"clocks": "resume", "due_at": due})


def _journal(
    case: Case, crossing: Crossing, act: str, before: dict[str, object], after: dict[str, object]
) -> None:
    journal.append(
        act=act,
        actor=SYSTEM,
        subject=case,
        area=case.area_now,
        before=before,
        after={
            **after,
            "crossing": str(crossing.id),
            "to_district": crossing.to_district,
            "to_name": areas.short_name(crossing.to_district),
            "to_number": crossing.to_number,
        },
        note=crossing.answer,
    )


@transaction.atomic
def _bring_late(arrival: Arrival, crossing: Crossing) -> None:
    """Who joined the case while it was on its way; nobody can any more, because there it is over."""
    origin = Case.objects.get(district=crossing.district, id=crossing.case_id)
    to = lookup.locked(arrival.district, arrival.case_id)
    new = package.bring_reporters(crossing, to, package.reporters(origin))
    if new:
        Case.objects.filter(district=to.district, id=to.id).update(
            me_too_count=to.me_too_count + len(new), version=to.version + 1
        )
        journal.append(
            act="cases.joined",
            actor=SYSTEM,
            subject=to,
            area=to.area_now,
            after={"me_too": to.me_too_count + len(new), "from": origin.number},
        )

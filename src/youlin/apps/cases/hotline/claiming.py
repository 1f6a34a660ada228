"""Who makes which call: taken one at a time, so that nobody is called by two."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from youlin.apps.cases import lookup, permission
from youlin.apps.cases.hotline import rounds, worklist
from youlin.apps.cases.models import Case
from youlin.apps.cases.services import follow_up
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed


def claim_next(*, actor: Actor) -> Case | None:
    """Take the next call that is due, for a quarter of an hour; None when none is left."""
    for case in worklist.candidates(actor):
        if actor.person_id is not None and claim(actor=actor, case_id=case.id):
            return case
    return None


def claim(*, actor: Actor, case_id: UUID) -> bool:
    """Keep the call about this case for oneself; False when a colleague has it. Again extends it."""
    if actor.person_id is None:
        raise NotAllowed()
    with transaction.atomic():
        case = lookup.locked(lookup.district_of(case_id), case_id)
        access = permission.access(actor)
        permission.demand_knowledge(access, case)
        follow_up.demand_follow_up(access, case)
        before = rounds.of(case).claimed_by_id
        claimed = rounds.claim(case, actor.person_id, clock.now())
        if claimed and before != actor.person_id:
            journal.append(act="cases.follow_up_claimed", actor=actor, subject=case, area=case.area_now)
    return claimed


def put_off(*, actor: Actor, case_id: UUID, call_at: datetime | None = None) -> Case:
    """Give a claimed call back, to be made at `call_at` if a time was agreed."""
    follow_up.check_time(call_at)
    with transaction.atomic():
        case = lookup.locked(lookup.district_of(case_id), case_id)
        access = permission.access(actor)
        permission.demand_knowledge(access, case)
        follow_up.demand_follow_up(access, case)
        rounds.check_free(case, actor.person_id)
        rounds.release(case, call_at=call_at)
        journal.append(
            act="cases.follow_up_put_off",
            actor=actor,
            subject=case,
            area=case.area_now,
            after={"call_at": call_at.isoformat() if call_at else ""},
        )
    return case

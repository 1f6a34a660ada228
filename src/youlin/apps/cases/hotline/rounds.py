"""Rounds of calling back: whose turn a call is, when to try again, and when trying ends."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from youlin.apps.cases.models import Case, FollowUpRound
from youlin.kernel import clock, rows
from youlin.kernel.errors import Conflict

LEASE = timedelta(minutes=15)
"""How long a claimed call is kept for one operator; looking at it again extends it."""

MOST_TRIES = 3
"""Calls that reached nobody after which the petitioner counts as unreachable."""

State = FollowUpRound.State


def number_of(case: Case) -> int:
    """Which round of calling back the case is in: rework and reopening begin another."""
    return case.reworked + case.reopened


def of(case: Case) -> FollowUpRound:
    """The present round, made if there is none."""
    rows.insert_if_new(FollowUpRound(district=case.district, case=case, number=number_of(case)))
    return FollowUpRound.objects.get(district=case.district, case=case, number=number_of(case))


def claim(case: Case, person_id: UUID, now: datetime) -> bool:
    """Keep the present round for one operator; False when somebody else has it. Two never both get True."""
    one = of(case)
    free = Q(claimed_by__isnull=True) | Q(claimed_by=person_id) | Q(claimed_until__lt=now)
    wanted = FollowUpRound.objects.filter(free, district=case.district, id=one.id, state=State.WAITING)
    return bool(wanted.update(claimed_by=person_id, claimed_until=now + LEASE))


def release(case: Case, *, call_at: datetime | None = None) -> None:
    """Let others have the call, from `call_at` on."""
    one = of(case)
    kept = FollowUpRound.objects.filter(district=case.district, id=one.id, state=State.WAITING)
    kept.update(claimed_by=None, claimed_until=None, call_at=call_at)


def check_free(case: Case, person_id: UUID | None) -> None:
    """Raise `Conflict` while somebody else has claimed the call."""
    one = FollowUpRound.objects.filter(
        district=case.district, case=case, number=number_of(case), claimed_until__gte=clock.now()
    ).first()
    if one is not None and one.claimed_by_id not in (None, person_id):
        raise Conflict(_("另一位同事正在回访这一件"), remedy=_("请办下一件"))


def reached(case: Case, round_number: int) -> None:
    """The petitioner was spoken with: the round is over, even if it had ended as unreachable."""
    rows.insert_if_new(FollowUpRound(district=case.district, case=case, number=round_number))
    FollowUpRound.objects.filter(district=case.district, case=case, number=round_number).update(
        state=State.REACHED, settled_at=clock.now(), claimed_by=None, claimed_until=None, call_at=None
    )


def missed(case: Case, *, call_at: datetime | None = None) -> FollowUpRound:
    """Nobody was reached: one try more; the last one ends the round as unreachable."""
    one = of(case)
    one.attempts += 1
    one.claimed_by_id, one.claimed_until, one.call_at = None, None, call_at
    if one.attempts >= MOST_TRIES and one.state == State.WAITING:
        one.state, one.settled_at, one.call_at = State.UNREACHABLE, clock.now(), None
    one.save(force_update=True)
    return one

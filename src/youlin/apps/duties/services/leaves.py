"""Leave and handover: somebody else answers, and what is open follows."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.duties.access import access
from youlin.apps.duties.holdings import in_force
from youlin.apps.duties.models import Assignment
from youlin.apps.duties.services import assignments, following
from youlin.apps.parties.models import Person
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed


@transaction.atomic
def go_on_leave(
    *,
    actor: Actor,
    assignment: Assignment,
    stand_in: Person | None,
    from_: datetime,
    to: datetime | None = None,
    note: str = "",
) -> Assignment:
    """The holder is away from a moment until another (or until `come_back`); the stand-in holds the duty too.

    Open matters go to the stand-in when the leave begins and come back when it ends. Without a stand-in
    the duty is vacant meanwhile and climbs. A leave that has not begun is replaced. The holder
    (`duty.handover`) may name a colleague in duty, `duty.manage` anybody.
    """
    locked, codes = assignments.locked_assignment(assignment)
    _demand(actor, locked, codes, stand_in)
    if to is not None and to <= from_:
        raise Invalid(_("返岗时间应晚于离岗时间"), field="to")
    if stand_in is not None and stand_in.id == locked.holder_id:
        raise Invalid(_("代班人不能是本人"), field="stand_in")
    following.withdraw(locked, reasons=("leave", "return"))
    _set_leave(locked, from_, to, stand_in)
    _append("duties.leave_begun", actor, locked, codes, {"from": from_, "to": to}, note, stand_in)
    following.pass_on(locked, locked.holder, stand_in, "leave", from_)
    if to is not None and stand_in is not None:
        following.pass_on(locked, stand_in, locked.holder, "return", to)
    return locked


@transaction.atomic
def come_back(*, actor: Actor, assignment: Assignment, at: datetime | None = None) -> Assignment:
    """The leave ends at a moment (now); what the stand-in still holds under this duty comes back.

    A leave that has not begun by then is called off. Raises `Conflict` when there is none.
    """
    locked, codes = assignments.locked_assignment(assignment)
    _demand(actor, locked, codes, None)
    end = at or clock.now()
    if locked.away_from is None or (locked.away_to is not None and locked.away_to <= end):
        raise Conflict(_("此岗位没有在离岗"))
    following.withdraw(locked, reasons=("leave", "return"))
    stand_in = locked.stand_in
    if locked.away_from >= end:
        _set_leave(locked, None, None, None)
    else:
        _set_leave(locked, locked.away_from, end, stand_in)
        if stand_in is not None:
            following.pass_on(locked, stand_in, locked.holder, "return", end)
    _append("duties.leave_ended", actor, locked, codes, {"at": end}, "", stand_in)
    return locked


@transaction.atomic
def hand_over(
    *, actor: Actor, assignment: Assignment, to: Person, at: datetime | None = None, note: str = ""
) -> Assignment:
    """The duty passes to another person at a moment (now) with its whole scope; the new assignment.

    Open matters follow then. The holder (`duty.handover`) may hand over to a colleague in duty,
    `duty.manage` to anybody.
    """
    locked, codes = assignments.locked_assignment(assignment)
    _demand(actor, locked, codes, to)
    moment = at or clock.now()
    _check_handover(locked, to, moment)
    taken = Assignment.objects.create(
        **{field: getattr(locked, field) for field in _COPIED}, holder=to, valid_from=moment
    )
    assignments.give_areas(taken, codes, moment)
    locked.valid_to = moment
    locked.save(update_fields=["valid_to"])
    _append("duties.handed_over", actor, locked, codes, {"at": moment, "assignment": taken.id}, note, to)
    assignments.tell_assigned(taken, codes, actor)
    following.withdraw(locked, reasons=("leave", "return", "end"))
    following.pass_on(locked, locked.holder, to, "handover", moment)
    following.foresee_end(taken)
    return taken


_COPIED = (
    "district",
    "kind",
    "category",
    "organisation",
    "place",
    "case",
    "rank",
    "shift",
    "valid_to",
    "is_demo",
)


def _check_handover(assignment: Assignment, to: Person, at: datetime) -> None:
    if to.id == assignment.holder_id:
        raise Invalid(_("接岗人不能是本人"), field="to")
    if to.erased_at is not None or to.merged_into_id is not None:
        raise Invalid(_("此人的记录已删除或已合并"), field="to")
    if at <= assignment.valid_from or (assignment.valid_to is not None and assignment.valid_to <= at):
        raise Invalid(_("交接时间不在任岗期间内"), field="at")


def _demand(actor: Actor, assignment: Assignment, codes: list[str], other: Person | None) -> None:
    held = access(actor)
    own = actor.kind == "person" and actor.person_id == assignment.holder_id
    if own and _holds_all(held, "duty.handover", assignment, codes):
        if other is None or in_duty(other, assignment.district):
            return
        raise NotAllowed(_("只能交给本区现任岗位上的同事；其他人选请由管理岗位办理"))
    if actor.person_id is not None and other is not None and actor.person_id == other.id:
        raise NotAllowed(_("不能把他人的岗位交给自己"))
    assignments.demand_manage(held, assignment, codes)


def _holds_all(held: Any, verb: str, assignment: Assignment, codes: list[str]) -> bool:
    row = {"district": assignment.district, "category": assignment.category}
    ids = {"organisation": assignment.organisation_id, "case": assignment.case, "place": assignment.place}
    return all(held.may(verb, area=code, **row, **ids) for code in codes)


def in_duty(person: Person, district: str) -> bool:
    """Whether the person holds any duty in the district now."""
    rows = Assignment.objects.filter(in_force(clock.now()), district=district, holder=person)
    return rows.filter(kind__retired_at__isnull=True).exists()


def _set_leave(
    assignment: Assignment, from_: datetime | None, to: datetime | None, stand_in: Person | None
) -> None:
    assignment.away_from, assignment.away_to, assignment.stand_in = from_, to, stand_in
    assignment.save(update_fields=["away_from", "away_to", "stand_in"])


def _append(
    act: str,
    actor: Actor,
    assignment: Assignment,
    codes: list[str],
    after: dict[str, Any],
    note: str,
    other: Person | None,
) -> None:
    journal.append(
        act=act,
        actor=actor,
        subject=assignment,
        area=codes[0] if codes else "",
        after=after,
        note=note,
        related=[assignment.holder, *([other] if other else [])],
    )

"""An act of the table applied to a case in memory: state, times, counters, turn, clocks. Nothing is saved here.

The one act of a person and the hundred thousand of an import go through this same function.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, workflow
from youlin.apps.cases.clocks import Change
from youlin.apps.cases.models import Case, CaseClock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict

ALWAYS_TOLD = ("state", "category")
"""What reactions ask for is journalled with every act, changed or not."""


@dataclass(frozen=True)
class Turn:
    """Whose turn it is after the act. `reason` is kept with the case; None leaves the old reason."""

    holder_id: UUID | None
    duty: str = ""
    reason: Mapping[str, Any] | None = None
    organisation_id: UUID | None = None


@dataclass
class Result:
    """What the act changed: the journal's before and after, and the clocks to save."""

    before: dict[str, Any]
    after: dict[str, Any]
    clocks: Change = field(default_factory=Change)


def apply(
    case: Case,
    table: workflow.Workflow,
    act: workflow.Act,
    *,
    actor: Actor,
    at: datetime,
    turn: Turn | None = None,
    running: Iterable[CaseClock] = (),
    limits: Mapping[str, str],
    category: str = "",
) -> Result:
    """Do `act` on `case`. `turn` None leaves the holder; `limits` are those of the case's (new) category.

    Raises `Conflict`, naming what is possible instead, when the table does not allow it in this state.
    """
    check_available(case, table, act)
    before = _seen(case)
    target = table.state(act.target(case.state))
    case.state, case.is_open = target.code, target.open
    if act.sets or act.clears:
        _stamp(case, act, actor, at)
    if act.counts:
        setattr(case, act.counts, getattr(case, act.counts) + 1)
    if act.excludes:
        case.excluded = True
    if category:
        case.category = category
    _close_or_open(case, act, target, at)
    if turn is not None:
        _give(case, turn)
    change = clocks.change(case, target, running, limits=limits, at=at, void=act.clocks == "void")
    if not any(one.due_at < at for one in change.running):
        case.escalation = 0
    case.version += 1
    case.updated_at = max(at, case.updated_at)
    after = _seen(case)
    changed = {key for key in after if key in ALWAYS_TOLD or after[key] != before[key]}
    return Result(
        {key: before[key] for key in before if key in changed},
        {"act": act.code, "act_name": act.name, **{key: after[key] for key in after if key in changed}},
        change,
    )


def check_available(case: Case, table: workflow.Workflow, act: workflow.Act) -> None:
    """Raise `Conflict` in words unless the table allows the act now."""
    if case.state in act.sources:
        return
    possible = "、".join(one.title() for one in table.available(case.state))
    raise Conflict(
        _("案件现在是“%(state)s”，不能“%(act)s”")
        % {"state": table.state(case.state).title(), "act": act.title()},
        remedy=_("现在可以：%(acts)s") % {"acts": possible} if possible else _("请刷新页面"),
    )


def _stamp(case: Case, act: workflow.Act, actor: Actor, at: datetime) -> None:
    for name in act.clears:
        setattr(case, name, None)
    for name in act.sets:
        setattr(case, name, at)
    if "handled_at" in act.sets:
        case.handler_id = actor.person_id or case.holder_id


def _close_or_open(case: Case, act: workflow.Act, target: workflow.State, at: datetime) -> None:
    """A closed case always has a time of closing, an open one never; who opens it takes it from the archive."""
    if target.open:
        case.outcome, case.closed_at, case.archived = "", None, False
    else:
        case.outcome = act.outcome or case.outcome
        case.closed_at = case.closed_at or at


def _give(case: Case, turn: Turn) -> None:
    case.holder_id = turn.holder_id
    case.holder_duty = turn.duty
    if turn.reason is not None:
        case.routing_reason = dict(turn.reason)
    if turn.organisation_id is not None:
        case.lead_unit_id = turn.organisation_id


def _seen(case: Case) -> dict[str, Any]:
    """What the journal shows of a case before and after an act: ids and codes, never a name."""
    return {
        "state": case.state,
        "category": case.category,
        "holder": str(case.holder_id) if case.holder_id else "",
        "duty": case.holder_duty,
        "due_at": case.due_at.isoformat() if case.due_at else "",
    }

"""Who may begin a measure or take a step of one, how far it may go, and who is asked to decide."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases import lookup, measures, permission, routing, workflow
from youlin.apps.cases.crossing import standing
from youlin.apps.cases.measures import Kind, Step, Who
from youlin.apps.cases.models import Case, Category, FollowUpCall, Measure
from youlin.apps.duties.selectors import Access
from youlin.kernel.errors import Conflict, Invalid

_HELD_VERBS: dict[Who, str] = {
    "supervisor": measures.SUPERVISE,
    "caller": measures.WHISTLE,
    "decider": measures.APPROVE,
}


@dataclass(frozen=True)
class Decider:
    """Who is asked to decide, under which duty; nobody when the duty is vacant all the way up."""

    person_id: UUID | None
    duty: str


def declared(case: Case, kind: Kind) -> workflow.Measure:
    """What the case's table says of this kind, with what its category says otherwise. Raises `Invalid`."""
    found = allowances(case).get(kind.code)
    if found is None:
        raise Invalid(_("这类案件不能“%(kind)s”") % {"kind": kind.begins}, field="kind")
    return found


def allowances(case: Case) -> dict[str, workflow.Measure]:
    """All measures that the case's table declares, each as far as its category allows. One query."""
    table = lookup.table_of(case.case_type).measures
    if not table:
        return {}
    rows = Category.objects.filter(district=case.district, code=case.category)
    own = rows.values_list("measures", flat=True).first() or {}
    return {kind: _as_said(one, own.get(kind, {})) for kind, one in table.items()}


def _as_said(found: workflow.Measure, own: dict[str, Any]) -> workflow.Measure:
    return replace(found, limit=own.get("limit") or found.limit, times=own.get("times", found.times))


def why_not_begin(access: Access, case: Case, kind: Kind, allowed: workflow.Measure) -> str:
    """Why the actor may not begin this measure in this state; "" when they may."""
    if case.state not in allowed.sources:
        state = lookup.table_of(case.case_type).state(case.state).title()
        return _("案件现在是“%(state)s”，不能“%(act)s”") % {"state": state, "act": kind.begins}
    if kind.code == "appeal" and not _disputable(case):
        return _("诉求人没有给出不满意或未解决的评价")
    if kind.code == "exclusion" and case.excluded:
        return _("这个案件已经剔除")
    return _why_not(access, case, None, kind.by)


def why_not_step(access: Access, case: Case, measure: Measure, step: Step) -> str:
    """Why the actor may not take this step; "" when they may. Says nothing of the measure's state."""
    return _why_not(access, case, measure, step.who)


def check_begin(access: Access, case: Case, kind: Kind, allowed: workflow.Measure) -> None:
    """Raise `Conflict` when the same stands already, one that stops the clock too, or it was had too often."""
    standing.check(case)
    rows = list(Measure.objects.filter(district=case.district, case=case))
    if not kind.calls and any(one.is_open and one.kind == kind.code for one in rows):
        raise Conflict(_("“%(kind)s”已经在办") % {"kind": kind.name}, remedy=_("请先办完或撤回前一次"))
    if kind.holds and (other := next((one for one in rows if one.is_open and _kind(one).holds), None)):
        raise Conflict(_("案件已有“%(kind)s”") % {"kind": _kind(other).name}, remedy=_("请先结束前一项"))
    used = sum(one.kind == kind.code and one.state not in ("refused", "withdrawn", "lapsed") for one in rows)
    if allowed.times and not kind.calls and used >= allowed.times:
        raise Conflict(
            _("“%(kind)s”最多 %(n)d 次，已经用完") % {"kind": kind.name, "n": allowed.times},
            remedy=_("请按现有时限办理，或请上级另行处理"),
        )


def decider(case: Case, duty: str, asker: UUID | None, at: datetime) -> Decider:
    """Who decides: the holder of the duty for the case's area, never the one who asks; a vacancy climbs."""
    found = routing.for_duty(
        district=case.district,
        duty=duty,
        area=case.area_now,
        category=case.category,
        at=at,
        not_person=asker,
        confidential=case.confidential,
    )
    return Decider(found.holder.id if found.holder else None, found.duty)


def _why_not(access: Access, case: Case, measure: Measure | None, who: tuple[Who, ...]) -> str:
    """The first reason of all when nothing of `who` fits."""
    if access.actor.kind == "system":
        return ""
    reasons = [_refused(access, case, measure, one) for one in who]
    return "" if "" in reasons else reasons[0]


def _refused(access: Access, case: Case, measure: Measure | None, who: Who) -> str:
    person = access.actor.person_id
    ours: dict[Who, tuple[UUID | None, str]] = {
        "holder": (case.holder_id, _("这一步由承办人来做")),
        "handler": (case.handler_id, _("这一步由处置人来做")),
        "requester": (measure.requested_by_id if measure else None, _("只能由提出的人来做")),
        "assignee": (measure.assignee_id if measure else None, _("这一步由被叫到的人来做")),
        "reporter": (None, _("这一步由诉求人自己来做")),
    }
    if who in ours:
        wanted, why = ours[who]
        return "" if person is not None and person == wanted else why
    if who == "decider":
        those = involved(case, measure)
        if person in those:
            return _("自己提出或经办的，要由另一位同事来定")
        if measure is not None and person is not None and person == measure.decider_id:
            return ""
    verb = _HELD_VERBS[who]
    return "" if permission.may(access, verb, case) else permission.explain(access, verb, case)


def involved(case: Case, measure: Measure | None) -> set[UUID | None]:
    """Those who may not decide: who asked, holds or handled, and whose call an appeal disputes."""
    found = {case.holder_id, case.handler_id, measure.requested_by_id if measure else None}
    if measure is not None and measure.kind == "appeal" and case.answered_at is not None:
        calls = FollowUpCall.objects.filter(district=case.district, case=case, at=case.answered_at)
        found |= set(calls.values_list("caller_id", flat=True))
    return found - {None}


def _disputable(case: Case) -> bool:
    return not case.answer_set_aside and (case.solved is False or case.satisfied is False)


def _kind(measure: Measure) -> Kind:
    return measures.KINDS[measure.kind]

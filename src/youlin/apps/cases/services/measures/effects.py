"""What a measure does to its case: clocks stand still and run on, deadlines move, rates leave the case out."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, lookup, measures
from youlin.apps.cases.crossing import standing as crossing
from youlin.apps.cases.measures import Effect
from youlin.apps.cases.models import Case, CaseClock, Measure
from youlin.kernel.errors import Conflict

_CLOCK_FIELDS = ["amber_at", "due_at", "first_due_at", "extensions", "suspended_at", "left", "escalated_at"]


def check_version(case: Case, expected: int | None) -> None:
    """Raise `Conflict` when somebody has done something since the actor saw the case."""
    if expected is not None and expected != case.version:
        raise Conflict(_("案件刚被别人办理过"), remedy=_("请先看看最新的情况再操作"))


def apply(case: Case, measure: Measure, effect: Effect, at: datetime) -> dict[str, Any]:
    """Do what a step does to the locked case, in memory but for its clocks; what the journal says of it."""
    if effect in ("hold", "resume"):
        return _turn_clocks(case, effect, at)
    if effect == "extend":
        return _extend(case, measure, at)
    if effect in ("exclude", "include"):
        case.excluded = effect == "exclude"
        return {"excluded": case.excluded}
    if effect == "set_aside":
        case.answer_set_aside = True
        return {"set_aside": True}
    return {}


def set_marks(case: Case) -> None:
    """The marks in memory, by what stands open and by whether its parts are being worked on."""
    standing = Measure.objects.filter(district=case.district, case=case, is_open=True)
    divided = lookup.table_of(case.case_type).role("gather", case.state) is not None
    found = measures.marks_of(list(standing.values_list("kind", "state")), divided=divided)
    case.marks = " ".join([*found.split(), *(one for one in case.marks.split() if one in crossing.KEPT)])


def mark(case: Case, at: datetime) -> None:
    """Write the case's marks and lights anew and count its version up. All other fields stay as they are."""
    set_marks(case)
    case.version += 1
    case.updated_at = max(at, case.updated_at)
    case.save(
        update_fields=[
            "marks", "version", "updated_at", "light_at", "due_at", "escalation", "excluded",
            "answer_set_aside",
        ]
    )  # fmt: skip


def _running(case: Case) -> list[CaseClock]:
    rows = CaseClock.objects.filter(district=case.district, case=case, stopped_at__isnull=True)
    return list(rows.order_by("started_at", "id"))


def _turn_clocks(case: Case, effect: Effect, at: datetime) -> dict[str, Any]:
    running = _running(case)
    changed = clocks.suspend(running, at) if effect == "hold" else clocks.resume(running, at)
    CaseClock.objects.bulk_update(changed, _CLOCK_FIELDS)
    clocks.set_lights(case, running)
    return {"clocks": effect, "due_at": case.due_at.isoformat() if case.due_at else ""}


def _extend(case: Case, measure: Measure, at: datetime) -> dict[str, Any]:
    """Move the promise on. One that was settled meanwhile cannot be moved any more."""
    running = _running(case)
    mine = next((one for one in running if one.id == measure.clock_id), None)
    if mine is None or measure.until is None:
        raise Conflict(_("这一步已经办完，不用延期了"), remedy=_("请看最新状态"))
    if mine.suspended_at is not None:
        raise Conflict(_("案件正在停表，恢复办理后再定延期"))
    measure.due_before = mine.due_at
    clocks.extend(mine, measure.until, at)
    CaseClock.objects.bulk_update([mine], _CLOCK_FIELDS)
    clocks.set_lights(case, running)
    case.escalation = 0 if mine.due_at > at else case.escalation
    return {
        "clock": mine.name,
        "due_before": measure.due_before.isoformat(),
        "due_at": mine.due_at.isoformat(),
    }

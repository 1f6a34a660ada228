"""Work beside the workflow in the demonstration: measures begun and taken further by whoever may, by services.

A beat names a kind (`extension`) or a step of the one that stands (`extension:approve`).
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from youlin.apps.cases import clocks, measures, services
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.models import Case
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

LEADER = "zhou_weidong"
CALLED = "he_yun"
DAYS = {"extension": 2, "deferral": 20, "carry_over": 90, "supervision": 3}
NOTES = {
    "extension": "配件要从厂家调货，申请延期。",
    "deferral": "要等汛期过后才能施工，申请缓办。",
    "pause": "请问具体是几号楼几单元？方便的话补一张照片。",
    "carry_over": "要随老旧管网改造一并解决，申请挂账。",
    "whistle": "涉及产权单位，请到现场一起看。",
    "supervision": "群众反映强烈，请三日内办结并报告。",
    "exclusion": "诉求涉及历史遗留问题，按规定申请剔除。",
    "approve": "情况属实，同意。",
    "arrive": "已到现场。",
}
PLAN = "已列入明年改造计划：一季度设计，二季度进场，其间每月查看一次。"


def knows(act: str) -> bool:
    """Whether a beat's act is work beside the workflow."""
    return act.partition(":")[0] in measures.KINDS


def do(case: Case, act: str, *, people: Mapping[str, UUID | None], key: str) -> Case:
    """Begin a measure or take its step, as the one who may; the case as it is then."""
    kind, _colon, step = act.partition(":")
    if step:
        return _step(case, kind, step, key)
    asker = people[LEADER] if kind == "supervision" else case.holder_id or case.handler_id
    begins = case.due_at if kind == "extension" and case.due_at else clock.now()
    return services.begin_measure(
        actor=_person(asker),
        case_id=case.id,
        kind=kind,
        note=NOTES[kind],
        until=clocks.local_day(begins) + timedelta(days=DAYS[kind]) if kind in DAYS else None,
        choice="历史遗留问题" if kind == "exclusion" else "",
        plan=PLAN if kind == "carry_over" else "",
        people=[one for one in (people[CALLED],) if one and kind == "whistle"],
        idempotency_key=key,
    )


def _step(case: Case, kind: str, step: str, key: str) -> Case:
    standing = cases.standing_measure(case, kind)
    if standing is None:
        raise NotFound(f"{kind}: {step}")
    who = standing.assignee_id if step in ("arrive", "report") else standing.decider_id
    return services.take_step(
        actor=_person(who),
        case_id=case.id,
        measure_id=standing.id,
        step=step,
        note=NOTES[step],
        idempotency_key=key,
    )


def _person(person_id: UUID | None) -> Actor:
    return Actor("person", person_id=person_id, via="desk")

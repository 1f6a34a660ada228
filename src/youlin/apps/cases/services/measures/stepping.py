"""Taking a measure a step further: approving, refusing, arriving, answering, resuming, lifting …"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, lookup, measures, permission, texts
from youlin.apps.cases.measures import Step
from youlin.apps.cases.models import Case, CaseMedia, Measure
from youlin.apps.cases.services import photos
from youlin.apps.cases.services.measures import effects, rules, telling
from youlin.apps.cases.services.measures.beginning import NOTE_LENGTH
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from youlin.kernel.idempotency import once

KEPT, LATE = "kept", "late"


def take_step(
    *,
    actor: Actor,
    case_id: UUID,
    measure_id: UUID,
    step: str,
    idempotency_key: str,
    note: str = "",
    until: date | None = None,
    media_ids: tuple[UUID, ...] = (),
    expected_version: int | None = None,
) -> Case:
    """Take one step of a measure and answer with the case as it is then.

    Raises `NotFound` when the actor may not know the case or it has no such measure, `NotAllowed` with the
    reason, `Conflict` when the measure or the case has moved on, `Invalid` with what is missing.
    """
    district = lookup.district_of(case_id)
    note = note.strip()
    payload = {
        "measure": str(measure_id),
        "note": note,
        "until": until.isoformat() if until else "",
        "media": photos.contents(district, media_ids),
    }
    with once(
        district=district, actor=actor, act=f"cases.step.{step}", key=idempotency_key, payload=payload
    ) as asking:
        case = lookup.locked(district, case_id)
        access = permission.access(actor)
        permission.demand_knowledge(access, case)
        if asking.prior is not None:
            return case
        measure = Measure.objects.filter(district=district, case=case, id=measure_id).first()
        if measure is None:
            raise NotFound(_("没有这项措施"))
        found = available(measure, step)
        effects.check_version(case, expected_version)
        if why := rules.why_not_step(access, case, measure, found):
            raise NotAllowed(why)
        media = photos.attach(case, media_ids, step=case.state, actor=actor)
        CaseMedia.objects.bulk_create(media)
        take(actor, case, measure, found, note=note, until=until, media=media_ids)
        asking.save({"version": case.version})
    return case


def available(measure: Measure, code: str) -> Step:
    """The step of this code, if the measure is where it begins; else `Conflict` or `Invalid` in words."""
    kind = measures.KINDS[measure.kind]
    found = kind.step(code)
    if found is None:
        raise Invalid(_("“%(kind)s”没有“%(act)s”这一步") % {"kind": kind.name, "act": code}, field="step")
    if measure.state not in found.sources:
        raise Conflict(
            _("“%(kind)s”现在是“%(state)s”，不能“%(act)s”")
            % {"kind": kind.name, "state": kind.states[measure.state], "act": found.name},
            remedy=_("请看最新状态"),
        )
    return found


def take(
    actor: Actor,
    case: Case,
    measure: Measure,
    step: Step,
    *,
    note: str = "",
    until: date | None = None,
    media: tuple[UUID, ...] = (),
) -> None:
    """Do a step on a locked case, in the caller's transaction."""
    kind, now = measures.KINDS[measure.kind], clock.now()
    _check(step, note, until, now)
    before = measure.state
    measure.state, measure.is_open = step.to, not step.ends
    measure.ended_at = now if step.ends else None
    setattr(measure, step.says, texts.without_personal(note) or getattr(measure, step.says))
    if step.code in ("approve", "refuse", "revoke", "lift"):
        measure.decided_by_id, measure.decided_at = actor.person_id, now
    if step.code == "arrive":
        _arrive(measure, now)
    if step.asks_until and until is not None:
        measure.until, measure.reminded_at = clocks.end_of_day(until), None
    moved = effects.apply(case, measure, step.effect, now)
    measure.save()
    effects.mark(case, now)
    journal.append(
        act=measures.journal_act(kind, step),
        actor=actor,
        subject=case,
        area=case.area_now,
        before={"measure_state": before},
        after=_told(measure, step, media) | moved,
        note=texts.without_personal(note),
        at=now,
    )
    telling.stepped(case, kind, measure, step, actor)


def _told(measure: Measure, step: Step, media: tuple[UUID, ...]) -> dict[str, Any]:
    """What the journal says of a step, besides its words."""
    after: dict[str, Any] = {
        "measure": str(measure.id),
        "kind": measure.kind,
        "measure_state": measure.state,
    }
    if measure.until and (step.asks_until or step.effect in ("hold", "extend")):
        after["until"] = measure.until.isoformat()
    if step.code == "arrive":
        after["outcome"] = measure.outcome
    return after | ({"photos": [str(one) for one in media]} if media else {})


def _arrive(measure: Measure, now: datetime) -> None:
    measure.arrived_at = now
    measure.outcome = LATE if measure.until is not None and now > measure.until else KEPT


def _check(step: Step, note: str, until: date | None, now: datetime) -> None:
    problems = []
    if step.note == "required" and not note:
        problems.append(Problem("note", _("“%(act)s”要写明情况") % {"act": step.name}, _("写一两句话说明")))
    if len(note) > NOTE_LENGTH:
        problems.append(Problem("note", _("说明超过 %(n)d 字") % {"n": NOTE_LENGTH}))
    if step.asks_until and until is None:
        problems.append(Problem("until", _("没有选日期"), _("选一个日期")))
    if until is not None and clocks.end_of_day(until) <= now:
        problems.append(Problem("until", _("日期已经过去"), _("请选今天以后的一天")))
    if problems:
        raise Invalid(problems=problems)

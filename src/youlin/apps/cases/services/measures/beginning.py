"""Beginning a measure: asking for an extension, putting a question, whistling for others, supervising …"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, lookup, measures, permission, texts, workflow
from youlin.apps.cases.measures import Kind
from youlin.apps.cases.models import Case, CaseClock, CaseMedia, Measure
from youlin.apps.cases.services import photos
from youlin.apps.cases.services.measures import calling, effects, rules, telling
from youlin.apps.duties.selectors import Access
from youlin.kernel import calendars, clock, ids, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from youlin.kernel.idempotency import once

NOTE_LENGTH = 2000
CALLED_AT_ONCE = 8


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What somebody begins, as `begin` was given it."""

    note: str
    until: date | None
    choice: str
    plan: str
    people: tuple[UUID, ...]
    media_ids: tuple[UUID, ...]

    def payload(self, district: str) -> dict[str, Any]:
        return {
            "note": self.note,
            "until": self.until.isoformat() if self.until else "",
            "choice": self.choice,
            "plan": self.plan,
            "people": [str(one) for one in self.people],
            "media": photos.contents(district, self.media_ids),
        }


def begin(
    *,
    actor: Actor,
    case_id: UUID,
    kind: str,
    idempotency_key: str,
    note: str = "",
    until: date | None = None,
    choice: str = "",
    plan: str = "",
    people: Sequence[UUID] = (),
    media_ids: Sequence[UUID] = (),
    expected_version: int | None = None,
) -> Case:
    """Begin a measure on a case and answer with the case as it is then.

    `until` is the local day that the kind asks for; `people` are those who are called (吹哨). Raises `NotFound`
    when the actor may not know the case, `NotAllowed` with the reason, `Conflict` when the case has moved on
    or has such a measure already, `Invalid` with every field that is wrong.
    """
    asked = _Asked(
        note=note.strip(),
        until=until,
        choice=choice,
        plan=plan.strip(),
        people=tuple(dict.fromkeys(people)),
        media_ids=tuple(media_ids),
    )
    known = measures.KINDS.get(kind)
    if known is None:
        raise Invalid(_("没有“%(kind)s”这种措施") % {"kind": kind}, field="kind")
    district = lookup.district_of(case_id)
    payload = {"case": str(case_id), **asked.payload(district)}
    with once(
        district=district, actor=actor, act=f"cases.begin.{kind}", key=idempotency_key, payload=payload
    ) as asking:
        case = lookup.locked(district, case_id)
        access = permission.access(actor)
        permission.demand_knowledge(access, case)
        if asking.prior is not None:
            return case
        effects.check_version(case, expected_version)
        allowed = rules.declared(case, known)
        if why := rules.why_not_begin(access, case, known, allowed):
            raise (Conflict if case.state not in allowed.sources else NotAllowed)(why)
        rules.check_begin(access, case, known, allowed)
        _begin(access, case, known, allowed, asked)
        asking.save({"version": case.version})
    return case


def _begin(access: Access, case: Case, kind: Kind, allowed: workflow.Measure, asked: _Asked) -> None:
    actor, now = access.actor, clock.now()
    _check(kind, allowed, asked)
    made = _rows(access, case, kind, allowed, asked, now)
    media = photos.attach(case, asked.media_ids, step=case.state, actor=actor)
    Measure.objects.bulk_create(made)
    CaseMedia.objects.bulk_create(media)
    moved = effects.apply(case, made[0], kind.effect, now)
    effects.mark(case, now)
    journal.append(
        act=measures.journal_act(kind),
        actor=actor,
        subject=case,
        area=case.area_now,
        after=_told(made, asked, moved),
        note=texts.without_personal(asked.note),
        at=now,
    )
    telling.begun(case, kind, made, actor)


def _rows(
    access: Access, case: Case, kind: Kind, allowed: workflow.Measure, asked: _Asked, now: datetime
) -> list[Measure]:
    """One row; for a whistle one for each of those who are called."""
    running, asker = _clock(case, allowed) if allowed.clock else None, access.actor.person_id
    found = rules.decider(case, allowed.decides, asker, now) if kind.decided else None
    if "supervisor" in kind.by:
        found = rules.Decider(asker, permission.duty_for(access, case, measures.SUPERVISE) or "")
    one = Measure(
        district=case.district,
        case=case,
        kind=kind.code,
        state=kind.first,
        batch=ids.uuid7() if kind.calls else None,
        reason=texts.without_personal(asked.note),
        choice=asked.choice,
        plan=texts.without_personal(asked.plan),
        until=_until(kind, allowed, asked, running, now),
        requested_by_id=asker,
        requested_at=now,
        decider_id=found.person_id if found else None,
        duty=found.duty if found else "",
        clock=running,
        due_before=running.due_at if running else None,
    )
    return [one] if not kind.calls else calling.rows(one, case, allowed, asked.people)


def _clock(case: Case, allowed: workflow.Measure) -> CaseClock:
    """The promise that is to be moved; it must run and not be broken already."""
    running = CaseClock.objects.filter(
        district=case.district, case=case, name=allowed.clock, stopped_at__isnull=True
    ).first()
    if running is None:
        raise Conflict(_("这一步没有在走的时限，不用延期"))
    if clock.now() > running.due_at:
        raise Conflict(_("已经超过时限，不能再申请延期"), remedy=_("请尽快办结，或请上级处理"))
    return running


def _until(
    kind: Kind, allowed: workflow.Measure, asked: _Asked, running: CaseClock | None, now: datetime
) -> datetime | None:
    """The moment that is asked for, in the bounds that are declared."""
    begins = running.due_at if running else now
    most = calendars.deadline(begins, calendars.Limit.parse(allowed.limit)) if allowed.limit else None
    if asked.until is None:
        return most if not kind.until_required else None
    found = clocks.moved_due(running, asked.until) if running else clocks.end_of_day(asked.until)
    if found <= begins:
        raise Invalid(
            _("要晚于 %(day)s") % {"day": clocks.local_day(begins)}, field="until", remedy=_("请选更晚的一天")
        )
    if most is not None and asked.until > clocks.local_day(most):
        raise Invalid(
            _("最晚到 %(day)s（限 %(limit)s）")
            % {"day": clocks.local_day(most), "limit": calendars.Limit.parse(allowed.limit).label()},
            field="until",
            remedy=_("请选近一些的日子"),
        )
    return min(found, most) if most is not None else found


def _check(kind: Kind, allowed: workflow.Measure, asked: _Asked) -> None:
    problems = []
    if not asked.note:
        problems.append(Problem("note", _("“%(field)s”没有填") % {"field": kind.note}, _("写一两句话说明")))
    if max(len(asked.note), len(asked.plan)) > NOTE_LENGTH:
        problems.append(Problem("note", _("说明超过 %(n)d 字") % {"n": NOTE_LENGTH}))
    if kind.until and kind.until_required and asked.until is None:
        problems.append(Problem("until", _("“%(field)s”没有填") % {"field": kind.until}, _("选一个日期")))
    if kind.plan and not asked.plan:
        problems.append(Problem("plan", _("没有写解决计划"), _("写清分几步、谁来做、何时完成")))
    if allowed.choices and asked.choice not in allowed.choices:
        problems.append(Problem("choice", _("没有选属于哪种情形"), _("可选：") + "、".join(allowed.choices)))
    if kind.calls and not asked.people:
        problems.append(Problem("people", _("没有选叫谁来"), _("至少选一个单位")))
    if len(asked.people) > CALLED_AT_ONCE:
        problems.append(Problem("people", _("一次最多叫 %(n)d 个单位") % {"n": CALLED_AT_ONCE}))
    if problems:
        raise Invalid(problems=problems)


def _told(made: list[Measure], asked: _Asked, moved: dict[str, Any]) -> dict[str, Any]:
    """What the journal says: ids, days and codes, never a name."""
    first = made[0]
    return {
        "measure": str(first.batch or first.id),
        "kind": first.kind,
        **({"until": first.until.isoformat()} if first.until else {}),
        **({"choice": first.choice} if first.choice else {}),
        **({"plan": first.plan} if first.plan else {}),
        **({"called": [str(one.assignee_id) for one in made]} if first.assignee_id else {}),
        **({"photos": [str(id) for id in asked.media_ids]} if asked.media_ids else {}),
        **moved,
    }

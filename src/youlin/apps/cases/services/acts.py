"""Every act of every workflow goes through `act`: one table-driven service."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, lookup, permission, routing, texts, words, workflow
from youlin.apps.cases.crossing import standing
from youlin.apps.cases.models import Case, CaseMedia, CaseReporter, Category
from youlin.apps.cases.moderation import birth
from youlin.apps.cases.services import answers, intake, merging, photos, splitting, transition
from youlin.apps.cases.services.around import Around
from youlin.apps.cases.services.measures.effects import set_marks
from youlin.apps.cases.services.measures.settling import settle
from youlin.apps.cases.services.transition import Turn
from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Access
from youlin.kernel import clock, journal, rows, search
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from youlin.kernel.idempotency import once

OFFLINE = timedelta(hours=48)
"""How long after the deed an act may arrive from a phone that had no network."""

NOTE_LENGTH = 2000

CLOCK_ENDS = ("stopped_at", "outcome")
EVERYTHING = frozenset(field.attname for field in Case._meta.concrete_fields) - {"id", "district"}


@dataclass
class Asked:
    """What somebody asks to be done, as `act` was given it."""

    actor: Actor
    note: str = ""
    media_ids: Sequence[UUID] = ()
    to_person: UUID | None = None
    to_category: str = ""
    at: datetime | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)

    def payload(self, district: str) -> dict[str, Any]:
        """What makes two requests with one key the same."""
        return {
            "note": self.note,
            "media": photos.contents(district, self.media_ids),
            "to_person": str(self.to_person or ""),
            "to_category": self.to_category,
            "fields": dict(self.fields),
        }


def act(
    *,
    actor: Actor,
    case_id: UUID,
    act: str,
    idempotency_key: str,
    note: str = "",
    media_ids: Sequence[UUID] = (),
    to_person: UUID | None = None,
    to_category: str | None = None,
    expected_version: int | None = None,
    at: datetime | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Case:
    """Do one act of the case's workflow and answer with the case as it is then.

    `at` is when it was done (now; up to `OFFLINE` ago from a phone without network). `expected_version` is
    the version the actor saw. Raises `NotFound` when the actor may not know the case, `NotAllowed` when duty
    or rule refuse, `Conflict` when the case has moved on, `Invalid` when evidence is missing.
    """
    asked = Asked(actor, note.strip(), media_ids, to_person, to_category or "", at, dict(fields or {}))
    district = lookup.district_of(case_id)
    with once(
        district=district,
        actor=actor,
        act=f"cases.{act}",
        key=idempotency_key,
        payload={"case": str(case_id), **asked.payload(district)},
    ) as asking:
        case = _locked(district, case_id, asked)
        access = permission.access(actor)
        permission.demand_knowledge(access, case)
        if asking.prior is not None:
            return case
        if expected_version is not None and expected_version != case.version:
            raise Conflict(_("案件刚被别人办理过"), remedy=_("请先看看最新的情况再操作"))
        declared = _act_of(case, act)
        check_complete(declared)
        perform(case, declared, asked, access=access)
        asking.save({"version": case.version})
    return case


def perform(
    case: Case,
    declared: workflow.Act,
    asked: Asked,
    *,
    access: Access | None = None,
    reporter: CaseReporter | None = None,
) -> transition.Result:
    """Do a declared act on a locked case and save everything, in the caller's transaction.

    With `access` the actor's duties are asked; with `reporter` the act is the reporter's own.
    """
    deed = decide(case, declared, asked, Around([case]), access=access, reporter=reporter)
    keep([deed])
    return deed.result


@dataclass
class Deed:
    """An act that was decided and done to its case in memory, until `keep` writes it down."""

    case: Case
    declared: workflow.Act
    asked: Asked
    at: datetime
    result: transition.Result
    category: Category | None = None
    decision: routing.Decision | None = None
    media: Sequence[CaseMedia] = ()


def decide(
    case: Case,
    declared: workflow.Act,
    asked: Asked,
    around: Around,
    *,
    access: Access | None = None,
    reporter: CaseReporter | None = None,
) -> Deed:
    """Check a declared act on a locked case and do it in memory; `keep` writes it down.

    Only what few acts have beside (measures that end, answers of a follow-up, duplicates) is written here.
    """
    table = lookup.table_of(case.case_type)
    standing.check(case)
    transition.check_available(case, table, declared)
    _check_actor(case, declared, asked.actor, access, reporter)
    moment = _moment(case, asked)
    answer = answers.read(declared, asked)
    _check_evidence(declared, asked, answer)
    category = _category(case, table, declared, asked, around)
    media = photos.attach(case, asked.media_ids, step=case.state, actor=asked.actor)
    photos.check_enough(media, declared.photos)
    if any(one.checked for one in media) or (asked.note and declared.journal_act in words.SAID_TO_ALL):
        case.moderation = birth.after_more(case)
    turn, decision = _turn(case, declared, asked, category, around, moment)
    if case.marks:
        settle(case, declared.target(case.state), actor=asked.actor, at=moment)
        around.read_clocks_again(case)
    result = transition.apply(
        case,
        table,
        declared,
        actor=asked.actor,
        at=moment,
        turn=turn,
        running=around.running(case),
        limits=category.limits if category else {},
        category=asked.to_category if declared.recategorises else "",
    )
    around.go_on_running(case, result.clocks.running)
    answers.keep(case, declared, asked, answer, moment)
    if declared.role in ("split", "gather", "take_back"):
        set_marks(case)
    return Deed(case, declared, asked, moment, result, category, decision, media)


def keep(deeds: Sequence[Deed], *, changed: Collection[str] = EVERYTHING) -> None:
    """Write down deeds on different cases, in as many queries for fifty as for one; parts end their wholes.

    `changed` are the columns of the cases that may have changed.
    """
    rows.update_many([deed.case for deed in deeds], changed)
    changes = [deed.result.clocks for deed in deeds]
    rows.put_many([one for change in changes for one in (*change.stopped, *change.started)], CLOCK_ENDS)
    CaseMedia.objects.bulk_create([one for deed in deeds for one in deed.media])
    for deed in deeds:
        if deed.declared.recategorises and deed.category is not None:
            findable(deed.case, deed.category.name)
    journal.append_many([_told(deed) for deed in deeds])
    for deed in deeds:
        if deed.case.parent_id is not None and not deed.case.is_open:
            splitting.gather(deed.case)


def findable(case: Case, category_name: str) -> None:
    """Let the case be found by what it says now."""
    text = intake.search_text(case, category_name)
    marks = search.marks.of(case.area_now, is_open=case.is_open)
    search.index(district=case.district, kind=words.SEARCH_KIND, object_id=case.id, text=text, marks=marks)


def _locked(district: str, case_id: UUID, asked: Asked) -> Case:
    """The case, locked; with the one it is said to repeat, both in the order of their ids."""
    number = str(asked.fields.get("duplicate_of") or "")
    other = lookup.by_number(number, district=district).exclude(id=case_id).first() if number else None
    if other is None:
        return lookup.locked(district, case_id)
    return merging.lock_both(district, lookup.head_of(other).id, case_id)[1]


def check_complete(declared: workflow.Act) -> None:
    """Raise `Invalid` for acts that need more than `act` takes and have a page of their own."""
    if declared.role == "hand_over":
        raise Invalid(_("移交外区要说明交给哪个区"), field="act", remedy=_("请用“移交外区”页面"))
    if declared.role == "split":
        raise Invalid(_("分办要写明分成哪几件"), field="act", remedy=_("请用“分办”页面"))


def _act_of(case: Case, code: str) -> workflow.Act:
    declared = lookup.table_of(case.case_type).acts.get(code)
    if declared is None:
        raise Invalid(_("这个流程没有动作“%(act)s”") % {"act": code}, field="act")
    return declared


def _check_actor(
    case: Case, declared: workflow.Act, actor: Actor, access: Access | None, reporter: CaseReporter | None
) -> None:
    if actor.kind == "system":
        return
    if declared.actor == "reporter":
        if reporter is None:
            raise NotAllowed(_("这一步只能由反映人自己来做"))
        return
    if access is None:
        raise NotAllowed()
    why_not = permission.why_not(access, case, declared)
    if why_not:
        raise NotAllowed(why_not)


def _moment(case: Case, asked: Asked) -> datetime:
    now = clock.now()
    if asked.at is None or asked.actor.kind == "system":
        return asked.at or now
    if asked.at > now + timedelta(minutes=5):
        raise Invalid(_("办理时间还没到"), field="at", remedy=_("请检查设备的时钟"))
    if asked.at < now - OFFLINE:
        raise Invalid(_("办理时间太早，无法补录"), field="at", remedy=_("请按现在的时间办理，并在备注里说明"))
    return max(min(asked.at, now), case.updated_at)


def _check_evidence(declared: workflow.Act, asked: Asked, answer: answers.Given) -> None:
    problems = list(answer.problems)
    if declared.note == "required" and not asked.note:
        problems.append(
            Problem("note", _("“%(act)s”要写明情况") % {"act": declared.title()}, _("写一两句话说明"))
        )
    if len(asked.note) > NOTE_LENGTH:
        problems.append(Problem("note", _("说明超过 %(n)d 字") % {"n": NOTE_LENGTH}))
    if len(set(asked.media_ids)) > photos.FILES:
        problems.append(Problem("media", _("最多 %(n)d 张照片") % {"n": photos.MOST}))
    if declared.asks_person and asked.to_person is None:
        problems.append(Problem("to_person", _("没有选人"), _("选一位同事")))
    if declared.recategorises and not asked.to_category:
        problems.append(Problem("to_category", _("没有选新的类别")))
    if problems:
        raise Invalid(problems=problems)


def _category(
    case: Case, table: workflow.Workflow, declared: workflow.Act, asked: Asked, around: Around
) -> Category | None:
    """The category after the act, read only where limits or routing need it.

    A new one must belong to the same type of case.
    """
    if not declared.recategorises:
        target = table.state(declared.target(case.state))
        if declared.assigns in ("route", "handler") or clocks.need_category(target):
            return around.category(case.category)
        return None
    category = routing.category_of(case.district, asked.to_category)
    if category.case_type != case.case_type.code:
        raise Invalid(
            _("“%(name)s”走另一种流程") % {"name": category.name},
            field="to_category",
            remedy=_("请作废这个案件，按新的类别重新登记"),
        )
    return category


def _turn(
    case: Case,
    declared: workflow.Act,
    asked: Asked,
    category: Category | None,
    around: Around,
    at: datetime,
) -> tuple[Turn | None, routing.Decision | None]:
    """Whose turn it is afterwards, and the decision if one had to be found."""
    rule = declared.assigns
    if rule == "holder":
        return None, None
    if rule in ("none", "reporter"):
        return Turn(None), None
    if rule == "actor":
        return Turn(asked.actor.person_id, case.holder_duty), None
    if rule == "chosen":
        return _chosen(case, asked), None
    if rule == "handler" and (turn := _handler(case)) is not None:
        return turn, None
    if rule.startswith(("duty:", "unit:")):
        of_unit = rule.startswith("unit:")
        decision = routing.for_duty(
            district=case.district,
            duty=rule[5:],
            area=case.area_now,
            category=case.category,
            answering=around.answering(at),
            not_person=None if of_unit else asked.actor.person_id or case.holder_id,
            organisation=case.lead_unit_id if of_unit else None,
            confidential=case.confidential,
        )
        if of_unit and case.lead_unit_id is None and decision.organisation_id is not None:
            raise Invalid(_("没有写由谁办"), field="unit", remedy=_("请写明由哪个单位办"))
        return Turn(decision.holder.id if decision.holder else None, decision.duty), decision
    return _routed(case, category or routing.category_of(case.district, case.category), around.answering(at))


def _routed(case: Case, category: Category, answering: duties.Answering) -> tuple[Turn, routing.Decision]:
    decision = routing.explain(
        district=case.district,
        category=category,
        area=case.area_now,
        answering=answering,
        facts=routing.facts_of(case),
        confidential=case.confidential,
    )
    if decision.holder is None:
        raise Invalid(
            _("没有找到承办人：%(why)s") % {"why": decision.why},
            field="holder",
            remedy=_("请指派一位同事，或补上空缺的岗位"),
        )
    return Turn(decision.holder.id, decision.duty, decision.stored(), decision.organisation_id), decision


def _chosen(case: Case, asked: Asked) -> Turn:
    """A person somebody chose: they must be able to handle this case."""
    assert asked.to_person is not None
    if asked.to_person == case.holder_id:
        raise Invalid(_("案件已经在这位同事手里"), field="to_person")
    theirs = permission.access(Actor("person", person_id=asked.to_person))
    duty = permission.duty_for(theirs, case)
    if duty is None:
        raise Invalid(
            _("这位同事没有办理此案的岗位"), field="to_person", remedy=_("请选该区域、该类别的在岗人员")
        )
    reason = {"duty": duty, "chosen_by": str(asked.actor.person_id or ""), "steps": [_("由人指派")]}
    return Turn(asked.to_person, duty, reason)


def _handler(case: Case) -> Turn | None:
    """Back to the one who handled it, if they still may; else it is routed anew."""
    person = case.handler_id or case.holder_id
    if person is None:
        return None
    duty = permission.duty_for(permission.access(Actor("person", person_id=person)), case)
    if duty is None:
        return None
    return Turn(person, duty, {"duty": duty, "steps": [_("回到原承办人")]})


def _told(deed: Deed) -> journal.Item:
    """The steps that led to a person name people, so they are sealed for the one they led to."""
    case, asked, result = deed.case, deed.asked, deed.result
    why = list(deed.decision.steps) if deed.decision else []
    after = {**result.after, **({"fields": dict(asked.fields)} if asked.fields else {})}
    after |= {"photos": [str(id) for id in asked.media_ids]} if asked.media_ids else {}
    return journal.Item(
        act=deed.declared.journal_act,
        actor=asked.actor,
        subject=case,
        area=case.area_now,
        before=result.before,
        after=after,
        note=texts.without_personal(asked.note),
        personal={case.holder_id: {"why": why}} if why and case.holder_id else None,
        at=deed.at,
    )

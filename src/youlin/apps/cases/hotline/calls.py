"""Taking a call: who took it, what became of it. Each end of a call happens once, however often it is sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from youlin.apps.cases import contacts, lookup, permission, texts, workflow
from youlin.apps.cases.attributes import Given
from youlin.apps.cases.models import Case, CaseReporter, HotlineCall
from youlin.apps.cases.services import acts, intake
from youlin.apps.cases.services.acts import Asked
from youlin.apps.duties import selectors as duties
from youlin.kernel import clock, ids, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed, NotFound, Problem

__all__ = ["Caller", "HotlineCall", "Told", "answer", "answering", "begin", "nothing", "repeat", "report"]

VERB = "case.file"
ANSWERED = "answered"
"""The outcome by which a workflow's table marks the act that answers a caller at once."""
FRESH = timedelta(hours=12)
"""How long a call that was set aside can be taken up again."""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who calls. `on_behalf_of` names the person concerned when the caller speaks for somebody else."""

    phone: str = ""
    anonymous: bool = False
    protected: bool = False
    on_behalf_of: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the caller tells, where it is, and what they answered to the questions of the category."""

    category: str
    text: str
    address: str = ""
    area: str = ""
    lon: float | None = None
    lat: float | None = None
    attributes: Given | None = None


def begin(*, actor: Actor, district: str) -> HotlineCall:
    """Take a call. Raises `NotAllowed` for somebody who may not file cases in the district."""
    if actor.person_id is None or not duties.access(actor).districts(VERB):
        raise NotAllowed(_("接听来电需要受理岗位"))
    if district not in duties.access(actor).districts(VERB):
        raise NotAllowed(_("接听来电需要受理岗位"))
    with transaction.atomic():
        call = HotlineCall.objects.create(district=district, operator_id=actor.person_id)
        journal.append(act="cases.call_taken", actor=actor, subject=call, area=district, first=True)
    return call


def report(*, actor: Actor, call_id: UUID, caller: Caller, told: Told) -> HotlineCall:
    """Make a new case of the call."""
    with _ending(actor, call_id) as call:
        if not call.outcome:
            case, reporter = _reported(actor, call, caller, told)
            _end(call, actor, caller, HotlineCall.Outcome.REPORTED, case, reporter)
    return call


def answer(*, actor: Actor, call_id: UUID, caller: Caller, told: Told, words: str) -> HotlineCall:
    """Answer the caller at once: a case that its workflow closes with the answer, and that is counted."""
    if not words.strip():
        raise Invalid(problems=[Problem("answer", _("没有写答复"), _("写下您告诉对方的话"))])
    with _ending(actor, call_id) as call:
        if not call.outcome:
            case, reporter = _reported(actor, call, caller, told)
            declared = answering(case)
            if declared is None:
                raise Invalid(_("这个类别不能当场办结"), field="category", remedy=_("请登记，由承办人答复"))
            locked = lookup.locked(case.district, case.id)
            acts.perform(locked, declared, Asked(actor, words.strip()), access=permission.access(actor))
            _end(call, actor, caller, HotlineCall.Outcome.ANSWERED, case, reporter)
    return call


def repeat(*, actor: Actor, call_id: UUID, caller: Caller, case_id: UUID, note: str) -> HotlineCall:
    """Add the call to a case that is there already: the same caller again, or one more who is concerned."""
    intake.check_words(text=note, contact=caller.phone, key=str(call_id), may_be_silent=True)
    with _ending(actor, call_id) as call:
        if not call.outcome:
            case = lookup.locked(lookup.district_of(case_id), case_id)
            access = permission.access(actor)
            permission.demand_knowledge(access, case)
            if case.district != call.district or not permission.may(access, VERB, case):
                raise NotAllowed(_("这一件不归您登记"))
            reporter = _reporter_again(case, actor, caller, note)
            _journal_again(case, actor, note)
            _end(call, actor, caller, HotlineCall.Outcome.REPEATED, case, reporter)
    return call


def nothing(*, actor: Actor, call_id: UUID, caller: Caller) -> HotlineCall:
    """End a call that needs no case: a wrong number, silence, thanks."""
    with _ending(actor, call_id) as call:
        if not call.outcome:
            _end(call, actor, caller, HotlineCall.Outcome.NOTHING, None, None)
    return call


def answering(case: Case) -> workflow.Act | None:
    """The act by which the case's table answers at once in its present state, if it has one."""
    table = lookup.table_of(case.case_type)
    return next((act for act in table.available(case.state) if act.outcome == ANSWERED), None)


@contextmanager
def _ending(actor: Actor, call_id: UUID) -> Iterator[HotlineCall]:
    """The operator's own call, locked."""
    with transaction.atomic():
        found = HotlineCall.objects.select_for_update(of=("self",)).select_related("case", "reporter")
        call = found.filter(
            district__in=duties.access(actor).districts(VERB), id=call_id, operator_id=actor.person_id
        ).first()
        if call is None:
            raise NotFound(_("没有这个来电"))
        yield call


def _reported(actor: Actor, call: HotlineCall, caller: Caller, told: Told) -> tuple[Case, CaseReporter]:
    receipt = intake.report(
        actor=actor,
        district=call.district,
        category=told.category,
        text=told.text,
        lon=told.lon,
        lat=told.lat,
        address=told.address,
        area=told.area,
        contact="" if caller.anonymous else caller.phone,
        anonymous=caller.anonymous or not caller.phone.strip(),
        protected=caller.protected,
        channel="hotline",
        attributes=told.attributes,
        idempotency_key=f"call:{call.id}",
    )
    reporter = CaseReporter.objects.get(district=call.district, case=receipt.case)
    if caller.on_behalf_of.strip():
        reporter.on_behalf_of = caller.on_behalf_of.strip()[:120]
        reporter.save(update_fields=["on_behalf_of"])
    return receipt.case, reporter


def _reporter_again(case: Case, actor: Actor, caller: Caller, note: str) -> CaseReporter:
    """The reporter this caller already is; else one more who says "me too"."""
    blind = "" if caller.anonymous else contacts.blind_of(caller.phone)
    rows = CaseReporter.objects.filter(district=case.district, case=case, contact_blind=blind)
    known = rows.order_by("created_at").first() if blind else None
    if known is not None:
        return known
    made = intake.reporter_row(
        case,
        actor,
        ids.new_token(),
        contact=caller.phone,
        note=note,
        anonymous=caller.anonymous,
        protected=caller.protected,
        kind="me_too",
    )
    made.on_behalf_of = caller.on_behalf_of.strip()[:120]
    made.save(force_insert=True)
    Case.objects.filter(district=case.district, id=case.id).update(me_too_count=F("me_too_count") + 1)
    return made


def _journal_again(case: Case, actor: Actor, note: str) -> None:
    """The history tells it, and a reaction may tell the one who holds the case."""
    times = HotlineCall.objects.filter(district=case.district, case=case).count() + 1
    Case.objects.filter(district=case.district, id=case.id).update(
        updated_at=clock.now(), version=F("version") + 1
    )
    journal.append(
        act="cases.called_again",
        actor=actor,
        subject=case,
        area=case.area_now,
        after={"calls": times, "state": case.state},
        note=texts.without_personal(note.strip()),
    )


def _end(
    call: HotlineCall,
    actor: Actor,
    caller: Caller,
    outcome: str,
    case: Case | None,
    reporter: CaseReporter | None,
) -> None:
    call.outcome, call.case, call.reporter, call.ended_at = outcome, case, reporter, clock.now()
    if not caller.anonymous:
        call.phone, call.phone_blind = caller.phone.strip()[:32], contacts.blind_of(caller.phone)
    call.save(force_update=True)
    journal.append(
        act="cases.call_ended",
        actor=actor,
        subject=call,
        area=call.district,
        after={"outcome": outcome, "seconds": int((call.ended_at - call.started_at).total_seconds())},
        related=[case] if case is not None else None,
    )

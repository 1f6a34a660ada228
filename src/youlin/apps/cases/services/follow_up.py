"""The petitioner's word: follow-up calls, ratings, and asking for it to be done again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from youlin.apps.cases import lookup, permission, texts, workflow
from youlin.apps.cases.hotline import rounds
from youlin.apps.cases.models import Case, CaseReporter, FollowUpCall, Rating
from youlin.apps.cases.services import acts, answers
from youlin.apps.cases.services.acts import Asked
from youlin.apps.duties.selectors import Access
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed
from youlin.kernel.idempotency import once

SATISFIED_FROM = 4
"""Stars from which a rating counts as satisfied (满意): four and five of five."""

FOLLOW_UP = "case.follow_up"

LATEST_CALL = timedelta(days=14)
"""How far ahead another call may be agreed."""


def record_follow_up(
    *,
    actor: Actor,
    case_id: UUID,
    reached: bool,
    idempotency_key: str,
    solved: bool | None = None,
    satisfied: bool | None = None,
    note: str = "",
    channel: str = "phone",
    call_at: datetime | None = None,
) -> Case:
    """Record a follow-up with the petitioner; where the table has an act for it, the case moves on.

    A call that reached somebody moves it. One that did not may be tried again, at `call_at` if a time was
    named; the third moves it to the state its table has for those who cannot be reached, unasked, with no
    answer of theirs. Raises `NotAllowed` for the one who handled the case, `Conflict` while a colleague calls.
    """
    fields = {"reached": reached, "solved": solved, "satisfied": satisfied, "channel": channel}
    check_time(call_at)
    district = lookup.district_of(case_id)
    with once(
        district=district,
        actor=actor,
        act="cases.record_follow_up",
        key=idempotency_key,
        payload={"case": str(case_id), "note": note, **fields},
    ) as asking:
        case = lookup.locked(district, case_id)
        access = permission.access(actor)
        permission.demand_knowledge(access, case)
        if asking.prior is not None:
            return case
        rounds.check_free(case, actor.person_id)
        declared, number = (
            lookup.table_of(case.case_type).role("follow_up", case.state),
            rounds.number_of(case),
        )
        if reached and declared is not None:
            acts.perform(case, declared, Asked(actor, note, fields=fields), access=access)
        else:
            demand_follow_up(access, case)
            _keep_call(case, actor, fields, note)
        if reached:
            rounds.reached(case, number)
        elif case.is_open:
            _missed(case, actor, access, call_at)
        asking.save({"version": case.version})
    return case


def rate(
    *,
    case_number: str,
    solved: bool,
    stars: int,
    idempotency_key: str,
    token: str = "",
    actor: Actor | None = None,
    comment: str = "",
) -> Rating:
    """The reporter's own word on a closed case: once a round, a round ends when the case is reopened."""
    if not 1 <= stars <= 5:
        raise Invalid(_("请给一到五星"), field="stars")
    found = _reported_by(case_number, token=token, actor=actor)
    comment = comment.strip()[: acts.NOTE_LENGTH]
    asked = Asked(found.actor, comment, fields={"solved": solved, "stars": stars})
    with once(
        district=found.case.district,
        actor=found.actor,
        act="cases.rate",
        key=f"{found.reporter.id.hex}:{idempotency_key}",
        payload={"solved": solved, "stars": stars, "comment": comment},
    ) as asking:
        if asking.prior is not None:
            return Rating.objects.get(district=found.case.district, id=asking.prior["rating"])
        case = lookup.locked(found.case.district, found.case.id)
        declared = _declared(case, "rate", _("案件办结后才能评价"))
        mine = Rating(
            district=case.district,
            case=case,
            reporter=found.reporter,
            solved=solved,
            stars=stars,
            comment=texts.without_personal(comment),
            round=case.reopened,
        )
        if Rating.objects.filter(
            district=case.district, case=case, reporter=found.reporter, round=case.reopened
        ).exists():
            raise Conflict(_("您已经评价过了"))
        mine.save(force_insert=True)
        answers.last_word(case, solved, stars >= SATISFIED_FROM, clock.now())
        acts.perform(case, declared, asked, reporter=found.reporter)
        asking.save({"rating": str(mine.id)})
    return mine


def reopen(
    *,
    case_number: str,
    reason: str,
    idempotency_key: str,
    token: str = "",
    actor: Actor | None = None,
) -> Case:
    """The reporter asks for it to be done again: back to the one who handled it, with a new clock."""
    found = _reported_by(case_number, token=token, actor=actor)
    with once(
        district=found.case.district,
        actor=found.actor,
        act="cases.reopen",
        key=f"{found.reporter.id.hex}:{idempotency_key}",
        payload={"reason": reason},
    ) as asking:
        case = lookup.locked(found.case.district, found.case.id)
        if asking.prior is not None:
            return case
        declared = _declared(case, "reopen", _("案件还在办理中，不需要重办"))
        if not lookup.may_reopen(case):
            raise Conflict(
                _("办结已超过 %(days)d 天") % {"days": settings.REOPEN_DAYS}, remedy=_("请重新上报")
            )
        answers.last_word(case, False, None, clock.now())
        acts.perform(case, declared, Asked(found.actor, reason.strip()), reporter=found.reporter)
        asking.save({"version": case.version})
    return case


@dataclass(frozen=True)
class Found:
    """A reporter, known by token or by being signed in, and as whom they act in the journal."""

    case: Case
    reporter: CaseReporter
    actor: Actor


def _reported_by(number: str, *, token: str, actor: Actor | None) -> Found:
    """Raises `NotFound` alike for a wrong number and a wrong token, so that neither can be guessed alone."""
    reporter, _own = lookup.reported(number, token=token, actor=actor)
    via = actor.via if actor else "portal"
    hidden = reporter.protected or reporter.person_id is None
    person = None if hidden else reporter.person_id
    return Found(
        reporter.case, reporter, Actor("person" if person else "anonymous", person_id=person, via=via)
    )


def _declared(case: Case, role: str, otherwise: str) -> workflow.Act:
    declared = lookup.table_of(case.case_type).role(role, case.state)
    if declared is None:
        raise Conflict(otherwise)
    return declared


def _missed(case: Case, actor: Actor, access: Access, call_at: datetime | None) -> None:
    """Count a call that reached nobody; the last of them moves the case where its table says."""
    if rounds.missed(case, call_at=call_at).state != rounds.State.UNREACHABLE:
        return
    declared = lookup.table_of(case.case_type).role("unreachable", case.state)
    if declared is not None:
        acts.perform(case, declared, Asked(actor), access=access)


def check_time(call_at: datetime | None) -> None:
    """Raise `Invalid` unless the time agreed for another call lies ahead, and not too far."""
    if call_at is not None and not clock.now() < call_at < clock.now() + LATEST_CALL:
        raise Invalid(
            _("约定再拨的时间不对"), field="call_at", remedy=_("选现在以后、十四天以内的时间，或空着")
        )


def demand_follow_up(access: Access, case: Case) -> None:
    """Raise `NotAllowed` unless the actor may call about the case: never the one who handled it."""
    person = access.actor.person_id
    if person is not None and person == case.handler_id:
        raise NotAllowed(_("不能回访自己处置的案件，请由另一位同事来做"))
    if not permission.may(access, FOLLOW_UP, case):
        raise NotAllowed()


def _keep_call(case: Case, actor: Actor, fields: Mapping[str, object], note: str) -> None:
    """A follow-up that moves nothing: nobody was reached, or the table has no step for it."""
    given = answers.Given(
        reached=bool(fields["reached"]),
        solved=answers.truth(fields["solved"]) if fields["reached"] else None,
        satisfied=answers.truth(fields["satisfied"]) if fields["reached"] else None,
    )
    now = clock.now()
    FollowUpCall.objects.create(
        district=case.district,
        case=case,
        caller_id=actor.person_id,
        channel=str(fields["channel"])[:16],
        at=now,
        reached=bool(given.reached),
        solved=given.solved,
        satisfied=given.satisfied,
        note=note,
    )
    answers.last_word(case, given.solved, given.satisfied, now)
    case.version += 1
    case.updated_at = now
    case.save(force_update=True)
    journal.append(
        act="cases.followed_up",
        actor=actor,
        subject=case,
        area=case.area_now,
        after={"fields": fields},
        note=texts.without_personal(note),
        at=now,
    )

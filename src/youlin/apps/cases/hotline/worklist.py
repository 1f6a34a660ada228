"""Calls to be made: what is due, in the order in which it is due, and who is at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case as When
from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, UUIDField, Value
from django.db.models import When as Whenever
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from youlin.apps.cases import lookup, permission, workflow
from youlin.apps.cases.hotline import rounds
from youlin.apps.cases.models import Case, CaseReporter, CaseType, FollowUpRound
from youlin.apps.cases.selectors import making, staff
from youlin.apps.cases.selectors.page import masked_contact
from youlin.apps.cases.selectors.rows import CaseRow
from youlin.apps.duties.selectors import Access
from youlin.apps.parties import selectors as parties
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed
from youlin.kernel.languages import in_language

VERB = "case.follow_up"
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Due:
    """One call to be made."""

    row: CaseRow
    attempts: int
    call_at: datetime | None
    later: bool
    claimed_by: str
    mine: bool


@dataclass(frozen=True, slots=True)
class ToCall:
    """What the operator has before them while they call."""

    row: CaseRow
    said: str
    answered: str
    contact: str
    reporter_id: UUID | None
    on_behalf: bool
    script: str
    attempts: int
    tries_left: int
    calls: tuple[str, ...]
    version: int
    state_is_unreachable: bool


def may_call(actor: Actor) -> bool:
    """Whether the actor calls back anywhere."""
    return permission.access(actor).holds_any(VERB)


def due(actor: Actor) -> tuple[Due, ...]:
    """The calls of this operator: agreed times that have come, then what escalated, then by their clock.

    Whoever was not reached comes after those who have not been called yet.
    """
    access, now = _access(actor), clock.now()
    found: list[Any] = list(_waiting(access, now)[:SHOWN])
    shown = making.rows(found, actor)
    people = {case.claimed_by for case in found if _claimed(case, now)}
    labels = parties.person_labels(people, viewer=actor) if people else {}
    return tuple(
        Due(
            row=row,
            attempts=case.attempts or 0,
            call_at=case.call_at,
            later=case.call_at is not None and case.call_at > now,
            claimed_by=labels.get(case.claimed_by, "") if _claimed(case, now) else "",
            mine=_claimed(case, now) and case.claimed_by == actor.person_id,
        )
        for case, row in zip(found, shown, strict=True)
    )


def count(actor: Actor) -> int:
    """How many calls are due now."""
    now = clock.now()
    return _waiting(_access(actor), now).filter(Q(call_at__isnull=True) | Q(call_at__lte=now)).count()


def candidates(actor: Actor, *, limit: int = 20) -> list[Case]:
    """Cases whose call is due and that nobody else has, the first to be called first."""
    now = clock.now()
    rows = _waiting(_access(actor), now).filter(Q(call_at__isnull=True) | Q(call_at__lte=now))
    free = Q(claimed_by__isnull=True) | Q(claimed_by=actor.person_id) | Q(claimed_until__lt=now)
    return list(rows.filter(free)[:limit])


def to_call(actor: Actor, number: str) -> ToCall:
    """One case to call about. Raises `NotFound`, `NotAllowed`, and `Conflict` while another is at it."""
    access = _access(actor)
    case = staff.find(access, number)
    if not permission.may(access, VERB, case):
        raise NotAllowed(_("回访需要回访岗位"))
    rounds.check_free(case, actor.person_id)
    one = FollowUpRound.objects.filter(
        district=case.district, case=case, number=rounds.number_of(case)
    ).first()
    reporter = _petitioner(access, case)
    entries = journal.entries_for(case)
    replies = [
        entry.note for entry in entries if entry.act in ("cases.replied", "cases.handled") and entry.note
    ]
    calls = case.follow_ups.filter(district=case.district).order_by("at")
    attempts = one.attempts if one else 0
    return ToCall(
        row=making.rows([case], actor)[0],
        said=case.description,
        answered=replies[-1] if replies else "",
        contact=masked_contact(reporter.contact) if reporter else "",
        reporter_id=reporter.id if reporter and reporter.contact else None,
        on_behalf=bool(reporter and reporter.on_behalf_of),
        script=in_language(case.case_type.script, case.case_type.script_en),
        attempts=attempts,
        tries_left=max(0, rounds.MOST_TRIES - attempts),
        calls=tuple(call.note for call in calls if call.note),
        version=case.version,
        state_is_unreachable=bool(one and one.state == rounds.State.UNREACHABLE),
    )


def states_to_call(table: workflow.Workflow) -> list[str]:
    """The states of a table in which somebody waits to be called: a follow-up leads out of them.

    Not those that the tries have ended in: whoever is reached there later may still be recorded.
    """
    ended = {act.to for act in table.acts.values() if act.role == "unreachable"}
    return [
        code
        for code in table.states
        if (act := table.role("follow_up", code)) is not None
        and act.target(code) != code
        and code not in ended
        if table.state(code).open
    ]


def _access(actor: Actor) -> Access:
    access = permission.access(actor)
    if not access.holds_any(VERB):
        raise NotAllowed(_("回访需要回访岗位"))
    return access


def _waiting(access: Access, now: datetime) -> QuerySet[Case]:
    """Open cases that wait for a call which is not over, in their order."""
    rows = Case.objects.filter(
        permission.visible(access),
        access.scope(VERB),
        _in_states(CaseType.objects.filter(district__in=permission.shards(access))),
        district__in=permission.shards(access),
        is_open=True,
    )
    if access.actor.person_id is not None:
        rows = rows.exclude(handler_id=access.actor.person_id)
    present = FollowUpRound.objects.filter(
        district=OuterRef("district"),
        case_id=OuterRef("pk"),
        number=OuterRef("reworked") + OuterRef("reopened"),
    )
    rows = rows.annotate(
        round_state=Coalesce(Subquery(present.values("state")[:1]), Value("waiting")),
        attempts=Subquery(present.values("attempts")[:1]),
        call_at=Subquery(present.values("call_at")[:1]),
        claimed_by=Subquery(present.values("claimed_by")[:1], output_field=UUIDField()),
        claimed_until=Subquery(present.values("claimed_until")[:1]),
    ).filter(round_state="waiting")
    turn = When(
        Whenever(call_at__lte=now, then=Value(0)),
        Whenever(call_at__isnull=True, attempts__gt=0, then=Value(2)),
        Whenever(call_at__isnull=True, then=Value(1)),
        default=Value(3),
        output_field=IntegerField(),
    )
    order = (turn, "call_at", F("escalation").desc(), F("due_at").asc(nulls_last=True), "handled_at", "id")
    return rows.order_by(*order)


def _in_states(types: Iterable[CaseType]) -> Q:
    wanted = Q(pk__in=[])
    for one in types:
        states = states_to_call(lookup.table_of(one))
        if states:
            wanted |= Q(case_type_id=one.id, state__in=states)
    return wanted


def _claimed(case: Any, now: datetime) -> bool:
    return bool(case.claimed_by and case.claimed_until and case.claimed_until >= now)


def _petitioner(access: Access, case: Case) -> CaseReporter | None:
    """Who reported, if the actor may know; one who left a contact before one who did not."""
    rows = CaseReporter.objects.filter(district=case.district, case=case).order_by("created_at", "id")
    seen = [row for row in rows if permission.sees_reporter(access, case, protected=row.protected)]
    seen.sort(key=lambda row: (not row.contact, row.kind != "reporter"))
    return seen[0] if seen else None

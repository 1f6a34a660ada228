"""What is done beside a case's workflow, as the case page shows it: measures, what may be begun, parts, merges."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, lookup, permission, workflow
from youlin.apps.cases.measures import ASKED, KINDS, Kind
from youlin.apps.cases.models import Case, Measure
from youlin.apps.cases.selectors.rows import Beginning, Choice, MeasureRow, MeasureStep, PartRow
from youlin.apps.cases.services.measures import calling, rules
from youlin.apps.duties.selectors import Access
from youlin.apps.parties import selectors as parties
from youlin.kernel import calendars, clock
from youlin.kernel.errors import Conflict

MERGED_SHOWN = 20


def rows(case: Case, access: Access) -> tuple[MeasureRow, ...]:
    """The measures of a case: what the reader can do something about, then what is open, then the newest.

    Two queries, one where there is none.
    """
    found = list(
        Measure.objects.filter(district=case.district, case=case)
        .select_related("unit")
        .order_by("-is_open", "-requested_at", "id")
    )
    people = {id for one in found for id in _people(one)}
    labels = parties.person_labels(people, viewer=access.actor) if people else {}
    shown = [_row(case, one, access, labels) for one in found]
    return tuple(sorted(shown, key=lambda one: not one.steps))


def beginnings(case: Case, access: Access) -> tuple[Beginning, ...]:
    """What the reader may begin now."""
    allowed = rules.allowances(case)
    standing = set(_standing(case)) if allowed else set()
    return tuple(
        _beginning(case, KINDS[kind], one)
        for kind, one in allowed.items()
        if (kind not in standing or KINDS[kind].calls)
        and not rules.why_not_begin(access, case, KINDS[kind], one)
    )


def beginning(case: Case, access: Access, kind: str) -> Beginning:
    """One kind with all that its form asks, also whom it can call. Raises `Conflict` with the reason."""
    known = KINDS.get(kind)
    allowed = rules.allowances(case).get(kind)
    if known is None or allowed is None:
        raise Conflict(_("这类案件不能做这一项"), remedy=_("请看最新状态"))
    if why := rules.why_not_begin(access, case, known, allowed):
        raise Conflict(why, remedy=_("请看最新状态"))
    rules.check_begin(access, case, known, allowed)
    found = _beginning(case, known, allowed)
    return replace(found, people=_people_to_call(case, allowed, access)) if known.calls else found


def standing_measure(case: Case, kind: str) -> Measure | None:
    """The open measure of a kind, the newest one; for the system, which need not ask whether it may know."""
    rows = Measure.objects.filter(district=case.district, case=case, kind=kind, is_open=True)
    return rows.order_by("-requested_at", "id").first()


def parts(case: Case, access: Access) -> tuple[PartRow, ...]:
    """The parts of a case that was split, as far as the reader may know them."""
    found = Case.objects.filter(district=case.district, parent=case).select_related("case_type")
    now = clock.now()
    return tuple(
        PartRow(
            one.number,
            one.title,
            lookup.table_of(one.case_type).state(one.state).title(),
            one.is_open,
            clocks.light(one, now),
        )
        for one in found.order_by("reported_at", "id")
        if permission.may_know(access, one)
    )


def merged_numbers(case: Case, access: Access) -> tuple[str, ...]:
    """The numbers of the cases that were merged into this one."""
    if not case.me_too_count:
        return ()
    found = Case.objects.filter(district=case.district, duplicate_of=case).order_by("reported_at", "id")
    return tuple(one.number for one in found[:MERGED_SHOWN] if permission.may_know(access, one))


def may_split(case: Case, access: Access) -> bool:
    """Whether the reader may split the case now."""
    act = lookup.table_of(case.case_type).role("split", case.state)
    return act is not None and not permission.why_not(access, case, act)


def may_merge(case: Case, access: Access) -> bool:
    """Whether the reader may merge the case into another now."""
    act = lookup.table_of(case.case_type).role("duplicate", case.state)
    return act is not None and not permission.why_not(access, case, act)


def _standing(case: Case) -> Iterable[str]:
    if not case.marks:
        return ()
    found = Measure.objects.filter(district=case.district, case=case, is_open=True)
    return found.values_list("kind", flat=True)


def _people(one: Measure) -> Iterable[UUID]:
    for id in (one.requested_by_id, one.decider_id, one.decided_by_id, one.assignee_id):
        if id is not None:
            yield id


def _row(case: Case, one: Measure, access: Access, labels: dict[UUID, str]) -> MeasureRow:
    kind = KINDS[one.kind]

    def label(id: UUID | None) -> str:
        return labels.get(id, "") if id else ""

    return MeasureRow(
        id=one.id,
        kind=kind.code,
        kind_name=str(kind.name),
        state=one.state,
        state_name=str(kind.states.get(one.state, one.state)),
        is_open=one.is_open,
        reason=one.reason,
        choice=one.choice,
        plan=one.plan,
        until=one.until,
        due_before=one.due_before,
        requested_by=label(one.requested_by_id),
        requested_at=one.requested_at,
        decider=label(one.decider_id) if one.state == ASKED else "",
        decided_by=label(one.decided_by_id),
        decided_at=one.decided_at,
        decision=one.decision,
        assignee=label(one.assignee_id),
        unit=one.unit.name if one.unit else "",
        arrived_at=one.arrived_at,
        outcome=one.outcome,
        result=one.result,
        steps=_steps(case, one, kind, access),
    )


def _steps(case: Case, one: Measure, kind: Kind, access: Access) -> tuple[MeasureStep, ...]:
    return tuple(
        MeasureStep(step.code, str(step.name), step.note, step.asks_until, step.danger)
        for step in kind.steps
        if one.state in step.sources and not rules.why_not_step(access, case, one, step)
    )


def _beginning(case: Case, kind: Kind, allowed: workflow.Measure) -> Beginning:
    limit = calendars.Limit.parse(allowed.limit) if allowed.limit else None
    begins = case.due_at if kind.code == "extension" and case.due_at else clock.now()
    return Beginning(
        kind=kind.code,
        name=str(kind.begins),
        note_label=str(kind.note),
        until_label=str(kind.until),
        until_required=kind.until_required,
        latest=clocks.local_day(calendars.deadline(begins, limit)) if limit else None,
        limit=limit.label() if limit else "",
        plan=kind.plan,
        evidence=kind.evidence,
        choices=allowed.choices,
        calls=kind.calls,
    )


def _people_to_call(case: Case, allowed: workflow.Measure, access: Access) -> tuple[Choice, ...]:
    """Those who can be called to the case, by unit and duty."""
    found = calling.people(case, allowed)
    labels = parties.person_labels([one.person_id for one in found], viewer=access.actor) if found else {}
    return tuple(
        Choice(
            str(one.person_id),
            " · ".join(part for part in (one.organisation, one.kind_name, labels[one.person_id]) if part),
        )
        for one in found
    )

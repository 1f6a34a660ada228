"""Consultations: planned for a day with whom, held with minutes, and what was decided becomes cases of its own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.cases import clocks, lookup
from youlin.apps.cases import services as cases
from youlin.apps.cases.models import Case
from youlin.apps.cases.services import Part
from youlin.apps.linkage import acts, permission, words
from youlin.apps.linkage.models import Attendance, Contacted
from youlin.apps.linkage.services import tasks
from youlin.apps.parties.models import Organisation
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem


@dataclass(frozen=True)
class Seat:
    """A person who is asked to come, and the kind of duty by which they do."""

    person_id: UUID
    duty: str = ""


@dataclass(frozen=True)
class Decision:
    """What was decided: in words, which body does it, until which day."""

    text: str
    unit: Organisation | None
    due_on: date | None

    @property
    def blank(self) -> bool:
        return not (self.text.strip() or self.unit or self.due_on)


@transaction.atomic
def plan(
    *,
    actor: Actor,
    district: str,
    kind: str,
    title: str,
    planned_on: date,
    idempotency_key: str,
    text: str = "",
    venue: str = "",
    area: str = "",
    bodies: Sequence[Organisation] = (),
    people: Sequence[Seat] = (),
    is_demo: bool = False,
) -> Case:
    """Plan a consultation, a paired visit or a study for a day. The same key again is the same consultation."""
    permission.demand(actor, acts.CONSULT, district, area)
    problems = []
    if kind not in words.CONSULTATIONS:
        problems.append(Problem("kind", _("请选择会商、结对走访或调研")))
    if not title.strip():
        problems.append(Problem("title", _("请写议题")))
    if not bodies and not people:
        problems.append(Problem("bodies", _("没有邀请任何单位或人员"), _("至少选一个")))
    if problems:
        raise Invalid(problems=problems)
    answers = {"planned_on": [clocks.end_of_day(planned_on).isoformat()]}
    receipt = cases.report(
        actor=actor,
        district=district,
        category=kind,
        title=title,
        text=text.strip() or title,
        area=area or district,
        channel=words.CHANNEL,
        attributes=answers | ({"venue": [venue.strip()]} if venue.strip() else {}),
        is_demo=is_demo,
        idempotency_key=idempotency_key,
    )
    case = receipt.case
    if not Attendance.objects.filter(district=district, case=case).exists():
        _seat(actor, case, bodies, people)
    return case


@transaction.atomic
def hold(*, actor: Actor, number: str, came: Collection[UUID], minutes: str, idempotency_key: str) -> Case:
    """The consultation was held: who came (ids of attendances), and its minutes. The bodies count as spoken to."""
    case = _known(actor, number)
    before = lookup.locked(case.district, case.id).state
    case = cases.act(actor=actor, case_id=case.id, act="hold", note=minutes, idempotency_key=idempotency_key)
    if before != case.state:
        _came(actor, case, came, clock.now())
    return case


@transaction.atomic
def attend(*, actor: Actor, number: str, came: Collection[UUID]) -> Case:
    """Who came to a consultation whose minutes were recorded elsewhere, without them. Once for all."""
    known = _known(actor, number)
    case = lookup.locked(known.district, known.id)
    recorded = Attendance.objects.filter(district=case.district, case=case, came__isnull=False)
    if case.state == "planned" or recorded.exists():
        raise Conflict(_("谁到了已经记录过，或会还没开"))
    _came(actor, case, came, case.handled_at or clock.now())
    return case


def _came(actor: Actor, case: Case, came: Collection[UUID], at: datetime) -> None:
    seats = list(
        Attendance.objects.select_for_update(of=("self",))
        .filter(district=case.district, case=case)
        .select_related("organisation")
        .order_by("id")
    )
    for seat in seats:
        seat.came = seat.id in came
    Attendance.objects.bulk_update(seats, ["came"])
    way = "visit" if case.category == "consultation.visit" else "meeting"
    Contacted.objects.bulk_create(
        Contacted(
            district=case.district, organisation=seat.organisation, way=way, at=at, by_id=actor.person_id
        )
        for seat in seats
        if seat.came and seat.organisation is not None
    )
    journal.append(
        act="linkage.attended",
        actor=actor,
        subject=case,
        area=case.area_now,
        after={"came": sum(bool(seat.came) for seat in seats), "invited": len(seats)},
    )


@transaction.atomic
def decide(
    *, actor: Actor, number: str, decisions: Sequence[Decision], idempotency_key: str
) -> tuple[Case, ...]:
    """What was decided becomes cases, each dispatched to whoever holds its body's post; the consultation follows them.

    Raises `Invalid` naming each decision that lacks words, body or day (`decision-1-text` …).
    """
    case = _known(actor, number)
    given = [one for one in decisions if not one.blank]
    _check(decisions, given)
    parts = [
        Part(
            category=words.DECISION,
            text=one.text,
            lead_unit=one.unit,
            answers={"due_on": [clocks.end_of_day(one.due_on).isoformat()]} if one.due_on else {},
        )
        for one in given
    ]
    made = cases.split(actor=actor, case_id=case.id, parts=parts, idempotency_key=idempotency_key, least=1)
    for part in made:
        if part.state == "set":
            tasks.dispatch(actor, part)
    return made


def _check(decisions: Sequence[Decision], given: Sequence[Decision]) -> None:
    problems = []
    if not given:
        problems.append(Problem("decision-1-text", _("没有写议定事项"), _("至少写一项")))
    for number, one in enumerate(decisions, start=1):
        if one.blank:
            continue
        name = f"decision-{number}"
        if not one.text.strip():
            problems.append(Problem(f"{name}-text", _("没有写办什么")))
        if one.unit is None:
            problems.append(Problem(f"{name}-unit", _("没有写由谁办"), _("从列表中选一个单位")))
        if one.due_on is None:
            problems.append(Problem(f"{name}-due", _("没有写办到哪天")))
        elif one.due_on < clock.today():
            problems.append(Problem(f"{name}-due", _("期限已经过了"), _("请写今天或以后的日期")))
    if problems:
        raise Invalid(problems=problems)


def _seat(actor: Actor, case: Case, bodies: Sequence[Organisation], people: Sequence[Seat]) -> None:
    seats = [Attendance(district=case.district, case=case, organisation=body) for body in bodies]
    seats += [
        Attendance(district=case.district, case=case, person_id=one.person_id, duty=one.duty)
        for one in people
    ]
    Attendance.objects.bulk_create(seats)
    journal.append(
        act="linkage.invited",
        actor=actor,
        subject=case,
        area=case.area_now,
        after={"bodies": [body.code for body in bodies], "people": len(people)},
    )


def _known(actor: Actor, number: str) -> Case:
    """The consultation with this number, if the actor may plan such; `NotFound` as if there were none."""
    case = lookup.with_number(number)
    if case.case_type.code != "consultation":
        raise lookup.unknown(number)
    permission.demand(actor, acts.CONSULT, case.district, case.area_now)
    if not case.is_open:
        raise Conflict(_("这次会商已经结束"))
    return case

"""What pages show: whom one could call, how a call-out stands, who waits to be verified. Names are masked.

A clerk sees of a responder what the call needs: who (masked), what for they are verified, how far, how they answered.
"""

from dataclasses import dataclass
from datetime import datetime
from math import cos, hypot, radians
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.parties import selectors as people
from youlin.apps.responders import acts, declarations, permission
from youlin.apps.responders.choosing import choose
from youlin.apps.responders.choosing.asking import EARTH_RADIUS_M
from youlin.apps.responders.models import Call, CallOut, Occupation, Responder, Service, Skill, TaskKind
from youlin.apps.responders.services import answering, calling, telling
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

MOST = 200
SHOWN = 5


@dataclass(frozen=True)
class Preview:
    """How many could be called at this moment, and how near the nearest usually are (metres)."""

    total: int
    metres: tuple[int, ...]
    wave: int
    night: bool
    area: str


@dataclass(frozen=True)
class OutRow:
    """A call-out on a list."""

    row: CallOut
    task: TaskKind
    area: str
    called: int


@dataclass(frozen=True)
class CalledRow:
    """One person called, as whoever leads the call-out sees them. `away` are metres by the position they shared."""

    id: UUID
    name: str
    occupation: Occupation
    verified: bool
    wave: int
    metres: int
    answer: str
    answer_name: str
    called_at: datetime
    answered_at: datetime | None
    arrived_at: datetime | None
    finished_at: datetime | None
    away: int | None
    minutes: int
    service: Service | None
    thanked: bool


@dataclass(frozen=True)
class OutPage:
    """A call-out with everybody called."""

    row: CallOut
    task: TaskKind
    area: str
    case: str
    calls: list[CalledRow]
    counts: dict[str, int]
    first_seconds: int | None
    may_lead: bool
    may_confirm: bool


@dataclass(frozen=True)
class ResponderRow:
    """Somebody who has enrolled, for whoever verifies them."""

    id: UUID
    number: str
    name: str
    phone: str
    occupation: Occupation
    organisation: str
    area: str
    skills: list[str]
    created_at: datetime
    verified_at: datetime | None
    agreed: bool


def words(district: str) -> dict[str, list[Any]]:
    """What can be chosen when enrolling and calling: occupations, skills, scenes, in their order."""
    used = {"district": district, "retired_at": None}
    return {
        "occupations": list(Occupation.objects.filter(**used).order_by("position", "code")),
        "skills": list(Skill.objects.filter(**used).order_by("position", "code")),
        "tasks": list(declarations.tasks(district)),
    }


def preview(actor: Actor, district: str, call_for: calling.CallFor) -> Preview:
    """How many fit, before anybody is called. Raises as `services.call_out` does, but for the night."""
    checked = calling.check(actor, district, call_for)
    now = clock.now()
    answer = choose(checked.asked(district, now, SHOWN))
    return Preview(
        total=answer.total,
        metres=tuple(one.metres for one in answer.chosen),
        wave=min(call_for.wanted * checked.rules.wave_factor, answer.total),
        night=not call_for.emergency and calling.is_night(checked.rules, now),
        area=areas.local_path(checked.area),
    )


def call_outs(actor: Actor, district: str, *, open: bool | None = None, case: str = "") -> list[OutRow]:
    """The call-outs the actor leads, newest first; at most `MOST`."""
    scope = duties.access(actor).scope(acts.CALL, fields=permission.CALL_OUT)
    rows = CallOut.objects.filter(scope, district=district).select_related("kind", "case")
    if open is not None:
        rows = rows.filter(ended_at__isnull=open)
    if case:
        rows = rows.filter(case__number=case)
    found = rows.annotate(number_called=Count("calls")).order_by("-made_at", "id")[:MOST]
    return [OutRow(row, row.kind, areas.label(row.area_now), row.number_called) for row in found]


def call_out(actor: Actor, number: str) -> OutPage:
    """One call-out that the actor leads. Raises `NotFound`."""
    access = duties.access(actor)
    rows = CallOut.objects.filter(access.scope(acts.CALL, fields=permission.CALL_OUT))
    row = rows.select_related("kind", "case").filter(number=ids.normalise_number(number)).first()
    if row is None:
        raise NotFound(_("没有这次召集，或它不归您负责"))
    calls = _calls(actor, row)
    answers = [one.answer for one in calls]
    seconds = (row.first_accepted_at - row.made_at).total_seconds() if row.first_accepted_at else None
    return OutPage(
        row=row,
        task=row.kind,
        area=areas.local_path(row.area_now),
        case=row.case.number if row.case else "",
        calls=calls,
        counts={answer: answers.count(answer) for answer in dict.fromkeys(answers)},
        first_seconds=None if seconds is None else int(seconds),
        may_lead=row.ended_at is None,
        may_confirm=access.may(acts.ORGANISE, district=row.district, area=row.area_now),
    )


def _calls(actor: Actor, row: CallOut) -> list[CalledRow]:
    calls = list(
        Call.objects.filter(district=row.district, call_out=row)
        .select_related("responder__occupation")
        .order_by("wave", "metres", "id")
    )
    names = people.person_labels({one.responder.person_id for one in calls}, viewer=None)
    served = Service.objects.filter(district=row.district, call__in=[one.id for one in calls], corrects=None)
    known = {one.call_id: one for one in served.prefetch_related("thanks")}
    return [_called(row, one, names[one.responder.person_id], known.get(one.id)) for one in calls]


def _called(row: CallOut, call: Call, name: str, service: Service | None) -> CalledRow:
    return CalledRow(
        id=call.id,
        name=name,
        occupation=call.responder.occupation,
        verified=call.responder.verified_at is not None,
        wave=call.wave,
        metres=telling.rounded(call.metres),
        answer=call.answer,
        answer_name=_("不用来了") if call.answer == "released" else str(call.get_answer_display()),
        called_at=call.called_at,
        answered_at=call.answered_at,
        arrived_at=call.arrived_at,
        finished_at=call.finished_at,
        away=_away(row, call.position),
        minutes=answering.minutes(call),
        service=service,
        thanked=service is not None and bool(service.thanks.all()),
    )


def _away(row: CallOut, position: str) -> int | None:
    if not position:
        return None
    lon, lat = (float(part) for part in position.split(","))
    x = radians(lon - row.lon) * cos(radians((lat + row.lat) / 2))
    return round(hypot(x, radians(lat - row.lat)) * EARTH_RADIUS_M)


def to_verify(actor: Actor, district: str, *, verified: bool = False) -> list[ResponderRow]:
    """Those whom the actor verifies, who wait for it or have it; longest waiting first."""
    scope = duties.access(actor).scope(acts.VERIFY, fields=permission.RESPONDER)
    rows = Responder.objects.filter(scope, district=district, ended_at=None)
    rows = rows.filter(verified_at__isnull=not verified).exclude(person=actor.person_id)
    found = list(rows.select_related("occupation", "organisation").order_by("created_at", "id")[:MOST])
    skills = dict(Skill.objects.filter(district=district).values_list("code", "name"))
    who = {row.person_id for row in found}
    names, phones = people.person_labels(who, viewer=None), people.masked_phones(who)
    return [_responder(row, names[row.person_id], phones.get(row.person_id, ""), skills) for row in found]


def _responder(row: Responder, name: str, phone: str, skills: dict[str, str]) -> ResponderRow:
    return ResponderRow(
        id=row.id,
        number=row.number,
        name=name,
        phone=phone,
        occupation=row.occupation,
        organisation=row.organisation.name if row.organisation else "",
        area=areas.local_path(row.area_now),
        skills=[skills.get(code, code) for code in row.skills],
        created_at=row.created_at,
        verified_at=row.verified_at,
        agreed=row.consented_at is not None,
    )


def waiting(actor: Actor, district: str) -> int:
    """How many wait to be verified by the actor."""
    scope = duties.access(actor).scope(acts.VERIFY, fields=permission.RESPONDER)
    rows = Responder.objects.filter(scope, district=district, ended_at=None, verified_at=None)
    return rows.exclude(person=actor.person_id).count()


def may(actor: Actor, verb: str, district: str) -> bool:
    """Whether a duty grants the verb somewhere in the district: for showing a way there."""
    return district in duties.access(actor).districts(verb)

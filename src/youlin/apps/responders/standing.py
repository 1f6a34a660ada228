"""Turns of standing tasks as pages show them: to responders with their own seat, to coordinators with the roll.

A responder sees how many seats are free and their own; who else comes is the coordinator's to know.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.parties import selectors as people
from youlin.apps.responders import acts, permission
from youlin.apps.responders.models import Occupation, Seat, Service, Shift, TaskKind
from youlin.apps.responders.services import attending, planning
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

MOST = 60
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Turn:
    """A turn with my part in it. `mine` is the state of my seat, "" for none; `ahead` how many wait before me."""

    id: UUID
    district: str
    number: str
    task: TaskKind
    what: str
    where: str
    area: str
    place_number: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    left: int
    mine: str
    mine_name: str
    ahead: int
    in_at: datetime | None
    out_at: datetime | None
    minutes: int
    problem: str
    open: bool
    scans: bool
    cancelled: bool
    why: str
    is_demo: bool


@dataclass(frozen=True)
class LedTurn:
    """A turn on a coordinator's list."""

    row: Shift
    task: TaskKind
    area: str
    waiting: int


@dataclass(frozen=True)
class RollRow:
    """One seat in the roll-call. `minutes` are those that were scanned, `credited` those that count."""

    id: UUID
    name: str
    occupation: Occupation
    verified: bool
    state: str
    state_name: str
    in_at: datetime | None
    out_at: datetime | None
    seen_name: str
    minutes: int
    credited: int
    service_id: UUID | None
    problem: str


@dataclass(frozen=True)
class RollPage:
    """A turn with its roll and its waiting list, in the order in which people came to it."""

    row: Shift
    task: TaskKind
    area: str
    roll: list[RollRow]
    waiting: list[RollRow]
    begun: bool
    may_close: bool
    may_cancel: bool


def coming(actor: Actor, district: str, task: str = "") -> list[Turn]:
    """The turns that are not over, soonest first; of one scene where it is given."""
    rows = Shift.objects.filter(district=district, cancelled_at=None, ends_at__gt=clock.now())
    if task:
        rows = rows.filter(kind__code=task)
    return _turns(actor, list(rows.select_related("kind", "place").order_by("starts_at", "id")[:MOST]))


def lately(actor: Actor, district: str) -> list[Turn]:
    """The turns of the last weeks that I had a seat in, and those called off that I counted on; latest first."""
    now = clock.now()
    over = Q(ends_at__lte=now) | Q(cancelled_at__isnull=False)
    mine = _seats(actor).filter(
        district=district, shift__ends_at__gt=now - LATELY, state__in=("seated", "came", "absent", "dropped")
    )
    rows = Shift.objects.filter(over, district=district, id__in=mine.values("shift_id"))
    return _turns(actor, list(rows.select_related("kind", "place").order_by("-starts_at", "id")[:MOST]))


def turn(actor: Actor, number: str) -> Turn:
    """One turn. Raises `NotFound`."""
    rows = Shift.objects.filter(district__in=duties.all_districts(), number=ids.normalise_number(number))
    found = rows.select_related("kind", "place").first()
    if found is None:
        raise NotFound(_("没有这次活动"))
    return _turns(actor, [found])[0]


def led(actor: Actor, district: str, *, past: bool = False) -> list[LedTurn]:
    """The turns that the actor organises: those to come, soonest first, or those that are over, latest first."""
    scope = duties.access(actor).scope(acts.ORGANISE, fields=permission.CALL_OUT)
    over = Q(ends_at__lte=clock.now()) | Q(cancelled_at__isnull=False)
    rows = Shift.objects.filter(scope, over if past else ~over, district=district)
    rows = rows.select_related("kind").annotate(waits=Count("roll", filter=Q(roll__state="waiting")))
    found = rows.order_by("-starts_at" if past else "starts_at", "id")[:MOST]
    return [LedTurn(row, row.kind, areas.label(row.area_now), row.waits) for row in found]


def roll(actor: Actor, number: str) -> RollPage:
    """One turn that the actor organises, with everybody who has a seat or waits. Raises `NotFound`."""
    scope = duties.access(actor).scope(acts.ORGANISE, fields=permission.CALL_OUT)
    rows = Shift.objects.filter(scope, number=ids.normalise_number(number)).select_related("kind", "place")
    row = rows.first()
    if row is None:
        raise NotFound(_("没有这次活动，或它不归您负责"))
    seats = list(
        Seat.objects.filter(district=row.district, shift=row)
        .exclude(state="left")
        .select_related("responder__occupation")
        .order_by("joined_at", "id")
    )
    names = people.person_labels({one.responder.person_id for one in seats}, viewer=None)
    credited = credited_of(row.district, [one.service_id for one in seats if one.service_id])
    told = [_roll_row(row, one, names[one.responder.person_id], credited) for one in seats]
    now = clock.now()
    open = row.cancelled_at is None
    return RollPage(
        row=row,
        task=row.kind,
        area=areas.local_path(row.area_now),
        roll=[one for one in told if one.state != "waiting"],
        waiting=[one for one in told if one.state == "waiting"],
        begun=row.starts_at <= now,
        may_close=open and row.starts_at <= now <= row.ends_at + attending.MAKE_UP,
        may_cancel=open and row.closed_at is None,
    )


def credited_of(district: str, services: list[UUID]) -> dict[UUID, Service]:
    """By the service that was written first the one that counts for it now."""
    latest = {one.id: one for one in Service.objects.filter(district=district, id__in=services)}
    first = {one: one for one in latest}
    while first:
        replaced = list(Service.objects.filter(district=district, corrects__in=list(first)))
        first = {one.id: first[one.corrects_id] for one in replaced if one.corrects_id}
        latest |= {first[one.id]: one for one in replaced}
    return latest


def _seats(actor: Actor) -> QuerySet[Seat]:
    person = people.canonical(actor.person_id) if actor.person_id else None
    return Seat.objects.filter(responder__person=person.id if person else None)


def _turns(actor: Actor, rows: list[Shift]) -> list[Turn]:
    if not rows:
        return []
    given = {"district": rows[0].district, "shift__in": [row.id for row in rows]}
    mine = {one.shift_id: one for one in _seats(actor).filter(**given).select_related("service")}
    queued = Seat.objects.filter(**given, state="waiting") if mine else Seat.objects.none()
    queues: dict[UUID, list[Seat]] = {}
    for one in queued:
        queues.setdefault(one.shift_id, []).append(one)
    return [_turn(row, mine.get(row.id), queues.get(row.id, [])) for row in rows]


def _turn(row: Shift, seat: Seat | None, queue: list[Seat]) -> Turn:
    now, state = clock.now(), seat.state if seat else ""
    waits = [one.id for one in planning.waiting_list(queue)]
    on_time = row.starts_at - attending.EARLY <= now <= row.ends_at + attending.LATE
    return Turn(
        id=row.id,
        district=row.district,
        number=row.number,
        task=row.kind,
        what=row.what,
        where=row.where,
        area=areas.label(row.area_now),
        place_number=row.place.number if row.place else "",
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        seats=row.seats,
        left=row.seats - row.taken,
        mine=state,
        mine_name=str(seat.get_state_display()) if seat else "",
        ahead=waits.index(seat.id) if seat and seat.id in waits else 0,
        in_at=seat.in_at if seat else None,
        out_at=seat.out_at if seat else None,
        minutes=seat.service.minutes if seat and seat.service else 0,
        problem=seat.problem if seat else "",
        open=row.cancelled_at is None and row.closed_at is None and row.ends_at > now,
        scans=state in ("seated", "came")
        and on_time
        and row.place_id is not None
        and row.closed_at is None
        and row.cancelled_at is None,
        cancelled=row.cancelled_at is not None,
        why=row.why,
        is_demo=row.is_demo,
    )


def _roll_row(row: Shift, seat: Seat, name: str, credited: dict[UUID, Service]) -> RollRow:
    service = credited.get(seat.service_id) if seat.service_id else None
    return RollRow(
        id=seat.id,
        name=name,
        occupation=seat.responder.occupation,
        verified=seat.responder.verified_at is not None,
        state=seat.state,
        state_name=str(seat.get_state_display()),
        in_at=seat.in_at,
        out_at=seat.out_at,
        seen_name=str(seat.get_seen_display()) if seat.seen else "",
        minutes=attending.seen_minutes(row, seat),
        credited=service.minutes if service else 0,
        service_id=service.id if service else None,
        problem=seat.problem,
    )

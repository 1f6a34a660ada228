"""Seats of a turn: taken in one tap, waited for, given back. Whoever waits moves up as soon as a seat is free.

The turn is locked first, then its seats, then the person: of two who tap for the last seat one has it and one waits.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.parties import selectors as people
from youlin.apps.responders.models import Responder, Seat, Shift
from youlin.apps.responders.services import enrolling, planning, telling, writing
from youlin.kernel import clock, journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, NotAllowed, NotFound


@transaction.atomic
def join(*, actor: Actor, district: str, shift_id: UUID) -> Seat:
    """Take a seat, or a place in the waiting list where none is free. Again changes nothing.

    Raises `Conflict` in words for whoever does not fit, has something else at that time, or comes too late.
    """
    mine = _mine(actor, district)
    row = writing.locked_shift(district, shift_id)
    seat = Seat.objects.filter(district=district, shift=row, responder=mine).first()
    if seat is not None and seat.state in ("seated", "waiting", "came"):
        return seat
    _check_open(row)
    person = writing.locked(district, mine.id)
    _check_fit(row, person)
    seat = seat or Seat(district=district, shift=row, responder=person)
    seat.state, seat.joined_at = ("seated" if row.taken < row.seats else "waiting"), clock.now()
    seat.in_at, seat.out_at, seat.seen, seat.problem = None, None, "", ""
    seat.save()
    if seat.state == "seated":
        _take(row, +1)
    _tell("responders.seat_taken" if seat.state == "seated" else "responders.seat_waits", actor, row, seat)
    return seat


@transaction.atomic
def leave(*, actor: Actor, district: str, shift_id: UUID) -> Seat:
    """Give the seat back, without a reason, until one has come; the first who waits moves up. Again changes nothing."""
    row = writing.locked_shift(district, shift_id)
    seat = seat_of(actor, row)
    if seat.state in ("left", "dropped"):
        return seat
    if seat.state not in ("seated", "waiting") or seat.in_at is not None or row.closed_at is not None:
        raise Conflict(_("已经到场，不能再取消"))
    free(actor, row, seat)
    return seat


def free(actor: Actor, row: Shift, seat: Seat) -> None:
    """The seat of a locked turn is given back, and the next who waits has it."""
    had = seat.state == "seated"
    seat.state = "left"
    seat.save(update_fields=["state"])
    _tell("responders.seat_left", actor, row, seat)
    if had:
        _take(row, -1)
        move_up(actor, row)


def move_up(actor: Actor, row: Shift) -> None:
    """Give free seats of a locked turn, while it is not over, to those who wait, in their order."""
    if clock.now() >= row.ends_at:
        return
    queue = planning.waiting_list(writing.locked_roll(row, ("waiting",)))
    moved = [one for one in queue if one.responder.ended_at is None][: row.seats - row.taken]
    for one in moved:
        one.state = "seated"
    rows.update_many(moved, ["state"])
    if moved:
        _take(row, len(moved))
    for one in moved:
        _tell("responders.seat_moved_up", actor, row, one)
    telling.moved_up(row, moved)


def leave_all(actor: Actor, responder: Responder) -> None:
    """Whoever leaves gives back every seat of a turn that is still to come."""
    held = Seat.objects.filter(
        district=responder.district,
        responder=responder,
        state__in=("seated", "waiting"),
        shift__ends_at__gt=clock.now(),
        in_at=None,
    )
    for shift_id in sorted(held.values_list("shift_id", flat=True)):
        row = writing.locked_shift(responder.district, shift_id)
        seat = Seat.objects.get(district=row.district, shift=row, responder=responder)
        if seat.state in ("seated", "waiting"):
            free(actor, row, seat)


def _mine(actor: Actor, district: str) -> Responder:
    if actor.person_id is None:
        raise NotAllowed(_("请先登录"))
    person = people.canonical(actor.person_id)
    found = enrolling.mine(district, person.id) if person else None
    if found is None:
        raise Conflict(_("您还没有登记为城市响应人"), remedy=_("登记只要一分钟"))
    return found


def seat_of(actor: Actor, row: Shift) -> Seat:
    """The actor's own seat or place in the waiting list. Raises `NotFound`."""
    mine = _mine(actor, row.district)
    found = Seat.objects.filter(district=row.district, shift=row, responder=mine).first()
    if found is None:
        raise NotFound(_("您没有报这次的名"))
    return found


def _check_open(row: Shift) -> None:
    if row.cancelled_at is not None:
        raise Conflict(_("这次活动取消了"))
    if row.closed_at is not None or row.ends_at <= clock.now():
        raise Conflict(_("这次活动已经结束"))


def _check_fit(row: Shift, person: Responder) -> None:
    if person.consented_at is None:
        raise Conflict(_("监护人还没有同意"))
    if row.kind.verified and person.verified_at is None:
        raise Conflict(_("核实以后才能报名这个场景"), remedy=_("街道或单位正在核实，请稍候"))
    if not set(row.kind.skills) <= set(person.skills):
        raise Conflict(_("这个场景需要专门的技能"), remedy=_("会的话，请在“我的时间和上限”里勾上"))
    same_time = Seat.objects.filter(
        district=row.district,
        responder=person,
        state__in=("seated", "waiting", "came"),
        shift__starts_at__lt=row.ends_at,
        shift__ends_at__gt=row.starts_at,
    )
    if same_time.exclude(shift=row).exists():
        raise Conflict(_("这个时间您已经报了另一次"), remedy=_("请先取消那一次"))


def _take(row: Shift, change: int) -> None:
    row.taken += change
    row.save(update_fields=["taken"])


def _tell(act: str, actor: Actor, row: Shift, seat: Seat) -> None:
    facts = {"shift": row.number, "task": row.kind.code, "taken": row.taken}
    journal.append_many([writing.item(act, actor, seat, area=row.area_now, after=facts, related=[row])])

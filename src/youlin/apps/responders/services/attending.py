"""Who came: seen by the code at the place, by a pass shown to the coordinator, or in the roll-call; never by one's own
word alone. Hours are written when the roll is closed, or a day after the end for those who were seen to come and go."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.passes.reasons import WORDS
from youlin.apps.passes.services import checking as passes
from youlin.apps.responders import permission
from youlin.apps.responders.models import Seat, Service, Shift
from youlin.apps.responders.services import seating, serving, writing
from youlin.kernel import clock, ids, jobs, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, YoulinError

EARLY = timedelta(minutes=30)
LATE = timedelta(hours=2)
"""How long before a turn somebody can be seen to come, and after it to go."""
PATIENCE = timedelta(days=1)
"""How long the coordinator has for the roll-call before the turn is closed without one."""
MAKE_UP = timedelta(days=30)
"""How long after the end a roll can still be called, or added to."""
AGAIN = timedelta(minutes=1)
"""A second scan within this time is the same scan."""
_log = logging.getLogger(__name__)


@transaction.atomic
def scan_place(*, actor: Actor, district: str, shift_id: UUID, code: str) -> Seat:
    """The responder has scanned the code at the place: first they have come, later they go.

    Raises `Invalid` for a code that does not hold or stands elsewhere, `Conflict` outside the time of the turn.
    """
    row = writing.locked_shift(district, shift_id)
    seat = writing.locked_seat(district, seating.seat_of(actor, row).id)
    if row.place_id is None:
        raise Conflict(_("这次没有现场码"), remedy=_("请到组织者那里点名"))
    found = passes.by_code(district, code.replace("\0", "")[:2_000], clock.now())
    if not found.valid or found.held is None:
        raise Invalid(str(WORDS[found.reason].told), field="code", remedy=_("请扫现场张贴的码"))
    if found.held.place_id != row.place_id:
        raise Invalid(_("这不是这次活动地点的码"), field="code", remedy=_("请扫现场张贴的码"))
    return _seen(actor, row, seat, "code")


@transaction.atomic
def scan_pass(*, actor: Actor, district: str, shift_id: UUID, code: str) -> Seat:
    """The coordinator has scanned what a responder shows, or typed its number. Raises `Invalid`, `NotAllowed`."""
    row = writing.locked_shift(district, shift_id)
    permission.demand_organises(actor, district, row.area_now)
    text, now = code.replace("\0", "").strip()[:2_000], clock.now()
    typed = ids.check_number(text[:40])
    found = passes.by_number(district, text, now) if typed else passes.by_code(district, text, now)
    if not found.valid or found.held is None:
        raise Invalid(str(WORDS[found.reason].told), field="code", remedy=_("请对方打开自己的码再扫"))
    seat = Seat.objects.filter(
        district=district, shift=row, responder__person=found.held.person_id, state__in=("seated", "came")
    ).first()
    if found.held.person_id is None or seat is None:
        raise Invalid(_("这位没有报这次的名"), field="code", remedy=_("请对方先报名，再扫一次"))
    return _seen(actor, row, writing.locked_seat(district, seat.id), "pass")


@transaction.atomic
def close(*, actor: Actor, district: str, shift_id: UUID, minutes: Mapping[UUID, int | None]) -> Shift:
    """Call the roll: for each seat how many minutes somebody was there, 0 for who did not come, None as it was seen.

    Writes the hours. Who cannot be credited (their own working time, counted already) stays with the reason. Raises
    `Conflict` before the turn has begun.
    """
    row = writing.locked_shift(district, shift_id)
    permission.demand_organises(actor, district, row.area_now)
    _check_closable(row)
    for seat in writing.locked_roll(row, ("seated", "came", "absent")):
        _settle(actor, row, seat, minutes.get(seat.id))
    return _closed(actor, row)


@jobs.every(minutes=30, name="responders.shifts")
def close_due() -> None:
    """Close what no coordinator has closed a day after the end; each in a transaction of its own."""
    before = clock.now() - PATIENCE
    for district in duties.all_districts():
        due = Shift.objects.filter(
            district=district, ends_at__lte=before, closed_at=None, cancelled_at=None
        ).order_by("ends_at", "id")
        for shift_id in list(due.values_list("id", flat=True)):
            try:
                _close_unseen(district, shift_id)
            except Exception:  # whatever goes wrong with one turn, the others are closed
                _log.exception("a turn was not closed and is tried again: %s", shift_id)


@transaction.atomic
def _close_unseen(district: str, shift_id: UUID) -> None:
    """Those who were seen to come and go are credited; of the others nobody says that they were absent."""
    row = writing.locked_shift(district, shift_id)
    if row.closed_at is not None or row.cancelled_at is not None:
        return
    for seat in writing.locked_roll(row, ("came",)):
        _settle(SYSTEM, row, seat, None)
    _closed(SYSTEM, row)


def _check_closable(row: Shift) -> None:
    if row.cancelled_at is not None:
        raise Conflict(_("这次活动取消了"))
    if row.starts_at > clock.now():
        raise Conflict(_("还没有开始，不能点名"))
    if clock.now() > row.ends_at + MAKE_UP:
        raise Conflict(_("结束超过 30 天，不能再补记"))


def _closed(actor: Actor, row: Shift) -> Shift:
    states = list(Seat.objects.filter(district=row.district, shift=row).values_list("state", flat=True))
    row.closed_at = row.closed_at or clock.now()
    row.save(update_fields=["closed_at"])
    facts = {"came": states.count("came"), "absent": states.count("absent")}
    journal.append_many([writing.item("responders.shift_closed", actor, row, after=facts)])
    return row


def _settle(actor: Actor, row: Shift, seat: Seat, said: int | None) -> None:
    """Write the hours of one seat once; what the coordinator says goes before what was scanned."""
    if seat.service_id is not None:
        return
    scanned = seen_minutes(row, seat)
    counted = scanned if said is None else said
    if counted:
        _credit(actor, row, seat, counted, by_scan=counted == scanned)
    elif said == 0 or seat.in_at is None:
        seat.state = "absent"
    else:
        seat.problem = _("没有扫离场，请组织者填写分钟数")
    seat.save(update_fields=["state", "problem", "service", "seen", "seen_by"])


def _credit(actor: Actor, row: Shift, seat: Seat, minutes: int, *, by_scan: bool) -> None:
    try:
        with transaction.atomic():
            seat.service = _credited(actor, row, seat, minutes, by_scan=by_scan)
        seat.problem = ""
    except YoulinError as error:
        seat.problem = error.message[:200]
    seat.state = "came"
    if not seat.seen:
        seat.seen, seat.seen_by_id = "organiser", actor.person_id


def _credited(actor: Actor, row: Shift, seat: Seat, minutes: int, *, by_scan: bool) -> Service:
    longest = int((min(row.ends_at + LATE, clock.now()) - row.starts_at).total_seconds() // 60)
    if not 1 <= minutes <= longest:
        raise Invalid(_("不能超过 %(most)s 分钟") % {"most": longest}, field="minutes")
    began_at = max(seat.in_at or row.starts_at, row.starts_at)
    if began_at + timedelta(minutes=minutes) > clock.now():
        began_at = row.starts_at
    return serving.record(
        actor=actor,
        responder=writing.locked(row.district, seat.responder_id),
        kind=row.kind,
        began_at=began_at,
        minutes=minutes,
        area=row.area_now,
        evidence=(seat.seen or "organiser") if by_scan else "organiser",
        place=row.place,
        note=row.number,
        is_demo=row.is_demo,
    )


def seen_minutes(row: Shift, seat: Seat) -> int:
    """Whole minutes of the turn between coming and going as they were seen; 0 where one of both was not."""
    if seat.in_at is None or seat.out_at is None:
        return 0
    seconds = (min(seat.out_at, row.ends_at) - max(seat.in_at, row.starts_at)).total_seconds()
    return max(0, int(seconds // 60))


def _seen(actor: Actor, row: Shift, seat: Seat, evidence: str) -> Seat:
    """Somebody has come, or goes; a scan again at once is the same one."""
    now = clock.now()
    if row.cancelled_at is not None:
        raise Conflict(_("这次活动取消了"))
    if seat.state not in ("seated", "came"):
        raise Conflict(_("您在候补，有人取消时会通知您"))
    if not row.starts_at - EARLY <= now <= row.ends_at + LATE:
        raise Conflict(_("不在这次活动的时间里"), remedy=_("开始前半小时到结束后两小时可以扫"))
    if seat.service_id is not None or row.closed_at is not None:
        raise Conflict(_("这次已经点过名"))
    latest = seat.out_at or seat.in_at
    if latest is not None and now - latest < AGAIN:
        return seat
    if seat.in_at is None:
        seat.in_at = now
    else:
        seat.out_at = now
    seat.state, seat.seen, seat.seen_by_id = "came", evidence, actor.person_id
    seat.save(update_fields=["state", "in_at", "out_at", "seen", "seen_by"])
    facts = {"shift": row.number, "evidence": evidence, "what": "out" if seat.out_at else "in"}
    journal.append_many(
        [writing.item("responders.seat_seen", actor, seat, area=row.area_now, after=facts, related=[row])]
    )
    return seat

"""What those who are called say and do: one tap each. Every answer is given under the call-out's lock, so that of two
who accept at once for the last place one is thanked and told that it is enough."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.parties import selectors as people
from youlin.apps.responders.models import Call, CallOut
from youlin.apps.responders.models.calling import COMING
from youlin.apps.responders.services import closing, waves, writing
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


@transaction.atomic
def accept(*, actor: Actor, district: str, call_id: UUID) -> Call:
    """Come. Accepting again changes nothing. Raises `Conflict` when enough come already or it has ended."""
    row, call = _locked(actor, district, call_id)
    if call.answer in COMING:
        return call
    if row.state != "calling" or row.accepted >= row.wanted or call.answer == "released":
        raise Conflict(_("人手已够，谢谢您"), remedy=_("这次不用来了"))
    if call.answer == "declined":
        raise Conflict(_("您已经婉拒这次召集"))
    call.answer, call.answered_at = "accepted", clock.now()
    call.save(update_fields=["answer", "answered_at"])
    row.accepted += 1
    row.first_accepted_at = row.first_accepted_at or call.answered_at
    seconds = int((call.answered_at - call.called_at).total_seconds())
    _tell("responders.accepted", actor, row, call, {"after_seconds": seconds, "accepted": row.accepted})
    if row.accepted >= row.wanted:
        closing.enough(row, closing.calls_of(row))
    else:
        row.save(update_fields=["accepted", "first_accepted_at"])
    return call


@transaction.atomic
def decline(*, actor: Actor, district: str, call_id: UUID) -> Call:
    """Do not come, without a reason. Where all have declined the next wave is called at once."""
    row, call = _locked(actor, district, call_id)
    if call.answer in ("declined", "released"):
        return call
    if call.answer != "called":
        raise Conflict(_("您已经接受；来不了请点“来不了了”"))
    _answered(call, "declined")
    closing.free([call])
    _tell("responders.declined", actor, row, call)
    _look_on(row)
    return call


@transaction.atomic
def withdraw(*, actor: Actor, district: str, call_id: UUID) -> Call:
    """Somebody who has accepted cannot come after all: their place is open again while it is looked for."""
    row, call = _locked(actor, district, call_id)
    if call.answer == "called":
        return decline(actor=actor, district=district, call_id=call_id)
    if call.answer not in ("accepted", "arrived"):
        return call
    _answered(call, "declined")
    closing.free([call])
    row.accepted -= 1
    if row.state == "going" and clock.now() < row.closes_at:
        row.state = "calling"
    row.save(update_fields=["accepted", "state"])
    _tell("responders.withdrew", actor, row, call, {"accepted": row.accepted})
    if row.state == "calling":
        row.next_wave_at = clock.now()
        row.save(update_fields=["next_wave_at"])
        waves.wave.enqueue(district=district, call_out_id=str(row.id))
    else:
        closing.settle(actor, row, closing.calls_of(row))
    return call


@transaction.atomic
def arrive(*, actor: Actor, district: str, call_id: UUID) -> Call:
    """Be there. Again changes nothing."""
    row, call = _locked(actor, district, call_id)
    if call.answer in ("arrived", "finished"):
        return call
    _check_coming(row, call)
    call.answer, call.arrived_at = "arrived", clock.now()
    call.save(update_fields=["answer", "arrived_at"])
    _tell("responders.arrived", actor, row, call)
    return call


@transaction.atomic
def finish(*, actor: Actor, district: str, call_id: UUID) -> Call:
    """Be done: where one shared to be is forgotten, rest begins. The minutes count once somebody confirms them."""
    row, call = _locked(actor, district, call_id)
    if call.answer == "finished":
        return call
    _check_coming(row, call)
    call.answer, call.finished_at, call.position = "finished", clock.now(), ""
    call.save(update_fields=["answer", "finished_at", "position"])
    closing.free([call], served=True)
    _tell("responders.finished", actor, row, call, {"minutes": minutes(call)})
    closing.settle(actor, row, closing.calls_of(row))
    return call


@transaction.atomic
def share_position(*, actor: Actor, district: str, call_id: UUID, lon: float, lat: float) -> Call:
    """Show whoever leads the call-out where one is, for this call alone; it is erased when the call or it ends.

    Not journalled: nothing of it is to stay. Raises `Conflict` unless one is on the way.
    """
    row, call = _locked(actor, district, call_id)
    _check_coming(row, call)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Invalid(_("位置不对"), field="position")
    call.position = f"{lon:.5f},{lat:.5f}"
    call.save(update_fields=["position"])
    return call


def minutes(call: Call) -> int:
    """Whole minutes between arriving and finishing, without the way; 0 where somebody did not say that they arrived."""
    if call.arrived_at is None or call.finished_at is None:
        return 0
    return _minutes(call.arrived_at, call.finished_at)


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() // 60)


def _locked(actor: Actor, district: str, call_id: UUID) -> tuple[CallOut, Call]:
    """The call and its call-out, the call-out locked first. Raises `NotFound` for whoever was not called."""
    rows = Call.objects.filter(district=district, id=call_id).select_related("responder")
    found = rows.first()
    if found is None or not _is(actor, found):
        raise NotFound(_("没有这次召集"))
    call_out = writing.locked_call_out(district, found.call_out_id)
    call = (
        Call.objects.select_for_update(of=("self",))
        .select_related("responder")
        .get(district=district, id=call_id)
    )
    call.call_out = call_out
    return call_out, call


def _is(actor: Actor, call: Call) -> bool:
    if actor.kind == "system":
        return True
    if actor.person_id is None:
        raise NotAllowed(_("请先登录"))
    person = people.canonical(actor.person_id)
    return person is not None and person.id == call.responder.person_id


def _check_coming(row: CallOut, call: Call) -> None:
    if row.ended_at is not None or call.answer == "released":
        raise Conflict(_("这次召集已经结束，谢谢您"))
    if call.answer not in ("accepted", "arrived"):
        raise Conflict(_("请先接受召集"))


def _answered(call: Call, answer: str) -> None:
    call.answer, call.answered_at, call.position = answer, clock.now(), ""
    call.save(update_fields=["answer", "answered_at", "position"])


def _look_on(row: CallOut) -> None:
    """Do not wait for the next wave where everybody has declined."""
    waiting = Call.objects.filter(district=row.district, call_out=row, answer="called").exists()
    if row.state == "calling" and not waiting and row.next_wave_at is not None:
        row.next_wave_at = min(row.next_wave_at, clock.now())
        row.save(update_fields=["next_wave_at"])
        waves.wave.enqueue(district=row.district, call_out_id=str(row.id))


def _tell(act: str, actor: Actor, row: CallOut, call: Call, after: dict[str, Any] | None = None) -> None:
    facts = {"call_out": row.number, "task": row.kind.code, **(after or {})}
    journal.append_many([writing.item(act, actor, call, area=row.area_now, after=facts, related=[row])])

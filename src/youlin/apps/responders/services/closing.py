"""How calls and call-outs end: people are free again, told so, and where they shared to be is forgotten."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from youlin.apps.responders.models import Call, CallOut, Responder
from youlin.apps.responders.models.calling import COMING, OPEN
from youlin.apps.responders.services import telling, writing
from youlin.kernel import clock, journal, rows
from youlin.kernel.actors import SYSTEM, Actor


def calls_of(row: CallOut) -> list[Call]:
    """The calls of a locked call-out, locked."""
    calls = Call.objects.select_for_update(of=("self",)).filter(district=row.district, call_out=row)
    return list(calls.select_related("responder").order_by("id"))


def free(calls: Sequence[Call], *, served: bool = False) -> None:
    """Those who were called here are free again, and rest from now on if they served; nobody knows where they are."""
    district = calls[0].district if calls else ""
    people = writing.locked_many(district, [one.responder_id for one in calls]) if calls else []
    for one in people:
        one.busy = False
        if served:
            one.rested_from = clock.now()
    writing.save(people, ["busy", "rested_from"] if served else ["busy"])


def release(row: CallOut, calls: Sequence[Call], words: telling.Words) -> None:
    """Those of `calls` that are still open are needed no more, and are told so."""
    released = [one for one in calls if one.answer in OPEN]
    on_their_way = {one.id for one in released if one.answer != "called"}
    for one in released:
        one.answer, one.position = "released", ""
        one.answered_at = one.answered_at or clock.now()
    rows.update_many(released, ["answer", "position", "answered_at"])
    free(released)
    telling.tell(row, released, words, urgent=on_their_way)


def end(actor: Actor, row: CallOut, state: str, *, note: str = "") -> None:
    """The call-out is over or stood down: open calls are released, every shared position is erased."""
    calls = calls_of(row)
    words = telling.STOOD_DOWN if state == "stood_down" else telling.ENOUGH
    release(row, calls, words)
    forget_positions(calls)
    row.state, row.ended_at, row.next_wave_at = state, clock.now(), None
    row.save(update_fields=["state", "ended_at", "next_wave_at"])
    facts = {"accepted": row.accepted, "wanted": row.wanted, "called": len(calls), "waves": row.wave}
    act = "responders.stood_down" if state == "stood_down" else "responders.over"
    journal.append_many([writing.item(act, actor, row, after=facts, note=note)])


def forget_positions(calls: Sequence[Call]) -> None:
    """Erase what was shared of where people are."""
    shared = [one for one in calls if one.position]
    for one in shared:
        one.position = ""
    rows.update_many(shared, ["position"])


def enough(row: CallOut, calls: Sequence[Call]) -> None:
    """Nobody more is looked for: those who have not answered are released, the others go."""
    release(row, [one for one in calls if one.answer == "called"], telling.ENOUGH)
    row.state, row.next_wave_at = "going", None
    row.save(update_fields=["state", "next_wave_at", "accepted", "first_accepted_at"])


def give_up(row: CallOut) -> None:
    """It was looked for long enough: who has accepted goes, and whoever asked is told how many these are."""
    calls = calls_of(row)
    coming = [one for one in calls if one.answer in COMING]
    telling.tell_caller(row, len(coming))
    if any(one.answer in ("accepted", "arrived") for one in coming):
        enough(row, calls)
    else:
        end(SYSTEM, row, "over", note=_("时间已到"))


def settle(actor: Actor, row: CallOut, calls: Sequence[Call]) -> None:
    """A call-out of which nobody is on their way any more is over."""
    if row.state == "going" and not any(one.answer in OPEN for one in calls):
        end(actor, row, "over")


def release_all_of(actor: Actor, responder: Responder) -> None:
    """Whoever leaves is not waited for."""
    from youlin.apps.responders.services import answering

    open_calls = Call.objects.filter(
        district=responder.district, responder=responder, answer__in=OPEN
    ).values_list("id", flat=True)
    for call_id in list(open_calls):
        answering.withdraw(actor=actor, district=responder.district, call_id=call_id)

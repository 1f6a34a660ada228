"""Call-outs: waves until enough accept, never more than are wanted, everybody free and nothing known at the end."""

from datetime import timedelta

import pytest

from tests.cast import DISTRICT, GRID, OTHER_STREET, SIBLING_GRID
from youlin.apps.notices import services as notice_services
from youlin.apps.notices.models import Notice
from youlin.apps.responders import services
from youlin.apps.responders.models import Call, CallOut, Responder
from youlin.apps.responders.services import waves
from youlin.apps.responders.tests import factories
from youlin.apps.responders.tests.factories import actor_of, call_out, call_to, called, enrol, on_duty
from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import ANONYMOUS, SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.usefixtures("city")


def accept(row: CallOut, who: Responder) -> Call:
    return services.accept(actor=actor_of(who), district=DISTRICT, call_id=call_to(row, who).id)


def state(row: CallOut) -> str:
    row.refresh_from_db()
    return row.state


def acts(row: object) -> list[str]:
    return [entry.act for entry in journal.entries_for(row)]


def test_a_wave_calls_twice_as_many_as_are_wanted_and_the_nearest_of_them() -> None:
    near, far = [enrol() for _ in range(3)], [enrol(areas=[SIBLING_GRID]) for _ in range(3)]
    row = call_out(wanted=2)
    calls = called(row)
    assert {one.responder_id for one in calls[:3]} == {one.id for one in near} and len(calls) == 4
    assert calls[3].responder_id in {one.id for one in far} and {one.wave for one in calls} == {1}
    assert acts(row) == ["responders.called_out", "responders.wave_sent"]
    told = Notice.objects.get(person=near[0].person_id, kind="responder.called")
    assert "轮椅" in told.body and "2 号楼" not in told.body and told.link == f"/respond/calls/{row.number}/"


def test_waves_go_on_until_enough_accept_and_then_the_rest_is_released() -> None:
    people = [enrol() for _ in range(8)]
    row = call_out(wanted=2)
    first = {one.responder_id for one in called(row)}
    services.run_due()
    assert len(called(row)) == 4, "the next wave is not due"
    clock.advance(timedelta(minutes=3))
    services.run_due()
    services.run_due()
    calls = called(row)
    assert len(calls) == 8 and {one.responder_id for one in calls if one.wave == 2}.isdisjoint(first)
    accept(row, people[5])
    assert state(row) == "calling" and row.first_accepted_at == clock.now()
    accept(row, people[0])
    assert state(row) == "going" and row.next_wave_at is None
    answers = [one.answer for one in called(row)]
    assert sorted(answers) == ["accepted"] * 2 + ["released"] * 6
    assert Responder.objects.filter(busy=True).count() == 2
    assert Notice.objects.filter(kind="responder.news", title="人手已够，谢谢您").count() == 6


def test_one_more_than_enough_is_thanked_and_told() -> None:
    one, other = enrol(), enrol()
    row = call_out(wanted=1)
    accept(row, one)
    assert accept(row, one).answer == "accepted", "accepting again changes nothing"
    with pytest.raises(Conflict, match="人手已够"):
        accept(row, other)
    assert CallOut.objects.get().accepted == 1


def test_arriving_finishing_and_what_stays_of_it() -> None:
    one = enrol()
    row = call_out(wanted=1)
    call = call_to(row, one)
    given = {"actor": actor_of(one), "district": DISTRICT, "call_id": call.id}
    with pytest.raises(Conflict, match="先接受"):
        services.arrive(**given)
    accept(row, one)
    services.share_position(**given, lon=116.3051, lat=39.8901)
    call.refresh_from_db()
    assert call.position == "116.30510,39.89010"
    services.arrive(**given)
    clock.advance(timedelta(minutes=45))
    assert services.finish(**given) == services.finish(**given)
    call.refresh_from_db()
    assert (call.answer, call.position, state(row)) == ("finished", "", "over")
    one.refresh_from_db()
    assert not one.busy and one.rested_from == clock.now()
    assert acts(call) == ["responders.accepted", "responders.arrived", "responders.finished"]
    assert "116.3" not in str([entry.public for entry in journal.entries_for(call)])


@pytest.mark.parametrize("end", ["stood_down", "ran out", "withdrew"])
def test_where_somebody_is_is_forgotten_however_it_ends(end: str) -> None:
    one = enrol()
    row = call_out(wanted=1)
    call = call_to(row, one)
    accept(row, one)
    services.share_position(actor=actor_of(one), district=DISTRICT, call_id=call.id, lon=116.3, lat=39.9)
    if end == "stood_down":
        services.stand_down(actor=SYSTEM, district=DISTRICT, call_out_id=row.id, reason="家属到了")
    elif end == "withdrew":
        services.withdraw(actor=actor_of(one), district=DISTRICT, call_id=call.id)
    else:
        clock.advance(timedelta(hours=14))
        services.run_due()
    call.refresh_from_db()
    assert call.position == "" and not Responder.objects.filter(busy=True).exists()
    with pytest.raises(Conflict):
        services.share_position(actor=actor_of(one), district=DISTRICT, call_id=call.id, lon=1, lat=1)


def test_somebody_who_cannot_come_after_all_is_replaced() -> None:
    one, other = enrol(), enrol(areas=[SIBLING_GRID])
    row = call_out(wanted=1)
    accept(row, one)
    assert call_to(row, other).answer == "released"
    third = enrol(areas=["110102001002001"])
    services.withdraw(actor=actor_of(one), district=DISTRICT, call_id=call_to(row, one).id)
    assert state(row) == "calling" and row.accepted == 0
    jobs.run_pending()
    assert accept(row, third).wave == 2 and state(row) == "going"


def test_where_all_decline_the_next_wave_does_not_wait() -> None:
    people = [enrol() for _ in range(4)]
    row = call_out(wanted=1)
    for call in called(row):
        services.decline(actor=actor_of(call.responder), district=DISTRICT, call_id=call.id)
    jobs.run_pending()
    assert [one.wave for one in called(row)] == [1, 1, 2, 2]
    assert {one.responder_id for one in called(row)} == {one.id for one in people}


def test_too_few_after_an_hour_go_without_the_others_and_the_caller_hears_it() -> None:
    zhao = on_duty()
    one, other = enrol(), enrol()
    row = call_out(zhao, wanted=2)
    accept(row, one)
    clock.advance(timedelta(minutes=61))
    services.run_due()
    assert state(row) == "going" and call_to(row, other).answer == "released"
    assert Notice.objects.get(person=zhao.person_id).body == "需要 2 人，接受 1 人。"
    services.finish(actor=actor_of(one), district=DISTRICT, call_id=call_to(row, one).id)
    assert state(row) == "over"


def test_nobody_answered_and_it_is_over() -> None:
    enrol()
    row = call_out(wanted=2)
    clock.advance(timedelta(minutes=61))
    services.run_due()
    assert state(row) == "over" and not Responder.objects.filter(busy=True).exists()


def test_nobody_is_called_at_night_but_for_a_declared_emergency_with_its_reason() -> None:
    one = enrol(quiet="20:00-08:00")
    clock.advance(timedelta(hours=14))
    with pytest.raises(Conflict) as told:
        call_out()
    assert told.value.problems[0].field == "emergency"
    with pytest.raises(Invalid, match="为什么紧急"):
        call_out(emergency=True)
    row = call_out(emergency=True, why="老人走失", wanted=1)
    assert called(row)[0].responder_id == one.id
    assert Notice.objects.get(person=one.person_id, kind="responder.called").urgent
    assert journal.entries_for(row)[0].public["after"]["why"] == "老人走失"


def test_nobody_is_called_whom_the_notice_would_not_ring() -> None:
    one, other = enrol(), enrol(areas=[SIBLING_GRID])
    notice_services.set_preference(actor=actor_of(one), district=DISTRICT, quiet_hours="09:00-12:00")
    assert [call.responder_id for call in called(call_out(wanted=1))] == [other.id]


def test_nobody_has_two_calls_at_once_nor_more_than_they_allow() -> None:
    one = enrol(most_week=2)
    row = call_out(wanted=1)
    assert called(call_out(wanted=1)) == []
    services.decline(actor=actor_of(one), district=DISTRICT, call_id=call_to(row, one).id)
    second = call_out(wanted=1)
    services.decline(actor=actor_of(one), district=DISTRICT, call_id=call_to(second, one).id)
    assert called(call_out(wanted=1)) == []
    clock.advance(timedelta(days=7))
    assert len(called(call_out(wanted=1))) == 1


def test_the_same_wave_is_called_once_however_often_it_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(6):
        enrol()
    row = call_out(wanted=1)
    clock.advance(timedelta(minutes=3))
    with monkeypatch.context() as patched:
        patched.setattr(
            waves.telling, "call", lambda row, calls: (_ for _ in ()).throw(RuntimeError("killed"))
        )
        with pytest.raises(RuntimeError):
            services.send_wave(district=DISTRICT, call_out_id=row.id)
    assert len(called(row)) == 2 and Responder.objects.filter(busy=True).count() == 2
    assert services.send_wave(district=DISTRICT, call_out_id=row.id) == 2
    assert services.send_wave(district=DISTRICT, call_out_id=row.id) == 0
    assert Notice.objects.filter(kind="responder.called").count() == 4


def test_a_call_out_whose_wave_fails_stops_no_other_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _number in range(2):
        enrol()
    first, second = call_out(wanted=1), call_out(wanted=1)
    for _number in range(4):
        enrol()
    clock.advance(timedelta(minutes=3))
    sent = waves._wave

    def failing(actor: Actor, row: CallOut, *given: object) -> int:
        if row.id == first.id:
            raise RuntimeError("killed")
        return sent(actor, row, *given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(waves, "_wave", failing)
        services.run_due()
    numbers = dict(CallOut.objects.values_list("id", "wave"))
    assert numbers == {first.id: 1, second.id: 2}
    services.run_due()
    assert CallOut.objects.get(id=first.id).wave == 2


def test_a_call_out_sent_twice_is_one() -> None:
    for _number in range(4):
        enrol()
    given = {"actor": SYSTEM, "district": DISTRICT, "call_for": factories.call_for(), "idempotency_key": "k"}
    assert services.call_out(**given) == services.call_out(**given)
    assert Call.objects.count() == 4


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "safety_watch"}, "kind"),
        ({"kind": "\0"}, "kind"),
        ({"wanted": 0}, "wanted"),
        ({"wanted": 31}, "wanted"),
        ({"what": " \0"}, "what"),
        ({"what": "长" * 201}, "what"),
        ({"lon": 0.0, "lat": 0.0}, "where"),
        ({"lon": None, "lat": None}, "where"),
        ({"language": "xx"}, "language"),
        ({"skills": ("flying",)}, "skills"),
        ({"emergency": True}, "why"),
    ],
)
def test_what_is_wrong_is_told_by_field(values: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as told:
        call_out(**values)
    assert field in [problem.field for problem in told.value.problems]
    assert not CallOut.objects.exists()


def test_whoever_has_no_duty_there_calls_nobody_and_leads_nothing() -> None:
    one, stranger = enrol(), on_duty(OTHER_STREET, "wai")
    with pytest.raises(NotAllowed):
        call_out(stranger)
    row = call_out(on_duty())
    with pytest.raises(NotAllowed):
        services.stand_down(actor=stranger, district=DISTRICT, call_out_id=row.id, reason="x")
    with pytest.raises(NotFound):
        services.accept(actor=stranger, district=DISTRICT, call_id=call_to(row, one).id)
    with pytest.raises(NotAllowed):
        services.accept(actor=ANONYMOUS, district=DISTRICT, call_id=call_to(row, one).id)


def test_standing_down_tells_everybody_once_and_needs_a_reason() -> None:
    one, other = enrol(), enrol()
    row = call_out(wanted=2)
    accept(row, one)
    given = {"actor": SYSTEM, "district": DISTRICT, "call_out_id": row.id}
    with pytest.raises(Invalid):
        services.stand_down(**given, reason=" ")
    services.stand_down(**given, reason="家属已到")
    services.stand_down(**given, reason="家属已到")
    assert acts(row)[-1] == "responders.stood_down" and acts(row).count("responders.stood_down") == 1
    urgent = dict(Notice.objects.filter(title="召集已解除").values_list("person_id", "urgent"))
    assert urgent == {one.person_id: True, other.person_id: False}
    with pytest.raises(Conflict):
        accept(row, other)


def test_whoever_leaves_is_not_waited_for() -> None:
    one = enrol()
    row = call_out(wanted=1)
    accept(row, one)
    services.leave(actor=actor_of(one), district=DISTRICT)
    assert state(row) == "calling" and row.accepted == 0
    assert enrol(areas=[GRID], who=one.person).id != one.id

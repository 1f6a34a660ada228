"""Standing tasks: seats that are never too many, a waiting list that moves up, and hours only for who was seen there."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import DISTRICT, GRID, OTHER_STREET, STREET
from youlin.apps.areas.services import Heirs
from youlin.apps.notices.models import Notice
from youlin.apps.parties import selectors as people
from youlin.apps.passes.tests import factories as passes
from youlin.apps.places.tests import factories as places
from youlin.apps.responders import personal_data, services, standing
from youlin.apps.responders.models import Responder, Seat, Service, Shift
from youlin.apps.responders.services import attending, following
from youlin.apps.responders.tests.factories import (
    actor_of,
    begun_turn,
    enrol,
    on_duty,
    open_turns,
    person,
    take_seat,
)
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.usefixtures("city")


def states(turn: Shift) -> list[str]:
    """The states of a turn's seats in the order in which people came."""
    return list(Seat.objects.filter(shift=turn).order_by("joined_at", "id").values_list("state", flat=True))


def give_back(turn: Shift, one: Responder) -> Any:
    return services.give_back(actor=actor_of(one), district=DISTRICT, shift_id=turn.id)


def close(turn: Shift, actor: Actor = SYSTEM, **minutes: int) -> Shift:
    """Call the roll; minutes by the number of the responder."""
    by_seat = {
        seat.id: minutes.get(seat.responder.number.replace("-", ""))
        for seat in Seat.objects.filter(shift=turn).select_related("responder")
    }
    return services.close(actor=actor, district=DISTRICT, shift_id=turn.id, minutes=by_seat)


def said(one: Responder, minutes: int) -> dict[str, int]:
    return {one.number.replace("-", ""): minutes}


def test_seats_are_taken_in_one_tap_and_whoever_waits_moves_up_in_turn() -> None:
    [turn] = open_turns()
    crowd = [enrol() for _number in range(5)]
    for one in crowd:
        take_seat(turn, one)
        clock.advance(timedelta(seconds=1))
    assert take_seat(turn, crowd[4]).state == "waiting" and take_seat(turn, crowd[0]).state == "seated"
    assert states(turn) == ["seated", "seated", "waiting", "waiting", "waiting"]
    assert standing.turn(actor_of(crowd[4]), turn.number).ahead == 2
    give_back(turn, crowd[3])
    give_back(turn, crowd[0])
    assert give_back(turn, crowd[0]).state == "left"
    assert states(turn) == ["left", "seated", "seated", "left", "waiting"]
    [told] = Notice.objects.filter(title__startswith="候补转正")
    assert told.person_id == crowd[2].person_id and turn.number in told.link
    assert take_seat(turn, crowd[0]).state == "waiting", "who comes back waits behind the others"
    turn.refresh_from_db()
    assert turn.taken == 2
    services.leave(actor=actor_of(crowd[1]), district=DISTRICT)
    assert Seat.objects.get(shift=turn, responder=crowd[4]).state == "seated"


def test_who_does_not_fit_is_told_why_and_nothing_is_taken() -> None:
    [turn], other = open_turns(), open_turns(starts_at=clock.now() + timedelta(hours=2))[0]
    [later] = open_turns(starts_at=clock.now() + timedelta(hours=5))
    one = enrol()
    take_seat(turn, one)
    take_seat(later, one)
    for who, at, why in (
        (actor_of(one), other, "另一次"),
        (actor_of(enrol(verified=False)), turn, "核实"),
        (Actor("person", person_id=person().id), turn, "还没有登记"),
    ):
        with pytest.raises(Conflict, match=why):
            services.join(actor=who, district=DISTRICT, shift_id=at.id)
    with pytest.raises(NotFound):
        give_back(other, one)
    clock.advance(timedelta(hours=9))
    with pytest.raises(Conflict, match="结束"):
        take_seat(turn, enrol())
    assert Shift.objects.get(id=other.id).taken == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "elder_help"}, "kind"),
        ({"kind": "\0"}, "kind"),
        ({"what": "\0"}, "what"),
        ({"where": ""}, "where"),
        ({"area": "999"}, "area"),
        ({"seats": 0}, "seats"),
        ({"weeks": 13}, "weeks"),
        ({"ends_at": None}, "starts_at"),
        ({"starts_at": clock.now() - timedelta(days=9_000)}, "starts_at"),
    ],
)
def test_a_plan_says_all_that_is_wrong_by_field(values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as told:
        open_turns(**values)
    assert field in [problem.field for problem in told.value.problems] and not Shift.objects.exists()


def test_turns_of_several_weeks_are_opened_once_and_called_off_one_by_one() -> None:
    zhao, stranger = on_duty(), on_duty(OTHER_STREET, "wai")
    weeks = open_turns(zhao, weeks=3)
    assert [(two.starts_at - one.starts_at).days for one, two in zip(weeks, weeks[1:], strict=False)] == [
        7,
        7,
    ]
    one = enrol()
    take_seat(weeks[1], one)
    given: dict[str, Any] = {"district": DISTRICT, "shift_id": weeks[1].id}
    with pytest.raises(NotAllowed):
        services.cancel_shift(actor=stranger, **given, reason="x")
    with pytest.raises(Invalid):
        services.cancel_shift(actor=zhao, **given, reason=" ")
    for _twice in range(2):
        row = services.cancel_shift(actor=zhao, **given, reason="暴雨")
    assert (row.taken, row.why, states(row)) == (0, "暴雨", ["dropped"])
    [told] = Notice.objects.filter(title__startswith="活动取消")
    assert told.urgent and told.person_id == one.person_id
    assert [turn.id for turn in standing.coming(actor_of(one), DISTRICT)] == [weeks[0].id, weeks[2].id]
    with pytest.raises(NotAllowed):
        open_turns(stranger)


def test_the_code_at_the_place_shows_who_came_and_went_and_hours_follow_from_it() -> None:
    passes.declare_kinds()
    places.declare_words()
    here, there = places.make_place(), places.make_place()
    code, elsewhere = passes.issue("place", here), passes.issue("place", there)
    [turn] = open_turns(place=here.number, area="")
    one, other = enrol(), enrol()
    for who in (one, other):
        take_seat(turn, who)

    def scan(who: Responder, text: str) -> Any:
        return services.scan_place(actor=actor_of(who), district=DISTRICT, shift_id=turn.id, code=text)

    from youlin.apps.passes.services import token_of

    with pytest.raises(Conflict, match="时间"):
        scan(one, token_of(code))
    clock.advance(timedelta(minutes=50))
    for wrong in ("", "x.y.z", code.number, token_of(elsewhere)):
        with pytest.raises(Invalid):
            scan(one, wrong)
    scan(one, token_of(code))
    assert scan(one, token_of(code)).out_at is None, "the same scan again at once is not going"
    with pytest.raises(Conflict, match="到场"):
        give_back(turn, one)
    clock.advance(timedelta(minutes=100))
    seat = scan(one, token_of(code))
    assert seat.in_at < turn.starts_at and attending.seen_minutes(turn, seat) == 90, "not before it began"
    close(turn)
    [service] = Service.objects.all()
    assert (service.minutes, service.evidence, service.place_id) == (90, "code", here.id)
    assert service.began_at == turn.starts_at and states(turn) == ["came", "absent"]
    [entry] = journal.entries_for(service)
    assert entry.act == "responders.served" and "points" not in entry.public["after"]
    assert standing.turn(actor_of(one), turn.number).minutes == 90


def test_a_pass_shown_to_the_coordinator_is_evidence_and_theirs_alone_to_scan() -> None:
    passes.declare_kinds()
    zhao, one = on_duty(), enrol()
    turn = begun_turn(one)
    card, strange = passes.issue("card", one.person), passes.issue("card")
    given: dict[str, Any] = {"district": DISTRICT, "shift_id": turn.id}
    with pytest.raises(NotAllowed):
        services.scan_pass(actor=actor_of(one), **given, code=card.number)
    with pytest.raises(Invalid, match="没有报这次的名"):
        services.scan_pass(actor=zhao, **given, code=strange.number)
    with pytest.raises(Invalid):
        services.scan_pass(actor=zhao, **given, code="\0")
    seat = services.scan_pass(actor=zhao, **given, code=card.number)
    assert (seat.state, seat.seen, seat.seen_by_id) == ("came", "pass", zhao.person_id)
    clock.advance(timedelta(minutes=30))
    services.scan_pass(actor=zhao, **given, code=card.number)
    close(turn, zhao)
    service = Service.objects.get()
    assert (service.minutes, service.evidence, service.organiser_id) == (30, "pass", zhao.person_id)


def test_the_roll_call_says_how_long_and_what_cannot_count_says_why() -> None:
    zhao = on_duty()
    own = people.canonical(zhao.person_id)  # type: ignore[arg-type]
    assert own is not None
    own.born_on = clock.today() - timedelta(days=365 * 30)
    came, late, absent, self_ = enrol(), enrol(), enrol(), enrol(who=own)
    turn = begun_turn()
    Shift.objects.filter(id=turn.id).update(seats=4)
    for one in (came, late, absent, self_):
        take_seat(turn, one)
    clock.advance(timedelta(minutes=45))
    close(turn, zhao, **said(came, 60), **said(absent, 0), **said(self_, 30), **said(late, 999))
    assert list(Service.objects.values_list("responder", "minutes")) == [(came.id, 60)]
    problems = dict(Seat.objects.exclude(problem="").values_list("responder", "problem"))
    assert "自己" in problems[self_.id] and "60" in problems[late.id]
    assert Seat.objects.get(responder=absent).state == "absent"
    close(turn, zhao, **said(came, 20), **said(absent, 15), **said(late, 40))
    assert sorted(Service.objects.values_list("minutes", flat=True)) == [15, 40, 60], "once each, and made up"
    with pytest.raises(NotAllowed):
        close(turn, on_duty(OTHER_STREET, "wai"))
    with pytest.raises(Conflict, match="没有开始"):
        close(open_turns()[0], zhao)


def test_what_nobody_closed_is_closed_a_day_later_for_who_was_seen_and_one_failure_stops_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen, half, other = enrol(), enrol(), enrol()
    turn, broken = begun_turn(seen, half), begun_turn(other)
    start = turn.starts_at
    Seat.objects.filter(responder=seen).update(
        state="came", in_at=start, out_at=start + timedelta(minutes=70), seen="code"
    )
    Seat.objects.filter(responder=half).update(state="came", in_at=start, seen="code")
    clock.advance(timedelta(hours=25))
    attending.close_due()
    assert not Service.objects.exists()
    Shift.objects.filter(id=broken.id).update(ends_at=turn.ends_at - timedelta(minutes=1))
    clock.advance(timedelta(hours=2))
    closed = attending._closed

    def failing(actor: Actor, row: Shift) -> Shift:
        if row.id == broken.id:
            raise RuntimeError("killed")
        return closed(actor, row)

    with monkeypatch.context() as patched:
        patched.setattr(attending, "_closed", failing)
        attending.close_due()
    assert [(one.responder_id, one.minutes) for one in Service.objects.all()] == [(seen.id, 70)]
    assert "离场" in Seat.objects.get(responder=half).problem
    assert Shift.objects.get(id=broken.id).closed_at is None
    attending.close_due()
    assert Shift.objects.get(id=broken.id).closed_at is not None and Service.objects.count() == 1
    assert Seat.objects.get(responder=other).state == "seated", "nobody says that they were absent"


def test_a_turn_follows_its_street_and_a_person_takes_their_seats_along() -> None:
    one, waits = enrol(), enrol()
    [turn] = open_turns(seats=1, area=STREET)
    for who in (one, waits):
        take_seat(turn, who)
    moved = following.recode(district=DISTRICT, mapping={STREET: GRID}, actor=SYSTEM, at=clock.now())
    assert moved and Shift.objects.get().area_now == GRID and Shift.objects.get().area_at_event == STREET
    heirs: dict[str, str | Heirs] = {GRID: Heirs([], [], OTHER_STREET)}
    following.recode(district=DISTRICT, mapping=heirs, actor=SYSTEM, at=clock.now())
    assert Shift.objects.get().area_now == OTHER_STREET
    [told] = personal_data.export(one.person_id)["seats"]
    assert told["state"] == "seated" and told["shift__number"] == turn.number
    personal_data.erase(one.person_id, SYSTEM)
    assert Seat.objects.get(responder=waits).state == "seated", "whoever waited has the seat"
    assert personal_data.forget_seats(clock.now() + timedelta(days=1)) > 0 and not Seat.objects.exists()


def test_who_has_no_duty_for_the_area_leads_no_turn() -> None:
    turn = begun_turn(enrol())
    zhao = on_duty()
    assert [one.row.id for one in standing.led(zhao, DISTRICT)] == [turn.id]
    assert len(standing.roll(zhao, turn.number).roll) == 1
    stranger = on_duty(OTHER_STREET, "wai")
    assert not standing.led(stranger, DISTRICT)
    with pytest.raises(NotFound):
        standing.roll(stranger, turn.number)

"""Two at the same moment, on real connections: never more than are wanted, nobody called twice, each wave once."""

from typing import Any

import pytest

from tests.cast import DISTRICT, make_district
from youlin.apps.responders import choosing, services
from youlin.apps.responders.models import Call, CallOut, Responder, Seat
from youlin.apps.responders.tests import factories
from youlin.apps.responders.tests.factories import actor_of, call_out, call_to, enrol
from youlin.kernel import ids
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict
from youlin.kernel.tests import databases

pytestmark = pytest.mark.django_db(transaction=True)

URGENT = {"emergency": True, "why": "演练"}


@pytest.fixture(autouse=True)
def _city(transactional_db: None) -> None:
    choosing.forget()
    make_district()
    factories.declare_words()


def test_of_eight_who_accept_at_once_two_come() -> None:
    people = [enrol() for _ in range(8)]
    with databases.shared_database():
        choosing.forget()
        row = call_out(wanted=4, **URGENT)
        CallOut.objects.filter(id=row.id).update(wanted=2)

        def accepting(who: Responder) -> Any:
            def work() -> str:
                try:
                    call = services.accept(
                        actor=actor_of(who), district=DISTRICT, call_id=call_to(row, who).id
                    )
                except Conflict:
                    return "enough"
                return call.answer

            return work

        found = databases.in_threads(*(accepting(one) for one in people), *(accepting(one) for one in people))
        row.refresh_from_db()
        answers = list(Call.objects.filter(call_out=row).values_list("answer", flat=True))
        assert row.accepted == 2 and row.state == "going"
        assert answers.count("accepted") == 2 and answers.count("released") == 6
        assert 2 <= found.count("accepted") <= 4
        assert Responder.objects.filter(busy=True).count() == 2


def test_two_call_outs_at_once_never_call_the_same_and_a_wave_is_sent_once() -> None:
    for _number in range(4):
        enrol()
    with databases.shared_database():
        choosing.forget()
        key = str(ids.uuid7())

        def calling(key: str) -> Any:
            return lambda: services.call_out(
                actor=SYSTEM, district=DISTRICT, call_for=factories.call_for(**URGENT), idempotency_key=key
            )

        same = databases.in_threads(calling(key), calling(key), calling(str(ids.uuid7())))
        assert same[0].id == same[1].id != same[2].id and CallOut.objects.count() == 2
        called = list(Call.objects.values_list("responder_id", flat=True))
        assert len(called) == len(set(called)) == 4
        row = same[0]
        more = [enrol() for _ in range(4)]
        CallOut.objects.filter(id=row.id).update(next_wave_at=row.made_at)
        sending = lambda: services.send_wave(district=DISTRICT, call_out_id=row.id)  # noqa: E731
        sent = databases.in_threads(sending, sending, sending)
        assert sorted(sent) == [0, 0, 4]
        second = Call.objects.filter(call_out=row, wave=2).values_list("responder_id", flat=True)
        assert set(second) == {one.id for one in more}


def test_of_six_who_tap_for_two_seats_two_have_one_and_each_seat_given_back_goes_to_one() -> None:
    people = [enrol() for _ in range(6)]
    with databases.shared_database():
        [turn] = factories.open_turns()

        def doing(service: Any, who: Responder) -> Any:
            given = {"actor": actor_of(who), "district": DISTRICT, "shift_id": turn.id}
            return lambda: service(**given).state

        databases.in_threads(*(doing(services.join, one) for one in people))
        seats = Seat.objects.filter(shift=turn)
        turn.refresh_from_db()
        assert turn.taken == 2 and seats.filter(state="waiting").count() == 4
        held = [seat.responder for seat in seats.filter(state="seated").select_related("responder")]
        databases.in_threads(*(doing(services.give_back, one) for one in [*held, *held]))
        turn.refresh_from_db()
        assert turn.taken == seats.filter(state="seated").count() == 2
        assert seats.filter(state="waiting").count() == 2 and seats.filter(state="left").count() == 2

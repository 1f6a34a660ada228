"""Calling back: one worklist, one caller for each, and an end for those who cannot be reached."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from youlin.apps.cases import services
from youlin.apps.cases.hotline import claiming, rounds, worklist
from youlin.apps.cases.models import Case, CaseType, FollowUpCall, FollowUpRound
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import NOISE, do, key
from youlin.apps.indicators.tests import fresh
from youlin.kernel import clock
from youlin.kernel.errors import Conflict, Invalid, NotAllowed
from youlin.kernel.tests import exported


def answered(people, **more) -> Case:
    """A hotline order that was answered and waits for the follow-up call."""
    case = factories.dispatched(category=NOISE, contact="13800138009", **more)
    do(case, "contact", people.community.actor)
    return do(case, "reply", people.community.actor)


def numbers(actor) -> list[str]:
    return [one.row.number for one in worklist.due(actor)]


def missed(actor, case, **more) -> Case:
    return services.record_follow_up(
        actor=actor, case_id=case.id, reached=False, idempotency_key=key(), **more
    )


def test_what_was_answered_waits_in_the_list_until_somebody_was_reached(people):
    case = answered(people)
    assert numbers(people.sun.actor) == [case.number]
    services.record_follow_up(
        actor=people.sun.actor,
        case_id=case.id,
        reached=True,
        solved=True,
        satisfied=True,
        idempotency_key=key(),
    )
    assert numbers(people.sun.actor) == []
    assert FollowUpRound.objects.get(case=case).state == "reached"


def test_two_operators_never_get_the_same_call(people):
    first, second = answered(people), answered(people)
    mine = claiming.claim_next(actor=people.sun.actor)
    theirs = claiming.claim_next(actor=people.zhao.actor)
    assert {mine.id, theirs.id} == {first.id, second.id}
    assert claiming.claim_next(actor=people.sun.actor).id == mine.id
    with pytest.raises(Conflict):
        missed(people.zhao.actor, mine)
    with pytest.raises(Conflict):
        worklist.to_call(people.zhao.actor, mine.number)


def test_the_list_says_who_is_at_a_call(people):
    case = answered(people)
    claiming.claim_next(actor=people.sun.actor)
    (own,), (seen,) = worklist.due(people.sun.actor), worklist.due(people.zhao.actor)
    assert own.row.number == case.number and own.mine and not seen.mine
    assert own.claimed_by == seen.claimed_by == "孙区长"


def test_whoever_was_not_reached_comes_after_those_not_called_yet(people):
    first, second = answered(people), answered(people)
    assert numbers(people.sun.actor) == [first.number, second.number]
    missed(people.sun.actor, first)
    assert numbers(people.sun.actor) == [second.number, first.number]


def test_a_claim_lapses_after_a_quarter_of_an_hour(people):
    case = answered(people)
    claiming.claim_next(actor=people.sun.actor)
    assert claiming.claim_next(actor=people.zhao.actor) is None
    FollowUpRound.objects.update(claimed_until=clock.now() - timedelta(seconds=1))
    assert claiming.claim_next(actor=people.zhao.actor).id == case.id


def test_three_calls_that_reach_nobody_are_a_state_and_no_answer(people):
    case = answered(people)
    for _try in range(2):
        case = missed(people.sun.actor, case)
        assert case.state == "replied"
    case = missed(people.sun.actor, case)
    assert (case.state, case.solved, case.satisfied) == ("unreachable", None, None)
    assert numbers(people.sun.actor) == []
    closed = do(case, "close_unreached", people.sun.actor)
    assert (closed.outcome, closed.solved, closed.satisfied) == ("unreachable", None, None)
    today = (clock.today(), clock.today())
    with exported.own_folder():
        found = fresh.figures(["unreached_rate", "resolution_rate", "satisfaction_rate"], period=today)
    assert found["unreached_rate"] == (1, 1)
    assert found["resolution_rate"] == found["satisfaction_rate"] == (0, 0)


def test_whoever_calls_back_after_all_is_recorded_as_reached(people):
    case = answered(people)
    for _try in range(3):
        case = missed(people.sun.actor, case)
    case = services.record_follow_up(
        actor=people.sun.actor,
        case_id=case.id,
        reached=True,
        solved=True,
        satisfied=True,
        idempotency_key=key(),
    )
    assert (case.state, case.satisfied) == ("followed_up", True)
    assert FollowUpRound.objects.get(case=case).state == "reached"


def test_the_same_call_sent_twice_counts_once(people):
    case = answered(people)
    sent = {"actor": people.sun.actor, "case_id": case.id, "reached": False, "idempotency_key": key()}
    services.record_follow_up(**sent)
    services.record_follow_up(**sent)
    assert FollowUpRound.objects.get(case=case).attempts == FollowUpCall.objects.count() == 1


def test_an_agreed_time_is_kept(people):
    early, late = answered(people), answered(people)
    at = clock.now() + timedelta(hours=2)
    missed(people.sun.actor, early, call_at=at)
    assert claiming.claim_next(actor=people.sun.actor).id == late.id
    claiming.put_off(actor=people.sun.actor, case_id=late.id, call_at=clock.now() + timedelta(hours=3))
    assert claiming.claim_next(actor=people.sun.actor) is None
    assert [one.later for one in worklist.due(people.sun.actor)] == [True, True]
    with time_machine.travel(at + timedelta(minutes=1), tick=False):
        assert claiming.claim_next(actor=people.sun.actor).id == early.id


@pytest.mark.parametrize("hours", [-1, 24 * 15])
def test_a_time_in_the_past_or_far_away_is_refused(people, hours):
    case = answered(people)
    with pytest.raises(Invalid) as refused:
        missed(people.sun.actor, case, call_at=clock.now() + timedelta(hours=hours))
    assert refused.value.problems[0].field == "call_at"


def test_rework_begins_another_round(people):
    case = answered(people)
    missed(people.sun.actor, case)
    do(case, "rework", people.sun.actor)
    do(case, "reply", people.community.actor)
    assert numbers(people.sun.actor) == [case.number]
    case.refresh_from_db()
    assert rounds.of(case).attempts == 0


def test_what_escalated_and_is_due_first_is_called_first(people):
    plain, urgent, late = answered(people), answered(people), answered(people)
    Case.objects.filter(id=urgent.id).update(escalation=1)
    Case.objects.filter(id=late.id).update(due_at=clock.now() - timedelta(days=1))
    assert numbers(people.sun.actor) == [urgent.number, late.number, plain.number]


def test_who_handled_it_does_not_call_and_who_may_not_call_sees_no_list(people):
    case = answered(people)
    Case.objects.filter(id=case.id).update(handler=people.sun.person)
    assert numbers(people.sun.actor) == []
    with pytest.raises(NotAllowed):
        worklist.due(people.wang.actor)
    with pytest.raises(NotAllowed):
        claiming.claim(actor=people.sun.actor, case_id=case.id)


def test_the_screen_claims_shows_script_and_number_and_goes_on(at_desk, people):
    CaseType.objects.filter(code="hotline_order").update(script="您好，这里是街道回访。")
    first, second = answered(people), answered(people)
    client = at_desk("sun")
    assert client.get("/desk/follow-ups/").content.decode().count("list-row") == 2
    address = client.post("/desk/follow-ups/next/")["Location"]
    page = client.get(address).content.decode()
    assert "您好，这里是街道回访。" in page and "138****8009" in page and "13800138009" not in page
    assert "13800138009" in client.post(f"{address}contact/").content.decode()
    sent = {"do": "keep", "reached": "yes", "solved": "yes", "satisfied": "no", "idempotency_key": "c1"}
    other = client.post(address, sent)["Location"]
    assert other != address and other.startswith("/desk/follow-ups/")
    at = timezone.localtime(clock.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    assert client.post(other, {"do": "later", "call_at": at})["Location"] == "/desk/follow-ups/"
    assert FollowUpRound.objects.filter(call_at__isnull=False).count() == 1
    assert {first.number, second.number} == {address.split("/")[-2], other.split("/")[-2]}


def test_a_form_without_an_answer_is_asked_again(at_desk, people):
    case = answered(people)
    response = at_desk("sun").post(f"/desk/follow-ups/{case.number}/", {"do": "keep", "note": "打过了"})
    assert response.status_code == 422 and "打过了" in response.content.decode()
    assert at_desk("wang").get("/desk/follow-ups/").status_code == 403


def test_the_list_takes_few_queries(people, django_assert_max_num_queries):
    for _number in range(8):
        answered(people)
    claiming.claim_next(actor=people.zhao.actor)
    with django_assert_max_num_queries(12):
        assert len(worklist.due(people.sun.actor)) == 8

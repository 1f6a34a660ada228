"""The petitioner's word: calls, ratings, reopening that really reaches the handler."""

from datetime import timedelta

import pytest
from django.conf import settings

from tests.cast import Cast
from youlin.apps.cases import selectors, services
from youlin.apps.cases.models import Case, CaseClock, FollowUpCall, Rating
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import NOISE, do, key, reported
from youlin.kernel import clock, journal
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


def replied(people: Cast, **more: object) -> tuple[Case, str]:
    """A hotline order that waits for its follow-up call, and the reporter's token."""
    receipt = reported(category=NOISE, actor=people.li.actor, **more)
    case = do(do(receipt.case, "accept"), "dispatch")
    do(case, "contact", people.community.actor)
    return do(case, "reply", people.community.actor), receipt.token


def closed(people: Cast) -> tuple[Case, str]:
    receipt = reported(actor=people.li.actor)
    case = do(do(receipt.case, "file"), "dispatch")
    do(case, "accept_task", people.wang.actor)
    photo = factories.photo(actor=people.wang.actor)
    do(case, "feedback", people.wang.actor, media_ids=[photo])
    do(case, "verify", people.zhao.actor)
    return do(case, "close", people.zhao.actor), receipt.token


def call(case: Case, actor: object, **more: object) -> Case:
    more = {"reached": True, "solved": True, "satisfied": False, **more}
    return services.record_follow_up(actor=actor, case_id=case.id, idempotency_key=key(), **more)


def test_a_call_that_reached_moves_the_case_on(people: Cast) -> None:
    case, _token = replied(people)
    case = call(case, people.zhao.actor)
    assert (case.state, case.solved, case.satisfied) == ("followed_up", True, False)
    assert FollowUpCall.objects.get(case=case).reached


def test_a_call_that_reached_nobody_is_kept_and_moves_nothing(people: Cast) -> None:
    case, _token = replied(people)
    case = call(case, people.zhao.actor, reached=False)
    assert case.state == "replied" and case.solved is None
    call_made = FollowUpCall.objects.get(case=case)
    assert (call_made.reached, call_made.solved) == (False, None)


def test_the_handler_may_not_call_about_their_own_work(people: Cast) -> None:
    case, _token = replied(people)
    for reached in (True, False):
        with pytest.raises(NotAllowed):
            call(case, people.community.actor, reached=reached)


def test_the_generic_act_takes_the_same_answers(people: Cast) -> None:
    case, _token = replied(people)
    with pytest.raises(Invalid, match="接通"):
        do(case, "follow_up", people.zhao.actor)
    fields = {"reached": "yes", "solved": "no", "satisfied": ""}
    case = do(case, "follow_up", people.zhao.actor, fields=fields)
    assert (case.state, case.solved, case.satisfied) == ("followed_up", False, None)


def test_the_reporter_rates_once_a_round(people: Cast) -> None:
    case, token = closed(people)
    services.rate(
        case_number=case.number, token=token, solved=True, stars=5, comment="谢谢", idempotency_key="a"
    )
    services.rate(
        case_number=case.number, token=token, solved=True, stars=5, comment="谢谢", idempotency_key="a"
    )
    with pytest.raises(Conflict):
        services.rate(case_number=case.number, token=token, solved=True, stars=1, idempotency_key="b")
    case.refresh_from_db()
    assert (case.state, case.solved, case.satisfied) == ("evaluated", True, True)
    assert Rating.objects.count() == 1


def test_who_joined_rates_too(people: Cast) -> None:
    receipt = reported(actor=people.li.actor)
    joined = services.me_too(actor=people.qian.actor, case_number=receipt.number, idempotency_key=key())
    case = do(do(receipt.case, "file"), "dispatch")
    do(case, "accept_task", people.wang.actor)
    do(case, "feedback", people.wang.actor, media_ids=[factories.photo(actor=people.wang.actor)])
    do(case, "verify", people.zhao.actor)
    do(case, "close", people.zhao.actor)
    for token in (receipt.token, joined.token):
        services.rate(case_number=case.number, token=token, solved=True, stars=3, idempotency_key=key())
    assert Rating.objects.count() == 2


def test_nobody_rates_what_is_not_closed_or_not_theirs(people: Cast) -> None:
    receipt = reported(actor=people.li.actor)
    with pytest.raises(Conflict):
        services.rate(
            case_number=receipt.number, token=receipt.token, solved=True, stars=4, idempotency_key=key()
        )
    case, _token = closed(people)
    for who in ({"token": "wrong"}, {"actor": people.qian.actor}):
        with pytest.raises(NotFound):
            services.rate(case_number=case.number, solved=True, stars=4, idempotency_key=key(), **who)
    with pytest.raises(Invalid):
        services.rate(case_number=case.number, solved=True, stars=6, idempotency_key=key())


def test_reopening_reaches_the_handler_with_a_new_clock(people: Cast) -> None:
    case, _token = closed(people)
    case = services.reopen(
        case_number=case.number, actor=people.li.actor, reason="垃圾又满了", idempotency_key=key()
    )
    assert (case.state, case.is_open, case.holder_id, case.reopened) == (
        "dispatched",
        True,
        people.wang.id,
        1,
    )
    assert case.closed_at is None and case.handled_at is None and case.solved is False
    running = CaseClock.objects.filter(case=case, stopped_at__isnull=True)
    assert {one.name for one in running} == {"respond", "handle"}
    assert case.number in {row.number for row in selectors.todays_list(people.wang.actor)}
    assert journal.entries_for(case)[-1].act == "cases.reopened"


def test_a_reopened_case_may_be_rated_again(people: Cast) -> None:
    case, token = closed(people)
    services.rate(case_number=case.number, token=token, solved=False, stars=2, idempotency_key=key())
    services.reopen(case_number=case.number, token=token, reason="没有清理", idempotency_key=key())
    do(case, "accept_task", people.wang.actor)
    do(case, "feedback", people.wang.actor, media_ids=[factories.photo(actor=people.wang.actor)])
    do(case, "verify", people.zhao.actor)
    do(case, "close", people.zhao.actor)
    services.rate(case_number=case.number, token=token, solved=True, stars=5, idempotency_key=key())
    case.refresh_from_db()
    assert (case.solved, case.satisfied) == (True, True)


def test_reopening_needs_a_reason_and_ends_after_a_while(people: Cast) -> None:
    case, token = closed(people)
    with pytest.raises(Invalid):
        services.reopen(case_number=case.number, token=token, reason=" ", idempotency_key=key())
    with clock.frozen(clock.now() + timedelta(days=settings.REOPEN_DAYS + 1)), pytest.raises(Conflict):
        services.reopen(case_number=case.number, token=token, reason="又来了", idempotency_key=key())


def test_a_handler_who_left_is_replaced_by_who_answers_now(people: Cast) -> None:
    from youlin.apps.duties import selectors as duties
    from youlin.apps.duties import services as duty_services
    from youlin.kernel.actors import SYSTEM

    case, token = closed(people)
    [mine] = duties.assignments_of(people.wang.id)
    duty_services.end_assignment(actor=SYSTEM, assignment=mine)
    case = services.reopen(case_number=case.number, token=token, reason="又满了", idempotency_key=key())
    assert case.holder_id == people.community.id

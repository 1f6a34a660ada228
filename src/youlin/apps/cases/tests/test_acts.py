"""The one table-driven service: who may, with what evidence, in which order, and what it leaves behind."""

from datetime import timedelta

import pytest

from tests.cast import GRID, Cast, give_duty
from youlin.apps.cases import selectors, services
from youlin.apps.cases.models import Case, CaseClock
from youlin.apps.cases.selectors import CaseFilters
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import NOISE, dispatched, do, fed_back, handling, key, photo, reported
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


def acts_of(case: Case) -> list[str]:
    return [entry.act.removeprefix("cases.") for entry in journal.entries_for(case)]


def test_a_case_goes_through_the_seven_steps(people: Cast) -> None:
    case = factories.closed(people.wang.actor, people.zhao.actor, actor=people.li.actor)
    assert (case.state, case.is_open, case.outcome) == ("closed", False, "solved")
    assert case.handler_id == people.wang.id and case.holder_id is None and case.due_at is None
    assert case.filed_at <= case.dispatched_at <= case.handled_at <= case.verified_at <= case.closed_at
    assert acts_of(case) == ["reported", "filed", "dispatched", "accepted", "handled", "verified", "closed"]


def test_dispatch_finds_the_grid_worker_and_says_why(people: Cast) -> None:
    case = dispatched()
    assert case.holder_id == people.wang.id and case.holder_duty == "grid_worker"
    assert any("王网格" in step for step in case.routing_reason["steps"])


def test_a_vacant_grid_is_answered_by_its_community_who_may_handle(people: Cast) -> None:
    from youlin.apps.duties import selectors as duties
    from youlin.apps.duties import services as duty_services

    [mine] = [one for one in duties.assignments_of(people.wang.id)]
    duty_services.end_assignment(actor=SYSTEM, assignment=mine)
    case = dispatched()
    assert case.holder_id == people.community.id
    assert do(case, "accept_task", people.community.actor).state == "handling"


def test_only_the_holder_does_what_the_table_leaves_to_the_holder(people: Cast) -> None:
    give_duty(people.qian, "grid_worker", GRID, rank=1)
    case = dispatched()
    with pytest.raises(NotAllowed, match="承办人"):
        do(case, "accept_task", people.qian.actor)


def test_nobody_verifies_their_own_work(people: Cast) -> None:
    give_duty(people.wang, "street_dispatcher", "110102001")
    case = fed_back(people.wang.actor)
    with pytest.raises(NotAllowed, match="自己处置"):
        do(case, "verify", people.wang.actor)
    assert do(case, "verify", people.zhao.actor).state == "verified"


def test_the_verifier_found_is_never_the_handler(people: Cast) -> None:
    give_duty(
        people.wang, "street_dispatcher", "110102001", rank=0, valid_from=clock.now() - timedelta(days=90)
    )
    case = fed_back(people.wang.actor)
    assert case.holder_id not in (people.wang.id, None)


@pytest.mark.parametrize("who", ["sibling", "qian", "other", "expired", "li"])
def test_who_may_not_know_a_case_is_told_that_there_is_none(people: Cast, who: str) -> None:
    case = dispatched()
    with pytest.raises(NotFound):
        do(case, "accept_task", getattr(people, who).actor)


def test_a_reader_without_the_verb_is_refused_with_the_reason(people: Cast) -> None:
    case = reported().case
    with pytest.raises(NotAllowed, match="立案"):
        do(case, "file", people.leader.actor)


def test_an_act_out_of_turn_names_what_is_possible(people: Cast) -> None:
    case = reported().case
    with pytest.raises(Conflict) as refused:
        do(case, "verify", people.zhao.actor)
    assert "立案" in refused.value.problems[0].remedy


def test_an_unknown_act_is_refused(people: Cast) -> None:
    with pytest.raises(Invalid):
        do(reported().case, "fly")


def test_feedback_needs_a_photo_and_words(people: Cast) -> None:
    case = handling(people.wang.actor)
    with pytest.raises(Invalid, match="照片"):
        do(case, "feedback", people.wang.actor)
    with pytest.raises(Invalid, match="写明"):
        do(case, "feedback", people.wang.actor, note=" ", media_ids=[photo(actor=people.wang.actor)])


def test_a_stale_page_is_refused(people: Cast) -> None:
    case = dispatched()
    with pytest.raises(Conflict):
        do(case, "accept_task", people.wang.actor, expected_version=case.version - 1)


def test_the_same_act_twice_is_done_once(people: Cast) -> None:
    case = dispatched()
    first = do(case, "accept_task", people.wang.actor, idempotency_key="once")
    again = do(case, "accept_task", people.wang.actor, idempotency_key="once")
    assert first.version == again.version and acts_of(case).count("accepted") == 1


def test_sending_back_takes_the_clock_back_unless_it_is_late(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        early, late = dispatched(), dispatched()
        do(early, "send_back", people.wang.actor)
        clock.advance(timedelta(days=1))
        do(late, "send_back", people.wang.actor)
    outcomes = {
        case.id: CaseClock.objects.get(case=case, name="handle", stopped_at__isnull=False).outcome
        for case in (early, late)
    }
    assert outcomes == {early.id: "void", late.id: "late"}
    early.refresh_from_db()
    assert (early.state, early.sent_back, early.holder_id, early.dispatched_at) == ("filed", 1, None, None)


def test_one_promise_runs_through_consecutive_states(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        case = dispatched()
        handle = CaseClock.objects.get(case=case, name="handle")
        clock.advance(timedelta(hours=1))
        do(case, "accept_task", people.wang.actor)
        running = CaseClock.objects.get(case=case, stopped_at__isnull=True)
    assert running.id == handle.id and running.started_at == factories.MONDAY
    assert CaseClock.objects.get(case=case, name="respond").outcome == "kept"


def test_the_limit_is_the_categorys_own(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        handle = CaseClock.objects.get(case=dispatched(), name="handle")
        assert handle.due_at == factories.MONDAY.replace(hour=14) and handle.limit == "4 work_hour"


def test_rework_goes_back_to_the_handler_with_a_new_clock(people: Cast) -> None:
    case = do(fed_back(people.wang.actor), "rework", people.zhao.actor)
    assert (case.state, case.holder_id, case.reworked, case.handled_at) == (
        "handling",
        people.wang.id,
        1,
        None,
    )
    assert CaseClock.objects.filter(case=case, name="handle").count() == 2


def test_transfer_goes_only_to_somebody_who_may_handle_it(people: Cast) -> None:
    case = dispatched()
    with pytest.raises(Invalid, match="岗位"):
        do(case, "transfer", people.wang.actor, to_person=people.sibling.id)
    case = do(case, "transfer", people.wang.actor, to_person=people.community.id)
    assert case.holder_id == people.community.id


def test_a_choice_is_asked_for(people: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        do(dispatched(), "transfer", people.wang.actor, note="")
    assert {problem.field for problem in refused.value.problems} == {"note", "to_person"}


def test_void_closes_with_its_outcome_and_counts_nowhere(people: Cast) -> None:
    case = do(reported().case, "void", people.zhao.actor)
    assert (case.is_open, case.outcome) == (False, "void") and case.closed_at is not None
    assert CaseClock.objects.get(case=case).outcome == "void"


def test_a_duplicate_names_its_original_which_counts_its_voices(people: Cast) -> None:
    original, second = reported().case, reported().case
    services.me_too(actor=people.li.actor, case_number=second.number, idempotency_key=key())
    do(second, "mark_duplicate", people.zhao.actor, fields={"duplicate_of": original.number})
    original.refresh_from_db()
    second.refresh_from_db()
    assert second.duplicate_of_id == original.id and original.me_too_count == 2
    assert acts_of(original)[-1] == "joined"


def test_a_duplicate_of_nothing_is_refused(people: Cast) -> None:
    with pytest.raises(Invalid, match="重复"):
        do(reported().case, "mark_duplicate", people.zhao.actor)
    with pytest.raises(Invalid):
        do(reported().case, "mark_duplicate", people.zhao.actor, fields={"duplicate_of": "XC-00000000"})


def test_changing_the_category_stays_within_the_flow(people: Cast) -> None:
    case = reported().case
    assert do(case, "recategorise", people.zhao.actor, to_category="event.street.stall").category
    found = selectors.inbox(people.zhao.actor, filters=CaseFilters(text="无照经营"))
    assert [row.number for row in found.rows] == [case.number]
    with pytest.raises(Invalid, match="流程"):
        do(case, "recategorise", people.zhao.actor, to_category=NOISE)


def test_an_act_done_without_network_keeps_its_time(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        case = dispatched()
        clock.advance(timedelta(hours=3))
        did = factories.MONDAY + timedelta(hours=1)
        do(case, "accept_task", people.wang.actor, at=did)
    assert CaseClock.objects.get(case=case, name="respond").stopped_at == did


def test_an_act_may_not_be_backdated_before_the_one_before_it(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        case = dispatched()
        clock.advance(timedelta(hours=1))
        do(case, "accept_task", people.wang.actor, at=factories.MONDAY - timedelta(hours=5))
        with pytest.raises(Invalid):
            do(case, "arrive", people.wang.actor, at=factories.MONDAY - timedelta(days=5))
    assert CaseClock.objects.get(case=case, name="respond").stopped_at == factories.MONDAY


def test_the_note_in_the_journal_holds_no_phone_number(people: Cast) -> None:
    case = do(dispatched(), "send_back", people.wang.actor, note="请联系 13800138000")
    assert "13800138000" not in str([entry.public for entry in journal.entries_for(case)])


def test_the_names_in_the_reasons_are_sealed(people: Cast) -> None:
    case = dispatched()
    assert "王网格" not in str([entry.public for entry in journal.entries_for(case)])
    page = selectors.case_page(people.zhao.actor, case.number)
    told = next(entry for entry in page.timeline if entry.act == "dispatched")
    assert any("王网格" in step for step in told.why)


def test_a_failed_act_leaves_nothing_behind(people: Cast) -> None:
    case = handling(people.wang.actor)
    with pytest.raises(Invalid):
        do(case, "feedback", people.wang.actor)
    fresh = Case.objects.get(id=case.id)
    assert (fresh.state, fresh.version) == (case.state, case.version)


def test_acts_take_few_queries(people: Cast, django_assert_max_num_queries) -> None:
    """Each may ask besides whether areas have changed, which is asked once a second."""
    case = reported().case
    do(case, "file", people.zhao.actor)
    with django_assert_max_num_queries(16):
        do(case, "dispatch", people.zhao.actor)
    with django_assert_max_num_queries(16):
        do(case, "accept_task", people.wang.actor)
    taken = photo(actor=people.wang.actor)
    with django_assert_max_num_queries(18):
        do(case, "feedback", people.wang.actor, media_ids=[taken])

"""Measures: who begins them, who decides, what they do to clocks, and that each deadline is kept."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import DISTRICT, Cast, give_duty
from youlin.apps.cases import clocks, selectors, services
from youlin.apps.cases.models import Case, CaseClock, Measure
from youlin.apps.cases.selectors import CaseFilters
from youlin.apps.cases.services import wake_measures
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import MONDAY, NOISE, do, handling, key, photo, reported
from youlin.apps.notices import selectors as notices
from youlin.kernel import clock, journal
from youlin.kernel.actors import ANONYMOUS, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


def begin(case: Case, kind: str, actor: Actor, **more: Any) -> Measure:
    more.setdefault("idempotency_key", key())
    more.setdefault("note", "情况复杂，需要多方配合")
    services.begin_measure(actor=actor, case_id=case.id, kind=kind, **more)
    return Measure.objects.filter(district=DISTRICT, case=case, kind=kind).latest("requested_at", "id")


def step(measure: Measure, code: str, actor: Actor, **more: Any) -> Measure:
    more.setdefault("idempotency_key", key())
    more.setdefault("note", "同意，请抓紧")
    services.take_step(actor=actor, case_id=measure.case_id, measure_id=measure.id, step=code, **more)
    measure.refresh_from_db()
    return measure


def now(case: Case) -> Case:
    return Case.objects.get(district=DISTRICT, id=case.id)


def handle_clock(case: Case) -> CaseClock:
    return CaseClock.objects.get(district=DISTRICT, case=case, name="handle")


def days(count: int) -> Any:
    return clocks.local_day(clock.now()) + timedelta(days=count)


def titles(person: Any) -> list[str]:
    return [notice.title for notice in notices.inbox(person.actor)]


def test_an_extension_is_decided_by_another_and_keeps_the_first_deadline(people: Cast) -> None:
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
        first = handle_clock(case).due_at
        asked = begin(case, "extension", people.wang.actor, until=days(2))
        assert (asked.state, asked.decider_id, now(case).marks) == ("asked", people.zhao.id, "asked")
        assert any("等您决定" in title for title in titles(people.zhao))
        with pytest.raises(NotAllowed, match="另一位"):
            step(asked, "approve", people.wang.actor)
        granted = step(asked, "approve", people.zhao.actor)
    after = handle_clock(case)
    assert (granted.state, granted.due_before, after.first_due_at) == ("granted", first, first)
    assert after.due_at == granted.until > first and after.extensions == 1
    assert now(case).due_at == after.due_at and now(case).marks == ""
    acts = [entry.act for entry in journal.entries_for(case)]
    assert acts[-2:] == ["cases.extension_asked", "cases.extension_granted"]


def test_a_refused_extension_moves_nothing_and_says_why(people: Cast) -> None:
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
        first = handle_clock(case).due_at
        asked = begin(case, "extension", people.wang.actor, until=days(1))
        with pytest.raises(Invalid, match="写明"):
            step(asked, "refuse", people.zhao.actor, note="")
        refused = step(asked, "refuse", people.zhao.actor, note="材料不全")
    assert refused.decision == "材料不全" and handle_clock(case).due_at == first


def test_the_limits_of_an_extension_are_those_of_the_category(people: Cast) -> None:
    from youlin.apps.cases.models import Category

    Category.objects.filter(district=DISTRICT, code=factories.GARBAGE).update(
        measures={"extension": {"limit": "1 工作日", "times": 1}}
    )
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
        with pytest.raises(Invalid, match="最晚到") as error:
            begin(case, "extension", people.wang.actor, until=days(2))
        assert error.value.problems[0].field == "until"
        step(begin(case, "extension", people.wang.actor, until=days(1)), "approve", people.zhao.actor)
        with pytest.raises(Conflict, match="最多 1 次"):
            begin(case, "extension", people.wang.actor, until=days(2))


def test_an_extension_of_who_decides_climbs_to_the_next(people: Cast) -> None:
    give_duty(people.zhao, "grid_worker", "110102001002001")
    with clock.frozen(MONDAY):
        case = handling(people.zhao.actor, area="110102001002001")
        assert begin(case, "extension", people.zhao.actor, until=days(1)).decider_id == people.sun.id


def test_only_the_holder_asks_and_only_while_the_promise_can_be_kept(people: Cast) -> None:
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
        with pytest.raises(NotAllowed, match="承办人"):
            begin(case, "extension", people.zhao.actor, until=days(1))
    with clock.frozen(MONDAY + timedelta(days=1)), pytest.raises(Conflict, match="超过时限"):
        begin(case, "extension", people.wang.actor, until=days(2))


def test_a_deferral_stops_the_clock_and_wakes_by_itself(people: Cast) -> None:
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
    with clock.frozen(MONDAY + timedelta(hours=1)):
        running = step(
            begin(case, "deferral", people.wang.actor, until=days(30)), "approve", people.zhao.actor
        )
        held = handle_clock(case)
        assert held.left == 3 * 3600 and now(case).due_at is None and now(case).marks == "deferred"
    with clock.frozen(MONDAY + timedelta(days=10)):
        assert services.escalate_overdue() == 0 and wake_measures() == 0
    with clock.frozen(running.until + timedelta(hours=2)):
        assert wake_measures() == 1 and wake_measures() == 0
    after = handle_clock(case)
    assert after.suspended_at is None and after.due_at > held.due_at and after.first_due_at == held.due_at
    assert (now(case).marks, now(case).due_at) == ("", after.due_at)
    assert any("到期" in title for title in titles(people.wang))


def test_the_reporter_is_asked_and_the_clock_runs_on_with_the_answer(people: Cast) -> None:
    with clock.frozen(MONDAY):
        receipt = reported(actor=people.li.actor)
        do(receipt.case, "file"), do(receipt.case, "dispatch")
        case = do(receipt.case, "accept_task", people.wang.actor)
        due = handle_clock(case).due_at
        begin(case, "pause", people.wang.actor, note="垃圾在几号楼？")
        assert any("需要您补充" in title for title in titles(people.li))
        question = selectors.track(receipt.number, receipt.token).question
        assert question is not None and question.text == "垃圾在几号楼？"
        with pytest.raises(NotFound):
            services.answer_question(
                actor=ANONYMOUS, case_number=receipt.number, token="x", text="3 号楼", idempotency_key=key()
            )
    with clock.frozen(MONDAY + timedelta(hours=2)):
        again = key()
        for _try in range(2):
            services.answer_question(
                actor=ANONYMOUS,
                case_number=receipt.number,
                token=receipt.token,
                text="3 号楼，13800138001",
                idempotency_key=again,
            )
    measure = Measure.objects.get(district=DISTRICT, case=case)
    assert measure.state == "answered" and "13800138001" not in measure.result
    assert handle_clock(case).due_at == due + timedelta(hours=2)
    assert selectors.track(receipt.number, receipt.token).question is None


def test_a_question_nobody_answers_lapses_after_its_limit(people: Cast) -> None:
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
        asked = begin(case, "pause", people.wang.actor)
    with clock.frozen(asked.until + timedelta(minutes=1)):
        wake_measures()
    asked.refresh_from_db()
    assert asked.state == "lapsed" and now(case).due_at is not None


def test_whoever_goes_on_with_a_case_ends_what_held_it(people: Cast) -> None:
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
        held = begin(case, "pause", people.wang.actor)
    with clock.frozen(MONDAY + timedelta(hours=30)):
        do(case, "feedback", people.wang.actor, media_ids=[photo(actor=people.wang.actor)])
    held.refresh_from_db()
    assert (held.state, held.is_open, now(case).marks) == ("ended", False, "")
    assert handle_clock(case).outcome == "kept"


def test_a_late_clock_does_not_stand_still(people: Cast) -> None:
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
        due = handle_clock(case).due_at
    with clock.frozen(MONDAY + timedelta(days=1)):
        begin(case, "pause", people.wang.actor)
        assert now(case).due_at == due
        do(case, "feedback", people.wang.actor, media_ids=[photo(actor=people.wang.actor)])
    assert handle_clock(case).outcome == "late"


def test_only_one_thing_holds_a_case_at_a_time(people: Cast) -> None:
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
        begin(case, "pause", people.wang.actor)
        with pytest.raises(Conflict, match="等诉求人"):
            begin(case, "deferral", people.wang.actor, until=days(3))
        with pytest.raises(Conflict, match="已经在办"):
            begin(case, "pause", people.wang.actor)


def test_a_carried_over_case_has_a_plan_and_is_reviewed(people: Cast) -> None:
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
        with pytest.raises(Invalid, match="计划"):
            begin(case, "carry_over", people.wang.actor, until=days(30))
        asked = begin(case, "carry_over", people.wang.actor, until=days(30), plan="三年内随管网改造解决")
        assert asked.decider_id == people.sun.id
        step(asked, "approve", people.sun.actor)
        assert now(case).marks == "carried"
    with clock.frozen(asked.until + timedelta(hours=1)):
        wake_measures()
        assert any("挂账到期" in title for title in titles(people.wang))
        asked.refresh_from_db()
        assert asked.state == "running" and asked.reminded_at is not None
        step(asked, "review", people.wang.actor, note="设计已完成", until=days(60))
        assert asked.reminded_at is None and asked.until > clock.now()
        step(asked, "clear", people.sun.actor, note="已改造")
    assert (asked.state, now(case).marks) == ("ended", "")
    assert now(case).due_at is not None


def test_the_called_see_the_case_and_report_in(people: Cast) -> None:
    give_duty(people.qian, "community_officer", "110102001002")
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
        with pytest.raises(NotFound):
            selectors.case_page(people.sibling.actor, case.id)
        with pytest.raises(Invalid, match="被叫来"):
            begin(case, "whistle", people.wang.actor, people=[people.sibling.id])
        called = begin(case, "whistle", people.wang.actor, people=[people.community.id])
        assert any("吹哨" in title for title in titles(people.community))
        assert (called.state, called.is_open, now(case).marks) == ("called", True, "whistle")
        with pytest.raises(NotAllowed, match="被叫到"):
            step(called, "arrive", people.zhao.actor)
    with clock.frozen(MONDAY + timedelta(hours=1)):
        step(called, "arrive", people.community.actor)
        step(called, "report", people.community.actor, note="已协调物业清运")
    assert (called.state, called.outcome, called.result) == ("reported", "kept", "已协调物业清运")
    assert now(case).marks == ""


def test_who_was_called_knows_the_case_beyond_their_own_area(people: Cast) -> None:
    give_duty(people.sibling, "community_officer", DISTRICT)
    give_duty(people.qian, "grid_worker", "110102001002001")
    case = handling(people.wang.actor)
    with pytest.raises(NotFound):
        selectors.case_page(people.qian.actor, case.id)
    Measure.objects.create(
        district=DISTRICT, case=case, kind="whistle", state="called", assignee_id=people.qian.id
    )
    assert selectors.case_page(people.qian.actor, case.id).row.number == case.number
    listed = selectors.inbox(people.qian.actor, filters=CaseFilters(called=True)).rows
    assert [row.number for row in listed] == [case.number]
    do(case, "send_back", people.wang.actor)


def test_late_arrival_is_late(people: Cast) -> None:
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
        called = begin(case, "whistle", people.wang.actor, people=[people.community.id])
    with clock.frozen(MONDAY + timedelta(days=1)):
        assert step(called, "arrive", people.community.actor).outcome == "late"


def test_supervision_stands_until_it_is_lifted(people: Cast) -> None:
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
        with pytest.raises(NotAllowed):
            begin(case, "supervision", people.wang.actor, until=days(3))
        put = begin(case, "supervision", people.leader.actor, until=days(3), note="三日内清完并报告")
        assert any("督办" in title for title in titles(people.wang))
        step(put, "answer", people.wang.actor, note="已清运")
        step(put, "return", people.leader.actor, note="照片没有附上", until=days(5))
        do(case, "feedback", people.wang.actor, media_ids=[photo(actor=people.wang.actor)])
        assert now(case).marks == "supervised"
        step(put, "answer", people.wang.actor, note="照片已附")
        step(put, "lift", people.leader.actor)
    assert (put.state, now(case).marks) == ("lifted", "")


def test_an_exclusion_is_approved_by_somebody_else_and_can_be_revoked(people: Cast) -> None:
    case = factories.closed(people.wang.actor, people.zhao.actor)
    with pytest.raises(Invalid, match="情形"):
        begin(case, "exclusion", people.wang.actor)
    asked = begin(case, "exclusion", people.wang.actor, choice="非本区职责")
    assert not now(case).excluded
    step(asked, "approve", people.sun.actor)
    assert now(case).excluded
    step(asked, "revoke", people.sun.actor, note="查明属本区")
    assert not now(case).excluded and asked.state == "revoked"


def test_an_appeal_sets_the_answer_aside_until_there_is_a_new_one(people: Cast) -> None:
    receipt = reported(actor=people.li.actor)
    case = receipt.case
    for act, who in (("file", None), ("dispatch", None), ("accept_task", people.wang)):
        do(case, act, *([who.actor] if who else []))
    do(case, "feedback", people.wang.actor, media_ids=[photo(actor=people.wang.actor)])
    do(case, "verify", people.zhao.actor), do(case, "close", people.zhao.actor)
    with pytest.raises(NotAllowed, match="不满意"):
        begin(case, "appeal", people.wang.actor)
    services.rate(case_number=case.number, token=receipt.token, solved=False, stars=1, idempotency_key=key())
    evidence = photo(actor=people.wang.actor)
    asked = begin(case, "appeal", people.wang.actor, note="照片可证已清完", media_ids=[evidence])
    with pytest.raises(NotAllowed):
        step(asked, "approve", people.wang.actor)
    step(asked, "approve", people.sun.actor)
    assert now(case).answer_set_aside and now(case).solved is False
    services.reopen(case_number=case.number, token=receipt.token, reason="又堆了", idempotency_key=key())
    assert not now(case).answer_set_aside


def test_the_same_request_twice_is_one_measure(people: Cast) -> None:
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
        once = key()
        begin(case, "pause", people.wang.actor, idempotency_key=once)
        begin(case, "pause", people.wang.actor, idempotency_key=once)
    assert Measure.objects.filter(district=DISTRICT, case=case).count() == 1


def test_who_saw_an_older_case_is_told(people: Cast) -> None:
    case = handling(people.wang.actor)
    with pytest.raises(Conflict, match="刚被"):
        begin(case, "pause", people.wang.actor, expected_version=case.version - 1)


def test_a_type_that_declares_no_measures_has_none(people: Cast) -> None:
    from youlin.apps.cases.models import CaseType

    case = handling(people.wang.actor)
    table = {**case.case_type.workflow, "measures": {}}
    CaseType.objects.filter(district=DISTRICT, id=case.case_type_id).update(workflow=table)
    with pytest.raises(Invalid, match="不能"):
        begin(case, "pause", people.wang.actor)


def test_lists_show_what_waits_for_a_decision_and_what_is_supervised(people: Cast) -> None:
    with clock.frozen(MONDAY):
        first, second = handling(people.wang.actor), handling(people.wang.actor)
        begin(first, "extension", people.wang.actor, until=days(1))
        begin(second, "supervision", people.leader.actor, until=days(3))

        def numbers(who: Any, **filters: Any) -> list[str]:
            return [row.number for row in selectors.inbox(who.actor, filters=CaseFilters(**filters)).rows]

        assert numbers(people.zhao, to_decide=True) == [first.number]
        assert numbers(people.wang, to_decide=True) == []
        assert numbers(people.sun, mark="supervised") == [second.number]
        assert numbers(people.sun, mark="carried") == []
    row = selectors.inbox(people.sun.actor, filters=CaseFilters(mark="supervised")).rows[0]
    assert row.marks == ("supervised",)


def test_a_hotline_order_is_answered_after_a_pause(people: Cast) -> None:
    with clock.frozen(MONDAY):
        case = factories.dispatched(category=NOISE)
        do(case, "contact", people.community.actor)
        begin(case, "pause", people.community.actor)
        assert now(case).marks == "paused"
        do(case, "reply", people.community.actor)
    assert now(case).state == "replied"


def test_what_a_reporter_answered_goes_with_them(people: Cast) -> None:
    from youlin.apps.cases import personal_data
    from youlin.kernel.actors import SYSTEM

    receipt = reported(actor=people.li.actor)
    case = factories.handling_of(receipt.case, people.wang.actor)
    asked = begin(case, "pause", people.wang.actor)
    services.answer_question(
        actor=people.li.actor, case_number=receipt.number, text="在三号楼", idempotency_key=key()
    )
    asked.refresh_from_db()
    assert asked.result == "在三号楼"
    personal_data.erase(people.li.id, SYSTEM)
    asked.refresh_from_db()
    assert asked.result == ""

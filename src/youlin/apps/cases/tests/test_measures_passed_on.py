"""Open measures follow the duty they wait on, and who is asked next is told."""

from datetime import timedelta

import pytest

from tests.cast import COMMUNITY, DISTRICT, STREET, Cast, give_duty, make_member
from youlin.apps.cases import selectors
from youlin.apps.cases.models import Case, Measure
from youlin.apps.cases.tests.factories import MONDAY, do, handling
from youlin.apps.cases.tests.test_measures import begin, days, now, step, titles
from youlin.apps.duties import selectors as duties
from youlin.apps.duties import services as duty_services
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import NotAllowed

pytestmark = pytest.mark.django_db


def duty(member, kind: str):
    [found] = [one for one in duties.assignments_of(member.id) if one.kind.code == kind]
    return found


def hand_over(member, kind: str, to) -> None:
    clock.advance(timedelta(minutes=1))
    duty_services.hand_over(actor=SYSTEM, assignment=duty(member, kind), to=to.person)


def end(member, kind: str) -> None:
    clock.advance(timedelta(minutes=1))
    duty_services.end_assignment(actor=SYSTEM, assignment=duty(member, kind))


@pytest.fixture(autouse=True)
def _monday():
    with clock.frozen(MONDAY):
        yield


def test_who_takes_over_the_duty_decides_and_is_told(people: Cast) -> None:
    case = handling(people.wang.actor)
    asked = begin(case, "extension", people.wang.actor, until=days(2))
    hand_over(people.zhao, "street_dispatcher", people.qian)
    asked.refresh_from_db()
    assert asked.decider_id == people.qian.id and any("转到您" in one for one in titles(people.qian))
    entry = journal.entries_for(case)[-1]
    assert (entry.act, entry.before["to"]) == ("cases.measure_passed_on", str(people.zhao.id))
    with pytest.raises(NotAllowed):
        step(asked, "approve", people.wang.actor)
    assert step(asked, "approve", people.qian.actor).state == "granted"
    told = selectors.case_page(people.sun.actor, case.id).timeline
    assert any("“延期”转到" in why for one in told for why in one.why)


def test_a_leave_brings_the_question_to_the_stand_in_and_back(people: Cast) -> None:
    case = handling(people.wang.actor)
    asked = begin(case, "extension", people.wang.actor, until=days(2))
    mine = duty(people.zhao, "street_dispatcher")
    duty_services.go_on_leave(actor=SYSTEM, assignment=mine, stand_in=people.qian.person, from_=clock.now())
    asked.refresh_from_db()
    assert asked.decider_id == people.qian.id
    clock.advance(timedelta(hours=1))
    duty_services.come_back(actor=SYSTEM, assignment=mine)
    asked.refresh_from_db()
    assert asked.decider_id == people.zhao.id


def test_where_the_assignment_ends_the_next_above_is_asked(people: Cast) -> None:
    asked = begin(handling(people.wang.actor), "extension", people.wang.actor, until=days(2))
    end(people.zhao, "street_dispatcher")
    asked.refresh_from_db()
    assert asked.decider_id == people.sun.id and any("转到您" in one for one in titles(people.sun))


def test_nobody_comes_to_decide_what_they_asked_themselves(people: Cast) -> None:
    asked = begin(handling(people.wang.actor), "extension", people.wang.actor, until=days(2))
    hand_over(people.zhao, "street_dispatcher", people.wang)
    asked.refresh_from_db()
    assert asked.decider_id == people.sun.id


def test_who_takes_over_the_case_does_not_decide_on_it_but_may_withdraw(people: Cast) -> None:
    case = handling(people.wang.actor)
    asked = begin(case, "extension", people.wang.actor, until=days(2))
    hand_over(people.wang, "grid_worker", people.zhao)
    asked.refresh_from_db()
    assert now(case).holder_id == people.zhao.id and asked.decider_id == people.sun.id
    assert any("转到您" in one for one in titles(people.sun))
    assert step(asked, "withdraw", people.zhao.actor).state == "withdrawn"


def test_the_new_holder_hears_what_was_decided(people: Cast) -> None:
    asked = begin(handling(people.wang.actor), "extension", people.wang.actor, until=days(2))
    hand_over(people.wang, "grid_worker", people.sibling)
    step(asked, "approve", people.zhao.actor)
    assert any("已延期" in one for one in titles(people.sibling))


def test_a_call_goes_to_who_holds_the_duty_now(people: Cast) -> None:
    case = handling(people.wang.actor)
    called = begin(case, "whistle", people.wang.actor, people=[people.community.id])
    hand_over(people.community, "community_officer", people.qian)
    called.refresh_from_db()
    assert called.assignee_id == people.qian.id
    assert any("吹哨转到您：请" in one for one in titles(people.qian))
    step(called, "arrive", people.qian.actor)
    other = make_member("another", "接手社区")
    hand_over(people.qian, "community_officer", other)
    called.refresh_from_db()
    assert called.arrived_at is not None and any("请反馈结果" in one for one in titles(other))
    assert step(called, "report", other.actor, note="已办").state == "reported"


def test_a_call_that_nobody_can_answer_ends_and_the_caller_is_told(people: Cast) -> None:
    case = handling(people.wang.actor)
    give_duty(people.qian, "community_officer", COMMUNITY)
    for one in (people.community, people.qian):
        begin(case, "whistle", people.wang.actor, people=[one.id])
    first = Measure.objects.get(case=case, assignee=people.community.id)
    hand_over(people.community, "community_officer", people.qian)
    first.refresh_from_db()
    assert (first.state, first.is_open) == ("released", False)
    assert any("请另叫" in one for one in titles(people.wang))
    assert Measure.objects.get(case=case, assignee=people.qian.id).is_open
    assert now(case).marks == "whistle"


def test_a_call_climbs_when_the_called_one_leaves(people: Cast) -> None:
    called = begin(handling(people.wang.actor), "whistle", people.wang.actor, people=[people.community.id])
    end(people.community, "community_officer")
    called.refresh_from_db()
    assert (called.assignee_id, called.duty) == (people.zhao.id, "street_dispatcher")


def test_a_supervision_passes_on_at_both_ends(people: Cast) -> None:
    case = handling(people.wang.actor)
    put = begin(case, "supervision", people.leader.actor, until=days(3))
    hand_over(people.leader, "district_leader", people.qian)
    put.refresh_from_db()
    assert put.decider_id == people.qian.id and any("督办转由您" in one for one in titles(people.qian))
    hand_over(people.wang, "grid_worker", people.sibling)
    assert any("督办转到您" in one for one in titles(people.sibling))
    before = len(titles(people.leader))
    step(put, "answer", people.sibling.actor, note="已清运")
    assert any("已回复" in one for one in titles(people.qian)) and len(titles(people.leader)) == before
    assert step(put, "lift", people.qian.actor).state == "lifted"


def test_what_is_over_and_what_lies_elsewhere_stays(people: Cast) -> None:
    case = handling(people.wang.actor)
    asked = begin(case, "extension", people.wang.actor, until=days(2))
    step(asked, "refuse", people.zhao.actor, note="材料不全")
    give_duty(people.zhao, "grid_worker", f"{STREET}002002")
    hand_over(people.zhao, "grid_worker", people.qian)
    hand_over(people.zhao, "street_dispatcher", people.qian)
    asked.refresh_from_db()
    assert asked.decider_id == people.zhao.id
    assert journal.entries_for(case)[-1].act == "cases.extension_refused"


def test_an_appeal_on_a_closed_case_follows_too(people: Cast) -> None:
    from youlin.apps.cases.tests import factories

    case = factories.closed(people.wang.actor, people.zhao.actor)
    asked = begin(case, "exclusion", people.wang.actor, choice="非本区职责")
    assert asked.decider_id == people.sun.id
    hand_over(people.sun, "district_dispatcher", people.qian)
    asked.refresh_from_db()
    assert asked.decider_id == people.qian.id
    assert Case.objects.get(district=DISTRICT, id=case.id).marks == "asked"
    assert step(asked, "approve", people.qian.actor).state == "granted"
    do(handling(people.sibling.actor, area=f"{STREET}001002"), "send_back", people.sibling.actor)

"""What happens by itself: reactions, escalation, cases that follow a duty or an area."""

from datetime import timedelta

import pytest
from django.conf import settings

from tests.cast import DISTRICT, GRID, OTHER_STREET, STREET, Cast
from youlin.apps.cases import selectors, services
from youlin.apps.cases.models import Case, CaseClock, Category
from youlin.apps.cases.services import following, reacting
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import dispatched, do, reported
from youlin.apps.duties import selectors as duties
from youlin.apps.duties import services as duty_services
from youlin.apps.notices.models import Letter, Notice
from youlin.kernel import clock, journal, reactions
from youlin.kernel.actors import SYSTEM
from youlin.kernel.reactions import declarations

pytestmark = pytest.mark.django_db


def react(**rules: dict[str, object]) -> None:
    """Declare rules in the district, as a programme does."""
    blank = {"condition": "", "params": {}}
    declared = {name: {**blank, **rule} for name, rule in rules.items()}
    declarations.declare_rules(district=DISTRICT, programme="test", declared=declared)


GO_ON = {"when": ["cases.reported"], "do": "cases.file_and_dispatch"}
TELL_HOLDER = {"when": ["cases.dispatched", "cases.reopened"], "do": "cases.notify_holder"}


def test_a_report_reaches_the_right_grid_worker_by_itself(people: Cast) -> None:
    react(go_on=GO_ON, tell=TELL_HOLDER)
    case = reported(actor=people.li.actor).case
    reactions.drain_all()
    case.refresh_from_db()
    assert (case.state, case.holder_id) == ("dispatched", people.wang.id)
    notice = Notice.objects.get(person=people.wang.person)
    assert case.number in notice.title and notice.link == f"/field/case/{case.number}/"


def test_a_message_leads_to_the_door_where_its_reader_works(people: Cast) -> None:
    react(tell=TELL_HOLDER)
    case = dispatched()
    Case.objects.filter(id=case.id).update(holder=people.zhao.person, holder_duty="street_dispatcher")
    [entry] = [e for e in journal.entries_for(case) if e.act == "cases.dispatched"]
    reacting.notify_holder([entry], {})
    assert Notice.objects.get(person=people.zhao.person).link == f"/desk/case/{case.number}/"


def test_a_reaction_that_runs_twice_does_it_once(people: Cast) -> None:
    case = reported().case
    [entry] = journal.entries_for(case)
    reacting.go_on([entry], {})
    reacting.go_on([entry], {})
    assert [e.act for e in journal.entries_for(case)] == ["cases.reported", "cases.filed", "cases.dispatched"]


def test_a_reaction_stops_in_peace_where_nobody_answers(people: Cast) -> None:
    Category.objects.filter(code=factories.GARBAGE).update(duty="astronaut")
    react(go_on=GO_ON)
    case = reported().case
    reactions.drain_all()
    case.refresh_from_db()
    assert (case.state, case.holder_id) == ("filed", None)


def test_the_reporter_is_told_in_the_declared_words(people: Cast) -> None:
    words = {"title": "{number} {state}", "body": "{category}"}
    react(tell={"when": ["cases.filed"], "do": "cases.notify_reporter", "params": words})
    case = do(reported(actor=people.li.actor).case, "file")
    reactions.drain_all()
    notice = Notice.objects.get(person=people.li.person)
    assert notice.title == f"{case.number} 待派遣" and notice.body == "暴露垃圾"


def test_who_left_only_a_contact_is_written_to(people: Cast, settings) -> None:
    settings.PUBLIC_URL = "https://youlin.example"
    react(
        tell={"when": ["cases.filed"], "do": "cases.notify_reporter", "params": {"title": "{number} {state}"}}
    )
    case = do(reported(contact="13800138000").case, "file")
    reactions.drain_all()
    reactions.drain_all()
    letter = Letter.objects.get()
    assert (letter.channel, letter.address) == ("sms", "+8613800138000")
    assert letter.text == (
        f"{case.number} 待派遣。凭回执上的编号和查询凭据可在 https://youlin.example/track/ 查看。"
    )
    assert not Notice.objects.filter(kind="cases.reporter").exists()


def test_a_protected_informant_is_not_written_to(people: Cast) -> None:
    react(tell={"when": ["cases.filed"], "do": "cases.notify_reporter"})
    do(reported(contact="13800138000", protected=True).case, "file")
    do(reported(is_demo=True, contact="13800138000").case, "file")
    reactions.drain_all()
    assert not Letter.objects.exists()


def test_what_is_overdue_climbs_one_level_after_the_other(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        case = dispatched()
        assert services.escalate_overdue() == 0
        clock.advance(timedelta(hours=3))
        assert services.escalate_overdue() == 1  # the response, two hours
        assert services.escalate_overdue() == 0
        clock.advance(timedelta(hours=settings.ESCALATE_AGAIN_HOURS))
        services.escalate_overdue()
    told = [e.after["to"] for e in journal.entries_for(case) if e.act == "cases.escalated"]
    links = set(Notice.objects.filter(kind="cases.escalated").values_list("link", flat=True))
    assert links == {f"/desk/case/{case.number}/"}
    assert told[0] == str(people.community.id) and str(people.zhao.id) in told
    case.refresh_from_db()
    assert case.escalation >= 2 and case.holder_id == people.wang.id
    assert Notice.objects.filter(person=people.community.person, urgent=True).exists()


def test_escalation_ends_at_the_top(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        case = dispatched()
        for _day in range(8):
            clock.advance(timedelta(hours=25))
            services.escalate_overdue()
        assert services.escalate_overdue() == 0
    case.refresh_from_db()
    assert case.escalation <= 3


def test_keeping_the_promise_ends_the_escalation(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        case = dispatched()
        clock.advance(timedelta(hours=3))
        services.escalate_overdue()
        case = do(case, "accept_task", people.wang.actor)
    assert case.escalation == 0
    assert CaseClock.objects.get(case=case, name="respond").outcome == "late"


def test_cases_follow_when_the_holder_goes_on_leave_and_comes_back(people: Cast) -> None:
    case = dispatched()
    [mine] = duties.assignments_of(people.wang.id)
    duty_services.go_on_leave(
        actor=SYSTEM, assignment=mine, stand_in=people.sibling.person, from_=clock.now()
    )
    case.refresh_from_db()
    assert case.holder_id == people.sibling.id
    assert do(case, "accept_task", people.sibling.actor).state == "handling"
    assert journal.entries_for(case)[-2].act == "cases.handed_over"


def test_cases_find_their_next_holder_when_their_duty_is_retired(people: Cast) -> None:
    case = dispatched()
    checking = do(
        do(dispatched(), "accept_task", people.wang.actor),
        "feedback",
        people.wang.actor,
        media_ids=[factories.photo(actor=people.wang.actor)],
    )
    before = checking.holder_id
    duty_services.retire_kind(actor=SYSTEM, district=DISTRICT, code="grid_worker")
    case.refresh_from_db()
    checking.refresh_from_db()
    assert (case.holder_id, case.holder_duty) == (people.community.id, "community_officer")
    assert "网格员岗位已停用" in "".join(case.routing_reason["steps"])
    assert checking.holder_id == before
    assert not duties.access(people.wang.actor).holds_any()


def test_cases_of_a_retired_duty_go_to_whom_their_category_names_now(people: Cast) -> None:
    case = dispatched()
    Category.objects.filter(code=factories.GARBAGE).update(duty="street_dispatcher")
    duty_services.retire_kind(actor=SYSTEM, district=DISTRICT, code="grid_worker")
    case.refresh_from_db()
    assert (case.holder_id, case.holder_duty) == (people.zhao.id, "street_dispatcher")


def test_cases_of_a_retired_duty_and_category_climb(people: Cast) -> None:
    case = dispatched()
    Category.objects.filter(code=factories.GARBAGE).update(retired_at=clock.now())
    codes = ["grid_worker", "community_officer"]
    duty_services.retire_kinds(actor=SYSTEM, district=DISTRICT, codes=codes)
    case.refresh_from_db()
    assert (case.holder_id, case.holder_duty) == (people.zhao.id, "street_dispatcher")


def test_cases_find_their_next_holder_when_an_assignment_ends(people: Cast) -> None:
    case = dispatched()
    [mine] = duties.assignments_of(people.wang.id)
    duty_services.end_assignment(actor=SYSTEM, assignment=mine, reason="调离")
    case.refresh_from_db()
    assert (case.holder_id, case.holder_duty) == (people.community.id, "community_officer")


def test_cases_follow_on_the_last_day_of_an_assignment(people: Cast) -> None:
    duty_services.assign(
        actor=SYSTEM,
        district=DISTRICT,
        kind="grid_worker",
        holder=people.qian.person,
        areas=[GRID],
        rank=1,
        valid_to=clock.now() + timedelta(days=3),
    )
    case = dispatched()
    Case.objects.filter(id=case.id).update(holder=people.qian.person)
    with clock.frozen(clock.now() + timedelta(days=3, minutes=1)):
        duty_services.carry_out_due()
    case.refresh_from_db()
    assert case.holder_id == people.wang.id


def test_a_case_without_successor_is_answered_anew(people: Cast) -> None:
    case = dispatched()
    following.hand_over(
        district=DISTRICT,
        from_person=people.wang.person,
        to_person=None,
        kind="grid_worker",
        areas=(GRID,),
        actor=SYSTEM,
    )
    case.refresh_from_db()
    assert case.holder_id == people.community.id and case.holder_duty == "community_officer"


def test_open_and_closed_cases_follow_a_merged_area(people: Cast) -> None:
    open_case = dispatched()
    closed_case = factories.closed(people.wang.actor, people.zhao.actor)
    new = f"{OTHER_STREET}001001"
    moved = following.recode(district=DISTRICT, mapping={GRID: new}, actor=SYSTEM, at=clock.now())
    assert moved == 2
    for case in (open_case, closed_case):
        case.refresh_from_db()
        assert (case.area_at_event, case.area_now) == (GRID, new)
    assert journal.entries_for(open_case)[-1].act == "cases.recoded"
    assert following.recode(district=DISTRICT, mapping={GRID: new}, actor=SYSTEM, at=clock.now()) == 0
    assert not selectors.inbox(people.zhao.actor).rows


def test_a_split_area_gives_each_case_to_the_part_it_lies_in(people: Cast) -> None:
    lon, lat = factories.point_in(GRID)
    first = dispatched()
    Case.objects.filter(id=first.id).update(lon=lon - 0.001)
    second = dispatched()
    mapping = {GRID: lambda x, _y: f"{STREET}001003" if x is not None and x < lon else f"{STREET}001004"}
    following.recode(district=DISTRICT, mapping=mapping, actor=SYSTEM, at=clock.now())
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.area_now[-1], second.area_now[-1]) == ("3", "4")

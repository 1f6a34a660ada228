"""One report from the map to the rating, on the pack as it ships, through the services."""

from datetime import timedelta

import pytest

from tests.cast import COMMUNITY, DISTRICT, GRID, STREET, Member, give_duty, make_areas, make_member, point_in
from youlin.apps.cases import selectors, services
from youlin.apps.cases.models import Case
from youlin.apps.indicators import selectors as figures
from youlin.apps.indicators import services as indicators
from youlin.apps.notices import selectors as notices
from youlin.kernel import clock, reactions
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import NotAllowed
from youlin.kernel.tests import exported
from youlin.programmes import loader, planning
from youlin.programmes import services as programmes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.scenario]

STAFF = {
    "grid_worker": GRID,
    "community_clerk": COMMUNITY,
    "street_dispatcher": STREET,
    "verifier": STREET,
    "hotline_operator": DISTRICT,
    "follow_up_caller": DISTRICT,
    "department_clerk": DISTRICT,
    "district_dispatcher": DISTRICT,
    "district_leader": DISTRICT,
    "tip_off_officer": DISTRICT,
}


@pytest.fixture
def people() -> dict[str, Member]:
    """The programme in force, one person for each duty, and a resident."""
    make_areas()
    programme = loader.load("city_management")
    programmes.apply(actor=SYSTEM, district=DISTRICT, programme=programme)
    found = {"resident": make_member("chen", "陈静", phone="13800138009")}
    for kind, area in STAFF.items():
        found[kind] = make_member(kind, kind)
        give_duty(found[kind], kind, area)
    return found


def report(actor: Actor, category: str, **more: object) -> services.Receipt:
    lon, lat = point_in(GRID)
    receipt = services.report(
        actor=actor,
        category=category,
        text="胡同口垃圾满了没人收",
        lon=lon,
        lat=lat,
        idempotency_key=f"{category}:{more}",
        **more,
    )
    reactions.drain_all()
    return receipt


def act(member: Member, case: Case, name: str, note: str = "") -> Case:
    done = services.act(
        actor=member.actor, case_id=case.id, act=name, note=note, idempotency_key=f"{name}:{case.version}"
    )
    reactions.drain_all()
    return done


def now(case: Case) -> Case:
    case.refresh_from_db()
    return case


def titles(member: Member) -> list[str]:
    return [notice.title for notice in notices.inbox(member.actor)]


def test_from_the_report_to_the_rating(people: dict[str, Member]) -> None:
    receipt = report(people["resident"].actor, "event.sanitation.exposed_garbage")
    case = now(receipt.case)
    assert (case.state, case.holder_id) == ("dispatched", people["grid_worker"].id)
    assert any("暴露垃圾" in title for title in titles(people["grid_worker"]))

    act(people["grid_worker"], case, "accept_task")
    case = act(people["grid_worker"], case, "feedback", "已清运，地面冲洗")
    assert (case.state, case.holder_id) == ("feedback_given", people["verifier"].id)
    assert any("核查" in title for title in titles(people["verifier"]))

    act(people["verifier"], case, "verify")
    case = act(people["street_dispatcher"], now(case), "close")
    assert (case.state, case.is_open, case.outcome) == ("closed", False, "solved")
    assert any("评价" in title for title in titles(people["resident"]))

    services.rate(
        case_number=receipt.number, token=receipt.token, solved=True, stars=5, idempotency_key="rate"
    )
    assert now(case).state == "evaluated"
    codes = ["resolution_rate", "satisfaction_rate", "on_time_handling_rate"]
    today = (clock.today(), clock.today())
    with exported.own_folder():
        indicators.refresh(DISTRICT)
        leader = people["district_leader"].actor
        found = figures.figures(leader, area=DISTRICT, codes=codes, period=today)
    assert [one.value for one in found] == [1, 1, 1]


def test_who_handled_may_not_check(people: dict[str, Member]) -> None:
    case = now(report(people["resident"].actor, "event.sanitation.exposed_garbage").case)
    give_duty(people["grid_worker"], "verifier", STREET)
    act(people["grid_worker"], case, "accept_task")
    case = act(people["grid_worker"], case, "feedback", "已处理")
    with pytest.raises(NotAllowed):
        act(people["grid_worker"], case, "verify")


def test_a_vacant_grid_is_answered_by_its_community(people: dict[str, Member]) -> None:
    lon, lat = point_in("110102001001002")
    receipt = services.report(
        actor=SYSTEM,
        category="event.advertising.flyers",
        text="小广告",
        lon=lon,
        lat=lat,
        idempotency_key="vacant",
    )
    reactions.drain_all()
    assert now(receipt.case).holder_id == people["community_clerk"].id


def test_a_component_waits_for_the_dispatcher(people: dict[str, Member]) -> None:
    case = now(report(people["resident"].actor, "component.utility.street_light").case)
    assert (case.state, case.holder_id) == ("filed", people["street_dispatcher"].id)
    case = act(people["street_dispatcher"], case, "dispatch")
    assert case.holder_id == people["department_clerk"].id


def test_a_blocked_fire_lane_at_night_goes_to_the_command_centre(people: dict[str, Member]) -> None:
    night = clock.local_now().replace(hour=23, minute=30)
    with clock.frozen(night):
        case = now(report(people["resident"].actor, "event.street_order.fire_lane").case)
    assert case.holder_id == people["district_dispatcher"].id
    assert "夜间" in str(case.routing_reason)


def test_a_call_becomes_an_order_with_a_follow_up(people: dict[str, Member]) -> None:
    receipt = report(people["hotline_operator"].actor, "hotline.property", channel="hotline")
    case = act(people["hotline_operator"], receipt.case, "accept")
    case = now(case)
    assert (case.state, case.holder_id) == ("dispatched", people["community_clerk"].id)
    act(people["community_clerk"], case, "contact", "已联系")
    case = act(people["community_clerk"], case, "reply", "已答复")
    assert case.holder_id == people["follow_up_caller"].id
    case = services.record_follow_up(
        actor=people["follow_up_caller"].actor,
        case_id=case.id,
        reached=True,
        solved=True,
        satisfied=True,
        idempotency_key="call",
    )
    assert case.state == "followed_up"
    assert act(people["follow_up_caller"], case, "close").state == "closed"


def test_a_reopened_case_reaches_who_handled_it(people: dict[str, Member]) -> None:
    receipt = report(people["resident"].actor, "event.sanitation.exposed_garbage")
    case = now(receipt.case)
    for member, name in (
        ("grid_worker", "accept_task"),
        ("grid_worker", "feedback"),
        ("verifier", "verify"),
        ("street_dispatcher", "close"),
    ):
        case = act(people[member], case, name, "已处理")
    services.reopen(
        case_number=receipt.number, token=receipt.token, reason="又出现了", idempotency_key="again"
    )
    reactions.drain_all()
    assert (now(case).state, case.holder_id) == ("dispatched", people["grid_worker"].id)
    assert any("重办" in title for title in titles(people["grid_worker"]))


def test_a_tip_off_is_known_to_its_officers_alone(people: dict[str, Member]) -> None:
    case = now(report(people["resident"].actor, "tip_off.fire", protected=True).case)
    seen = {row.id for row in selectors.inbox(people["tip_off_officer"].actor).rows}
    assert case.id in seen
    for member in ("district_dispatcher", "street_dispatcher", "grid_worker", "district_leader"):
        assert case.id not in {row.id for row in selectors.inbox(people[member].actor).rows}
    page = selectors.case_page(people["tip_off_officer"].actor, case.id)
    assert all("陈静" not in reporter.label for reporter in page.reporters)


def test_an_accepted_tip_off_waits_for_its_officer_to_give_it_out(people: dict[str, Member]) -> None:
    case = now(report(people["resident"].actor, "tip_off.fire", protected=True).case)
    services.act(
        actor=people["tip_off_officer"].actor, case_id=case.id, act="accept", idempotency_key="taken up"
    )
    reactions.drain_all()
    assert now(case).state == "accepted"


def test_an_overdue_case_climbs(people: dict[str, Member]) -> None:
    case = now(report(people["resident"].actor, "event.sanitation.exposed_garbage").case)
    with clock.frozen(clock.now() + timedelta(days=5)):
        assert services.escalate_overdue() >= 1
    assert now(case).escalation >= 1


def test_applying_again_changes_nothing(people: dict[str, Member]) -> None:
    assert planning.plan(DISTRICT, loader.load("city_management")) == []


def test_every_category_that_can_be_chosen_reaches_somebody(people: dict[str, Member]) -> None:
    from youlin.apps.cases import routing

    programme = loader.load("city_management")
    for category in programme.categories():
        if category.reportable:
            decision = routing.explain(
                district=DISTRICT,
                category=category.code,
                area=GRID,
                confidential=category.case_type == "tip_off",
            )
            assert decision.holder is not None, (category.code, decision.why)

"""Who answers, and the steps that are told."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import (
    COMMUNITY,
    DISTRICT,
    GRID,
    OTHER_STREET,
    RETIRED_GRID,
    RETIRED_STREET,
    SIBLING_GRID,
    STREET,
    give_duty,
    make_member,
)
from youlin.apps.duties import selectors, services
from youlin.apps.parties import services as parties
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import NotFound

pytestmark = pytest.mark.django_db

MONDAY_NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
"""12:00 in Asia/Shanghai."""


def who(kind="grid_worker", area=GRID, **asked):
    return selectors.who(kind=kind, area=area, **asked)


def end(member, kind="grid_worker"):
    (one,) = [a for a in selectors.assignments_of(member.id) if a.kind.code == kind]
    return services.end_assignment(actor=SYSTEM, assignment=one)


def test_the_holder_of_the_grid_answers(cast):
    answer = who()
    assert answer.holder == cast.wang.person
    assert (answer.climbed, answer.kind) == (0, "grid_worker")
    assert answer.path == ["四川营一网格网格员", "王网格"]


def test_a_vacant_grid_is_answered_by_its_community(cast):
    end(cast.wang)
    answer = who()
    assert answer.holder == cast.community.person
    assert answer.climbed == 1
    assert answer.why == "四川营一网格网格员空缺 → 四川营社区专员 → 周社区"


def test_a_vacancy_climbs_to_street_and_district(cast):
    end(cast.wang)
    end(cast.community, "community_officer")
    assert who().holder == cast.zhao.person
    end(cast.zhao, "street_dispatcher")
    answer = who()
    assert answer.holder == cast.sun.person
    assert answer.climbed == 3
    assert len(answer.path) == 5


def test_where_nobody_is_left_the_answer_says_so(district):
    answer = who()
    assert answer.holder is None
    assert answer.path[-1] == "无人可答"


def test_the_deputy_answers_while_the_first_is_away_and_then_the_first_again(cast):
    deputy = make_member("deputy", "蒋副手")
    give_duty(deputy, "grid_worker", GRID, rank=1)
    (first,) = selectors.assignments_of(cast.wang.id)
    now = clock.now()
    services.go_on_leave(actor=SYSTEM, assignment=first, stand_in=None, from_=now, to=now + timedelta(days=3))
    answer = who()
    assert answer.holder == deputy.person
    assert answer.why == "王网格离岗，无人代班 → 四川营一网格网格员 2 岗 → 蒋副手"
    assert who(at=now + timedelta(days=4)).holder == cast.wang.person


def test_the_stand_in_answers_before_the_deputy(cast):
    give_duty(make_member("deputy", "蒋副手"), "grid_worker", GRID, rank=1)
    (first,) = selectors.assignments_of(cast.wang.id)
    services.go_on_leave(actor=SYSTEM, assignment=first, stand_in=cast.sibling.person, from_=clock.now())
    answer = who()
    assert answer.holder == cast.sibling.person
    assert answer.path[0] == "王网格离岗，由代班人"


def test_a_narrower_area_answers_before_a_wider_one(cast):
    give_duty(make_member("wide", "宽网格"), "grid_worker", STREET)
    assert who().holder == cast.wang.person
    assert who(area="110102001002001").holder.name == "宽网格"


def test_a_duty_narrowed_to_the_category_wins_over_a_general_one(cast):
    snow = make_member("snow", "沈扫雪")
    give_duty(snow, "grid_worker", STREET, category="event.snow")
    assert who(category="event.snow.road").holder == snow.person
    assert who(category="event.snow").holder == snow.person
    assert who(category="event.snowman").holder == cast.wang.person
    assert who().holder == cast.wang.person


def test_the_longer_category_wins(cast):
    give_duty(make_member("snow", "沈扫雪"), "grid_worker", GRID, category="event.snow")
    road = make_member("road", "韩道路")
    give_duty(road, "grid_worker", STREET, category="event.snow.road")
    assert who(category="event.snow.road").holder == road.person


def test_a_duty_narrowed_to_an_organisation_answers_only_for_it(cast):
    firm = parties.register_organisation(actor=SYSTEM, district=DISTRICT, code="PM1", name="物业一")
    other = parties.register_organisation(actor=SYSTEM, district=DISTRICT, code="PM2", name="物业二")
    keeper = make_member("keeper", "杨物业")
    give_duty(keeper, "grid_worker", GRID, organisation=firm)
    assert who(organisation=firm.id).holder == keeper.person
    assert who(organisation=other.id).holder == cast.wang.person
    assert who().holder == cast.wang.person
    end(cast.wang)
    assert who().holder == keeper.person


def test_a_duty_narrowed_to_one_case_answers_for_nothing_else(cast):
    helper = make_member("helper", "朱协办")
    give_duty(helper, "grid_worker", SIBLING_GRID, case=cast.li.id, rank=0)
    end(cast.sibling)
    assert who(area=SIBLING_GRID).holder == cast.community.person


@pytest.mark.parametrize(
    ("hours", "name"), [(0, "王网格"), (8, "秦夜班"), (19, "秦夜班"), (24 * 5, "秦夜班"), (24 * 7, "王网格")]
)
def test_shifts_decide_who_of_two_answers(district, hours, name):
    day = {"periods": [{"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "18:00"}]}
    night = {
        "periods": [
            {"days": [1, 2, 3, 4, 5], "from": "18:00", "to": "08:00"},
            {"days": [6, 7], "from": "00:00", "to": "23:59"},
        ]
    }
    with clock.frozen(MONDAY_NOON):
        give_duty(make_member("day", "王网格"), "grid_worker", GRID, shift=day)
        give_duty(make_member("night", "秦夜班"), "grid_worker", GRID, shift=night, rank=1)
        assert who(at=MONDAY_NOON + timedelta(hours=hours)).holder.name == name


def test_when_nobody_is_on_shift_the_nearest_holder_answers_in_the_morning(district):
    day = {"periods": [{"days": [1], "from": "08:00", "to": "18:00"}]}
    with clock.frozen(MONDAY_NOON):
        give_duty(make_member("day", "王网格"), "grid_worker", GRID, shift=day)
        answer = who(at=MONDAY_NOON + timedelta(hours=10))
    assert answer.holder.name == "王网格"
    assert answer.off_shift and answer.climbed == 0
    assert answer.path[0] == "王网格不当班"


def test_a_retired_area_is_answered_by_its_heir(cast):
    fang = make_member("fang", "方街道")
    give_duty(fang, "street_dispatcher", OTHER_STREET)
    assert who("street_dispatcher", RETIRED_STREET).holder == fang.person
    assert who("street_dispatcher", RETIRED_GRID).holder == cast.sun.person


def test_the_past_is_answered_by_who_held_it_then(cast):
    week_ago = clock.now() - timedelta(days=7)
    found = {who(at=week_ago).holder.id}
    end(cast.wang)
    assert who(at=week_ago).holder.id in found
    assert who().holder == cast.community.person


def test_an_unknown_kind_is_not_found(cast):
    with pytest.raises(NotFound):
        who("snow_king")


def test_a_retired_kind_is_vacant_everywhere_and_climbs(cast):
    services.retire_kind(actor=SYSTEM, district=DISTRICT, code="grid_worker")
    answer = who()
    assert answer.holder == cast.community.person
    assert answer.why.startswith("网格员岗位已停用 → 四川营社区")


def test_a_retired_kind_is_passed_over_on_the_way_up(cast):
    end(cast.wang)
    services.retire_kind(actor=SYSTEM, district=DISTRICT, code="community_officer")
    assert who().holder == cast.zhao.person


def test_kinds_that_climb_in_a_circle_end(cast):
    for code, other in (("a", "b"), ("b", "a")):
        services.declare_kind(
            actor=SYSTEM,
            district=DISTRICT,
            programme="t",
            code=code,
            name=code,
            level="grid",
            verbs=[],
            climbs_to=[other],
        )
    assert who("a").holder is None


def test_who_costs_at_most_three_queries(cast, django_assert_max_num_queries):
    who()
    with django_assert_max_num_queries(3):
        assert who(area=GRID).holder.name == "王网格"
    give_duty(make_member("deputy", "蒋副手"), "community_officer", COMMUNITY, rank=1)
    with django_assert_max_num_queries(3):
        assert who(kind="community_officer", area=GRID).holder.name == "周社区"

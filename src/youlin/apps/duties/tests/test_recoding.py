"""Scopes follow their areas through a merger, a split and a district merger; history keeps who held what."""

from datetime import timedelta

import pytest

from tests.cast import (
    COMMUNITY,
    DISTRICT,
    GRID,
    OTHER_DISTRICT,
    OTHER_DISTRICT_GRID,
    OTHER_STREET,
    SIBLING_GRID,
    STREET,
    give_duty,
    make_member,
)
from youlin.apps.areas import services as areas
from youlin.apps.duties import selectors, services
from youlin.apps.duties.models import AssignmentArea
from youlin.apps.duties.services import following
from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


def codes_of(member, at=None):
    return {code for held in selectors.holdings(member.actor, at) for code in held.areas}


def test_after_a_street_merger_both_dispatchers_hold_the_new_street(cast):
    fang = make_member("fang", "方街道")
    give_duty(fang, "street_dispatcher", OTHER_STREET)
    merged = areas.merge_areas(actor=SYSTEM, codes=[STREET, OTHER_STREET], new_name="椿牛街道")
    assert merged.code not in (STREET, OTHER_STREET)
    for member in (cast.zhao, fang):
        assert codes_of(member) == {merged.code}
        assert selectors.access(member.actor).may("duty.manage", district=DISTRICT, area=merged.code + "001")
    (grid,) = codes_of(cast.wang)
    assert grid.startswith(merged.code)
    assert selectors.who(kind="grid_worker", area=grid).holder == cast.wang.person
    assert selectors.who(kind="grid_worker", area=GRID).holder == cast.wang.person


def test_old_holders_stay_on_record(cast):
    before = clock.now() - timedelta(days=3)
    areas.merge_areas(actor=SYSTEM, codes=[STREET, OTHER_STREET], new_name="椿牛街道")
    assert codes_of(cast.zhao, before) == {STREET}
    assert selectors.who(kind="street_dispatcher", area=GRID, at=before).holder == cast.zhao.person
    (line,) = [r for r in selectors.roster(DISTRICT, STREET, before) if r.kind_code == "street_dispatcher"]
    assert line.holder_id == cast.zhao.id and line.areas == (STREET,)


def test_the_change_of_scope_is_journalled_on_the_assignment(cast):
    (one,) = selectors.assignments_of(cast.zhao.id)
    merged = areas.merge_areas(actor=SYSTEM, codes=[STREET, OTHER_STREET], new_name="椿牛街道")
    entry = journal.entries_for(one)[-1]
    assert entry.act == "duties.recoded"
    assert (entry.before, entry.after) == ({"areas": [STREET]}, {"areas": [merged.code]})


def test_an_assignment_over_both_merged_areas_holds_the_new_one_once(cast):
    give_duty(cast.qian, "grid_worker", GRID, SIBLING_GRID)
    merged = areas.merge_areas(actor=SYSTEM, codes=[GRID, SIBLING_GRID], new_name="四川营大网格")
    assert codes_of(cast.qian) == {merged.code}


def test_the_holder_of_a_split_community_holds_all_its_parts(cast):
    parts = [
        areas.Part(name="四川营东社区", children=[GRID]),
        areas.Part(name="四川营西社区", children=[SIBLING_GRID]),
    ]
    made = areas.split_area(actor=SYSTEM, code=COMMUNITY, parts=parts)
    assert codes_of(cast.community) == {area.code for area in made}
    (grid,) = codes_of(cast.wang)
    assert selectors.who(kind="community_officer", area=grid).holder == cast.community.person


def test_a_part_that_keeps_the_old_code_keeps_its_holder(cast):
    parts = [
        areas.Part(name="四川营社区", code=COMMUNITY, children=[GRID]),
        areas.Part(name="四川营西社区", children=[SIBLING_GRID]),
    ]
    made = areas.split_area(actor=SYSTEM, code=COMMUNITY, parts=parts)
    assert codes_of(cast.community) == {area.code for area in made}
    row = AssignmentArea.objects.get(code=COMMUNITY, valid_to=None)
    assert row.valid_from < clock.now() - timedelta(days=1)


def test_after_a_district_merger_duties_reach_rows_born_on_either_side(cast):
    worker = make_member("east", "何东城", district=OTHER_DISTRICT)
    give_duty(worker, "grid_worker", OTHER_DISTRICT_GRID)
    areas.merge_districts(actor=SYSTEM, old=[OTHER_DISTRICT], new_code=DISTRICT)
    (grid,) = codes_of(worker)
    assert grid.startswith(DISTRICT)
    sun = selectors.access(cast.sun.actor)
    for born in (DISTRICT, OTHER_DISTRICT):
        assert sun.may("duty.manage", district=born, area=grid)
    assert codes_of(cast.other) == {DISTRICT}
    assert selectors.who(kind="grid_worker", area=grid).holder == worker.person
    assert selectors.who(kind="grid_worker", area=OTHER_DISTRICT_GRID).holder == worker.person


def test_after_a_district_merger_work_follows_from_rows_born_on_either_side(cast):
    calls = []

    def follow(*, district, from_person, to_person, kind, areas, actor):
        calls.append((district, to_person.name, areas))

    areas.merge_districts(actor=SYSTEM, old=[OTHER_DISTRICT], new_code=DISTRICT)
    (one,) = selectors.assignments_of(cast.wang.id)
    services.register_handover(follow)
    services.hand_over(actor=SYSTEM, assignment=one, to=cast.sibling.person)
    jobs.run_pending()
    following._followers.remove(follow)
    assert calls == [(DISTRICT, "吴邻格", (GRID,)), (OTHER_DISTRICT, "吴邻格", (GRID,))]


def test_recoding_again_changes_nothing(cast):
    mapping = {STREET: OTHER_STREET}
    once = services.recode(district=DISTRICT, mapping=mapping, actor=SYSTEM, at=clock.now())
    again = services.recode(district=DISTRICT, mapping=mapping, actor=SYSTEM, at=clock.now())
    assert (once, again) == (1, 0)


def test_ended_assignments_are_left_as_they_were(cast):
    services.recode(district=DISTRICT, mapping={GRID: SIBLING_GRID}, actor=SYSTEM, at=clock.now())
    rows = AssignmentArea.objects.filter(assignment__holder=cast.expired.person)
    assert [row.code for row in rows] == [GRID]

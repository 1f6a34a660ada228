"""Duty is permission: `.may()`, `.scope()` and a reference of the rule agree on any assignments and rows."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import (
    AREAS,
    COMMUNITY,
    DISTRICT,
    GRID,
    OTHER_DISTRICT,
    SIBLING_GRID,
    STREET,
    give_duty,
    make_member,
)
from youlin.apps.duties import selectors, services
from youlin.apps.duties.access import _relations
from youlin.apps.duties.holdings import EVERYWHERE, Holding
from youlin.apps.duties.models import Assignment, AssignmentArea
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Organisation
from youlin.kernel import clock, ids
from youlin.kernel.actors import ANONYMOUS, SYSTEM

ROW = selectors.Fields(area="area", category="kind", organisation="parent_id", case="id")
"""Organisations serve as rows: they have an area, a dotted text, a parent and an id."""


@pytest.mark.django_db
class TestAccess:
    def test_a_grid_worker_may_in_the_grid_and_nowhere_else(self, cast):
        access = selectors.access(cast.wang.actor)
        assert access.may("duty.handover", district=DISTRICT, area=GRID)
        assert not access.may("duty.handover", district=DISTRICT, area=SIBLING_GRID)
        assert not access.may("duty.handover", district=DISTRICT, area=COMMUNITY)
        assert not access.may("duty.manage", district=DISTRICT, area=GRID)

    def test_a_street_contains_its_grids(self, cast):
        access = selectors.access(cast.zhao.actor)
        assert access.may("duty.manage", district=DISTRICT, area=GRID)
        assert access.areas("duty.manage") == (STREET,)
        assert access.districts("duty.manage") == (DISTRICT,)

    def test_another_district_is_another_world(self, cast):
        access = selectors.access(cast.other.actor)
        assert not access.may("duty.manage", district=DISTRICT, area=GRID)
        assert access.districts("duty.manage") == (OTHER_DISTRICT,)

    @pytest.mark.parametrize("name", ["li", "qian", "expired"])
    def test_people_without_duty_now_may_nothing(self, cast, name):
        access = selectors.access(getattr(cast, name).actor)
        assert not access.holds_any()
        assert not any(
            access.may(verb, district=DISTRICT, area=GRID) for verb in ("duty.manage", "duty.handover")
        )
        assert not Organisation.objects.filter(access.scope("duty.manage", fields=ROW)).exists()

    def test_visitors_may_nothing_without_a_query(self, cast, django_assert_num_queries):
        with django_assert_num_queries(0):
            access = selectors.access(ANONYMOUS)
            assert not access.may("duty.manage", district=DISTRICT, area=GRID)

    def test_the_system_may_all(self, cast):
        access = selectors.access(SYSTEM)
        assert access.may("anything", district="x", area="y")
        assert access.scope("anything") == Q()
        assert access.holds_any("anything")
        assert set(access.districts("anything")) == {DISTRICT, OTHER_DISTRICT}

    def test_a_duty_ends_at_its_moment(self, cast):
        now = clock.now()
        give_duty(cast.qian, "grid_worker", GRID, valid_from=now, valid_to=now + timedelta(hours=1))
        for at, expected in ((-1, False), (0, True), (3599, True), (3600, False)):
            access = selectors.access(cast.qian.actor, now + timedelta(seconds=at))
            assert access.holds_any("duty.handover") is expected

    def test_a_retired_kind_grants_nothing(self, cast):
        services.retire_kind(actor=SYSTEM, district=DISTRICT, code="grid_worker")
        assert not selectors.access(cast.wang.actor).holds_any()

    def test_a_stand_in_holds_the_duty_while_the_holder_is_away(self, cast):
        (one,) = selectors.assignments_of(cast.wang.id)
        now = clock.now()
        services.go_on_leave(
            actor=SYSTEM,
            assignment=one,
            stand_in=cast.qian.person,
            from_=now + timedelta(hours=1),
            to=now + timedelta(hours=2),
        )
        for at, expected in ((0, False), (1, True), (2, False)):
            held = selectors.holdings(cast.qian.actor, now + timedelta(hours=at))
            assert bool(held) is expected
            assert all(h.is_stand_in and h.areas == (GRID,) for h in held)

    def test_confidential_verbs_need_a_kind_declared_for_it(self, cast):
        kind = selectors.kinds(DISTRICT)[0]
        kind.__class__.objects.filter(code="grid_worker").update(
            verbs=["x.read_confidential", "duty.handover"]
        )
        (held,) = selectors.holdings(cast.wang.actor)
        assert held.verbs == {"duty.handover"}
        kind.__class__.objects.filter(code="grid_worker").update(confidential=True)
        (held,) = selectors.holdings(cast.wang.actor)
        assert "x.read_confidential" in held.verbs

    def test_it_explains_itself(self, cast):
        access = selectors.access(cast.wang.actor)
        assert access.explain("duty.handover", district=DISTRICT, area=GRID) == (
            f"可以“交接自己的岗位、安排代班”：网格员（{GRID}）"
        )
        assert "范围不含" in access.explain("duty.handover", district=DISTRICT, area=SIBLING_GRID)
        assert "未授予" in access.explain("duty.manage", district=DISTRICT, area=GRID)
        nobody = selectors.access(cast.qian.actor)
        assert "没有任何岗位" in nobody.explain("duty.manage", district=DISTRICT, area=GRID)

    def test_access_costs_at_most_two_queries(self, cast, django_assert_max_num_queries):
        selectors.access(cast.zhao.actor)
        give_duty(cast.zhao, "community_officer", "110102002001", "110102002002")
        with django_assert_max_num_queries(2):
            access = selectors.access(cast.zhao.actor)
            access.may("duty.manage", district=DISTRICT, area=GRID)
            access.scope("duty.manage")
            access.areas("duty.handover")

    def test_a_table_without_the_column_of_a_narrowed_duty_shows_nothing(self, cast):
        give_duty(cast.qian, "street_dispatcher", STREET, case=ids.uuid7())
        access = selectors.access(cast.qian.actor)
        bare = selectors.Fields(area="area", category="", organisation="", case="")
        assert not Organisation.objects.filter(access.scope("duty.manage", fields=bare)).exists()
        assert not access.may("duty.manage", district=DISTRICT, area=GRID)


@pytest.mark.django_db
class TestRelations:
    @pytest.fixture(autouse=True)
    def _registry(self):
        known = dict(_relations)
        yield
        _relations.clear()
        _relations.update(known)

    def test_a_relation_grants_its_verbs_on_its_rows_only(self, cast):
        mine = parties.register_organisation(actor=SYSTEM, district=DISTRICT, code="A", name="甲", area=GRID)
        other = parties.register_organisation(actor=SYSTEM, district=DISTRICT, code="B", name="乙", area=GRID)
        asked = []

        def friend(actor):
            asked.append(actor)
            yield Holding(
                district=DISTRICT,
                kind_code="friend",
                kind_name="朋友",
                verbs=frozenset({"body.greet", "duty.manage"}),
                areas=EVERYWHERE,
                case=mine.id,
            )

        selectors.register_relation("friend", friend, verbs=["body.greet"])
        access = selectors.access(cast.qian.actor)
        row = {"district": DISTRICT, "area": GRID}
        assert access.may("body.greet", **row, case=mine.id)
        assert not access.may("body.greet", **row, case=other.id)
        assert not access.may("duty.manage", **row, case=mine.id)
        rows = Organisation.objects.filter(access.scope("body.greet", fields=ROW))
        assert list(rows) == [mine]
        assert len(asked) == 1
        assert "朋友" in access.explain("body.greet", **row, case=mine.id)


CATEGORIES = ["", "a", "a.b", "a.b.c", "ab", "b"]
CODES = sorted(AREAS)


@pytest.fixture
def world(district):
    """Two bodies, and rows of every area, category and body, shared by all examples of the property."""
    member = make_member("prop", "性质")
    units = [
        Organisation.objects.create(district=DISTRICT, code=f"U{n}", name="u", kind="unit", area=GRID)
        for n in range(2)
    ]
    every = [(code, category, unit) for code in CODES for category in CATEGORIES for unit in (None, *units)]
    rows = [
        Organisation(
            district=code[:6],
            code=f"R{n}",
            name="r",
            area=code,
            kind=category,
            parent=unit if code[:6] == DISTRICT else None,
        )
        for n, (code, category, unit) in enumerate(every)
    ]
    Organisation.objects.bulk_create(rows)
    return member, units, rows


@st.composite
def scopes(draw):
    """One assignment's scope, as plain values."""
    return {
        "areas": draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True)),
        "category": draw(st.sampled_from(CATEGORIES)),
        "unit": draw(st.sampled_from([None, None, 0, 1])),
        "case": draw(st.sampled_from([None, None, None, 7, 100])),
        "days": draw(st.sampled_from([(-10, None), (-10, None), (-10, 1), (-10, -1), (1, None)])),
        "kind": draw(st.sampled_from(["grid_worker", "street_dispatcher"])),
    }


def reference(scope: dict, units: list, rows: list, row: Organisation) -> bool:
    """The rule, as plainly as it can be said."""
    start, end = scope["days"]
    return (
        scope["kind"] == "street_dispatcher"
        and start <= 0 < (end if end is not None else 1)
        and any(row.area.startswith(code) for code in scope["areas"])
        and (not scope["category"] or f"{row.kind}.".startswith(f"{scope['category']}."))
        and (scope["unit"] is None or row.parent_id == units[scope["unit"]].id)
        and (scope["case"] is None or row.id == rows[scope["case"]].id)
    )


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(scopes(), max_size=4))
def test_scope_may_and_the_rule_agree_on_any_assignments(world, drawn):
    member, units, rows = world
    Assignment.objects.filter(holder=member.person).delete()
    for scope in drawn:
        _assign(member, units, rows, scope)
    access = selectors.access(member.actor)
    shown = Organisation.objects.filter(access.scope("duty.manage", fields=ROW)).values_list("id", flat=True)
    found = set(shown)
    for row in rows:
        expected = any(reference(scope, units, rows, row) for scope in drawn)
        assert (row.id in found) is expected
        assert _may(access, row) is expected


def _may(access, row: Organisation) -> bool:
    return access.may(
        "duty.manage",
        district=row.district,
        area=row.area,
        category=row.kind,
        organisation=row.parent_id,
        case=row.id,
    )


def _assign(member, units, rows, scope) -> None:
    """A row written directly: an assignment may span districts only in this test, by one row for each."""
    start, end = scope["days"]
    now = clock.now()
    for district in {code[:6] for code in scope["areas"]}:
        one = Assignment.objects.create(
            district=district,
            kind=selectors.kinds(district)[[k.code for k in selectors.kinds(district)].index(scope["kind"])],
            holder=member.person,
            category=scope["category"],
            organisation_id=_unit(units, scope),
            case=rows[scope["case"]].id if scope["case"] is not None else None,
            valid_from=now + timedelta(days=start),
            valid_to=now + timedelta(days=end) if end is not None else None,
        )
        AssignmentArea.objects.bulk_create(
            AssignmentArea(district=district, assignment=one, code=code, valid_from=now - timedelta(days=20))
            for code in scope["areas"]
            if code.startswith(district)
        )


def _unit(units, scope) -> UUID | None:
    return units[scope["unit"]].id if scope["unit"] is not None else None

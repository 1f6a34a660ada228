"""Kinds, assignments, leave and handover."""

from datetime import timedelta

import pytest

from tests.cast import (
    COMMUNITY,
    DISTRICT,
    GRID,
    OTHER_STREET,
    RETIRED_GRID,
    SIBLING_GRID,
    STREET,
    give_duty,
    make_member,
)
from youlin.apps.duties import selectors, services
from youlin.apps.duties.models import Assignment, Handover
from youlin.apps.duties.services import following
from youlin.apps.parties import services as parties
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


def declare(**changed):
    declared = {
        "actor": SYSTEM,
        "district": DISTRICT,
        "programme": "t",
        "code": "warden",
        "name": "楼长",
        "level": "grid",
        "verbs": ["duty.handover"],
    }
    return services.declare_kind(**{**declared, **changed})


def only_assignment(member) -> Assignment:
    (one,) = selectors.assignments_of(member.id)
    return one


@pytest.fixture
def followed():
    """What followed a change of hands, noted by a follower of this test."""
    calls = []

    def follow(*, district, from_person, to_person, kind, areas, actor):
        calls.append((from_person.name, to_person.name if to_person else None, kind, areas))

    services.register_handover(follow)
    yield calls
    following._followers.remove(follow)


class TestKinds:
    def test_declaring_twice_changes_nothing(self, district):
        kind = declare()
        assert declare() == kind
        assert [e.act for e in journal.entries_for(kind)] == ["duties.kind_declared"]

    def test_a_change_is_journalled_with_what_was_before(self, district):
        kind = declare()
        declare(name="楼门长")
        entry = journal.entries_for(kind)[-1]
        assert (entry.before, entry.after) == ({"name": "楼长"}, {"name": "楼门长"})

    def test_an_unknown_verb_is_refused_with_the_nearest_known_one(self, district):
        with pytest.raises(Invalid) as refused:
            declare(verbs=["duty.manag", "x.y"])
        first, second = refused.value.problems
        assert "duty.manag" in first.message and "duty.manage" in first.remedy
        assert second.field == "verbs"

    def test_a_confidential_verb_needs_a_confidential_kind(self, district):
        from youlin.apps.duties import verbs

        verbs.register_verbs({"case.read_confidential": "看保密案件"})
        with pytest.raises(Invalid):
            declare(verbs=["case.read_confidential"])
        assert declare(verbs=["case.read_confidential"], confidential=True).confidential

    def test_a_retired_kind_comes_back_when_it_is_declared_again(self, district):
        declare()
        assert services.retire_kind(actor=SYSTEM, district=DISTRICT, code="warden").retired_at
        assert declare().retired_at is None

    def test_only_who_may_apply_programmes_declares_kinds(self, cast):
        with pytest.raises(NotAllowed):
            declare(actor=cast.wang.actor)


class TestAssigning:
    def assign(self, actor, holder, *areas, kind="grid_worker", **scope):
        return services.assign(
            actor=actor, district=DISTRICT, kind=kind, holder=holder.person, areas=list(areas), **scope
        )

    def test_a_street_assigns_within_itself_and_nowhere_else(self, cast):
        one = self.assign(cast.zhao.actor, cast.qian, GRID)
        assert selectors.holdings(cast.qian.actor)[0].assignment_id == one.id
        for area in (OTHER_STREET, DISTRICT):
            with pytest.raises(NotAllowed):
                self.assign(cast.zhao.actor, cast.qian, area)

    def test_nobody_assigns_to_themselves(self, cast):
        with pytest.raises(NotAllowed, match="自己"):
            self.assign(cast.zhao.actor, cast.zhao, GRID)

    def test_guarded_verbs_are_passed_on_only_by_those_who_hold_them(self, cast):
        with pytest.raises(NotAllowed, match="您自己须持有"):
            self.assign(cast.zhao.actor, cast.qian, GRID, kind="district_dispatcher")
        assert self.assign(cast.sun.actor, cast.qian, GRID, kind="street_dispatcher")

    def test_a_confidential_post_is_filled_by_who_manages_the_whole_district(self, cast):
        with pytest.raises(NotAllowed, match="保密"):
            self.assign(cast.zhao.actor, cast.qian, GRID, kind="confidential_officer")
        with pytest.raises(NotAllowed):
            self.assign(cast.other.actor, cast.qian, DISTRICT, kind="confidential_officer")
        with pytest.raises(NotAllowed, match="自己"):
            self.assign(cast.sun.actor, cast.sun, DISTRICT, kind="confidential_officer")
        one = self.assign(cast.sun.actor, cast.qian, DISTRICT, kind="confidential_officer")
        (entry,) = journal.entries_for(one)
        assert (entry.act, entry.actor_person) == ("duties.assigned", cast.sun.id)
        assert selectors.holdings(cast.qian.actor)[0].confidential
        ended = services.end_assignment(actor=cast.sun.actor, assignment=one, at=clock.now() + timedelta(1))
        assert ended.valid_to

    def test_a_stranger_and_a_visitor_assign_nothing(self, cast):
        for member in (cast.qian, cast.wang, cast.other):
            with pytest.raises(NotAllowed):
                self.assign(member.actor, cast.li, GRID)

    def test_the_same_again_is_the_same(self, cast):
        one = self.assign(SYSTEM, cast.qian, GRID, SIBLING_GRID)
        assert self.assign(SYSTEM, cast.qian, SIBLING_GRID, GRID) == one
        assert self.assign(SYSTEM, cast.qian, GRID) != one
        assert len(journal.entries_for(one)) == 1

    @pytest.mark.parametrize(
        ("areas", "problem"),
        [((), "至少"), (("110102999",), "没有这些区划"), (("110101",), "没有这些区划"), (("x",), "没有这些")],
    )
    def test_areas_must_be_some_and_of_the_district(self, cast, areas, problem):
        with pytest.raises(Invalid, match=problem):
            self.assign(SYSTEM, cast.qian, *areas)

    def test_without_areas_a_narrowed_duty_is_over_the_whole_district(self, cast):
        firm = parties.register_organisation(actor=SYSTEM, district=DISTRICT, code="F", name="环卫")
        self.assign(SYSTEM, cast.qian, kind="street_dispatcher", organisation=firm)
        access = selectors.access(cast.qian.actor)
        row = {"district": DISTRICT, "area": GRID}
        assert access.may("duty.manage", **row, organisation=firm.id)
        assert not access.may("duty.manage", **row)

    def test_dates_and_holders_are_checked(self, cast):
        now = clock.now()
        with pytest.raises(Invalid, match="晚于"):
            self.assign(SYSTEM, cast.qian, GRID, valid_from=now, valid_to=now)
        with pytest.raises(NotFound, match="岗位种类"):
            self.assign(SYSTEM, cast.qian, GRID, kind="nothing")
        cast.qian.person.erased_at = now
        with pytest.raises(Invalid, match="删除"):
            self.assign(SYSTEM, cast.qian, GRID)

    def test_ending_frees_the_post_and_lets_the_work_be_answered_anew(self, cast, followed):
        one = only_assignment(cast.wang)
        services.end_assignment(actor=cast.zhao.actor, assignment=one, reason="调离")
        assert followed == [("王网格", None, "grid_worker", (GRID,))]
        assert not selectors.holdings(cast.wang.actor)
        acts = [e.act for e in journal.entries_for(one)]
        assert acts == ["duties.assigned", "duties.ended", "duties.followed"]
        assert journal.entries_for(one)[1].note == "调离"

    def test_when_a_term_runs_out_the_work_is_answered_anew(self, cast, followed):
        now = clock.now()
        with clock.frozen(now):
            one = give_duty(cast.qian, "grid_worker", SIBLING_GRID, valid_to=now + timedelta(days=2))
            clock.advance(timedelta(days=2))
            assert services.carry_out_due() == 1
            assert followed == [("钱路人", None, "grid_worker", (SIBLING_GRID,))]
            assert services.carry_out_due() == 0
        assert not selectors.holdings(cast.qian.actor, one.valid_to)

    def test_a_term_cut_short_is_followed_once(self, cast, followed):
        one = give_duty(cast.qian, "grid_worker", SIBLING_GRID, valid_to=clock.now() + timedelta(days=2))
        services.end_assignment(actor=SYSTEM, assignment=one)
        assert len(followed) == 1
        assert not Handover.objects.filter(done_at__isnull=True).exists()

    def test_the_holder_alone_does_not_end_their_duty(self, cast):
        with pytest.raises(NotAllowed):
            services.end_assignment(actor=cast.wang.actor, assignment=only_assignment(cast.wang))


class TestLeave:
    def test_work_goes_to_the_stand_in_and_comes_back(self, cast, followed):
        now = clock.now()
        with clock.frozen(now):
            services.go_on_leave(
                actor=cast.wang.actor,
                assignment=only_assignment(cast.wang),
                stand_in=cast.sibling.person,
                from_=now + timedelta(hours=1),
                to=now + timedelta(hours=5),
            )
            assert services.carry_out_due() == 0
            clock.advance(timedelta(hours=1))
            assert services.carry_out_due() == 1
            assert services.carry_out_due() == 0
            clock.advance(timedelta(hours=4))
            assert services.carry_out_due() == 1
        assert followed == [
            ("王网格", "吴邻格", "grid_worker", (GRID,)),
            ("吴邻格", "王网格", "grid_worker", (GRID,)),
        ]

    def test_an_early_return_brings_the_work_back_at_once(self, cast, followed):
        now = clock.now()
        one = only_assignment(cast.wang)
        services.go_on_leave(
            actor=SYSTEM, assignment=one, stand_in=cast.sibling.person, from_=now, to=now + timedelta(days=9)
        )
        services.come_back(actor=cast.wang.actor, assignment=one)
        assert [call[:2] for call in followed] == [("王网格", "吴邻格"), ("吴邻格", "王网格")]
        assert not Handover.objects.filter(done_at__isnull=True).exists()
        with pytest.raises(Conflict):
            services.come_back(actor=cast.wang.actor, assignment=one)

    def test_a_leave_that_has_not_begun_can_be_changed_and_called_off(self, cast, followed):
        soon = clock.now() + timedelta(days=1)
        one = only_assignment(cast.wang)
        for stand_in in (cast.sibling, cast.community):
            services.go_on_leave(actor=SYSTEM, assignment=one, stand_in=stand_in.person, from_=soon)
        assert Handover.objects.get(done_at__isnull=True).to_person == cast.community.person
        services.come_back(actor=SYSTEM, assignment=one)
        assert not Handover.objects.exists() and not followed
        one.refresh_from_db()
        assert one.away_from is None and one.stand_in is None

    def test_the_holder_names_only_colleagues_in_duty(self, cast):
        leave = {"assignment": only_assignment(cast.wang), "from_": clock.now()}
        with pytest.raises(NotAllowed, match="同事"):
            services.go_on_leave(actor=cast.wang.actor, stand_in=cast.qian.person, **leave)
        assert services.go_on_leave(actor=cast.zhao.actor, stand_in=cast.qian.person, **leave)

    def test_strangers_send_nobody_on_leave(self, cast):
        leave = {"assignment": only_assignment(cast.wang), "from_": clock.now(), "stand_in": None}
        for member in (cast.qian, cast.sibling, cast.other):
            with pytest.raises(NotAllowed):
                services.go_on_leave(actor=member.actor, **leave)

    def test_nonsense_is_refused(self, cast):
        now = clock.now()
        one = only_assignment(cast.wang)
        with pytest.raises(Invalid, match="本人"):
            services.go_on_leave(actor=SYSTEM, assignment=one, stand_in=cast.wang.person, from_=now)
        with pytest.raises(Invalid, match="晚于"):
            services.go_on_leave(actor=SYSTEM, assignment=one, stand_in=None, from_=now, to=now)


class TestHandover:
    def test_the_duty_passes_with_its_whole_scope_and_the_work_follows(self, cast, followed):
        old = give_duty(
            cast.wang, "community_officer", COMMUNITY, "110102002001", category="event.snow", rank=1
        )
        new = services.hand_over(actor=cast.wang.actor, assignment=old, to=cast.sibling.person, note="轮岗")
        held = next(h for h in selectors.holdings(cast.sibling.actor) if h.assignment_id == new.id)
        assert (held.areas, held.category, new.rank) == ((COMMUNITY, "110102002001"), "event.snow", 1)
        assert not any(h.assignment_id == old.id for h in selectors.holdings(cast.wang.actor))
        assert followed == [("王网格", "吴邻格", "community_officer", (COMMUNITY, "110102002001"))]

    def test_a_handover_to_come_takes_place_when_it_is_due(self, cast, followed):
        now = clock.now()
        with clock.frozen(now):
            services.hand_over(
                actor=SYSTEM,
                assignment=only_assignment(cast.wang),
                to=cast.sibling.person,
                at=now + timedelta(days=1),
            )
            assert selectors.who(kind="grid_worker", area=GRID).holder == cast.wang.person
            assert not followed
            clock.advance(timedelta(days=1))
            assert selectors.who(kind="grid_worker", area=GRID).holder == cast.sibling.person
            assert services.carry_out_due() == 1
        assert followed == [("王网格", "吴邻格", "grid_worker", (GRID,))]

    def test_nobody_takes_the_duty_of_another(self, cast):
        for member in (cast.sibling, cast.zhao):
            with pytest.raises(NotAllowed):
                services.hand_over(
                    actor=member.actor, assignment=only_assignment(cast.wang), to=member.person
                )

    def test_a_handover_outside_the_term_or_to_oneself_is_refused(self, cast):
        one = only_assignment(cast.wang)
        with pytest.raises(Invalid, match="本人"):
            services.hand_over(actor=SYSTEM, assignment=one, to=cast.wang.person)
        with pytest.raises(Invalid, match="期间"):
            services.hand_over(
                actor=SYSTEM, assignment=one, to=cast.sibling.person, at=one.valid_from - timedelta(days=1)
            )


class TestRosters:
    def test_the_roster_of_a_grid_names_all_who_cover_it(self, cast):
        lines = selectors.roster(DISTRICT, GRID)
        assert [(line.kind_code, line.holder_id) for line in lines] == [
            ("community_officer", cast.community.id),
            ("confidential_officer", cast.confidant.id),
            ("district_dispatcher", cast.sun.id),
            ("district_leader", min(cast.sun.id, cast.leader.id)),
            ("district_leader", max(cast.sun.id, cast.leader.id)),
            ("grid_worker", cast.wang.id),
            ("street_dispatcher", cast.zhao.id),
        ]

    def test_who_is_away_or_off_shift_does_not_answer(self, cast):
        now = clock.now()
        in_three_days = {
            "periods": [{"days": [(now.isoweekday() + 2) % 7 + 1], "from": "01:00", "to": "01:01"}]
        }
        services.go_on_leave(
            actor=SYSTEM, assignment=only_assignment(cast.wang), stand_in=cast.sibling.person, from_=now
        )
        give_duty(
            make_member("night", "秦夜班"),
            "grid_worker",
            GRID,
            rank=1,
            shift=in_three_days,
        )
        first, second = [line for line in selectors.roster(DISTRICT, GRID) if line.kind_code == "grid_worker"]
        assert first.is_away and first.answers == cast.sibling.id
        assert not second.on_shift and second.answers is None and "01:00" in second.shift

    def test_vacancies_name_every_post_that_nobody_fills(self, cast):
        vacant = {(v.kind_code, v.area) for v in selectors.vacancies(DISTRICT)}
        assert ("grid_worker", GRID) not in vacant
        assert ("grid_worker", "110102001002001") in vacant
        assert ("community_officer", "110102001002") in vacant
        assert ("street_dispatcher", OTHER_STREET) in vacant and ("street_dispatcher", STREET) not in vacant
        assert ("grid_worker", RETIRED_GRID) not in vacant
        assert len([v for v in vacant if v[0] == "grid_worker"]) == 6

    def test_a_post_whose_holder_is_away_without_stand_in_is_vacant_meanwhile(self, cast):
        services.go_on_leave(
            actor=SYSTEM, assignment=only_assignment(cast.wang), stand_in=None, from_=clock.now()
        )
        (vacancy,) = [
            v for v in selectors.vacancies(DISTRICT) if (v.kind_code, v.area) == ("grid_worker", GRID)
        ]
        assert vacancy.reason == "离岗，无人代班"
        assert vacancy.area_name == "四川营一网格"

    def test_vacancies_and_rosters_cost_the_same_for_any_number(self, cast, django_assert_max_num_queries):
        for n in range(10):
            give_duty(make_member(f"m{n}", f"员{n}"), "grid_worker", GRID, rank=n)
        with django_assert_max_num_queries(5):
            selectors.roster(DISTRICT, STREET)
        with django_assert_max_num_queries(12):
            selectors.vacancies(DISTRICT)

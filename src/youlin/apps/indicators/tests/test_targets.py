"""Targets: proposed by one, approved by another, inherited downward, kept with every version."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import COMMUNITY, DISTRICT, OTHER_STREET, STREET
from youlin.apps.indicators import declarations, personal_data
from youlin.apps.indicators import selectors as figures
from youlin.apps.indicators.models import Target
from youlin.apps.indicators.targets import judging, selectors, services, spans
from youlin.apps.indicators.tests.aims import declare_indicators, give_target_duties, propose
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.journal import JournalEntry

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def house(district: str, cast) -> None:
    """Indicators, zhao who proposes for his street, sun who approves in the district."""
    declare_indicators()
    give_target_duties(cast.zhao, STREET, cast.sun)


def approve(cast, target: Target) -> Target:
    return services.approve(actor=cast.sun.actor, district=DISTRICT, target_id=target.id)


def aims(area: str, period=YEAR, **more):
    """What is in force for an area, by indicator."""
    return selectors.in_force(DISTRICT, [area], declarations.in_force(DISTRICT), period, **more)[area]


@pytest.mark.django_db
class TestDeciding:
    def test_a_target_holds_once_somebody_else_approved_it(self, house, cast) -> None:
        target = propose(cast)
        assert aims(STREET)["resolution"].origin == "programme"
        approve(cast, target)
        assert (aims(STREET)["resolution"].value, aims(STREET)["resolution"].origin) == (0.9, "own")

    def test_who_proposes_never_approves(self, house, cast) -> None:
        target = propose(cast, actor=cast.sun.actor)
        with pytest.raises(NotAllowed):
            approve(cast, target)
        with pytest.raises(NotAllowed):
            services.refuse(actor=cast.sun.actor, district=DISTRICT, target_id=target.id, decision="不")

    def test_the_database_itself_refuses_one_who_does_both(self, house, cast) -> None:
        target = propose(cast)
        with pytest.raises(IntegrityError), transaction.atomic():
            Target.objects.filter(id=target.id).update(state="approved", decided_by=cast.zhao.id)

    def test_nobody_proposes_for_an_area_that_is_not_theirs(self, house, cast) -> None:
        for area in (OTHER_STREET, DISTRICT):
            with pytest.raises(NotAllowed):
                propose(cast, area=area)
        with pytest.raises(NotAllowed):
            propose(cast, actor=cast.wang.actor)

    def test_a_street_does_not_approve(self, house, cast) -> None:
        target = propose(cast, actor=cast.sun.actor)
        with pytest.raises(NotAllowed):
            services.approve(actor=cast.zhao.actor, district=DISTRICT, target_id=target.id)

    def test_what_is_refused_has_a_reason_and_does_not_hold(self, house, cast) -> None:
        target = propose(cast)
        with pytest.raises(Invalid):
            services.refuse(actor=cast.sun.actor, district=DISTRICT, target_id=target.id, decision=" ")
        services.refuse(actor=cast.sun.actor, district=DISTRICT, target_id=target.id, decision="太低")
        assert aims(STREET)["resolution"].origin == "programme"
        with pytest.raises(Conflict):
            approve(cast, target)

    def test_a_later_version_replaces_the_one_that_holds(self, house, cast) -> None:
        first = approve(cast, propose(cast))
        second = services.replace(
            actor=cast.zhao.actor, district=DISTRICT, target_id=first.id, value=0.92, reason="提高"
        )
        assert (second.version, aims(STREET)["resolution"].value) == (2, 0.9)
        approve(cast, second)
        first.refresh_from_db()
        assert (first.state, aims(STREET)["resolution"].value) == ("replaced", 0.92)
        with pytest.raises(Conflict):
            services.replace(
                actor=cast.zhao.actor, district=DISTRICT, target_id=first.id, value=0.5, reason="旧"
            )

    def test_ones_own_proposal_may_be_mended_another_ones_not(self, house, cast) -> None:
        first = propose(cast)
        assert propose(cast, value=0.91).version == 2
        first.refresh_from_db()
        assert first.state == "replaced"
        with pytest.raises(Conflict):
            propose(cast, actor=cast.sun.actor, value=0.95)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"indicator": "nothing"}, "indicator"),
            ({"indicator": "reported"}, "indicator"),
            ({"value": 1.2}, "value"),
            ({"value": float("nan")}, "value"),
            ({"period_start": date(2026, 2, 1)}, "period_start"),
            ({"period_kind": "week"}, "period_kind"),
            ({"reason": "  "}, "reason"),
            ({"source": "依" * 201}, "source"),
        ],
    )
    def test_what_is_wrong_is_named(self, house, cast, wrong, field) -> None:
        with pytest.raises(Invalid) as told:
            propose(cast, **wrong)
        assert field in {one.field for one in told.value.problems}

    def test_the_same_again_is_no_proposal(self, house, cast) -> None:
        approve(cast, propose(cast))
        with pytest.raises(Invalid):
            propose(cast)

    def test_every_step_is_journalled(self, house, cast) -> None:
        approve(cast, propose(cast))
        approve(cast, propose(cast, value=0.95))
        acts = JournalEntry.objects.filter(act__startswith="indicators.target").order_by("id")
        assert [entry.act.removeprefix("indicators.target_") for entry in acts] == [
            "proposed", "approved", "proposed", "replaced", "approved",
        ]  # fmt: skip


@pytest.mark.django_db
class TestInForce:
    def test_an_area_without_a_target_has_that_of_the_nearest_above(self, house, cast) -> None:
        approve(cast, propose(cast))
        found = aims(COMMUNITY)["resolution"]
        assert (found.value, found.origin, found.area) == (0.9, "above", STREET)
        assert "椿树" in found.mark

    def test_the_nearer_area_goes_before_the_shorter_period(self, house, cast) -> None:
        approve(cast, propose(cast, area=STREET))
        whole = propose(cast, actor=SYSTEM, area=DISTRICT, period_kind="month", value=0.85,
                        period_start=date(2026, 3, 1))  # fmt: skip
        approve(cast, whole)
        assert aims(COMMUNITY, MARCH)["resolution"].value == 0.9
        assert aims(OTHER_STREET, MARCH)["resolution"].value == 0.85

    def test_of_an_area_s_own_the_shortest_period_counts(self, house, cast) -> None:
        approve(cast, propose(cast))
        quarter = propose(cast, period_kind="quarter", value=0.7)
        approve(cast, quarter)
        assert aims(STREET, MARCH)["resolution"].value == 0.7
        assert aims(STREET)["resolution"].value == 0.9

    def test_what_adds_up_is_owed_by_nobody_but_whom_it_was_set_for(self, house, cast) -> None:
        approve(cast, propose(cast, indicator="closed", value=1200))
        assert aims(STREET)["closed"].value == 1200
        assert "closed" not in aims(COMMUNITY)
        assert "closed" not in aims(STREET, MARCH)

    def test_what_held_then_is_told_later(self, house, cast) -> None:
        start = clock.now() - timedelta(days=20)
        with clock.frozen(start):
            first = approve(cast, propose(cast))
        with clock.frozen(start + timedelta(days=15)):
            approve(cast, propose(cast, value=0.95))
        assert aims(STREET, at=start + timedelta(days=10))["resolution"].value == first.value
        assert aims(STREET, at=start - timedelta(days=1))["resolution"].origin == "programme"
        assert aims(STREET)["resolution"].value == 0.95

    def test_hundred_areas_cost_one_question(self, house, cast, django_assert_num_queries) -> None:
        defined = declarations.in_force(DISTRICT)
        wanted = [STREET, OTHER_STREET, COMMUNITY, DISTRICT]
        with django_assert_num_queries(1):
            selectors.in_force(DISTRICT, wanted, defined, YEAR)


@pytest.mark.django_db
class TestReading:
    def test_one_sees_the_targets_of_ones_own_areas(self, house, cast) -> None:
        mine = propose(cast)
        above = propose(cast, actor=cast.sun.actor, area=DISTRICT)
        listed = selectors.listed(cast.zhao.actor, DISTRICT)
        assert [row.target for row in listed.rows] == [mine]
        assert selectors.listed(cast.sun.actor, DISTRICT).total == 2
        with pytest.raises(NotFound):
            selectors.one(cast.zhao.actor, above.id)
        with pytest.raises(NotAllowed):
            selectors.listed(cast.wang.actor, DISTRICT)

    def test_a_list_says_who_may_decide(self, house, cast) -> None:
        propose(cast)
        propose(cast, actor=cast.sun.actor, area=DISTRICT)
        rows = selectors.listed(cast.sun.actor, DISTRICT).rows
        assert {row.target.area: row.decides for row in rows} == {STREET: True, DISTRICT: False}
        assert selectors.waiting(cast.sun.actor, DISTRICT) == 1
        assert selectors.waiting(cast.zhao.actor, DISTRICT) == 0

    def test_a_list_grows_without_more_questions(self, house, cast, django_assert_max_num_queries) -> None:
        for month in range(1, 13):
            propose(cast, period_kind="month", period_start=date(2026, month, 1))
        with django_assert_max_num_queries(12):
            assert len(selectors.listed(cast.sun.actor, DISTRICT).rows) == 12

    def test_the_history_holds_every_version(self, house, cast) -> None:
        approve(cast, propose(cast))
        last = approve(cast, propose(cast, value=0.95))
        rows = selectors.history(cast.zhao.actor, last)
        assert [(row.target.version, row.target.state) for row in rows] == [(2, "approved"), (1, "replaced")]

    def test_one_proposes_for_what_one_answers_for(self, house, cast) -> None:
        indicators, areas = selectors.proposable(cast.zhao.actor, DISTRICT)
        assert [one.code for one in indicators] == ["resolution", "closed"]
        assert all(code.startswith(STREET) for code, _name in areas)
        assert STREET in {code for code, _name in areas}

    def test_who_is_forgotten_leaves_the_target_standing(self, house, cast) -> None:
        target = approve(cast, propose(cast))
        assert personal_data.export(cast.zhao.id)["proposed"][0]["value"] == 0.9
        personal_data.erase(cast.zhao.id, SYSTEM)
        target.refresh_from_db()
        assert (target.proposed_by, target.state) == (None, "approved")


class TestSpans:
    @given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from(sorted(spans.MONTHS)))
    def test_a_day_lies_in_its_period_and_the_next_begins_after_it(self, day: date, kind: str) -> None:
        first, last = spans.span(kind, spans.start_of(kind, day))
        assert first <= day <= last
        assert spans.start_of(kind, last + timedelta(days=1)) == last + timedelta(days=1)

    def test_a_stretch_lies_in_the_periods_that_hold_all_of_it(self) -> None:
        assert spans.holding(MARCH) == {
            "month": date(2026, 3, 1),
            "quarter": date(2026, 1, 1),
            "half": date(2026, 1, 1),
            "year": date(2026, 1, 1),
        }
        assert spans.holding((date(2026, 6, 20), date(2026, 7, 10))) == {"year": date(2026, 1, 1)}
        assert spans.holding((date(2025, 12, 20), date(2026, 1, 10))) == {}


class TestJudging:
    @pytest.mark.parametrize(
        ("value", "target", "direction", "code"),
        [
            (0.9, 0.9, "up", "met"),
            (0.1 + 0.2, 0.3, "down", "met"),
            (0.88, 0.9, "up", "near"),
            (0.8, 0.9, "up", "missed"),
            (10.4, 10, "down", "near"),
            (12, 10, "down", "missed"),
            (9, 10, "down", "met"),
            (None, 0.9, "up", "no_value"),
            (0.5, None, "up", "no_target"),
            (0.5, 0.9, "none", "no_target"),
            (1, 0, "down", "missed"),
        ],
    )
    def test_a_value_is_held_against_its_target(self, value, target, direction, code) -> None:
        found = judging.status(value, target, direction)
        assert found.code == code
        assert judging.why(found, shown_target="90%", shown_lacking="2 个百分点", direction=direction)

    @given(st.floats(-100, 100), st.floats(-100, 100), st.floats(-100, 100))
    def test_a_better_value_is_never_judged_worse(self, one: float, other: float, target: float) -> None:
        order = ["missed", "near", "met"]
        low, high = sorted((one, other))
        up = [order.index(judging.status(value, target, "up").code) for value in (low, high)]
        down = [order.index(judging.status(value, target, "down").code) for value in (high, low)]
        assert up == sorted(up) and down == sorted(down)


@pytest.mark.django_db
class TestFigures:
    def test_a_figure_is_held_against_the_target_in_force(self, house, cast) -> None:
        approve(cast, propose(cast))
        own, above = (
            figures.figures(cast.sun.actor, area=area, codes=["resolution"], period=MARCH)[0]
            for area in (STREET, COMMUNITY)
        )
        assert (own.target, own.target_mark, own.status) == (0.9, "", "no_value")
        assert above.target == 0.9 and "椿树" in above.target_mark
        assert figures.by_area(cast.sun.actor, area=DISTRICT, codes=["resolution"], period=MARCH)[OTHER_STREET][
            "resolution"
        ].target == 0.8  # fmt: skip

"""The rates of city management: what each counts, no value without a denominator, the version that held then."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import COMMUNITY, DISTRICT, GRID, OTHER_STREET, SIBLING_COMMUNITY, STREET, Cast
from youlin.apps.cases import services
from youlin.apps.cases.models import Case, CaseClock, Measure
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import TIP_OFF, dispatched, do, key, photo, reported
from youlin.apps.indicators import declarations, selectors
from youlin.apps.indicators.tests import fresh
from youlin.kernel import clock
from youlin.kernel.errors import NotAllowed

DAY = factories.MONDAY.date()
WEEK = (DAY, DAY + timedelta(days=6))
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


def values(area: str = DISTRICT) -> dict[str, tuple[float, float | None]]:
    return fresh.figures(area=area, period=WEEK)


def test_the_three_rates_and_those_of_city_management_are_defined(people: Cast) -> None:
    fresh.declared()
    found = declarations.in_force(DISTRICT, date(2026, 1, 1))
    assert set(found) >= {
        "response_rate", "resolution_rate", "satisfaction_rate", "handling_rate", "on_time_handling_rate",
        "closing_rate", "on_time_closing_rate", "on_time_filing_rate", "accurate_dispatch_rate",
        "valid_report_rate", "on_time_verification_rate", "rework_rate",
    }  # fmt: skip
    assert all(one.rule.source and one.indicator.name_en for one in found.values())


def test_the_version_in_force_on_the_day_counts(people: Cast) -> None:
    fresh.declared()
    versions = [
        declarations.in_force(DISTRICT, day)["resolution_rate"].rule.version
        for day in (date(2025, 12, 31), date(2026, 1, 1))
    ]
    assert versions == [1, 2]
    assert "extension_rate" not in declarations.in_force(DISTRICT, date(2025, 12, 31))


def test_nothing_to_divide_by_gives_no_value(people: Cast) -> None:
    fresh.refreshed()
    found = selectors.figures(
        people.leader.actor, area=DISTRICT, codes=["response_rate", "resolution_rate"], period=WEEK
    )
    assert [(one.value, one.said) for one in found] == [(None, "—")] * 2


def play(people: Cast) -> None:
    """One kept promise, one late, one reworked and rated badly, one void, one duplicate, one sent back."""
    with clock.frozen(factories.MONDAY):
        good, late, bad, back = (dispatched() for _ in range(4))
        do(reported().case, "void", people.zhao.actor)
        do(back, "send_back", people.wang.actor)
        for case in (good, bad):
            do(case, "accept_task", people.wang.actor)
            do(case, "feedback", people.wang.actor, media_ids=[photo(actor=people.wang.actor)])
        do(good, "verify", people.zhao.actor)
        do(good, "close", people.zhao.actor)
        do(bad, "rework", people.zhao.actor)
        clock.advance(timedelta(days=2))
        do(late, "accept_task", people.wang.actor)
        do(late, "feedback", people.wang.actor, media_ids=[photo(actor=people.wang.actor)])
        Case.objects.filter(id=good.id).update(solved=True, satisfied=False, answered_at=clock.now())


def test_each_rate_counts_what_it_says(people: Cast) -> None:
    play(people)
    with clock.frozen(factories.MONDAY + timedelta(days=3)):
        found = values()
    assert found["response_rate"] == (2, 3)
    assert found["resolution_rate"] == (1, 1) and found["satisfaction_rate"] == (0, 1)
    assert found["on_time_handling_rate"] == (2, 4) and found["handling_rate"] == (3, 4)
    assert found["closing_rate"] == (1, 4) and found["on_time_closing_rate"] == (1, 4)
    assert found["accurate_dispatch_rate"] == (3, 4) and found["rework_rate"] == (1, 4)
    assert found["valid_report_rate"] == (4, 5) and found["on_time_filing_rate"] == (4, 4)


def test_a_promise_that_is_not_due_yet_is_not_counted_and_counts_when_it_is(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        dispatched()
        clock.advance(timedelta(hours=1))
        assert values()["on_time_handling_rate"] == (0, 0)
        clock.advance(timedelta(days=1))
        fresh.refreshed(whole=False)
        [late] = selectors.figures(
            people.sun.actor, area=DISTRICT, codes=["on_time_handling_rate"], period=WEEK
        )
    assert (late.n, late.d) == (0, 1), "nothing was written meanwhile, but the promise is broken"


def test_the_streets_add_up_to_the_district(people: Cast) -> None:
    play(people)
    codes = ["closing_rate", "valid_report_rate", "handling_rate"]
    with clock.frozen(factories.MONDAY + timedelta(days=3)):
        whole = values()
        streets = selectors.by_area(people.sun.actor, area=DISTRICT, codes=codes, period=WEEK)
        communities = selectors.by_area(people.sun.actor, area=STREET, codes=codes, period=WEEK)
    assert set(streets) == {STREET, OTHER_STREET}
    assert streets[OTHER_STREET]["closing_rate"].value is None
    for code in codes:
        assert sum(one[code].n for one in streets.values()) == whole[code][0]
        assert sum(one[code].d or 0 for one in streets.values()) == whole[code][1]
    assert set(communities) == {COMMUNITY, SIBLING_COMMUNITY}
    assert sum(one["closing_rate"].d or 0 for one in communities.values()) == whole["closing_rate"][1]


def test_grids_are_told_straight_from_the_rows(people: Cast) -> None:
    play(people)
    with clock.frozen(factories.MONDAY + timedelta(days=3)):
        fresh.refreshed()
        grids = selectors.by_area(people.sun.actor, area=COMMUNITY, codes=["closing_rate"], period=WEEK)
    assert (grids[GRID]["closing_rate"].n, grids[GRID]["closing_rate"].d) == (1, 4)


def test_confidential_cases_are_in_no_figure(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        reported(category=TIP_OFF)
        assert values()["valid_report_rate"] == (0, 0)


def test_only_who_reads_the_cockpit_sees_figures_and_only_of_their_area(people: Cast) -> None:
    fresh.declared()
    for name in ("wang", "li", "other", "expired"):
        actor = getattr(people, name).actor
        with pytest.raises(NotAllowed):
            selectors.figures(actor, area=DISTRICT, codes=["closing_rate"], period=WEEK)
        with pytest.raises(NotAllowed):
            selectors.by_area(actor, area=DISTRICT, codes=["closing_rate"], period=WEEK)


def test_ratings_and_calls_feed_the_same_rates(people: Cast) -> None:
    receipt = reported(actor=people.li.actor)
    case = do(do(receipt.case, "file"), "dispatch")
    do(case, "accept_task", people.wang.actor)
    do(case, "feedback", people.wang.actor, media_ids=[photo(actor=people.wang.actor)])
    do(case, "verify", people.zhao.actor)
    do(case, "close", people.zhao.actor)
    services.rate(case_number=case.number, token=receipt.token, solved=True, stars=5, idempotency_key=key())
    today = (clock.today(), clock.today())
    found = fresh.figures(["resolution_rate", "satisfaction_rate"], period=today)
    assert found == {"resolution_rate": (1, 1), "satisfaction_rate": (1, 1)}


def test_no_rate_of_today_counts_a_case_that_was_left_out(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        case = factories.closed(people.wang.actor, people.zhao.actor)
    with clock.frozen(factories.MONDAY + timedelta(hours=1)):
        before = values()
        assert before["handling_rate"] == (1, 1) and before["closing_rate"] == (1, 1)
        services.begin_measure(
            actor=people.wang.actor,
            case_id=case.id,
            kind="exclusion",
            note="不属本区",
            choice="非本区职责",
            idempotency_key=key(),
        )
        assert values() == before
        asked = Measure.objects.get(district=DISTRICT, case=case)
        services.take_step(
            actor=people.sun.actor,
            case_id=case.id,
            measure_id=asked.id,
            step="approve",
            idempotency_key=key(),
        )
        fresh.refreshed(whole=False)
        left = fresh.figures(fresh.RATES, period=WEEK)
    assert set(left.values()) == {(0, 0)}


def test_an_answer_that_was_set_aside_is_not_counted_and_the_old_definition_still_does(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        receipt = reported()
        case = factories.handling_of(receipt.case, people.wang.actor)
        do(case, "feedback", people.wang.actor, media_ids=[photo(actor=people.wang.actor)])
        do(case, "verify", people.zhao.actor), do(case, "close", people.zhao.actor)
        services.rate(
            case_number=case.number, token=receipt.token, solved=False, stars=1, idempotency_key=key()
        )
    with clock.frozen(factories.MONDAY + timedelta(hours=1)):
        assert values()["resolution_rate"] == (0, 1)
        then = date(2025, 3, 3)
        Case.objects.filter(id=case.id).update(
            answer_set_aside=True, answered_at=clock.now().replace(year=2025, month=3, day=3)
        )
        assert values()["resolution_rate"] == (0, 0)
        assert fresh.figures(["resolution_rate"], period=(then, then)) == {"resolution_rate": (0, 1)}


def test_arrival_counts_those_who_came_in_time_of_those_who_were_called(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        case = factories.handling(people.wang.actor)
        services.begin_measure(
            actor=people.wang.actor,
            case_id=case.id,
            kind="whistle",
            note="请协助",
            people=[people.community.id],
            idempotency_key=key(),
        )
        called = Measure.objects.get(district=DISTRICT, case=case)
    with clock.frozen(factories.MONDAY + timedelta(hours=1)):
        services.take_step(
            actor=people.community.actor,
            case_id=case.id,
            measure_id=called.id,
            step="arrive",
            idempotency_key=key(),
        )
        assert values()["arrival_rate"] == (0, 0)
    with clock.frozen(factories.MONDAY + timedelta(hours=3)):
        assert values()["arrival_rate"] == (1, 1)


def test_a_clock_that_stands_still_is_not_due_and_extensions_are_counted(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        case = factories.handling(people.wang.actor)
        services.begin_measure(
            actor=people.wang.actor, case_id=case.id, kind="pause", note="几号楼？", idempotency_key=key()
        )
    with clock.frozen(factories.MONDAY + timedelta(days=1)):
        assert values()["on_time_handling_rate"] == (0, 0)
    CaseClock.objects.filter(district=DISTRICT, case=case).update(suspended_at=None, extensions=1)
    with clock.frozen(factories.MONDAY + timedelta(days=1)):
        found = values()
    assert found["on_time_handling_rate"] == (0, 1) and found["extension_rate"] == (1, 1)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(left_out=st.lists(st.booleans(), min_size=1, max_size=5), solved=st.booleans())
def test_no_rate_in_force_ever_counts_a_case_that_was_left_out(
    people: Cast, left_out: list[bool], solved: bool
) -> None:
    with transaction.atomic():
        with clock.frozen(factories.MONDAY):
            for out in left_out:
                case = factories.closed(people.wang.actor, people.zhao.actor)
                Case.objects.filter(district=DISTRICT, id=case.id).update(
                    excluded=out, solved=solved, satisfied=solved, answered_at=clock.now()
                )
        counted = sum(not out for out in left_out)
        with clock.frozen(factories.MONDAY + timedelta(days=2)):
            for code, (_part, whole) in fresh.figures(fresh.RATES, period=WEEK).items():
                assert (whole or 0) <= counted * 2, code
                assert counted or whole == 0, code
        transaction.set_rollback(True)

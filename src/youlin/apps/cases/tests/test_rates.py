"""Rates as data: the definitions, what they count, no value without a denominator."""

from datetime import date, timedelta

import pytest

from tests.cast import COMMUNITY, DISTRICT, GRID, OTHER_STREET, SIBLING_COMMUNITY, STREET, Cast
from youlin.apps.cases import rates, selectors, services
from youlin.apps.cases.models import Case, CaseClock, Measure
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import TIP_OFF, dispatched, do, key, photo, reported
from youlin.kernel import clock
from youlin.kernel.errors import Invalid, NotAllowed

DAY = factories.MONDAY.date()
WEEK = (DAY, DAY + timedelta(days=6))


def test_the_three_rates_and_those_of_city_management_are_defined() -> None:
    codes = {one.code for one in rates.in_force(date(2026, 1, 1))}
    assert codes >= {
        "response_rate", "resolution_rate", "satisfaction_rate", "handling_rate", "on_time_handling_rate",
        "closing_rate", "on_time_closing_rate", "on_time_filing_rate", "accurate_dispatch_rate",
        "valid_report_rate", "on_time_verification_rate", "rework_rate",
    }  # fmt: skip
    assert all(one.source and one.name_en for one in rates.shipped())


def definition(**changes: object) -> dict[str, object]:
    return {
        "code": "x", "version": 1, "valid_from": date(2020, 1, 1), "name": "甲", "name_en": "A",
        "direction": "up", "dataset": "cases.cases", "period": "filed_at", "filter": {},
        "ratio": {"numerator": {}, "denominator": {}}, "source": "s", **changes,
    }  # fmt: skip


def test_the_version_in_force_on_the_day_counts() -> None:
    old, new = definition(), definition(version=2, valid_from=date(2026, 1, 1))
    read = rates.read({"definitions": [old, new]})
    assert [one.version for one in rates.in_force(date(2025, 6, 1), read)] == [1]
    assert [one.version for one in rates.in_force(date(2026, 1, 1), read)] == [2]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"dataset": "cases.x"}, "dataset"),
        ({"period": "yesterday"}, "period"),
        ({"filter": {"name": "x"}}, "filter.name"),
        ({"ratio": {"numerator": {"outcome": {"like": 1}}, "denominator": {}}}, "numerator.outcome"),
    ],
)
def test_a_bad_definition_is_refused_with_its_path(changes: dict[str, object], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        rates.read({"definitions": [definition(**changes)]}, place="rates.yaml")
    [problem] = refused.value.problems
    assert path in (problem.field or "") and problem.remedy


def values(actor: object, area: str = DISTRICT) -> dict[str, tuple[int, int]]:
    figures = selectors.rates(actor, area=area, period=WEEK)
    return {one.code: (one.numerator, one.denominator) for one in figures}


@pytest.mark.django_db
def test_nothing_to_divide_by_gives_no_value(people: Cast) -> None:
    figures = selectors.rates(people.leader.actor, area=DISTRICT, period=WEEK)
    assert {one.value for one in figures} == {None} and {one.denominator for one in figures} == {0}


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


@pytest.mark.django_db
def test_each_rate_counts_what_it_says(people: Cast) -> None:
    play(people)
    with clock.frozen(factories.MONDAY + timedelta(days=3)):
        found = values(people.leader.actor)
    assert found["response_rate"] == (2, 3)
    assert found["resolution_rate"] == (1, 1) and found["satisfaction_rate"] == (0, 1)
    assert found["on_time_handling_rate"] == (2, 4) and found["handling_rate"] == (3, 4)
    assert found["closing_rate"] == (1, 4) and found["on_time_closing_rate"] == (1, 4)
    assert found["accurate_dispatch_rate"] == (3, 4) and found["rework_rate"] == (1, 4)
    assert found["valid_report_rate"] == (4, 5) and found["on_time_filing_rate"] == (4, 4)


@pytest.mark.django_db
def test_a_promise_that_is_not_due_yet_is_not_counted(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        dispatched()
        clock.advance(timedelta(hours=1))
        assert values(people.leader.actor)["on_time_handling_rate"] == (0, 0)


@pytest.mark.django_db
def test_the_streets_add_up_to_the_district(people: Cast) -> None:
    play(people)
    with clock.frozen(factories.MONDAY + timedelta(days=3)):
        reported(area=GRID)
        streets = selectors.street_figures(people.sun.actor, DISTRICT, period=WEEK)
        communities = selectors.area_figures(people.sun.actor, area=STREET, period=WEEK)
        whole = values(people.leader.actor)
    by_code = {one.code: one for one in streets}
    assert set(by_code) == {STREET, OTHER_STREET}
    assert by_code[STREET].reported == 6 and by_code[STREET].closed == 2
    assert by_code[OTHER_STREET].open == 0 and by_code[OTHER_STREET].rates["closing_rate"].value is None
    for code, (numerator, denominator) in whole.items():
        assert sum(one.rates[code].numerator for one in streets) == numerator
        assert sum(one.rates[code].denominator for one in streets) == denominator
    assert {one.code for one in communities} == {COMMUNITY, SIBLING_COMMUNITY}
    assert sum(one.open for one in communities) == by_code[STREET].open


@pytest.mark.django_db
def test_rows_under_a_retired_code_are_counted_with_its_heir(people: Cast) -> None:
    factories.many(2, area_now="110102003001001")
    [heir] = [o for o in selectors.street_figures(people.sun.actor, DISTRICT) if o.code == OTHER_STREET]
    assert heir.open == 2


@pytest.mark.django_db
def test_confidential_cases_are_in_no_figure(people: Cast) -> None:
    reported(category=TIP_OFF)
    assert sum(one.open for one in selectors.street_figures(people.sun.actor, DISTRICT)) == 0


@pytest.mark.django_db
def test_only_who_reads_the_cockpit_sees_figures_and_only_of_their_area(people: Cast) -> None:
    for name in ("wang", "li", "other", "expired"):
        with pytest.raises(NotAllowed):
            selectors.rates(getattr(people, name).actor, area=DISTRICT)


@pytest.mark.django_db
def test_every_day_of_the_period_is_there(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        reported()
        days = selectors.daily_counts(people.leader.actor, area=DISTRICT, period=WEEK)
    assert [day.day for day in days] == [WEEK[0] + timedelta(days=n) for n in range(7)]
    assert days[0].reported == 1 and sum(day.reported for day in days) == 1


@pytest.mark.django_db
def test_ratings_and_calls_feed_the_same_rates(people: Cast) -> None:
    receipt = reported(actor=people.li.actor)
    case = do(do(receipt.case, "file"), "dispatch")
    do(case, "accept_task", people.wang.actor)
    do(case, "feedback", people.wang.actor, media_ids=[photo(actor=people.wang.actor)])
    do(case, "verify", people.zhao.actor)
    do(case, "close", people.zhao.actor)
    services.rate(case_number=case.number, token=receipt.token, solved=True, stars=5, idempotency_key=key())
    figures = {one.code: one.value for one in selectors.rates(people.leader.actor, area=DISTRICT)}
    assert figures["resolution_rate"] == figures["satisfaction_rate"] == 1.0


def test_no_rate_of_today_counts_a_case_that_was_left_out(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        case = factories.closed(people.wang.actor, people.zhao.actor)
    with clock.frozen(factories.MONDAY + timedelta(hours=1)):
        before = values(people.sun.actor)
        assert before["handling_rate"] == (1, 1) and before["closing_rate"] == (1, 1)
        services.begin_measure(
            actor=people.wang.actor,
            case_id=case.id,
            kind="exclusion",
            note="不属本区",
            choice="非本区职责",
            idempotency_key=key(),
        )
        assert values(people.sun.actor) == before
        asked = Measure.objects.get(district=DISTRICT, case=case)
        services.take_step(
            actor=people.sun.actor,
            case_id=case.id,
            measure_id=asked.id,
            step="approve",
            idempotency_key=key(),
        )
        left = values(people.sun.actor)
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
        assert values(people.sun.actor)["resolution_rate"] == (0, 1)
        Case.objects.filter(id=case.id).update(answer_set_aside=True)
        assert values(people.sun.actor)["resolution_rate"] == (0, 0)
        [old] = [one for one in rates.in_force(date(2025, 1, 1)) if one.code == "resolution_rate"]
        assert rates.evaluate(old, area=DISTRICT, shards=(DISTRICT,), period=WEEK) == (0, 1)


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
        assert values(people.sun.actor)["arrival_rate"] == (0, 0)
    with clock.frozen(factories.MONDAY + timedelta(hours=3)):
        assert values(people.sun.actor)["arrival_rate"] == (1, 1)


def test_a_clock_that_stands_still_is_not_due_and_extensions_are_counted(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        case = factories.handling(people.wang.actor)
        services.begin_measure(
            actor=people.wang.actor, case_id=case.id, kind="pause", note="几号楼？", idempotency_key=key()
        )
    with clock.frozen(factories.MONDAY + timedelta(days=1)):
        assert values(people.sun.actor)["on_time_handling_rate"] == (0, 0)
    CaseClock.objects.filter(district=DISTRICT, case=case).update(suspended_at=None, extensions=1)
    with clock.frozen(factories.MONDAY + timedelta(days=1)):
        found = values(people.sun.actor)
    assert found["on_time_handling_rate"] == (0, 1) and found["extension_rate"] == (1, 1)

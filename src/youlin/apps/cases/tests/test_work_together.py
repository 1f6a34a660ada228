"""Two people on one case at the same moment: one wins, the other is told, nobody waits for ever."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import DISTRICT, OTHER_DISTRICT, Cast, make_cast, make_district
from youlin.apps.cases import clocks, services
from youlin.apps.cases.models import Case, CaseReporter, Measure
from youlin.apps.cases.services import Part
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE, do, handling, key, photo, reported
from youlin.kernel import clock
from youlin.kernel.errors import Conflict, NotAllowed, YoulinError
from youlin.kernel.tests import databases

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None) -> Iterator[Cast]:
    with databases.shared_database():
        make_district()
        factories.make_tables(DISTRICT)
        factories.make_tables(OTHER_DISTRICT)
        yield make_cast()


def together(*works: Callable[[], Any]) -> list[Any]:
    """What came of each: its answer, or the refusal in words."""

    def told(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except YoulinError as error:
            return [error]

    return databases.in_threads(*[lambda work=work: told(work) for work in works])


def refusals(results: list[Any]) -> list[YoulinError]:
    return [one[0] for one in results if isinstance(one, list)]


def test_two_who_decide_at_once_one_wins_and_the_other_is_told(people: Cast) -> None:
    case = handling(people.wang.actor)
    day = clocks.local_day(clock.now()) + timedelta(days=3)
    services.begin_measure(
        actor=people.wang.actor,
        case_id=case.id,
        kind="deferral",
        note="等雨停",
        until=day,
        idempotency_key=key(),
    )
    asked = Measure.objects.get(case=case)

    def decide(actor: Any, step: str) -> Callable[[], Any]:
        return lambda: services.take_step(
            actor=actor, case_id=case.id, measure_id=asked.id, step=step, note="看过了", idempotency_key=key()
        )

    results = together(decide(people.zhao.actor, "approve"), decide(people.sun.actor, "refuse"))
    [refused] = refusals(results)
    assert isinstance(refused, Conflict) and refused.problems[0].remedy
    asked.refresh_from_db()
    assert asked.state in ("running", "refused")
    assert Case.objects.get(id=case.id).marks == ("deferred" if asked.state == "running" else "")


def test_a_pause_and_the_end_of_handling_at_once_leave_no_clock_standing(people: Cast) -> None:
    case = handling(people.wang.actor)
    picture = photo(actor=people.wang.actor)
    together(
        lambda: services.begin_measure(
            actor=people.wang.actor, case_id=case.id, kind="pause", note="几号楼？", idempotency_key=key()
        ),
        lambda: do(case, "feedback", people.wang.actor, media_ids=[picture]),
    )
    after = Case.objects.get(id=case.id)
    assert (after.state, after.marks) == ("feedback_given", "")
    assert not Measure.objects.filter(case=case, is_open=True).exists()


def test_the_same_click_twice_at_once_is_one_measure(people: Cast) -> None:
    case, once = handling(people.wang.actor), key()

    def ask() -> Any:
        return services.begin_measure(
            actor=people.wang.actor, case_id=case.id, kind="pause", note="几号楼？", idempotency_key=once
        )

    assert refusals(together(ask, ask, ask)) == []
    assert Measure.objects.filter(case=case).count() == 1


def test_two_merged_into_each_other_at_once_are_merged_one_way(people: Cast) -> None:
    one, two = reported(), reported()

    def merge(keep: Case, drop: Case) -> Callable[[], Any]:
        return lambda: services.merge(
            actor=people.zhao.actor, keep_id=keep.id, drop_id=drop.id, idempotency_key=key()
        )

    results = together(merge(one.case, two.case), merge(two.case, one.case))
    assert len(refusals(results)) == 1
    kept = Case.objects.get(duplicate_of__isnull=True)
    assert CaseReporter.objects.filter(case=kept).count() == 2 and kept.is_open


def test_the_last_two_parts_closed_at_once_close_the_whole_once(people: Cast) -> None:
    case = handling(people.wang.actor)
    made = services.split(
        actor=people.zhao.actor,
        case_id=case.id,
        parts=[Part(GARBAGE, "东侧"), Part(GARBAGE, "西侧")],
        idempotency_key=key(),
    )
    for part in made:
        do(part, "file"), do(part, "dispatch"), do(part, "accept_task", people.wang.actor)
        do(part, "feedback", people.wang.actor, media_ids=[photo(actor=people.wang.actor)])
        do(part, "verify", people.zhao.actor)
    results = together(*[lambda part=part: do(part, "close", people.zhao.actor) for part in made])
    assert refusals(results) == []
    whole = Case.objects.get(id=case.id)
    assert (whole.state, whole.outcome) == ("closed", "solved")


def test_who_acts_on_what_another_just_changed_is_told_and_may_try_again(people: Cast) -> None:
    case = handling(people.wang.actor)

    def put(actor: Any, kind: str, **more: Any) -> Callable[[], Any]:
        return lambda: services.begin_measure(
            actor=actor,
            case_id=case.id,
            kind=kind,
            note="请抓紧",
            idempotency_key=key(),
            expected_version=case.version,
            **more,
        )

    day = clocks.local_day(clock.now()) + timedelta(days=3)
    results = together(put(people.sun.actor, "supervision", until=day), put(people.wang.actor, "pause"))
    [told] = refusals(results)
    assert isinstance(told, Conflict) and "刚被" in told.message and not isinstance(told, NotAllowed)
    case.refresh_from_db()
    again = (
        put(people.wang.actor, "pause")
        if "supervised" in case.marks
        else put(people.sun.actor, "supervision", until=day)
    )
    again()
    assert set(Case.objects.get(id=case.id).marks.split()) == {"supervised", "paused"}

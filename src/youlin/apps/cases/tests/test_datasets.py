"""What leaves of cases: every row as the database has it, and every change that the app's own services make."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.cast import DISTRICT, GRID, OTHER_DISTRICT, OTHER_STREET, STREET, Cast
from youlin.apps.areas import services as areas
from youlin.apps.cases import services
from youlin.apps.cases.models import Case, CaseClock
from youlin.apps.cases.services import bulk, wake_measures
from youlin.apps.cases.services.escalation import escalate_overdue
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE, MONDAY, NOISE, TIP_OFF, do, handling, key, reported
from youlin.apps.cases.tests.test_follow_up import call, closed, replied
from youlin.apps.cases.tests.test_measures import begin, days, step
from youlin.apps.cases.tests.test_merging import merge, split, unmerge
from youlin.kernel import calendars, clock, datasets
from youlin.kernel.actors import SYSTEM
from youlin.kernel.tests import exported

NAMES = ("cases.cases", "cases.clocks", "cases.measures", "cases.follow_up_rounds", "cases.filled")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder() -> Iterator[None]:
    with exported.own_folder():
        yield


@pytest.fixture
def followed(people: Cast) -> Iterator[Cast]:
    """Exported after every transaction; at the end nothing is missing, stale or left over."""
    with exported.following(*NAMES, districts=(DISTRICT, OTHER_DISTRICT)):
        yield people


def seconds(moment: object) -> int | None:
    return int(moment.timestamp()) if moment is not None else None  # type: ignore[attr-defined]


def test_a_case_is_told_as_the_database_has_it(people: Cast) -> None:
    with clock.frozen(MONDAY):
        opened = reported(actor=people.li.actor).case
        done = factories.closed(people.wang.actor, people.zhao.actor)
    found = exported.same_as_whole(DISTRICT, *NAMES)
    assert set(found["cases.cases"]) == {str(opened.pk), str(done.pk)}
    for case in Case.objects.filter(pk__in=[opened.pk, done.pk]).select_related("case_type", "lead_unit"):
        row = found["cases.cases"][str(case.pk)]
        assert (row["area"], row["case_type"]) == (case.area_now, case.case_type.code)
        assert (row["category_class"], row["set_aside"]) == ("event", case.answer_set_aside)
        same = (
            "category",
            "channel",
            "state",
            "is_open",
            "outcome",
            "sent_back",
            "excluded",
            "solved",
            "me_too_count",
        )
        assert {name: row[name] for name in same} == {name: getattr(case, name) for name in same}
        for name in ("reported_at", "filed_at", "dispatched_at", "handled_at", "closed_at", "due_at"):
            assert row[name] == seconds(getattr(case, name))
        if case.closed_at and case.dispatched_at and case.handled_at:
            assert row["closing_seconds"] == row["closed_at"] - row["reported_at"]
            assert row["closing_days"] == (row["closed_at_day"] - row["reported_at_day"]).days
            worked = calendars.working_time_between(case.dispatched_at, case.handled_at)
            assert row["handling_minutes"] == pytest.approx(worked.total_seconds() / 60, abs=1 / 30)
    for one in CaseClock.objects.filter(case__in=[opened, done]):
        row = found["cases.clocks"][str(one.pk)]
        decided = min(one.stopped_at or one.due_at, one.due_at)
        assert (row["clock"], row["outcome"], row["decided_at"]) == (one.name, one.outcome, seconds(decided))


def test_a_confidential_case_never_leaves(people: Cast) -> None:
    reported(category=TIP_OFF, actor=people.li.actor)
    case = reported().case
    found = exported.same_as_whole(DISTRICT, *NAMES)
    assert set(found["cases.cases"]) == {str(case.pk)}
    Case.objects.filter(pk=case.pk).update(confidential=True)
    do(case, "file")
    assert not any(exported.same_as_whole(DISTRICT, *NAMES).values())


def test_the_whole_way_of_a_case_is_followed(followed: Cast) -> None:
    people = followed
    case = reported(actor=people.li.actor).case
    services.me_too(actor=people.qian.actor, case_number=case.number, idempotency_key=key())
    do(case, "file"), do(case, "dispatch"), do(case, "accept_task", people.wang.actor)
    do(case, "feedback", people.wang.actor, media_ids=[factories.photo(actor=people.wang.actor)])
    do(case, "verify", people.zhao.actor), do(case, "close", people.zhao.actor)
    voided = do(reported().case, "void", people.zhao.actor)
    assert Case.objects.get(pk=voided.pk).outcome == "void"


def test_calls_ratings_and_reopening_are_followed(followed: Cast) -> None:
    people = followed
    case, _token = replied(people)
    for _try in range(2):
        call(case, people.zhao.actor, reached=False)
    call(case, people.zhao.actor, reached=True, solved=False, satisfied=False)
    done, token = closed(people)
    services.rate(case_number=done.number, token=token, solved=False, stars=2, idempotency_key=key())
    services.reopen(case_number=done.number, token=token, reason="垃圾还在", idempotency_key=key())
    lost, _token = replied(people)
    for _try in range(3):
        call(lost, people.zhao.actor, reached=False)


def test_measures_and_what_wakes_them_are_followed(followed: Cast) -> None:
    people = followed
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
        step(begin(case, "extension", people.wang.actor, until=days(2)), "approve", people.zhao.actor)
        step(begin(case, "deferral", people.wang.actor, until=days(5)), "approve", people.zhao.actor)
        called = handling(people.wang.actor)
        begin(called, "whistle", people.wang.actor, people=[people.community.id])
    with clock.frozen(MONDAY + timedelta(days=7)):
        wake_measures.call()
    assert Case.objects.get(pk=case.pk).due_at is not None


def test_what_gets_late_is_followed(followed: Cast) -> None:
    people = followed
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor)
    with clock.frozen(MONDAY + timedelta(days=10)):
        escalate_overdue.call()
        do(case, "feedback", people.wang.actor, media_ids=[factories.photo(actor=people.wang.actor)])
    assert CaseClock.objects.filter(case=case, outcome="late").exists()


def test_merges_and_parts_are_followed(followed: Cast) -> None:
    people = followed
    kept, gone = reported(actor=people.li.actor).case, reported().case
    merge(kept, gone, people.zhao.actor)
    unmerge(gone, people.zhao.actor)
    split(handling(people.wang.actor), people.zhao.actor)


def test_cases_taken_in_at_once_are_followed(followed: Cast) -> None:
    arrivals = [
        bulk.Arrival(
            category=category,
            reported_at=MONDAY - timedelta(days=back),
            area=GRID,
            title="垃圾",
            description="",
            address="",
            lon=None,
            lat=None,
            channel="hotline",
            external_number=f"X{back}",
            acts=(),
            duplicate_of=None,
        )
        for back, category in ((400, GARBAGE), (60, NOISE), (8, GARBAGE))
    ]
    bulk.report_many(actor=SYSTEM, using=bulk.tables(DISTRICT), arrivals=arrivals)
    months = [one.month for one in datasets.manifest(DISTRICT, "cases.cases").partitions]  # type: ignore[union-attr]
    assert len(months) == 3 and months == sorted(months)


def test_cases_whose_areas_are_merged_or_split_are_followed(followed: Cast) -> None:
    people = followed
    factories.closed(people.wang.actor, people.zhao.actor)
    reported()
    areas.merge_areas(actor=SYSTEM, codes=[STREET, OTHER_STREET], new_code=OTHER_STREET, new_name="牛街街道")
    found = exported.same_as_whole(DISTRICT, *NAMES)
    assert {row["area"][:9] for row in found["cases.cases"].values()} == {OTHER_STREET}
    assert {row["area_at_event"] for row in found["cases.cases"].values()} == {GRID}

"""Counts of the map's cells: what they say is what reading every case says, whoever looks, whatever changed."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Q

from tests.cast import DISTRICT, GRID, OTHER_STREET, SIBLING_GRID, STREET, Cast
from youlin.apps.cases import selectors
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors import CaseFilters, mapping
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import TIP_OFF, reported
from youlin.apps.cases.words import SEARCH_KIND
from youlin.kernel import clock, tallies
from youlin.kernel.tallies import following
from youlin.kernel.tallies.models import Tally, TallyChange, TallyMark
from youlin.kernel.tests.queries import least

pytestmark = pytest.mark.django_db
HERE = Q(area__startswith=STREET, confidential=False)


def counted(level: int, scope: Q = HERE, **asked: object) -> dict[tuple[int, int], tuple[int, int]]:
    """Number and lateness of each cell."""
    cells = tallies.cells(SEARCH_KIND, [DISTRICT], scope, level=level, now=clock.now(), **asked)
    return {(cell.x, cell.y): (cell.number, cell.late) for cell in cells}


def read(level: int, **narrowed: object) -> dict[tuple[int, int], tuple[int, int]]:
    """The same from the cases themselves."""
    rows = Case.objects.filter(is_open=True, lon__isnull=False, **narrowed)
    cell = lambda case: (int((case.lon + 180) * 2**level), int((case.lat + 90) * 2**level))  # noqa: E731
    number = Counter(cell(case) for case in rows)
    late = Counter(cell(case) for case in rows if case.due_at and case.due_at < clock.now())
    return {one: (number[one], late[one]) for one in number}


def in_street() -> dict[str, object]:
    return {"area_now__startswith": STREET, "confidential": False}


def change(chance: random.Random, cases: list[Case]) -> None:
    """Something that happens to a case, as a service or an import would write it."""
    rows = Case.objects.filter(pk=chance.choice(cases).pk)
    soon = clock.now() + timedelta(minutes=chance.randint(-90, 90))
    what = chance.choice(["moves", "drifts", "due", "undue", "secret", "ends", "lost", "version"])
    if what == "moves":
        rows.update(area_now=chance.choice([GRID, SIBLING_GRID, f"{OTHER_STREET}001001"]))
    elif what == "drifts":
        lon, lat = factories.point_in(GRID)
        rows.update(lon=lon + chance.uniform(-0.05, 0.05), lat=lat + chance.uniform(-0.05, 0.05))
    elif what in ("due", "undue"):
        rows.update(due_at=soon if what == "due" else None)
    elif what == "secret":
        rows.update(confidential=chance.random() < 0.5)
    elif what == "ends":
        rows.update(is_open=chance.random() < 0.5)
    elif what == "lost":
        rows.update(lon=None, lat=None)
    else:
        rows.update(version=2)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counts_are_the_cases_themselves_whenever_they_are_added_up(people: Cast, seed: int) -> None:
    chance = random.Random(seed)
    with clock.frozen(clock.now()):
        cases = factories.many(12)
        tallies.recount(SEARCH_KIND, DISTRICT)
        for step in range(60):
            change(chance, cases)
            if step % 10 == 4:
                cases += factories.many(2)
                cases.pop(0).delete()
            if chance.random() < 0.25:
                tallies.fold(SEARCH_KIND, DISTRICT)
            if chance.random() < 0.3:
                clock.advance(timedelta(minutes=chance.randint(1, 40)))
            level = chance.choice([0, 5, 6, 9, 10, 11])
            assert counted(level) == read(level, **in_street()), step
        secret = Q(area__startswith=STREET, confidential=True)
        assert counted(9, secret) == read(9, area_now__startswith=STREET, confidential=True)
        assert counted(9, Q()) == read(9)
        tallies.fold(SEARCH_KIND, DISTRICT)
        assert not TallyChange.objects.exists()
        kept = sorted(
            Tally.objects.filter(number__gt=0).values_list("level", "x", "y", "number", "late", "lon")
        )
        assert not Tally.objects.filter(number=0).exclude(late=0, lon=0, lat=0).exists()
        tallies.recount(SEARCH_KIND, DISTRICT)
        assert kept == sorted(Tally.objects.values_list("level", "x", "y", "number", "late", "lon"))


def test_cells_within_a_span_are_those_of_the_whole_that_lie_in_it(people: Cast) -> None:
    lon, lat = factories.point_in(GRID)
    for number, case in enumerate(factories.many(20)):
        Case.objects.filter(pk=case.pk).update(lon=lon + number * 0.003, lat=lat + number % 4 * 0.002)
        if number == 11:
            tallies.recount(SEARCH_KIND, DISTRICT)
    box = (lon + 0.01, lat, lon + 0.03, lat + 0.003)
    for level in (6, 9, 10, 11):
        west, south, east, north = within = tallies.span(box, level)
        whole = counted(level).items()
        near = {(x, y): seen for (x, y), seen in whole if west <= x <= east and south <= y <= north}
        assert counted(level, within=within) == near and near


def seen_by(who: object, **asked: object) -> tuple[int, int]:
    """Cases and late ones on somebody's map."""
    view = selectors.map_view(who.actor, filters=CaseFilters(**asked))  # type: ignore[attr-defined]
    return sum(one.number for one in view.clusters), sum(one.late for one in view.clusters)


@pytest.fixture
def many_counted(people: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """A street's cases, which are many here, one beside them in another street, one confidential; all counted."""
    monkeypatch.setattr(mapping, "FEW", 3)
    monkeypatch.setattr(mapping, "look", None)
    factories.many(8)
    factories.many(6, area=f"{OTHER_STREET}001001")
    reported(category=TIP_OFF)
    tallies.fold_all()
    return people


def test_everybody_sees_the_counts_of_what_they_may_know(many_counted: Cast) -> None:
    assert seen_by(many_counted.zhao) == (8, 0)
    assert seen_by(many_counted.sun) == (14, 0)
    assert tallies.cells(SEARCH_KIND, [DISTRICT], Q(pk__in=[]), level=9, now=clock.now()) == []
    assert seen_by(many_counted.sun, area=OTHER_STREET) == (6, 0)
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert seen_by(many_counted.zhao) == (8, 8)
    case = Case.objects.filter(district=DISTRICT, confidential=False, area_now=GRID)[0]
    before = seen_by(many_counted.confidant)[0]
    Case.objects.filter(pk=case.pk).update(confidential=True)
    assert seen_by(many_counted.zhao) == (7, 0) and seen_by(many_counted.confidant)[0] == before == 15


def test_points_and_what_counts_cannot_answer_are_read_from_the_cases(people: Cast, monkeypatch) -> None:
    cases = factories.many(8, holder=people.wang.person)
    tallies.fold_all()
    assert len(selectors.map_view(people.zhao.actor).points) == 8
    monkeypatch.setattr(mapping, "FEW", 3)
    assert seen_by(people.zhao, category=cases[0].category) == seen_by(people.wang) == (8, 0)
    lon, lat = factories.point_in(GRID)
    close = (lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4)
    view = selectors.map_view(people.zhao.actor, box=close)
    assert sum(one.number for one in view.clusters) == 8
    TallyMark.objects.all().delete()
    assert seen_by(people.zhao) == (8, 0)


def test_a_map_of_many_takes_as_many_queries_as_one_of_few(many_counted: Cast) -> None:
    def asked() -> int:
        return least(lambda: selectors.map_view(many_counted.zhao.actor))

    few = asked()
    factories.many(40)
    assert asked() == few <= 7
    tallies.fold_all()
    assert asked() == few


def test_where_triggers_were_missing_everything_is_counted_anew(people: Cast) -> None:
    factories.many(3)
    tallies.fold_all()
    one = following.of(SEARCH_KIND)
    call_command("migrate", verbosity=0)
    assert TallyMark.objects.filter(district=DISTRICT).exists()
    with connection.cursor() as cursor:
        table = " ON cases_case" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER kernel_counts_cases_case_added{table}")
    factories.many(2)
    following.create(connection, one)
    assert not TallyMark.objects.exists() and not tallies.ready(SEARCH_KIND, [DISTRICT])
    tallies.fold_all()
    assert tallies.ready(SEARCH_KIND, [DISTRICT]) and counted(9, Q()) == read(9)


def test_a_clock_that_was_set_back_counts_nothing_twice(people: Cast) -> None:
    with clock.frozen(clock.now()):
        factories.many(6)
        tallies.recount(SEARCH_KIND, DISTRICT)
        clock.advance(timedelta(hours=3))
        tallies.fold(SEARCH_KIND, DISTRICT)
        clock.advance(timedelta(hours=-2))
        tallies.fold(SEARCH_KIND, DISTRICT)
        clock.advance(timedelta(hours=4))
        assert counted(9) == read(9, **in_street())

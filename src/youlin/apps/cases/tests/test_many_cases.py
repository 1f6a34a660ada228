"""Lists, numbers and maps that stay the same price, and right, however many cases there are."""

from datetime import timedelta

import pytest

from tests.cast import DISTRICT, GRID, Cast
from youlin.apps.cases import selectors
from youlin.apps.cases.models import Case, Category
from youlin.apps.cases.selectors import CaseFilters, filtering, mapping, staff
from youlin.apps.cases.selectors.rows import Counts
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE, NOISE, reported
from youlin.apps.duties.models import Assignment
from youlin.kernel import clock, counting

pytestmark = pytest.mark.django_db


def test_numbers_are_counted_so_far_and_no_further(people: Cast, monkeypatch) -> None:
    factories.many(5)
    assert selectors.counts(people.zhao.actor).open == 5
    monkeypatch.setattr(Counts, "MOST", 3)
    assert selectors.counts(people.zhao.actor).open == 4
    page = selectors.inbox(people.zhao.actor, size=1)
    assert (page.total, page.total_is_capped) == (5, False)


def test_a_list_is_counted_ahead_of_where_one_is(people: Cast) -> None:
    factories.many(20)
    rows = Case.objects.filter(district=DISTRICT)
    assert counting.ahead(rows, page=1, size=1, most=3, leaf_to=15) == (6, True)
    assert counting.ahead(rows, page=8, size=1, most=3, leaf_to=15) == (13, True)
    assert counting.ahead(rows, page=99, size=1, most=3, leaf_to=15) == (15, True)
    assert counting.ahead(rows, page=99, size=1, most=3, leaf_to=50) == (20, False)


def test_all_numbers_of_the_sidebar_are_one_query(people: Cast, django_assert_num_queries) -> None:
    factories.many(4, holder=people.wang.person)
    rows = Case.objects.filter(district=DISTRICT)
    with django_assert_num_queries(1):
        found = counting.upto(3, {"all": rows, "none": rows.none(), "open": rows.filter(is_open=True)})
    assert found == {"all": 3, "none": 0, "open": 3}


def test_what_has_no_limit_stands_behind_all_that_is_due(people: Cast) -> None:
    factories.many(6)
    rows = Case.objects.filter(district=DISTRICT)
    undated = [case.pk for case in rows.order_by("reported_at", "id")[:3]]
    rows.filter(pk__in=undated).update(due_at=None, light_at=None)
    whole = list(rows.order_by(*filtering.ORDERS["due"]))
    assert [case.due_at is None for case in whole] == [False] * 3 + [True] * 3
    for size in (1, 2, 4, 6):
        for few in (True, False):
            pages = [
                filtering.page(lambda: rows, "due", start=at, size=size, few=few) for at in range(0, 8, size)
            ]
            assert [case for page in pages for case in page] == whole


def test_a_map_shows_points_where_cases_are_few_and_clusters_where_they_are_many(
    people: Cast, monkeypatch, django_assert_max_num_queries
) -> None:
    cases = factories.many(12)
    lon, lat = factories.point_in(GRID)
    for number, case in enumerate(cases):
        Case.objects.filter(pk=case.pk).update(lon=lon + (number % 3) * 0.01, lat=lat + number * 1e-6)
    view = selectors.map_view(people.zhao.actor)
    assert {point.number for point in view.points} == {case.number for case in cases} and not view.clusters
    monkeypatch.setattr(mapping, "FEW", 5)
    with django_assert_max_num_queries(10):
        view = selectors.map_view(people.zhao.actor)
    assert not view.points and sorted(one.number for one in view.clusters) == [4, 4, 4]
    assert sorted(round(one.lon - lon, 3) for one in view.clusters) == [0, 0.01, 0.02]
    near = selectors.map_view(people.zhao.actor, box=(lon - 0.001, lat - 0.001, lon + 0.001, lat + 0.001))
    assert len(near.points) == 4 and not near.clusters
    with clock.frozen(clock.now() + timedelta(days=30)):
        late = selectors.map_view(people.zhao.actor, filters=CaseFilters(overdue=True))
    assert sum(one.late for one in late.clusters) == sum(one.number for one in late.clusters) == 12


def test_clusters_of_very_many_are_kept_for_some_seconds_and_for_nobody_else(
    people: Cast, monkeypatch, django_assert_max_num_queries
) -> None:
    monkeypatch.setattr(mapping, "FEW", 5)
    monkeypatch.setattr(staff, "KEPT_FROM", 10)
    staff._clusters.clear()
    looks = lambda who, **asked: sum(  # noqa: E731
        one.number for one in selectors.map_view(who.actor, filters=CaseFilters(**asked)).clusters
    )
    with clock.frozen(clock.now()):
        factories.many(12, holder=people.wang.person)
        assert looks(people.zhao) == looks(people.zhao, mine=False) == 12
        factories.many(6, holder=people.wang.person)
        with django_assert_max_num_queries(3):
            assert looks(people.zhao) == 12
        assert looks(people.wang, mine=True) == looks(people.zhao, area=GRID) == 18
        assert looks(people.zhao, mine=True) == looks(people.li) == 0
        Case.objects.filter(district=DISTRICT).update(confidential=True)
        assert looks(people.wang, area=GRID) == 0
        clock.advance(timedelta(seconds=20))
        assert looks(people.zhao) == 0
    staff._clusters.clear()


def test_what_is_compiled_for_one_is_not_asked_for_another(people: Cast) -> None:
    factories.many(3, holder=people.wang.person)
    here = Case.objects.filter(district=DISTRICT)
    for _again in range(2):
        assert selectors.inbox(people.li.actor).total == 0
        for filters, found in ((CaseFilters(), 3), (CaseFilters(mine=True), 0), (CaseFilters(open=False), 0)):
            page = selectors.inbox(people.zhao.actor, filters=filters)
            assert (len(page.rows), page.total) == (found, found)
        mine = selectors.inbox(people.wang.actor, filters=CaseFilters(mine=True))
        assert [row.mine for row in mine.rows] == [True] * 3
    here.filter(pk=here.order_by("pk")[0].pk).update(confidential=True)
    assert selectors.inbox(people.zhao.actor).total == selectors.inbox(people.zhao.actor, size=2).total == 2
    Assignment.objects.filter(district=DISTRICT, holder=people.zhao.person).update(valid_to=clock.now())
    assert selectors.inbox(people.zhao.actor).total == 0


def test_a_cluster_of_the_public_map_knows_coarse_places_as_they_are_shown(people: Cast, monkeypatch) -> None:
    cases = factories.many(9)
    lon, lat = round(factories.point_in(GRID)[0], 3), round(factories.point_in(GRID)[1], 3)
    for number, case in enumerate(cases):
        Case.objects.filter(pk=case.pk).update(lon=lon - 0.00049 + number * 1e-4, lat=lat + 0.0002)
    Category.objects.filter(code=GARBAGE).update(approximate_place=True)
    monkeypatch.setattr(mapping, "FEW", 5)
    box = (lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)
    [cluster] = selectors.public_map(district=DISTRICT, box=box).clusters
    assert cluster.number == 9 and (cluster.lon, cluster.lat) == pytest.approx((lon, lat), abs=1e-9)
    Category.objects.filter(code=GARBAGE).update(approximate_place=False)
    found = selectors.public_map(district=DISTRICT, box=box).clusters
    assert sum(one.number for one in found) == 9
    assert sum(one.lat * one.number for one in found) / 9 == pytest.approx(lat + 0.0002, abs=1e-9)


def test_a_repeat_is_noted_when_it_comes_in_and_forgotten_when_it_is_merged(people: Cast) -> None:
    first, again, other = reported().case, reported().case, reported(category=NOISE).case
    assert [Case.objects.get(pk=one.pk).may_repeat for one in (first, again, other)] == [False, True, False]
    asked = CaseFilters(possible_duplicates=True)
    assert [row.number for row in selectors.inbox(people.zhao.actor, filters=asked).rows] == [again.number]
    Case.objects.filter(pk=again.pk).update(duplicate_of=first)
    assert selectors.inbox(people.zhao.actor, filters=asked).total == 0

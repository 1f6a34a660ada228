"""Search of cases: nothing in scope is missed however much is found beside it, wherever the case goes."""

import pytest
from django.core.management import call_command
from django.db import connection

from tests.cast import DISTRICT, GRID, OTHER_STREET, SIBLING_GRID, STREET, Cast
from youlin.apps.areas import services as areas
from youlin.apps.cases import selectors
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors import CaseFilters, filtering
from youlin.apps.cases.tests.factories import NOISE, TIP_OFF, do, reported
from youlin.apps.cases.words import SEARCH_KIND
from youlin.kernel import ids, rows, search, statistics
from youlin.kernel.actors import SYSTEM
from youlin.kernel.search import following, queries
from youlin.kernel.search.models import SearchDocument

pytestmark = pytest.mark.django_db
WORDS = "消防栓"


def found(actor: object, **asked: object) -> set[str]:
    page = selectors.inbox(actor, filters=CaseFilters(**{"text": WORDS, "open": None, **asked}), size=200)
    return {row.number for row in page.rows}


def many_newer(count: int, area: str) -> None:
    """Cases reported after all others, with the same words, straight into the tables."""
    model = Case.objects.order_by("reported_at").last()
    made = []
    for _n in range(count):
        case = Case(**{field.attname: getattr(model, field.attname) for field in Case._meta.concrete_fields})
        case.id, case.number, case.area_now = ids.uuid7(), ids.new_number("XC"), area
        made.append(case)
    rows.insert_many(made)
    search.index_many(
        search.Document(
            DISTRICT, SEARCH_KIND, one.id, f"{one.number} {WORDS}", search.marks.of(area, is_open=True)
        )
        for one in made
    )


def marks_are_right() -> bool:
    """Whether the index knows of every case where it lies and whether it is open."""
    kept = dict(SearchDocument.objects.filter(kind=SEARCH_KIND).values_list("object_id", "marks"))
    said = {one.id: search.marks.of(one.area_now, is_open=one.is_open) for one in Case.objects.all()}
    words = lambda text: sorted(set(text.replace("'", "").split()))  # noqa: E731
    return {id: words(text or "") for id, text in kept.items()} == {
        id: words(text) for id, text in said.items()
    }


def test_an_old_hit_in_scope_is_found_behind_5000_newer_ones_elsewhere(people: Cast) -> None:
    mine = reported(area=GRID, text=f"门口{WORDS}漏水").number
    many_newer(5_001, SIBLING_GRID)
    assert found(people.wang.actor) == {mine}
    assert mine in found(people.zhao.actor, area=GRID, open=True)


def test_an_old_hit_is_found_behind_5000_newer_ones_of_another_kind_in_the_same_scope(people: Cast) -> None:
    old = reported(area=GRID, category=NOISE, text=f"门口{WORDS}旁太吵").number
    reported(area=GRID, text=WORDS)
    many_newer(5_001, GRID)
    assert found(people.zhao.actor, category=NOISE) == {old}
    page = selectors.inbox(people.zhao.actor, filters=CaseFilters(text=WORDS, order="oldest"), size=20)
    assert page.rows[0].number == old and page.total_is_capped and len(page.rows) == 20


def test_a_hit_is_found_whether_few_are_collected_or_many_are_walked(people: Cast, monkeypatch) -> None:
    numbers = {reported(area=area, text=WORDS).number for area in (GRID, GRID, SIBLING_GRID)}
    reported(area=GRID, text="消火栓")
    for few in (100, 0):
        monkeypatch.setattr(search, "FEW", few)
        assert found(people.zhao.actor) == numbers
        assert len(found(people.wang.actor)) == 2 and not found(people.other.actor)


def test_a_case_is_found_where_it_lies_now_when_areas_change(people: Cast) -> None:
    running, done = reported(text=WORDS).case, reported(text=WORDS).case
    do(done, "void")
    areas.merge_areas(actor=SYSTEM, codes=[STREET, OTHER_STREET], new_code=OTHER_STREET, new_name="牛街街道")
    assert marks_are_right()
    assert found(people.zhao.actor, area=OTHER_STREET) == {running.number, done.number}
    assert found(people.zhao.actor, area=OTHER_STREET, open=True) == {running.number}


def test_a_case_is_found_among_the_open_while_it_is_open(people: Cast) -> None:
    case = reported(text=WORDS).case
    do(case, "void")
    assert marks_are_right() and not found(people.zhao.actor, open=True)
    Case.objects.filter(pk=case.pk).update(is_open=True)
    assert marks_are_right() and found(people.zhao.actor, open=True) == {case.number}


def test_a_case_made_confidential_is_found_by_its_few_readers_alone(people: Cast) -> None:
    case = reported(text=WORDS).case
    secret = reported(text=WORDS, category=TIP_OFF).number
    assert found(people.zhao.actor) == {case.number} and secret in found(people.confidant.actor)
    Case.objects.filter(pk=case.pk).update(confidential=True)
    assert not found(people.zhao.actor)


def test_an_archived_case_is_still_found(people: Cast) -> None:
    case = reported(text=WORDS).case
    do(case, "void")
    Case.objects.filter(pk=case.pk).update(archived=True)
    assert found(people.zhao.actor) == {case.number}


def test_rows_of_an_older_version_get_their_marks_step_by_step(people: Cast, monkeypatch) -> None:
    for area in (GRID, SIBLING_GRID, GRID):
        reported(area=area, text=WORDS)
    SearchDocument.objects.update(marks=None)
    assert len(found(people.wang.actor)) == 2
    monkeypatch.setattr(following, "BATCH", 2)
    assert following.catch_up(batches=1) == 2 and following.unmarked() == 1
    assert len(found(people.wang.actor)) == 2
    assert following.catch_up() == 1 and following.unmarked() == 0 and marks_are_right()


def test_migrating_makes_the_triggers_again(people: Cast) -> None:
    call_command("migrate", verbosity=0)
    case = reported(text=WORDS).case
    do(case, "void")
    assert marks_are_right()


def test_the_index_is_asked_once_to_choose(people: Cast, django_assert_num_queries) -> None:
    reported(text=WORDS)
    asked = queries.search([DISTRICT], SEARCH_KIND, WORDS, [[search.marks.OPEN]])
    with django_assert_num_queries(1):
        assert queries.count(asked, 10) == (1, False)


def listed(actor: object, filters: CaseFilters, size: int) -> list[str]:
    """All pages of a list, one after the other."""
    pages = [selectors.inbox(actor, filters=filters, page=1, size=size)]
    while len(pages[-1].rows) == size:
        following_page = selectors.inbox(actor, filters=filters, page=len(pages) + 1, size=size)
        if following_page.number == pages[-1].number:
            break
        pages.append(following_page)
    return [row.number for page in pages for row in page.rows]


def in_order(order: str, open: bool | None) -> list[str]:
    """The same by reading every case, without an index."""
    rows = Case.objects.filter(description__contains=WORDS, confidential=False)
    rows = rows if open is None else rows.filter(is_open=open)
    return list(rows.order_by(*filtering.ORDERS[order]).values_list("number", flat=True))


@pytest.mark.parametrize("how", ["collected", "walked", "guessed"])
def test_pages_of_a_search_are_the_whole_list_in_its_order(people: Cast, monkeypatch, how: str) -> None:
    cases = [reported(text=f"{WORDS}漏水").case for _number in range(9)]
    reported(text="别的")
    for number, case in enumerate(cases):
        if number % 3 == 0:
            do(case, "void")
        if number % 4 == 1:
            Case.objects.filter(pk=case.pk).update(due_at=None, light_at=None)
    Case.objects.filter(pk=cases[8].pk).update(confidential=True)
    if how == "walked":
        monkeypatch.setattr(search, "FEW", 0)
    if how == "guessed":
        monkeypatch.setattr(queries, "guess", lambda asked: 1_000_000)
    for order in filtering.ORDERS:
        for open in (True, False, None):
            filters = CaseFilters(text=WORDS, order=order, open=open)
            for size in (2, 5, 20):
                assert listed(people.zhao.actor, filters, size) == in_order(order, open), (order, open, size)


def test_a_search_asks_as_often_for_many_hits_as_for_few(
    people: Cast, monkeypatch, django_assert_max_num_queries
) -> None:
    many_newer(1, reported(text=WORDS).case.area_now)
    for few in (100, 0):
        monkeypatch.setattr(search, "FEW", few)
        for count in (1, 30):
            many_newer(count, GRID)
            with django_assert_max_num_queries(15):
                found(people.zhao.actor)


def test_the_statistics_of_postgresql_tell_frequent_words_from_rare_ones(people: Cast) -> None:
    reported(area=GRID, text="鸟窝")
    many_newer(400, GRID)
    statistics.refresh([SearchDocument])
    often, rare = (queries.guess(queries.search([DISTRICT], SEARCH_KIND, word)) for word in (WORDS, "鸟窝"))
    assert (often, rare) == (0, 0) if connection.vendor == "sqlite" else 300 <= often <= 500 and rare < 50
    assert queries.guess(queries.search([DISTRICT], SEARCH_KIND, "")) == 0

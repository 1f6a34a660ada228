"""Searches narrowed inside the index: by area and by being open; what has no marks yet is still found."""

from uuid import UUID

import pytest
from django.db.models import Q

from youlin.kernel import search
from youlin.kernel.ids import uuid7
from youlin.kernel.search import following, marks, queries
from youlin.kernel.search.models import SearchDocument

pytestmark = pytest.mark.django_db

HOME, KIND = "110102", "places.place"
STREET, OTHER = "110102013", "110102014"


def put(text: str, area: str, *, is_open: bool = True, kind: str = KIND) -> UUID:
    row = uuid7()
    found = marks.of(area, is_open=is_open)
    search.index(district=HOME, kind=kind, object_id=row, text=text, marks=found)
    return row


def seen(query: str, *having: list[str]) -> set[UUID]:
    """As a caller asks whose own table is the search table itself."""
    found = search.narrowed(
        districts=[HOME], kind=KIND, query=query, having=having, district="district", object_id="object_id"
    )
    return set(
        SearchDocument.objects.filter(found.condition, district=HOME).values_list("object_id", flat=True)
    )


def test_an_area_holds_all_below_it_and_nothing_beside() -> None:
    grid, beside = put("路灯不亮", f"{STREET}001002"), put("路灯不亮", f"{OTHER}001002")
    assert seen("路灯", [marks.below(STREET)]) == {grid}
    assert seen("路灯", [marks.below(f"{STREET}001")]) == {grid}
    assert seen("路灯", [marks.below(f"{STREET}002")]) == set()
    assert seen("路灯", [marks.below(STREET), marks.below(OTHER)]) == {grid, beside}
    assert seen("路灯") == {grid, beside}


def test_what_is_open_is_found_among_the_open() -> None:
    running, done = put("路灯不亮", STREET), put("路灯不亮", STREET, is_open=False)
    assert seen("路灯", [marks.OPEN]) == {running}
    assert seen("路灯", [marks.OPEN], [marks.below(OTHER)]) == set()
    assert seen("路灯", [marks.below(STREET)]) == {running, done}


@pytest.mark.parametrize(
    ("prefix", "mark"),
    [
        ("", None),
        ("110102", None),
        ("110102013", "¶110102013"),
        ("1101020130", "¶110102013"),
        ("110102013001", "¶110102013001"),
        ("110102013001002003004", "¶110102013001002003"),
        ("110102' | 'a", None),
    ],
)
def test_the_mark_of_a_prefix_is_one_that_all_below_it_have(prefix: str, mark: str | None) -> None:
    assert marks.below(prefix) == mark
    assert mark is None or mark in marks.of(f"{prefix}001", is_open=False).split()


def test_marks_are_not_words() -> None:
    put("路灯不亮", STREET)
    for query in (STREET, "open", "¶open", f"¶{STREET}"):
        assert seen(query) == set()


def test_a_row_without_marks_is_found_by_every_search_until_it_has_them() -> None:
    marked, plain = put("路灯不亮", STREET), uuid7()
    search.index(district=HOME, kind=KIND, object_id=plain, text="路灯不亮")
    assert seen("路灯", [marks.below(STREET)], [marks.OPEN]) == {marked, plain}


def test_of_many_hits_the_rows_themselves_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {put(f"路灯不亮 {number}", STREET) for number in range(5)}
    put("路面有灯箱", STREET)
    monkeypatch.setattr(search, "FEW", 2)
    asked: list[Q] = []
    monkeypatch.setattr(queries, "find", lambda *given: asked.append(given))
    assert seen("路灯") == rows and not asked


def test_parts_of_words_are_found_in_the_index_however_many(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {put(f"led {number}", STREET) for number in range(5)}
    put("sealed", STREET)
    monkeypatch.setattr(search, "FEW", 3)
    assert seen("LED") == rows


def test_hits_are_counted_no_further_than_asked() -> None:
    for number in range(4):
        put(f"路灯 {number}", STREET)
    asked = queries.search([HOME], KIND, "路灯")
    assert queries.count(asked, 3) == (3, False) and queries.count(asked, 9) == (4, False)
    assert queries.count(queries.search([HOME], KIND, ""), 9) == (0, False)


def test_there_is_nothing_to_catch_up_with_where_all_have_marks() -> None:
    put("路灯", STREET, kind="cases.case")
    assert following.unmarked() == 0 and following.catch_up() == 0

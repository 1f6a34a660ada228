"""Search: one and two characters, words, numbers, and only what really stands there. Runs on both databases."""

from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from youlin.kernel import search
from youlin.kernel.ids import uuid7
from youlin.kernel.privacy.models import PrivacyAct
from youlin.kernel.search import tokens
from youlin.kernel.search.models import SearchDocument

pytestmark = pytest.mark.django_db

HOME, OTHER, KIND = "110102", "110101", "cases.case"
TEXTS = {
    "lamp": "路灯不亮，已经三天 XC-7K4M2H9QA",
    "road": "路面有灯箱倒塌",
    "waste": "前门西大街12号院3号楼前堆放垃圾",
    "english": "Street Lights - All/Out on LAKEWOOD Ave",
    "mixed": "LED路灯坏了，电话亭旁边",
    "one": "脏",
    "empty": "",
}


@pytest.fixture
def ids() -> dict[str, UUID]:
    made = {name: uuid7() for name in TEXTS}
    search.index_many(search.Document(HOME, KIND, made[name], text) for name, text in TEXTS.items())
    return made


def found(query: str, district: str | list[str] = HOME, kind: str = KIND, limit: int = 100) -> list[UUID]:
    rows = search.matching_ids(district=district, kind=kind, query=query, limit=limit)
    return list(rows.values_list("object_id", flat=True))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("路灯", {"lamp", "mixed"}),
        ("灯", {"lamp", "road", "mixed"}),
        ("路", {"lamp", "road", "mixed"}),
        ("圾", {"waste"}),
        ("脏", {"one"}),
        ("路灯不", {"lamp"}),
        ("路灯不亮，已", {"lamp"}),
        ("灯路", set()),
        ("路箱", set()),
        ("垃圾 大街", {"waste"}),
        ("路灯 LED", {"mixed"}),
        ("ＬＥＤ路灯", {"mixed"}),
        ("led", {"mixed"}),
        ("le", {"mixed"}),
        ("ed", set()),
        ("light", {"english"}),
        ("LAKEWOOD", {"english"}),
        ("all/out", {"english"}),
        ("street lakewood", {"english"}),
        ("xc-7k4m", {"lamp"}),
        ("7K4M2H9QA", {"lamp"}),
        ("3号楼", {"waste"}),
        ("2号院", set()),
        ("12号院3号", {"waste"}),
        ("", set()),
        ("，。！", set()),
        ("'\"*:&|()", set()),
        ("%", set()),
        ("不存在", set()),
    ],
)
def test_what_is_typed_is_found_where_it_stands(query: str, names: set[str], ids: dict[str, UUID]) -> None:
    assert set(found(query)) == {ids[name] for name in names}


def test_districts_and_kinds_are_kept_apart_and_can_be_asked_together(ids: dict[str, UUID]) -> None:
    there = uuid7()
    search.index(district=OTHER, kind=KIND, object_id=there, text="路灯")
    search.index(district=HOME, kind="places.place", object_id=ids["lamp"], text="路灯")
    assert set(found("路灯", OTHER)) == {there}
    assert set(found("路灯", [HOME, OTHER])) == {there, ids["lamp"], ids["mixed"]}
    assert found("路灯", kind="places.place") == [ids["lamp"]]
    assert found("路灯", []) == []


def test_two_districts_that_share_a_mark_are_still_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "scope", lambda district, kind: "abc")
    search.index(district=OTHER, kind=KIND, object_id=uuid7(), text="路灯")
    assert found("路灯", HOME) == []


def test_the_latest_come_first_and_no_more_than_asked(ids: dict[str, UUID]) -> None:
    assert found("灯") == [ids["mixed"], ids["road"], ids["lamp"]]
    assert found("灯", limit=1) == [ids["mixed"]]


def test_a_changed_row_is_found_by_its_new_text_alone(ids: dict[str, UUID]) -> None:
    search.index(district=HOME, kind=KIND, object_id=ids["lamp"], text="井盖丢失")
    assert ids["lamp"] not in found("路灯") and found("井盖") == [ids["lamp"]]
    search.remove(district=HOME, kind=KIND, object_id=ids["lamp"])
    search.remove(district=HOME, kind=KIND, object_id=ids["lamp"])
    assert found("井盖") == []
    assert SearchDocument.objects.filter(object_id=ids["lamp"]).count() == 0


def test_the_index_follows_the_transaction(ids: dict[str, UUID]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        search.index(district=HOME, kind=KIND, object_id=uuid7(), text="消防栓")
        assert found("消防")
        raise RuntimeError
    assert not found("消防")


def test_rows_deleted_in_any_way_are_gone_and_the_index_can_be_rebuilt(ids: dict[str, UUID]) -> None:
    SearchDocument.objects.filter(object_id=ids["mixed"]).delete()
    assert found("路灯") == [ids["lamp"]]
    search.rebuild()
    assert search.check()
    assert found("路灯") == [ids["lamp"]]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO kernel_searchindex (kernel_searchindex, rank) VALUES ('integrity-check', 1)"
            )


def test_the_answer_is_a_subquery_of_the_callers_query(ids: dict[str, UUID]) -> None:
    rows = search.matching_ids(district=HOME, kind=KIND, query="路灯")
    wanted = {ids["lamp"], ids["mixed"]}
    for model, name in ((PrivacyAct, "subject_id"), (SearchDocument, "object_id")):
        if model is PrivacyAct:
            PrivacyAct.objects.bulk_create(PrivacyAct(district=HOME, subject_id=id) for id in ids.values())
        found = model.objects.filter(district=HOME, **{f"{name}__in": rows}).values_list(name, flat=True)
        assert set(found) == wanted and len(found) == 2


def test_a_row_given_twice_counts_once() -> None:
    row = uuid7()
    assert search.index_many([search.Document(HOME, KIND, row, text) for text in ("路灯", "井盖")]) == 1
    assert found("井盖") == [row] and not found("路灯")


CHINESE = st.text(alphabet="路灯不亮坏垃圾井盖了的 a1，", min_size=1, max_size=12)


@given(
    st.lists(CHINESE, min_size=1, max_size=6),
    st.text(alphabet="路灯不亮坏垃圾井盖了的", min_size=1, max_size=4),
)
def test_chinese_is_found_exactly_where_it_is_contained(texts: list[str], query: str) -> None:
    SearchDocument.objects.all().delete()
    rows = {uuid4(): text for text in texts}
    search.index_many(search.Document(HOME, KIND, id, text) for id, text in rows.items())
    assert set(found(query)) == {id for id, text in rows.items() if query in text}


@given(st.text(max_size=40), st.text(max_size=10))
def test_any_text_and_any_query_are_answered(text: str, query: str) -> None:
    row, text = uuid4(), text.replace("\x00", "")
    search.index(district=HOME, kind=KIND, object_id=row, text=text)
    assert isinstance(found(query), list)
    for word in tokens.normal(text).split()[:1]:
        runs = tokens.of_term(word)
        assert not runs or row in found(word)

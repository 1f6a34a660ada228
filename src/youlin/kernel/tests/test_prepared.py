"""Queries compiled once: the same answers as the ORM's own, with values that come later."""

import threading
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connections
from django.db.models import CharField, Count, DateTimeField, Exists, Max, OuterRef

from youlin.kernel import clock
from youlin.kernel.models import IdempotencyRecord
from youlin.kernel.prepared import Given, LatelyPrepared, Prepared, PreparedFor

pytestmark = pytest.mark.django_db

BY_SCOPE: Prepared[IdempotencyRecord] = Prepared(
    lambda: IdempotencyRecord.objects.filter(
        district=Given("district", CharField()),
        scope=Given("scope", CharField()),
        created_at__range=(Given("since", DateTimeField()), Given("until", DateTimeField())),
    ).order_by("key")
)


def record(key: str, scope: str = "tests", **more: Any) -> IdempotencyRecord:
    row = IdempotencyRecord(district="110102", scope=scope, key=key, payload_digest="", **more)
    row.save()
    return row


def asked(scope: str = "tests", since: timedelta = timedelta(days=1)) -> list[IdempotencyRecord]:
    now = clock.now()
    return BY_SCOPE.rows(district="110102", scope=scope, since=now - since, until=now + since)


def test_rows_are_those_of_the_orm_with_every_field() -> None:
    record("a", response="geheim 秘密")
    record("b", created_at=clock.now() - timedelta(days=3))
    record("c", scope="others")
    for since in (timedelta(days=1), timedelta(days=9)):
        plain = IdempotencyRecord.objects.filter(scope="tests", created_at__gt=clock.now() - since)
        found = asked(since=since)
        assert [one.__dict__ | {"_state": None} for one in found] == [
            one.__dict__ | {"_state": None} for one in plain.order_by("key")
        ]
    assert [one.key for one in asked("others")] == ["c"] and asked("nobody") == []


def test_a_row_can_be_saved_again() -> None:
    record("a")
    found = asked()[0]
    found.response = "neu"
    found.save()
    assert IdempotencyRecord.objects.get().response == "neu"


def test_annotations_and_fields_left_out() -> None:
    other = IdempotencyRecord.objects.filter(
        scope=Given("other", CharField()), district=OuterRef("district"), key=OuterRef("key")
    )
    both: Prepared[IdempotencyRecord] = Prepared(
        lambda: (
            IdempotencyRecord.objects.filter(scope="tests")
            .annotate(twin=Exists(other))
            .only("district", "key")
            .order_by("key")
        )
    )
    record("a")
    record("b")
    record("b", scope="others")
    rows: list[Any] = both.rows(other="others")
    assert [(row.key, row.twin) for row in rows] == [("a", False), ("b", True)]
    assert rows[0].get_deferred_fields() and rows[0].scope == "tests"


def test_plain_values() -> None:
    newest: Prepared[IdempotencyRecord] = Prepared(
        lambda: (
            IdempotencyRecord.objects.values("scope")
            .annotate(rows=Count("id"), last=Max("created_at"))
            .values_list("scope", "rows", "last")
        )
    )
    last = [record("a"), record("b")][1].created_at
    assert newest.values() == [["tests", 2, last]]


def test_the_sql_is_made_once_in_a_thread() -> None:
    built: list[int] = []

    def build() -> Any:
        built.append(threading.get_ident())
        return IdempotencyRecord.objects.filter(key=Given("key", CharField()))

    prepared: Prepared[IdempotencyRecord] = Prepared(build)
    for key in ("a", "b"):
        assert prepared.first(key=key) is None
    assert len(built) == 1

    def elsewhere() -> None:
        prepared._ready()
        connections.close_all()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert len(set(built)) == 2


def test_a_value_that_is_missing_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        BY_SCOPE.rows(district="110102")


ONES: PreparedFor[IdempotencyRecord] = PreparedFor(
    CharField(),
    lambda keys: IdempotencyRecord.objects.filter(
        key__in=keys, scope=Given("scope", CharField())
    ).values_list("key"),
)


def test_any_number_of_values(monkeypatch) -> None:
    names = [f"{number:02}" for number in range(23)]
    for name in names:
        record(name)
    record("00", scope="others")
    for many in (1, 2, 4, 5, 17, 23):
        assert sorted(ONES.values(names[:many], scope="tests")) == [[name] for name in names[:many]]
    assert ONES.values([], scope="tests") == [] and ONES.values({"nothing"}, scope="tests") == []
    monkeypatch.setattr(PreparedFor, "AT_ONCE", 4)
    assert sorted(ONES.values(names, scope="tests")) == [[name] for name in names]


def test_a_query_is_counted_up_to_where_it_is_cut_off() -> None:
    for name in "abc":
        record(name)
    for most, found in ((2, 2), (9, 3)):
        cut: Prepared[IdempotencyRecord] = Prepared(partial(_some, most))
        assert cut.count(scope="tests") == found and cut.count(scope="others") == 0


def _some(most: int) -> Any:
    return IdempotencyRecord.objects.filter(scope=Given("scope", CharField())).only("pk")[:most]


def test_what_finds_nothing_is_not_asked(django_assert_num_queries) -> None:
    nothing: Prepared[IdempotencyRecord] = Prepared(lambda: IdempotencyRecord.objects.filter(pk__in=[]))
    with django_assert_num_queries(0):
        assert nothing.rows() == [] and nothing.count() == 0 and nothing.first() is None


def test_the_same_key_is_compiled_once_and_the_oldest_is_forgotten() -> None:
    lately: LatelyPrepared[IdempotencyRecord] = LatelyPrepared(most=2)
    first = lately.get("a", IdempotencyRecord.objects.all)
    assert lately.get("a", IdempotencyRecord.objects.none) is first
    assert lately.get("b", IdempotencyRecord.objects.all) is not first
    lately.get("a", IdempotencyRecord.objects.all)
    lately.get("c", IdempotencyRecord.objects.all)
    assert lately.get("a", IdempotencyRecord.objects.none) is first
    assert lately.get("b", IdempotencyRecord.objects.none).rows() == []

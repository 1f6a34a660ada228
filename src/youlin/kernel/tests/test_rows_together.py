"""Rows written with a first one: all or nothing, the same on both databases, and in few statements."""

from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from youlin.kernel import rows, sending
from youlin.kernel.models import IdempotencyRecord
from youlin.kernel.rows import Write

pytestmark = pytest.mark.django_db


def record(key: str, scope: str = "tests", **more: Any) -> IdempotencyRecord:
    return IdempotencyRecord(district="110102", scope=scope, key=key, payload_digest="", **more)


def written() -> list[tuple[str, str]]:
    found = IdempotencyRecord.objects.order_by("scope", "key")
    return [(row.key, row.payload_digest) for row in found]


def test_all_is_written_with_a_first_row_that_is_new() -> None:
    old = [record("old 1"), record("old 2")]
    rows.insert_many(old)
    for place, one in enumerate(old):
        one.payload_digest, one.response = f"changed {place}", "not to be written"
    new = [record("b", response="geheim 秘密"), record("c")]
    first = record("a")
    assert rows.insert_if_new_with(first, [Write(new), Write([]), Write(old, ("payload_digest",))])
    assert written() == [("a", ""), ("b", ""), ("c", ""), ("old 1", "changed 0"), ("old 2", "changed 1")]
    assert {row.response for row in IdempotencyRecord.objects.all()} == {"", "geheim 秘密"}
    assert not any(row._state.adding for row in (first, *new))


@pytest.mark.parametrize("many", [1, 300])
def test_nothing_is_written_with_a_first_row_that_is_there(many: int) -> None:
    rows.insert_many([record("a"), old := record("old")])
    old.payload_digest = "changed"
    new = [record(f"new {number}") for number in range(many)]
    assert not rows.insert_if_new_with(record("a"), [Write(new), Write([old], ["payload_digest"])])
    assert written() == [("a", ""), ("old", "")]
    assert rows.insert_if_new_with(record("b"), [Write(new), Write([old], ["payload_digest"])])
    assert len(written()) == 3 + many and ("old", "changed") in written()


def test_what_is_too_long_for_its_column_is_refused_and_never_cut() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite knows no lengths")
    rows.insert_many([old := record("old")])
    old.payload_digest = "x" * 65
    for also in (Write([record("x" * 201)]), Write([old], ["payload_digest"])):
        with pytest.raises(DataError), transaction.atomic():
            rows.insert_if_new_with(record("a"), [also])
    assert written() == [("old", "")]


def test_it_is_one_statement_on_postgresql_and_kept_there() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite takes one statement for each kind of row")
    with CaptureQueriesContext(connection) as asked:
        for number in range(8):
            with_it = Write([record(f"with {number}")])
            assert rows.insert_if_new_with(record(f"first {number}"), [with_it])
    assert len(asked) == 8 and len(written()) == 16
    assert prepared() == 1


def test_nothing_is_prepared_where_connections_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's driver keeps statements by itself")
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    connection.connection.prepare_threshold = None
    sending._held.cursor = None
    before = prepared()
    for number in range(8):
        assert rows.insert_if_new_with(record(f"first {number}"), [Write([record(f"with {number}")])])
    assert prepared() == before
    sending._held.cursor = None


def prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'WITH made AS%%'")
        return int(cursor.fetchone()[0])

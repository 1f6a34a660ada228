"""On PostgreSQL, where tables have locks and an index may be left half-made. (SQLite has neither.)"""

import threading

import psycopg
import pytest
from django.db import NotSupportedError, OperationalError, connection, transaction

from youlin.kernel import migrating
from youlin.kernel.tests.test_migrating import NAME, made, make

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["make"]


def test_a_half_made_index_is_made_anew(make):
    make()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(%s)", [NAME])
    make()
    assert made() == [True]


def test_within_a_transaction_it_is_refused_rather_than_locking_everybody_out(make):
    with pytest.raises(NotSupportedError), transaction.atomic():
        make()


@pytest.fixture
def busy(monkeypatch):
    """Somebody reads the table in a transaction that does not end before `free` is called."""
    monkeypatch.setattr(migrating, "PAUSE", 0.05)
    monkeypatch.setattr(migrating, "LOCK_WITHIN", migrating.timedelta(milliseconds=100))
    given = connection.get_connection_params()
    keys = ("host", "port", "dbname", "user", "password")
    with psycopg.connect(**{key: given[key] for key in keys if given.get(key)}) as other:
        other.execute("SELECT count(*) FROM kernel_idempotencyrecord")
        yield other.rollback


def alter(tries: list[int]) -> None:
    tries.append(1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE kernel_idempotencyrecord IN ACCESS EXCLUSIVE MODE")


def test_a_migration_gives_way_and_tries_again_until_the_table_is_free(busy):
    tries: list[int] = []
    threading.Timer(0.5, busy).start()
    migrating.careful(connection, lambda: alter(tries))
    assert len(tries) > 1


def test_a_table_that_is_never_free_is_an_error_and_leaves_the_connection_as_it_was(busy, monkeypatch):
    monkeypatch.setattr(migrating, "TRIES", 3)
    tries: list[int] = []
    with pytest.raises(OperationalError):
        migrating.careful(connection, lambda: alter(tries))
    assert len(tries) == 3
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


def test_two_do_not_migrate_at_the_same_time(busy):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [migrating._ONE_AT_A_TIME])
    order: list[str] = []
    given = connection.get_connection_params()
    keys = ("host", "port", "dbname", "user", "password")
    with psycopg.connect(**{key: given[key] for key in keys if given.get(key)}, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock_shared(%s)", [migrating._ONE_AT_A_TIME])
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [migrating._ONE_AT_A_TIME])

        def leave() -> None:
            order.append("the first is done")
            other.execute("SELECT pg_advisory_unlock_shared(%s)", [migrating._ONE_AT_A_TIME])

        threading.Timer(0.4, leave).start()
        migrating.careful(connection, lambda: order.append("the second"))
    assert order == ["the first is done", "the second"]

"""The planner is told of a large change at once, also within a transaction."""

from uuid import uuid4

import pytest
from django.db import connection

from youlin.kernel import search, statistics
from youlin.kernel.search.models import SearchDocument
from youlin.kernel.tests.test_search import HOME, KIND


@pytest.mark.django_db
def test_the_planner_knows_the_rows_of_this_transaction(django_assert_num_queries):
    search.index_many(search.Document(HOME, KIND, uuid4(), f"第 {n} 户") for n in range(50))
    if connection.vendor != "postgresql":
        with django_assert_num_queries(0):
            statistics.refresh([SearchDocument])
        return
    statistics.refresh([SearchDocument])
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [SearchDocument._meta.db_table])
        assert cursor.fetchone()[0] == 50


@pytest.mark.django_db(transaction=True)
def test_before_a_long_read_what_changed_much_is_counted():
    table = SearchDocument._meta.db_table
    search.index_many(search.Document(HOME, KIND, uuid4(), f"第 {n} 户") for n in range(300))
    if connection.vendor != "postgresql":
        assert statistics.catch_up() == []
        return
    connection.close()  # a session that ends has told the server what it changed
    assert table in statistics.catch_up()
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        assert cursor.fetchone()[0] == 300
    assert table not in statistics.catch_up(), "it is known now"

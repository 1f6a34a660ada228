"""Every definition gives the same cells on another engine: DuckDB by itself here, and PostgreSQL where there is one."""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.cast import DISTRICT, make_areas
from tests.engines import rows
from youlin.apps.indicators import reading, scaling
from youlin.apps.indicators.asking import Asked
from youlin.kernel import clock
from youlin.kernel.datasets import reading as reading_of_rows
from youlin.kernel.engines.postgres import Postgres
from youlin.kernel.errors import Invalid
from youlin.kernel.tests import exported

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="the database is another")


@pytest.fixture(autouse=True)
def _rows() -> Iterator[None]:
    make_areas()
    with exported.own_folder(), clock.frozen(rows.AS_OF):
        rows.put()
        yield


@pytest.fixture
def postgres() -> Postgres:
    return Postgres(reading_of_rows.address())


def test_the_rows_have_something_of_every_definition():
    found = rows.answers(scaling.Duck(), rows.asked())
    # Nobody counted the people of these areas.
    assert rows.without_a_row(found) <= {"reports_per_1000"}


def test_an_engine_answers_what_every_other_figure_answers():
    for one in rows.asked():
        mine = reading.computed(one, rows.known(), rows.known())
        cells = scaling.cells(scaling.Duck(), one, rows.known(), rows.known()).to_pylist()
        told = {(row["code"], row["area"], row["start"], row["key"]): row for row in cells}
        assert len(told) == sum(len(numbers) for numbers in mine.values())
        for code, numbers in mine.items():
            for (area, start, key), number in numbers.items():
                row = told[code, area, start, key]
                assert (row["n"], row["d"], row["value"]) == (number.n, number.d, number.value)


@on_postgresql
def test_postgresql_gives_the_same_cells(postgres):
    for ours, theirs in zip(
        rows.answers(scaling.Duck(), rows.asked()), rows.answers(postgres, rows.asked()), strict=True
    ):
        rows.same(ours, theirs)


@on_postgresql
def test_postgresql_tells_odd_keys_and_weeks_apart_as_duckdb_does(postgres):
    ours = rows.by_key(scaling.Duck())
    assert set(ours.column("key").to_pylist()) >= {key or "" for key in rows.ODD_KEYS}
    rows.same(ours, rows.by_key(postgres))
    rows.same(rows.weeks(scaling.Duck()), rows.weeks(postgres))


@on_postgresql
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles"])
def test_the_time_zone_of_a_server_moves_no_day(postgres, zone):
    elsewhere = Postgres(f"{postgres.address}&options=-c%20TimeZone%3D{zone}")
    one = Asked(DISTRICT, DISTRICT, rows.SPAN, grain="month")
    (ours,) = rows.answers(scaling.Duck(), [one], ["reports", "cases_closed"])
    (theirs,) = rows.answers(elsewhere, [one], ["reports", "cases_closed"])
    rows.same(ours, theirs)


@on_postgresql
def test_nothing_stays_in_postgresql(postgres):
    rows.answers(postgres, rows.asked()[:1], ["reports"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname = 'rows'")
        assert cursor.fetchone() == (0,)


def test_a_server_that_does_not_answer_is_named_with_a_remedy():
    nowhere = Postgres("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Invalid) as refused:
        rows.answers(nowhere, rows.asked()[:1], ["reports"])
    assert refused.value.problems[0].field == "--database" and refused.value.problems[0].remedy


def test_what_was_never_exported_has_no_cell():
    with exported.own_folder():
        (found,) = rows.answers(scaling.Duck(), rows.asked()[:1], ["reports"])
    assert found.schema == scaling.COLUMNS and found.num_rows == 0

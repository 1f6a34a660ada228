"""Rows of a queryset as Arrow batches, past the ORM's instances. SQL of one vendor lives here.

PostgreSQL is read by ADBC, SQLite by Python's own library: ADBC brings a second copy of it, and locks of a file belong
to the whole process, so when one copy closes the file the other's are gone (sqlite.org/howtocorrupt.html, 2.2.1).
Inside a transaction, and where the database is in memory, another connection would not see the rows: there the
connection at hand is read, with the same types.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from youlin.kernel.ahead import ahead

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 16_384
"""Rows in one batch, where Python makes it."""
AT_ONCE = 1_024
"""Rows that are Python's at once: as many as the processor keeps near it until they are columns."""

_POSTGRESQL = {
    "uuid": "{}::text",
    "code": "{}::text",
    "text": "{}::text",
    "alias": "{}::text",
    "bool": "{}::boolean",
    "count": "{}::bigint",
    "number": "{}::float8",
    "moment": "{}::timestamptz",
    "day": "{}::date",
}
_SQLITE = {
    "uuid": "CAST({} AS TEXT)",
    "code": "CAST({} AS TEXT)",
    "text": "CAST({} AS TEXT)",
    "alias": "CAST({} AS TEXT)",
    "bool": "CAST({} AS INTEGER)",
    "count": "CAST({} AS INTEGER)",
    "number": "CAST({} AS REAL)",
    "moment": "CAST({} AS TEXT)",
    "day": "CAST({} AS TEXT)",
}
_NOT_OF_LIBPQ = ("pool", "server_side_binding", "isolation_level", "assume_role")


def batches(rows: QuerySet[Any], kinds: Sequence[str]) -> Iterator["pa.RecordBatch"]:
    """The rows of a `values_list` queryset, whose columns are of these kinds (`uuid` besides a column's kinds).

    Columns are named `c0`, `c1` …; moments and days are text on SQLite, true moments and days on PostgreSQL.
    """
    try:
        sql = _typed(statement(rows), kinds)
    except EmptyResultSet:
        return
    if not _reachable():
        yield from _by_connection(sql, kinds)
    elif connection.vendor == "postgresql":
        yield from ahead(_of_postgresql(address(), sql))
    else:
        yield from ahead(_of_sqlite_file(str(connection.settings_dict["NAME"]), sql, _types(kinds)))


def as_they_lie(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows in the order of SQLite's file, which all of them are read from.

    By an index of the district, each would be looked for where it lies: of a million rows, more than twice the price.
    PostgreSQL reads its table from the beginning by itself.
    """
    if connection.vendor == "postgresql":
        return rows
    table = connection.ops.quote_name(rows.model._meta.db_table)
    return rows.order_by(RawSQL(f"{table}.rowid", ()))


def statement(rows: QuerySet[Any]) -> str:
    """The SQL of a queryset with its values in it. Raises `EmptyResultSet` where no row can match."""
    sql, params = rows.query.sql_with_params()
    if connection.vendor == "postgresql":
        return str(connection.ops.compose_sql(sql, params))  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        return str(connection.ops.last_executed_query(cursor, sql, params))


def _typed(sql: str, kinds: Sequence[str]) -> str:
    """The same rows in types that stay the same for all of them, each under its number."""
    vendor = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    names = ", ".join(f"c{place}" for place in range(len(kinds)))
    cast = ", ".join(f"{vendor[kind].format(f'c{place}')} AS c{place}" for place, kind in enumerate(kinds))
    if connection.vendor == "postgresql":
        return f"SELECT {cast} FROM ({sql}) AS read({names})"
    return f"WITH read({names}) AS ({sql}) SELECT {cast} FROM read"


def _reachable() -> bool:
    """Whether another connection sees what this one sees."""
    if connection.in_atomic_block:
        return False
    return connection.vendor == "postgresql" or not connection.is_in_memory_db()  # type: ignore[attr-defined]


def _of_postgresql(address: str, sql: str) -> Iterator["pa.RecordBatch"]:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(address) as source, source.cursor() as cursor:
        cursor.execute(sql)
        yield from cursor.fetch_record_batch()


def _of_sqlite_file(name: str, sql: str, types: Sequence["pa.DataType"]) -> Iterator["pa.RecordBatch"]:
    """By a connection of its own, so that the rows are made into columns while the next are read."""
    address = f"file:{quote(name)}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=30, check_same_thread=False)) as source:
        yield from _fetched(source.execute(sql), types)


def _by_connection(sql: str, kinds: Sequence[str]) -> Iterator["pa.RecordBatch"]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        yield from _fetched(cursor, _types(kinds))


def _fetched(cursor: Any, types: Sequence["pa.DataType"]) -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa

    schema = pa.schema([(f"c{place}", kind) for place, kind in enumerate(types)])
    pieces: list[pa.RecordBatch] = []
    while rows := cursor.fetchmany(min(AT_ONCE, BATCH)):
        columns = zip(*rows, strict=True)
        arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
        pieces.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
        if sum(map(len, pieces)) >= BATCH:
            yield pa.concat_batches(pieces)
            pieces.clear()
    if pieces:
        yield pa.concat_batches(pieces)


def _types(kinds: Sequence[str]) -> list["pa.DataType"]:
    return [_arrow(kind) for kind in kinds]


def _arrow(kind: str) -> "pa.DataType":
    import pyarrow as pa

    if kind in ("moment", "day", "bool"):
        if connection.vendor != "postgresql":
            return pa.int64() if kind == "bool" else pa.string()
        return {"moment": pa.timestamp("us", "UTC"), "day": pa.date32(), "bool": pa.bool_()}[kind]
    return {"count": pa.int64(), "number": pa.float64()}.get(kind, pa.string())


def address() -> str:
    """The database of this connection as libpq is told it."""
    told = connection.settings_dict
    options = {
        key: value for key, value in told.get("OPTIONS", {}).items() if key not in _NOT_OF_LIBPQ and value
    }
    parts = {"user": told["USER"], "password": told["PASSWORD"], "host": told["HOST"], "port": told["PORT"]}
    query = urlencode({key: value for key, value in {**parts, **options}.items() if value}, quote_via=quote)
    return f"postgresql:///{quote(str(told['NAME']))}?{query}"

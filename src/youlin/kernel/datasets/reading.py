"""Rows of a queryset as Arrow batches, by ADBC past the ORM's instances. SQL of one vendor lives here.

Inside a transaction, and where the database is in memory, another connection would not see the rows: there the
connection at hand is read, with the same types; so it is for few rows of SQLite, whose ADBC needs a process of its own.
"""

import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from youlin.kernel.ahead import ahead
from youlin.kernel.datasets import sqlite_reader

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 32_768
"""Rows in one batch, about."""
FEW_BATCHES = 1
"""So many are read by the connection at hand."""

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
        yield from _of_sqlite_file(sql, kinds)


def statement(rows: QuerySet[Any]) -> str:
    """The SQL of a queryset with its values in it. Raises `EmptyResultSet` where no row can match."""
    sql, params = rows.query.sql_with_params()
    if connection.vendor == "postgresql":
        return str(connection.ops.compose_sql(sql, params))  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        return str(connection.ops.last_executed_query(cursor, sql, params))


def _typed(sql: str, kinds: Sequence[str]) -> str:
    """The same rows in types that stay the same for all of them, each under its number.

    What ADBC takes for the type of a column of SQLite is that of its first row: one is put before the others.
    """
    vendor = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    names = ", ".join(f"c{place}" for place in range(len(kinds)))
    cast = ", ".join(f"{vendor[kind].format(f'c{place}')} AS c{place}" for place, kind in enumerate(kinds))
    if connection.vendor == "postgresql":
        return f"SELECT {cast} FROM ({sql}) AS read({names})"
    first = {"CAST({} AS INTEGER)": "0", "CAST({} AS REAL)": "0.0", "CAST({} AS TEXT)": "''"}
    head = ", ".join(f"{first[vendor[kind]]} AS c{place}" for place, kind in enumerate(kinds))
    return f"WITH read({names}) AS ({sql}) SELECT {head} UNION ALL SELECT {cast} FROM read"


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


def _of_sqlite_file(sql: str, kinds: Sequence[str]) -> Iterator["pa.RecordBatch"]:
    """Few rows by the connection at hand; many by a reader of its own, which is worth its start then."""
    few = []
    found = _by_connection(sql, kinds)
    for batch in found:
        few.append(batch)
        if len(few) > FEW_BATCHES:
            found.close()
            few.clear()
            address = f"file:{quote(str(connection.settings_dict['NAME']))}?mode=ro"
            yield from ahead(_by_reader(address, sql))
            return
    yield from few


def _by_reader(address: str, sql: str) -> Iterator["pa.RecordBatch"]:
    """Rows from the program that reads SQLite apart from us. Raises `OSError` with its reason."""
    import pyarrow as pa

    command = [sys.executable, sqlite_reader.__file__, address, str(BATCH)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as reader:
        assert reader.stdin and reader.stdout and reader.stderr
        try:
            reader.stdin.write(sql.encode())
            reader.stdin.close()
            with suppress(pa.ArrowInvalid), pa.ipc.open_stream(reader.stdout) as stream:
                for number, batch in enumerate(stream):
                    yield batch.slice(1) if number == 0 else batch
            told = reader.stderr.read().decode(errors="replace")
            if reader.wait():
                raise OSError(told)
        finally:
            reader.kill()


def _by_connection(sql: str, kinds: Sequence[str]) -> Generator["pa.RecordBatch"]:
    import pyarrow as pa

    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        skip = connection.vendor != "postgresql"
        while found := cursor.fetchmany(BATCH):
            rows = found[1:] if skip else found
            skip = False
            columns = list(zip(*rows, strict=True)) or [() for _kind in kinds]
            arrays = [pa.array(column, _arrow(kind)) for column, kind in zip(columns, kinds, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, names=[f"c{place}" for place in range(len(kinds))])


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

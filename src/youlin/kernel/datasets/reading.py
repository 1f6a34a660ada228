"""Rows of a queryset as Arrow batches, by ADBC past the ORM's instances. SQL of one vendor lives here.

Inside a transaction, and where the database is in memory, ADBC's own connection would not see the rows: there the
connection at hand is read, with the same types.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from queue import Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 32_768
"""Rows in one batch, about."""

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
    if _reachable():
        yield from _ahead(_by_adbc(sql))
    else:
        yield from _by_connection(sql, kinds)


def statement(rows: QuerySet[Any]) -> str:
    """The SQL of a queryset with its values in it. Raises `EmptyResultSet` where no row can match."""
    sql, params = rows.query.sql_with_params()
    if connection.vendor == "postgresql":
        return str(connection.ops.compose_sql(sql, params))
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


def _ahead(found: Iterator["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
    """The same, the next ones read while the last is worked on: ADBC leaves Python alone meanwhile."""
    ready: Queue[pa.RecordBatch | BaseException | None] = Queue(maxsize=2)
    stopped = Event()

    def put(one: "pa.RecordBatch | BaseException | None") -> None:
        while not stopped.is_set():
            with suppress(Full):
                return ready.put(one, timeout=0.2)

    def read() -> None:
        try:
            for batch in found:
                put(batch)
                if stopped.is_set():
                    return
            put(None)
        except BaseException as error:
            put(error)

    reader = Thread(target=read, name="datasets-reader", daemon=True)
    reader.start()
    try:
        while (one := ready.get()) is not None:
            if isinstance(one, BaseException):
                raise one
            yield one
    finally:
        stopped.set()
        reader.join()


def _by_adbc(sql: str) -> Iterator["pa.RecordBatch"]:
    if connection.vendor == "postgresql":
        return _of_postgresql(_address(), sql)
    return _of_sqlite(f"file:{quote(str(connection.settings_dict['NAME']))}?mode=ro", sql)


def _of_postgresql(address: str, sql: str) -> Iterator["pa.RecordBatch"]:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(address) as source, source.cursor() as cursor:
        cursor.execute(sql)
        yield from cursor.fetch_record_batch()


def _of_sqlite(address: str, sql: str) -> Iterator["pa.RecordBatch"]:
    from adbc_driver_sqlite import dbapi

    with dbapi.connect(address) as source, source.cursor() as cursor:
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(BATCH)})
        cursor.execute(sql)
        for number, batch in enumerate(cursor.fetch_record_batch()):
            yield batch.slice(1) if number == 0 else batch


def _by_connection(sql: str, kinds: Sequence[str]) -> Iterator["pa.RecordBatch"]:
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


def _address() -> str:
    """The database of this connection as libpq is told it."""
    told = connection.settings_dict
    options = {
        key: value for key, value in told.get("OPTIONS", {}).items() if key not in _NOT_OF_LIBPQ and value
    }
    parts = {"user": told["USER"], "password": told["PASSWORD"], "host": told["HOST"], "port": told["PORT"]}
    query = urlencode({key: value for key, value in {**parts, **options}.items() if value}, quote_via=quote)
    return f"postgresql:///{quote(str(told['NAME']))}?{query}"

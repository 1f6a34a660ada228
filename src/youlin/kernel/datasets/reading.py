"""Rows of a queryset as Arrow batches, past the ORM's instances. SQL of one vendor lives here.

PostgreSQL is read by ADBC, SQLite by Python's own library: ADBC brings a second copy of it, and locks of a file belong
to the whole process, so when one copy closes the file the other's are gone (sqlite.org/howtocorrupt.html, 2.2.1).
Python's library makes an object of every value, and Arrow makes it a column's again. So SQLite tells a row as one line
of JSON, while other threads of Python go on, and Arrow reads the lines: half the price of a row.
Inside a transaction, and where the database is in memory, another connection would not see the rows: there the
connection at hand is read, with the same types.
"""

import json
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
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

BYTES = 4 * 1024 * 1024
"""Of one batch, where ADBC makes it: several are in hand at once."""
LINE = 100
"""Columns that SQLite takes into one line, however it was built."""

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


@contextmanager
def batches(rows: QuerySet[Any], kinds: Sequence[str]) -> Iterator[Iterator["pa.RecordBatch"]]:
    """The rows of a `values_list` queryset, whose columns are of these kinds (`uuid` besides a column's kinds).

    Columns are named `c0`, `c1` …; moments and days are text on SQLite, true moments and days on PostgreSQL. However it
    ends, the connection that was read from is closed.
    """
    with closing(_batches(rows, kinds)) as found:
        yield found


def _batches(rows: QuerySet[Any], kinds: Sequence[str]) -> Generator["pa.RecordBatch"]:
    try:
        sql = _typed(statement(rows), kinds)
    except EmptyResultSet:
        return
    if not _reachable():
        yield from _by_connection(sql, kinds)
    elif connection.vendor == "postgresql":
        yield from ahead(_of_postgresql(address(), sql))
    else:
        yield from _of_sqlite_file(str(connection.settings_dict["NAME"]), sql, kinds)


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


def _of_postgresql(address: str, sql: str) -> Generator["pa.RecordBatch"]:
    from adbc_driver_postgresql import StatementOptions, dbapi

    size = {StatementOptions.BATCH_SIZE_HINT_BYTES.value: str(BYTES)}
    with dbapi.connect(address) as source, source.cursor(adbc_stmt_kwargs=size) as cursor:
        cursor.execute(sql)
        yield from cursor.fetch_record_batch()


def _of_sqlite_file(name: str, sql: str, kinds: Sequence[str]) -> Generator["pa.RecordBatch"]:
    """By a connection of its own, which reads the next rows while these are made into columns.

    Numbers are told apart from the line: SQLite writes them with 15 digits, and they have 17.
    """
    import pyarrow as pa

    apart = [place for place, kind in enumerate(kinds) if kind == "number" or place >= LINE]
    inside = [place for place in range(len(kinds)) if place not in set(apart)]
    line = f"CAST(json_array({', '.join(f'c{place}' for place in inside)}) AS BLOB)"
    told = f"SELECT {', '.join([line, *(f'c{place}' for place in apart)])} FROM ({sql})"
    types = _types(kinds)
    with closing(ahead(_lines(name, told))) as read:
        for text, values in read:
            columns = dict(zip(inside, _parsed(text, [types[place] for place in inside]), strict=True))
            for place, one in zip(apart, zip(*values, strict=True), strict=True):
                columns[place] = pa.array(one, types[place])
            yield pa.RecordBatch.from_pydict({f"c{place}": columns[place] for place in range(len(kinds))})


def _lines(name: str, sql: str) -> Generator[tuple[bytes, list[tuple[Any, ...]]]]:
    """Lines of a batch without their brackets, and the values that each row has beside its line."""
    address = f"file:{quote(name)}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=30, check_same_thread=False)) as source:
        cursor = source.execute(sql)
        lines: list[bytes] = []
        values: list[tuple[Any, ...]] = []
        while rows := cursor.fetchmany(min(AT_ONCE, BATCH)):
            lines.append(b"\n".join([row[0][1:-1] for row in rows]))
            values += [row[1:] for row in rows] if len(rows[0]) > 1 else []
            if len(lines) * AT_ONCE >= BATCH:
                yield b"\n".join(lines), values
                lines, values = [], []
        if lines:
            yield b"\n".join(lines), values


def _parsed(text: bytes, types: Sequence["pa.DataType"]) -> list[Any]:
    """The columns of lines of JSON.

    Without a backslash such a line is one of CSV as well, in which null alone is not in quotes and not a number.
    """
    import pyarrow as pa
    from pyarrow import csv

    if b"\\" in text:
        rows = [json.loads(b"[%b]" % line) for line in text.split(b"\n")]
        return [pa.array(one, kind) for one, kind in zip(zip(*rows, strict=True), types, strict=True)]
    names = [str(place) for place in range(len(types))]
    read = csv.ReadOptions(use_threads=False, column_names=names, block_size=len(text) + 1)
    null = csv.ConvertOptions(
        column_types=dict(zip(names, types, strict=True)),
        null_values=["null"],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    [batch] = csv.read_csv(pa.BufferReader(text), read, convert_options=null).combine_chunks().to_batches()
    return list(batch.columns)


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

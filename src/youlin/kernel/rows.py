"""Writing rows in ways the ORM does not offer: many at once at little cost, or only if they are new."""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from youlin.kernel import ids, sending

_COPIED_FROM = 100
"""Rows from which PostgreSQL takes them by COPY."""
_MOST_PARAMETERS = 900
"""Values in one statement; SQLite takes no more than 999 where it is old."""

_KEYS = ("district", "id")
"""What finds a row."""
_MOST_TOGETHER = 200
"""Rows that are written with another in one statement on PostgreSQL."""

_JSON = json.JSONEncoder(ensure_ascii=False)

_PLAIN: dict[type, type] = {
    models.CharField: str,
    models.TextField: str,
    models.IntegerField: int,
    models.BigIntegerField: int,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.BooleanField: bool,
    models.FloatField: float,
}
_PLAIN_ON_POSTGRESQL: dict[type, type] = {models.UUIDField: UUID}
"""Fields whose values of this very type need no preparation."""


Speller = Callable[[Any, models.Model | None, BaseDatabaseWrapper], Any]
"""From a value, and the row it is of where there is one, to what the database takes."""


class Write(NamedTuple):
    """Rows of one model to be inserted; with `fields` (by attname) to be changed in these, found by district and id."""

    rows: Sequence[models.Model]
    fields: Collection[str] = ()


class _Column(NamedTuple):
    """How a column's values reach the database: as they are if of type `plain`, else through `spell`."""

    name: str
    attname: str
    plain: type | None
    spell: Speller


def insert_many(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model in one go, however many. No signals, no defaults made by the database."""
    if not rows:
        return
    model, database = type(rows[0]), _database()
    columns = _columns(model, database.vendor)
    _insert_values(model, [_values(row, columns, database) for row in rows], database)
    _mark_saved(rows)


def insert_plain(model: type[models.Model], names: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
    """Insert rows that nobody looks at again, told as values of these fields (by attname); the others take their
    defaults. A third of the price of `insert_many`, most of which goes into making the rows."""
    if not values:
        return
    database = _database()
    given = dict(zip(names, zip(*values, strict=True), strict=True))
    columns = zip(model._meta.concrete_fields, _columns(model, database.vendor), strict=True)
    cells = [
        _cells(field, column, given.get(field.attname), len(values), database) for field, column in columns
    ]
    _insert_values(model, list(zip(*cells, strict=True)), database)


def insert_if_new(row: models.Model) -> bool:
    """Insert `row` unless a unique constraint says that it is there already. True when it was inserted.

    Waits for another transaction that is just inserting the same, and answers by how that one ends.
    """
    database = _database()
    values = _values(row, _columns(type(row), database.vendor), database)
    with database.cursor() as cursor:
        cursor.execute(f"{_insert(type(row))} ON CONFLICT DO NOTHING", values)
        inserted: bool = cursor.rowcount == 1
    if inserted:
        _mark_saved([row])
    return inserted


def insert_if_new_with(row: models.Model, also: Sequence[Write]) -> bool:
    """`insert_if_new`, and with the row, or not at all, everything of `also`.

    On PostgreSQL all that is one statement, which it keeps prepared, unless there is too much of it.
    """
    database = _database()
    writes = [one for one in also if one.rows]
    if database.vendor == "postgresql" and sum(len(one.rows) for one in writes) <= _MOST_TOGETHER:
        return _together(row, writes, database)
    inserted = insert_if_new(row)
    for one in writes if inserted else ():
        update_many(one.rows, one.fields) if one.fields else insert_many(one.rows)
    return inserted


def insert_new(rows: Sequence[models.Model]) -> list[models.Model]:
    """`insert_if_new` for rows of one model, in a query for every few dozen; those that were inserted."""
    found: list[models.Model] = []
    width = max(1, len(_columns(type(rows[0]), _database().vendor))) if rows else 1
    step = max(1, _MOST_PARAMETERS // width)
    for start in range(0, len(rows), step):
        found += _insert_new(rows[start : start + step])
    return found


def put_many(rows: Sequence[models.Model], fields: Collection[str]) -> None:
    """Insert rows of one model; of those that are there already (by id) change these fields. One query."""
    if not rows:
        return
    model, database = type(rows[0]), _database()
    columns = _columns(model, database.vendor)
    values = [_values(row, columns, database) for row in rows]
    names = [_quoted(one.name) for one in columns if one.attname in fields]
    changes = ", ".join(f"{name} = excluded.{name}" for name in names)
    instead = f"ON CONFLICT ({_quoted('id')}) DO UPDATE SET {changes}"
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            flat = [value for row in values for value in row]
            cursor.execute(f"{_insert(model, len(rows))} {instead}", flat)
        else:
            cursor.executemany(f"{_insert(model)} {instead}", values)
    _mark_saved(rows)


def update_many(rows: Sequence[models.Model], fields: Collection[str]) -> None:
    """Write these fields (by attname) of rows of one model, found by district and id, in one query.

    For rows the transaction has locked. Fields that did not change are better left out: their indexes stay.
    """
    if not rows or not fields:
        return
    model, database = type(rows[0]), _database()
    columns = _written(model, tuple(fields), database.vendor)
    values = [_values(row, columns, database) for row in rows]
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            text = _update_from(model, tuple(fields), len(rows))
            cursor.execute(text, [value for row in values for value in row])
        else:
            cursor.executemany(_update(model, columns), values)


def _together(row: models.Model, writes: Sequence[Write], database: BaseDatabaseWrapper) -> bool:
    shapes = tuple((type(one.rows[0]), tuple(one.fields), len(one.rows)) for one in writes)
    values = _values(row, _columns(type(row), database.vendor), database)
    for one in writes:
        columns = _written(type(one.rows[0]), tuple(one.fields), database.vendor)
        for other in one.rows:
            values += _values(other, columns, database)
    inserted = sending.send(_together_text(type(row), shapes), values) == [(1,)]
    if inserted:
        _mark_saved([row, *(other for one in writes if not one.fields for other in one.rows)])
    return inserted


@lru_cache(maxsize=64)
def _written(model: type[models.Model], fields: tuple[str, ...], vendor: str) -> list[_Column]:
    """The columns whose values a write sends: all of new rows; of others those that change, then what finds them."""
    every = _columns(model, vendor)
    changed = [one for one in every if one.attname in fields]
    return changed + [one for one in every if one.attname in _KEYS] if fields else every


@lru_cache(maxsize=256)
def _together_text(
    model: type[models.Model], shapes: tuple[tuple[type[models.Model], tuple[str, ...], int], ...]
) -> str:
    """One statement: the first row where it is new, and the others where the first was written."""
    parts = [f"made AS ({_insert(model)} ON CONFLICT DO NOTHING RETURNING 1)"]
    for place, (other, fields, count) in enumerate(shapes):
        text = _update_from(other, fields, count) if fields else _insert_from(other, count)
        parts.append(f"also_{place} AS ({text} AND EXISTS (SELECT 1 FROM made))")
    return f"WITH {', '.join(parts)} SELECT 1 FROM made"


def _insert_values(
    model: type[models.Model], values: Sequence[Sequence[Any]], database: BaseDatabaseWrapper
) -> None:
    with database.cursor() as cursor:
        if database.vendor != "postgresql" and len(values) > 1:
            cursor.executemany(_insert(model), values)
        elif len(values) < _COPIED_FROM:
            cursor.execute(_insert(model, len(values)), [value for row in values for value in row])
        else:
            _copy(cursor, model, values)


def _cells(
    field: models.Field[Any, Any],
    column: _Column,
    given: Sequence[Any] | None,
    count: int,
    database: BaseDatabaseWrapper,
) -> Sequence[Any]:
    """One column of plain rows, as the database takes it."""
    _name, _attname, plain, spell = column
    if given is None:
        given = _defaults(field, count)
    return [
        value if value is None or type(value) is plain else spell(value, None, database) for value in given
    ]


def _defaults(field: models.Field[Any, Any], count: int) -> Sequence[Any]:
    if field.default is ids.uuid7:
        return ids.uuid7s(count)
    if callable(field.default):
        return [field.get_default() for _row in range(count)]
    return [field.get_default()] * count


def _values(row: models.Model, columns: list[_Column], database: BaseDatabaseWrapper) -> list[Any]:
    values = []
    for _name, attname, plain, spell in columns:
        value = getattr(row, attname)
        values.append(value if value is None or type(value) is plain else spell(value, row, database))
    return values


@lru_cache(maxsize=64)
def _columns(model: type[models.Model], vendor: str) -> list[_Column]:
    plain = {**_PLAIN, **(_PLAIN_ON_POSTGRESQL if vendor == "postgresql" else {})}
    return [
        _Column(str(field.column), field.attname, plain.get(_kind(field)), _speller(field, vendor))
        for field in model._meta.concrete_fields
    ]


def _kind(field: models.Field[Any, Any]) -> type:
    """The type of a field; of a key to another table, that of what it holds."""
    return _kind(field.target_field) if isinstance(field, models.ForeignKey) else type(field)


def _speller(field: models.Field[Any, Any], vendor: str) -> Speller:
    """The ORM's own way, but for the types that every journal entry has: there it would cost the most."""
    if type(field) is models.JSONField and field.encoder is None:
        return lambda value, row, database: _json(value)
    if _kind(field) is models.UUIDField and vendor == "sqlite":
        return lambda value, row, database: _hex(value)
    if type(field) is models.DateTimeField and not (field.auto_now or field.auto_now_add):
        return lambda value, row, database: _moment(value, field, database)
    return lambda value, row, database: field.get_db_prep_save(
        field.pre_save(row, add=True) if row else value, database
    )


def _json(value: Any) -> str:
    """Most of what is kept as JSON is empty: that is spelt without setting up an encoder."""
    if type(value) is dict and not value:
        return "{}"
    return "[]" if type(value) is list and not value else _JSON.encode(value)


def _moment(value: Any, field: models.Field[Any, Any], database: BaseDatabaseWrapper) -> Any:
    if type(value) is datetime and value.tzinfo is not None:
        return (
            _instant(value) if database.vendor == "sqlite" else database.ops.adapt_datetimefield_value(value)
        )
    return field.get_db_prep_save(value, database)


@lru_cache(maxsize=256)
def _instant(value: datetime) -> Any:
    """A moment as SQLite keeps it; rows that are written together share theirs."""
    return _database().ops.adapt_datetimefield_value(value)


def _hex(value: UUID | str) -> str:
    return value.hex if isinstance(value, UUID) else UUID(value).hex


def _insert(model: type[models.Model], count: int = 1) -> str:
    return _insert_text(model, _database().vendor, count)


@lru_cache(maxsize=512)
def _insert_text(model: type[models.Model], vendor: str, count: int) -> str:
    columns = _names(model)
    places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * count)
    return f"INSERT INTO {_table(model)} ({', '.join(columns)}) VALUES {places}"


def _insert_new(rows: Sequence[models.Model]) -> list[models.Model]:
    model, database = type(rows[0]), _database()
    columns = _columns(model, database.vendor)
    values = [value for row in rows for value in _values(row, columns, database)]
    with database.cursor() as cursor:
        cursor.execute(
            f"{_insert(model, len(rows))} ON CONFLICT DO NOTHING RETURNING {_quoted('id')}", values
        )
        inserted = {str(row[0]).replace("-", "") for row in cursor.fetchall()}
    found = [row for row in rows if row.pk.hex in inserted]
    _mark_saved(found)
    return found


def _update(model: type[models.Model], columns: Sequence[_Column]) -> str:
    changes = ", ".join(f"{name} = %s" for name in _quoted_of(columns, keys=False))
    same = " AND ".join(f"{name} = %s" for name in _quoted_of(columns, keys=True))
    return f"UPDATE {_table(model)} SET {changes} WHERE {same}"


def _quoted_of(columns: Sequence[_Column], *, keys: bool) -> list[str]:
    return [_quoted(one.name) for one in columns if (one.attname in _KEYS) == keys]


@lru_cache(maxsize=256)
def _update_from(model: type[models.Model], fields: tuple[str, ...], count: int) -> str:
    """PostgreSQL's way to change rows to what a table of values says of them."""
    columns = _written(model, fields, "postgresql")
    changes = ", ".join(f"{name} = given.{name}" for name in _quoted_of(columns, keys=False))
    same = " AND ".join(f"old.{name} = given.{name}" for name in _quoted_of(columns, keys=True))
    given = _given_table(model, columns, count)
    return f"UPDATE {_table(model)} old SET {changes} FROM {given} WHERE {same}"


def _insert_from(model: type[models.Model], count: int) -> str:
    given = _given_table(model, _columns(model, "postgresql"), count)
    return f"INSERT INTO {_table(model)} ({', '.join(_names(model))}) SELECT given.* FROM {given} WHERE true"


def _given_table(model: type[models.Model], columns: Sequence[_Column], count: int) -> str:
    """Values as a table of their own, each of its column's type; without its length, to which a cast would cut."""
    types = {str(field.column): field.cast_db_type(_database()) for field in model._meta.concrete_fields}
    places = [f"%s::{str(types[one.name]).partition('(')[0]}" for one in columns]
    row, names = f"({', '.join(places)})", ", ".join(_quoted(one.name) for one in columns)
    return f"(VALUES {', '.join([row] * count)}) given ({names})"


def _copy(cursor: Any, model: type[models.Model], values: Sequence[Sequence[Any]]) -> None:
    statement = f"COPY {_table(model)} ({', '.join(_names(model))}) FROM STDIN"
    with _database().wrap_database_errors, cursor.copy(statement) as copy:
        for row in values:
            copy.write_row(row)


def _table(model: type[models.Model]) -> str:
    return _database().ops.quote_name(model._meta.db_table)


def _names(model: type[models.Model]) -> list[str]:
    return [_quoted(column.name) for column in _columns(model, _database().vendor)]


def _quoted(name: str) -> str:
    return _database().ops.quote_name(name)


def _database() -> BaseDatabaseWrapper:
    """This thread's connection itself: the proxy `django.db.connection` costs more than a column."""
    return connections[DEFAULT_DB_ALIAS]


def _mark_saved(rows: Sequence[models.Model]) -> None:
    for row in rows:
        row._state.adding = False
        row._state.db = DEFAULT_DB_ALIAS

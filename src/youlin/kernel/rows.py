"""Writing rows in ways the ORM does not offer: many in one statement, or only if they are new."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def insert_many(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model in one statement, however many. No signals, no defaults by the database."""
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_insert(type(rows[0])), [_values(row) for row in rows])
        _mark_saved(rows)


def insert_if_new(row: models.Model) -> bool:
    """Insert `row` unless a unique constraint says that it is there already. True when it was inserted.

    Waits for another transaction that is just inserting the same, and answers by how that one ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{_insert(type(row))} ON CONFLICT DO NOTHING", _values(row))
        inserted: bool = cursor.rowcount == 1
    if inserted:
        _mark_saved([row])
    return inserted


def _insert(model: type[models.Model]) -> str:
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in model._meta.concrete_fields]
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) VALUES ({places})"


def _values(row: models.Model) -> list[Any]:
    return [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for field in row._meta.concrete_fields
    ]


def _mark_saved(rows: Sequence[models.Model]) -> None:
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias

"""Marks follow their rows: the database itself writes them anew when a row moves or is closed, whoever changes it.

A trigger on the row's table, so that no service and no process of an older version can forget it. Triggers go with
a table that a migration on SQLite makes anew, so they are made again after every `migrate`. Rows that an older
version made findable have no marks; `catch_up` gives them theirs in small steps, and searches do without meanwhile.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from youlin.kernel.search import marks
from youlin.kernel.search.models import SearchDocument

BATCH = 1000


@dataclass(frozen=True)
class Followed:
    """A table whose rows are findable under a kind, with its columns of area and of being open."""

    table: str
    kind: str
    area: str
    is_open: str

    def marks(self, row: str) -> str:
        """SQL for the marks of a row, as `marks.of` writes them."""
        parts = [f"'{marks.SIGN}' || substr({row}.{self.area}, 1, {length})" for length in marks.LENGTHS]
        areas = " || ' ' || ".join(parts)
        return f"{areas} || CASE WHEN {row}.{self.is_open} THEN ' {marks.OPEN}' ELSE '' END"


_followed: dict[str, Followed] = {}


def register(*, table: str, kind: str, area: str, is_open: str) -> None:
    """Let the marks of a kind follow these columns of a table."""
    _followed[kind] = Followed(table, kind, area, is_open)


def after_migrate(**_signal: Any) -> None:
    """Make the triggers of every table that is there."""
    tables = set(connection.introspection.table_names())
    for one in _followed.values():
        if {one.table, SearchDocument._meta.db_table} <= tables:
            create(connection, one)


def create(database: BaseDatabaseWrapper, one: Followed) -> None:
    """The trigger of one table; the same again where it is there."""
    with database.cursor() as cursor:
        for statement in _POSTGRESQL if database.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement.format(one=one, marks=one.marks("new")))


def unmarked(most: int = 1_000_000) -> int:
    """How many rows have no marks yet, counted to `most`."""
    return SearchDocument.objects.filter(kind__in=_followed, marks__isnull=True)[:most].count()


def catch_up(*, batches: int | None = None) -> int:
    """Give marks to rows without, a batch in a transaction; how many. Goes on where it stopped; again does nothing."""
    done = 0
    for one in _followed.values():
        while (batches is None or batches > 0) and (number := _batch(one)):
            done += number
            batches = None if batches is None else batches - 1
    return done


@transaction.atomic
def _batch(one: Followed) -> int:
    rows = SearchDocument.objects.filter(kind=one.kind, marks__isnull=True).order_by("district")
    ids = list(rows.select_for_update(skip_locked=True).values_list("id", flat=True)[:BATCH])
    if not ids:
        return 0
    cast = "::tsvector" if connection.vendor == "postgresql" else ""
    adapted = [id if cast else id.hex for id in ids]
    found = (
        f"SELECT ({one.marks('followed')}){cast} FROM {one.table} AS followed "
        "WHERE followed.id = kernel_searchdocument.object_id AND followed.district = kernel_searchdocument.district"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE kernel_searchdocument SET marks = COALESCE(({found}), ''{cast}) "
            f"WHERE id IN ({', '.join(['%s'] * len(adapted))})",
            adapted,
        )
    return len(ids)


_SQLITE = (
    "DROP TRIGGER IF EXISTS kernel_follows_{one.table}",
    "CREATE TRIGGER kernel_follows_{one.table} AFTER UPDATE OF {one.area}, {one.is_open} ON {one.table} "
    "WHEN old.{one.area} <> new.{one.area} OR old.{one.is_open} <> new.{one.is_open} BEGIN "
    "UPDATE kernel_searchdocument SET marks = {marks} "
    "WHERE district = new.district AND kind = '{one.kind}' AND object_id = new.id; END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION kernel_follows_{one.table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "UPDATE kernel_searchdocument SET marks = ({marks})::tsvector "
    "WHERE district = new.district AND kind = '{one.kind}' AND object_id = new.id; RETURN NULL; END $$",
    "CREATE OR REPLACE TRIGGER kernel_follows_{one.table} AFTER UPDATE OF {one.area}, {one.is_open} "
    "ON {one.table} FOR EACH ROW "
    "WHEN (old.{one.area} <> new.{one.area} OR old.{one.is_open} <> new.{one.is_open}) "
    "EXECUTE FUNCTION kernel_follows_{one.table}()",
)

"""Triggers that keep the database itself from changing or deleting journal entries.

They stop mistakes and ordinary SQL; who may drop triggers can still forge, and the chain then shows it.
Entries need no retention: they hold no personal datum in the open, and erasing a person destroys the key
of the sealed parts. Only a whole demonstration or test database is ever emptied, with `lifted()`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

_TABLE = "kernel_journalentry"
_WORDS = "journal entries are never changed or deleted"

_POSTGRESQL_ON = f"""
    CREATE OR REPLACE FUNCTION kernel_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
    CREATE OR REPLACE TRIGGER kernel_journal_rows BEFORE UPDATE OR DELETE ON {_TABLE}
        FOR EACH ROW EXECUTE FUNCTION kernel_journal_refuse();
    CREATE OR REPLACE TRIGGER kernel_journal_whole BEFORE TRUNCATE ON {_TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION kernel_journal_refuse();
"""
_POSTGRESQL_OFF = f"""
    DROP TRIGGER IF EXISTS kernel_journal_rows ON {_TABLE};
    DROP TRIGGER IF EXISTS kernel_journal_whole ON {_TABLE};
"""


def _sqlite_on(event: str) -> str:
    return (
        f"CREATE TRIGGER IF NOT EXISTS kernel_journal_{event.lower()} BEFORE {event} ON {_TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
    )


_SQLITE_ON = [_sqlite_on("UPDATE"), _sqlite_on("DELETE")]
_SQLITE_OFF = [f"DROP TRIGGER IF EXISTS kernel_journal_{event}" for event in ("update", "delete")]


def raise_guard(database: BaseDatabaseWrapper = connection) -> None:
    """Make the triggers."""
    _run(database, [_POSTGRESQL_ON] if database.vendor == "postgresql" else _SQLITE_ON)


def lower_guard(database: BaseDatabaseWrapper = connection) -> None:
    """Drop the triggers."""
    _run(database, [_POSTGRESQL_OFF] if database.vendor == "postgresql" else _SQLITE_OFF)


@contextmanager
def lifted() -> Iterator[None]:
    """The journal without its triggers, to empty a demonstration or test database as a whole."""
    lower_guard()
    try:
        yield
    finally:
        raise_guard()


def _run(database: BaseDatabaseWrapper, statements: list[str]) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

"""The SQL of the search index, different on the two databases.

SQLite: an FTS5 table over the column of tokens, kept in step by triggers; `slot` is its row number, because
SQLite may renumber the rows of a table with a UUID key. The tokenizer `ascii` takes every character beyond
ASCII as part of a word, so our tokens and marks, divided by blanks, stay as they are. PostgreSQL: a GIN index over
both `tsvector`s. A migration that rebuilds the table on SQLite must call `create` again: triggers are lost.
"""

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

_SQLITE = (
    "CREATE UNIQUE INDEX IF NOT EXISTS kernel_search_slot ON kernel_searchdocument (slot)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS kernel_searchindex USING fts5(tokens, marks, content='kernel_searchdocument', "
    "content_rowid='slot', tokenize='ascii', detail='none')",
    "CREATE TRIGGER IF NOT EXISTS kernel_search_added AFTER INSERT ON kernel_searchdocument BEGIN "
    "UPDATE kernel_searchdocument SET slot = (SELECT coalesce(max(slot), 0) + 1 FROM kernel_searchdocument) "
    "WHERE id = new.id; "
    "INSERT INTO kernel_searchindex (rowid, tokens, marks) "
    "SELECT slot, tokens, marks FROM kernel_searchdocument WHERE id = new.id; END",
    "CREATE TRIGGER IF NOT EXISTS kernel_search_changed AFTER UPDATE OF tokens, marks ON kernel_searchdocument "
    "WHEN old.tokens <> new.tokens OR old.marks IS NOT new.marks BEGIN "
    "INSERT INTO kernel_searchindex (kernel_searchindex, rowid, tokens, marks) "
    "VALUES ('delete', old.slot, old.tokens, old.marks); "
    "INSERT INTO kernel_searchindex (rowid, tokens, marks) VALUES (new.slot, new.tokens, new.marks); END",
    "CREATE TRIGGER IF NOT EXISTS kernel_search_removed AFTER DELETE ON kernel_searchdocument BEGIN "
    "INSERT INTO kernel_searchindex (kernel_searchindex, rowid, tokens, marks) "
    "VALUES ('delete', old.slot, old.tokens, old.marks); END",
)
_SQLITE_GONE = (
    "DROP TRIGGER IF EXISTS kernel_search_added",
    "DROP TRIGGER IF EXISTS kernel_search_changed",
    "DROP TRIGGER IF EXISTS kernel_search_removed",
    "DROP TABLE IF EXISTS kernel_searchindex",
    "DROP INDEX IF EXISTS kernel_search_slot",
)
_POSTGRESQL = (
    "CREATE INDEX IF NOT EXISTS kernel_search_marked ON kernel_searchdocument USING gin (tokens, marks)",
    "ALTER TABLE kernel_searchdocument ALTER COLUMN tokens SET STATISTICS 1000",
    "ALTER TABLE kernel_searchdocument ALTER COLUMN marks SET STATISTICS 1000",
)
_POSTGRESQL_GONE = ("DROP INDEX IF EXISTS kernel_search_marked",)


def create(connection: BaseDatabaseWrapper) -> None:
    """Make the index; nothing where it is there already."""
    _run(connection, _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the index away."""
    _run(connection, _POSTGRESQL_GONE if connection.vendor == "postgresql" else _SQLITE_GONE)


def rebuild(connection: BaseDatabaseWrapper) -> None:
    """Fill the index again from the documents, e.g. after a repair by hand."""
    create(connection)
    if connection.vendor == "sqlite":
        _run(connection, ("INSERT INTO kernel_searchindex (kernel_searchindex) VALUES ('rebuild')",))
    else:
        _run(connection, ("REINDEX INDEX kernel_search_marked",))


_POSTGRESQL_BESIDE = (
    "SET lock_timeout = 0",
    *(one.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY") for one in _POSTGRESQL),
    "DROP INDEX CONCURRENTLY IF EXISTS kernel_search_tokens",
)


def renew(connection: BaseDatabaseWrapper) -> None:
    """For a migration: the index in its present form, in place of an earlier one, beside people at work."""
    if connection.vendor == "sqlite":
        drop(connection)
        rebuild(connection)
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()[0]
        cursor.execute(
            "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('kernel_search_marked') AND NOT indisvalid"
        )
        if cursor.fetchone():
            cursor.execute("DROP INDEX CONCURRENTLY kernel_search_marked")
        try:
            _run(connection, _POSTGRESQL_BESIDE)
        finally:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])


def is_there(connection: BaseDatabaseWrapper) -> bool:
    """Whether index and triggers exist."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'kernel_search_marked'")
            return bool(cursor.fetchone()[0] == 1)
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'kernel!_search!_%' ESCAPE '!'")
        return bool(cursor.fetchone()[0] == 4)


def _run(connection: BaseDatabaseWrapper, statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

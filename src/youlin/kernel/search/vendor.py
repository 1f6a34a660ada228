"""The SQL of the search index, different on the two databases.

SQLite: an FTS5 table over the column of tokens, kept in step by triggers; `slot` is its row number, because
SQLite may renumber the rows of a table with a UUID key. The tokenizer `ascii` takes every character beyond
ASCII as part of a word, so our tokens, divided by blanks, stay as they are. PostgreSQL: a GIN index over a
`tsvector`. A migration that rebuilds the table on SQLite must call `create` again: triggers are lost.
"""

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

_SQLITE = (
    "CREATE UNIQUE INDEX IF NOT EXISTS kernel_search_slot ON kernel_searchdocument (slot)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS kernel_searchindex USING fts5(tokens, content='kernel_searchdocument', "
    "content_rowid='slot', tokenize='ascii', detail='none')",
    "CREATE TRIGGER IF NOT EXISTS kernel_search_added AFTER INSERT ON kernel_searchdocument BEGIN "
    "UPDATE kernel_searchdocument SET slot = (SELECT coalesce(max(slot), 0) + 1 FROM kernel_searchdocument) "
    "WHERE id = new.id; "
    "INSERT INTO kernel_searchindex (rowid, tokens) "
    "SELECT slot, tokens FROM kernel_searchdocument WHERE id = new.id; END",
    "CREATE TRIGGER IF NOT EXISTS kernel_search_changed AFTER UPDATE OF tokens ON kernel_searchdocument "
    "WHEN old.tokens <> new.tokens BEGIN "
    "INSERT INTO kernel_searchindex (kernel_searchindex, rowid, tokens) VALUES ('delete', old.slot, old.tokens); "
    "INSERT INTO kernel_searchindex (rowid, tokens) VALUES (new.slot, new.tokens); END",
    "CREATE TRIGGER IF NOT EXISTS kernel_search_removed AFTER DELETE ON kernel_searchdocument BEGIN "
    "INSERT INTO kernel_searchindex (kernel_searchindex, rowid, tokens) VALUES ('delete', old.slot, old.tokens); "
    "END",
)
_SQLITE_GONE = (
    "DROP TRIGGER IF EXISTS kernel_search_added",
    "DROP TRIGGER IF EXISTS kernel_search_changed",
    "DROP TRIGGER IF EXISTS kernel_search_removed",
    "DROP TABLE IF EXISTS kernel_searchindex",
    "DROP INDEX IF EXISTS kernel_search_slot",
)
_POSTGRESQL = (
    "CREATE INDEX IF NOT EXISTS kernel_search_tokens ON kernel_searchdocument USING gin (tokens)",
    "ALTER TABLE kernel_searchdocument ALTER COLUMN tokens SET STATISTICS 1000",
)
_POSTGRESQL_GONE = ("DROP INDEX IF EXISTS kernel_search_tokens",)


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
        _run(connection, ("REINDEX INDEX kernel_search_tokens",))


def is_there(connection: BaseDatabaseWrapper) -> bool:
    """Whether index and triggers exist."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'kernel_search_tokens'")
            return bool(cursor.fetchone()[0] == 1)
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'kernel!_search!_%' ESCAPE '!'")
        return bool(cursor.fetchone()[0] == 4)


def _run(connection: BaseDatabaseWrapper, statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

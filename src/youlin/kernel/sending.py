"""Statements that are sent again and again in the same words: PostgreSQL parses and plans them once for a connection.

Their values travel beside them instead of within the text. That is for statements of a fixed shape on the paths that
are walked most; each costs the server some memory for every connection. Where connections are not kept
(`?conn_max_age=0`) nothing is prepared: a pool may hand one connection of the server to many. On SQLite the driver
keeps statements by itself.
"""

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

PREPARED_AFTER = 5
"""Times a statement is sent over a connection before it is prepared."""

_held = threading.local()


def send(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Send one statement of a fixed text, in Django's spelling (`%s`), with its values; the rows it answers with."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor == "postgresql":
        cursor, sql = _binding(database), _numbered(sql)
    else:
        cursor = database.cursor()
    cursor.execute(sql, parameters)
    return cursor.fetchall()  # type: ignore[no-any-return]


@lru_cache(maxsize=256)
def _numbered(sql: str) -> str:
    """The text in PostgreSQL's own spelling (`$1`), which the driver then has not to read each time."""
    first, *others = sql.split("%s")
    return "".join([first, *(f"${place}{part}" for place, part in enumerate(others, 1))]).replace("%%", "%")


def _binding(database: Any) -> Any:
    """Django's cursor, which counts statements and translates errors, around this thread's that binds at the server."""
    database.close_if_health_check_failed()
    database.ensure_connection()
    cursor = getattr(_held, "cursor", None)
    if cursor is None or cursor.connection is not database.connection:
        cursor = _held.cursor = _made(database)
    return database._prepare_cursor(cursor)


def _made(database: Any) -> Any:
    from psycopg import RawCursor
    from psycopg.types.datetime import TimestamptzLoader
    from psycopg.types.numeric import Int8Dumper

    if database.settings_dict["CONN_MAX_AGE"] != 0:
        database.connection.prepare_threshold = PREPARED_AFTER
    cursor = RawCursor(database.connection)
    # Whole numbers of one width: else the same words with a greater number would be another statement.
    cursor.adapters.register_dumper(int, Int8Dumper)
    # Moments come in UTC, as Django's own loader turns them; the driver's is written in C.
    cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
    return cursor

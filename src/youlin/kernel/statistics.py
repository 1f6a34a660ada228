"""What the database's planner knows of how many rows there are."""

from collections.abc import Iterable

from django.db import connection, models


def refresh(tables: Iterable[type[models.Model]]) -> None:
    """Count anew after a large change. PostgreSQL does so by itself, but minutes later; SQLite needs none.

    Without it a join of two tables that were empty a moment ago is planned as if they still were. Works
    within a transaction too, whose own rows are then counted.
    """
    if connection.vendor != "postgresql":
        return
    names = ", ".join(connection.ops.quote_name(table._meta.db_table) for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {names}")


_STALE = """
    SELECT told.relname FROM pg_stat_user_tables AS told JOIN pg_class ON pg_class.oid = told.relid
    WHERE told.schemaname = ANY (current_schemas(false))
      AND told.n_mod_since_analyze > 100 + greatest(pg_class.reltuples, 0) / 2
    ORDER BY told.relname
"""
"""Tables of which more than half changed since they were counted."""


def catch_up() -> list[str]:
    """Count anew the tables that changed much, before a long read; which they were.

    PostgreSQL gets round to it within minutes. What is planned before then believes tables to be as small as they were,
    and goes through all of one for each row of another: a read of 450 rows was seen to take more than six minutes.
    """
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(_STALE)
        names = [name for (name,) in cursor.fetchall()]
        if names:
            quoted = ", ".join(map(connection.ops.quote_name, names))
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {quoted}")
    return names

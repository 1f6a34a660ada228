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

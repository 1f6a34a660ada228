"""Rows walked in the order they are wanted in, until a page is full. Vendor SQL lives here.

PostgreSQL sees for itself that the twenty most urgent of many rows are found sooner by walking an index in their order
than by collecting and sorting all of them. SQLite always begins where a condition narrows; so a column is named there
in a way that no index answers, and the order decides.
"""

from typing import Any

from django.db import models


class Plain(models.Func):
    """A column as it is; on SQLite one that no index is looked up by."""

    arity = 1

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        column, parameters = compiler.compile(self.get_source_expressions()[0])
        return (f"+{column}" if connection.vendor == "sqlite" else column), parameters

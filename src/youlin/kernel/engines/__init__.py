"""What else than DuckDB can answer an Ibis expression over Parquet files: PostgreSQL, and Spark on many machines.

An engine opens files as one table and answers expressions over it as Arrow, in the types that Ibis gives them. Which
files, and what is asked, its users say; nothing of an engine is imported before it is opened.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

Ask = Callable[["Table"], "Table"]
"""Makes the expression of the table of rows."""
Answer = Callable[[Ask], "pa.Table"]
"""Runs such an expression over the rows that are open."""
ROWS = "rows"
"""The table's name."""


class Engine(Protocol):
    """A way to answer expressions."""

    name: str

    def opened(self, files: Sequence[str], schema: "pa.Schema") -> AbstractContextManager[Answer]:
        """The rows of these files, of each the columns of `schema`; to be asked as often as one likes.

        Raises `Invalid` with a remedy where the engine is not installed or cannot be reached.
        """


def settled(found: "pa.Table", ask: Ask, schema: "pa.Schema") -> "pa.Table":
    """An answer in the types that Ibis gives the expression, whatever the engine had for them.

    PostgreSQL adds whole numbers to decimals; most engines cut a day to the midnight that begins its month.
    """
    return found.cast(ask(table(schema)).schema().to_pyarrow())


def table(schema: "pa.Schema") -> "Table":
    """The rows as an Ibis table that is bound to no engine."""
    import ibis

    return ibis.table(ibis.Schema.from_pyarrow(schema), name=ROWS)

"""Expressions answered by PostgreSQL: the columns asked for are loaded into a temporary table of one connection."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from youlin.kernel.engines import ROWS, Answer, Ask, settled, table
from youlin.kernel.errors import Invalid

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 65_536


class Postgres:
    """A PostgreSQL by its address (libpq's form). Nothing is left there: the rows go with the connection."""

    name = "postgres"

    def __init__(self, address: str) -> None:
        self.address = address

    @contextmanager
    def opened(self, files: Sequence[str], schema: "pa.Schema") -> Iterator[Answer]:
        """Load the rows, once for all that is asked."""
        import ibis
        from adbc_driver_postgresql import dbapi

        try:
            connection = dbapi.connect(self.address, autocommit=True)
        except dbapi.Error as error:
            raise Invalid(
                _("连不上 PostgreSQL：%(reason)s") % {"reason": str(error).strip()},
                field="--database",
                remedy=_("请检查地址、口令和网络：postgresql://用户:口令@主机:端口/库名"),
            ) from error
        with connection, connection.cursor() as cursor:
            # A day becomes a moment when its month is taken; it must be the same day on the way back.
            cursor.execute("SET TIME ZONE 'UTC'")
            cursor.adbc_ingest(ROWS, _batches(files, schema), mode="create", temporary=True)
            cursor.execute(f"ANALYZE {ROWS}")

            def answer(ask: Ask) -> "pa.Table":
                cursor.execute(str(ibis.to_sql(ask(table(schema)), dialect="postgres")))
                return settled(cursor.fetch_arrow_table(), ask, schema)

            yield answer


def _batches(files: Sequence[str], schema: "pa.Schema") -> "pa.RecordBatchReader":
    """The rows of the files, so many at a time."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    rows = ds.dataset(list(files), schema=schema, format="parquet").to_batches(batch_size=BATCH)
    return pa.RecordBatchReader.from_batches(schema, rows)

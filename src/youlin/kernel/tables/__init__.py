"""Tables that people send: CSV, TSV, workbooks, Parquet, as a stream of rows of text with named columns; and cells of
tables that go out."""

from youlin.kernel.tables.cells import harmless
from youlin.kernel.tables.files import Row, columns, digest, rows
from youlin.kernel.tables.forms import Form

__all__ = ["Form", "Row", "columns", "digest", "harmless", "rows"]

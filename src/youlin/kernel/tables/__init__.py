"""Tables that people send: CSV, TSV, workbooks, Parquet, as a stream of rows of text with named columns, also as they
are sent through a page; and cells of tables that go out."""

from youlin.kernel.tables.cells import harmless
from youlin.kernel.tables.files import Row, columns, digest, rows
from youlin.kernel.tables.forms import Form
from youlin.kernel.tables.uploads import lacks, too_many, uploaded

__all__ = ["Form", "Row", "columns", "digest", "harmless", "lacks", "rows", "too_many", "uploaded"]

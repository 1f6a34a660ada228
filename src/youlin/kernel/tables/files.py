"""Any tabular file as a stream of rows of text: CSV and TSV, plain or gzipped, workbooks, and Parquet.

Nothing is held in memory but the row in hand (for Parquet, one batch; for a workbook, its shared texts).
"""

import csv
import gzip
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from youlin.kernel.errors import Invalid
from youlin.kernel.tables import workbooks
from youlin.kernel.tables.forms import Form

Row = dict[str, str]
PARQUET_BATCH = 2_000
MOST_LINE = 1024 * 1024
"""Characters of one line. Without a limit a packed file of nothing but zeros would fill the memory."""


def columns(path: Path, form: Form) -> list[str]:
    """The names of the file's columns. Raises `Invalid` where it cannot be read or has one of them twice."""
    if path.suffix == ".parquet":
        present = _parquet_columns(path)
    elif path.suffix.lower() == workbooks.SUFFIX:
        present = workbooks.columns(path, form)
    else:
        present = _text_columns(path, form)
    twice = sorted({name for name in present if present.count(name) > 1})
    if twice:
        raise Invalid(_("列名重复：%(names)s。") % {"names": "、".join(twice)}, field=path.name)
    return present


def rows(path: Path, form: Form) -> Iterator[tuple[int, Row]]:
    """Each row with its number, from 1 after the header. Empty cells are empty text; an empty row is none, but counts, so
    that numbers are those a spreadsheet shows."""
    source: Iterator[tuple[int, Row]]
    if path.suffix == ".parquet":
        source = enumerate(_parquet_rows(path), start=1)
    elif path.suffix.lower() == workbooks.SUFFIX:
        source = workbooks.rows(path, form)
    else:
        source = _text_rows(path, form)
    yield from source


def digest(path: Path) -> str:
    """SHA-256 of the file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _text(path: Path, form: Form) -> Iterator[IO[str]]:
    if not path.is_file():
        raise Invalid(_("没有这个文件：%(path)s。") % {"path": path}, remedy=_("请核对路径。"))
    if path.suffix.lower() in {".xls", ".xlsm", ".xlsb", ".ods"}:
        remedy = _("请另存为 .xlsx 或 CSV（UTF-8）。")
        raise Invalid(_("不能直接读这种电子表格。"), field=path.name, remedy=remedy)
    try:
        with _opened(path)(path, "rt", encoding=form.encoding or _encoding(path), newline="") as stream:
            yield stream
    except UnicodeDecodeError as error:
        named = _("请在对应文件的 file: encoding: 写明，例如 gb18030。")
        raise Invalid(
            _("文件不是 %(encoding)s 编码。") % {"encoding": form.encoding or "UTF-8"},
            field=path.name,
            remedy=named if form.encoding else _("请另存为 .xlsx 或 CSV（UTF-8）。"),
        ) from error
    except (csv.Error, EOFError, gzip.BadGzipFile) as error:
        raise Invalid(_("文件读不懂：%(error)s。") % {"error": error}, field=path.name) from error


def _opened(path: Path) -> Callable[..., IO[str]]:
    return gzip.open if path.suffix == ".gz" else open


def _encoding(path: Path) -> str:
    """In what a file seems to be written: all of it is looked at, in pieces."""
    with _opened(path)(path, "rt", encoding="utf-8-sig", newline="") as stream:
        try:
            while stream.read(MOST_LINE):
                pass
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


def _lines(path: Path, stream: IO[str]) -> Iterator[str]:
    while line := stream.readline(MOST_LINE):
        if len(line) == MOST_LINE and not line.endswith("\n"):
            raise Invalid(
                _("文件里有一行超过 %(most)s 个字符，没有读取。") % {"most": MOST_LINE},
                field=path.name,
                remedy=_("请核对这是不是按行写的表格，以及编码和分隔符。"),
            )
        yield line


def _delimiter(path: Path, form: Form) -> str:
    return form.delimiter or ("\t" if ".tsv" in path.suffixes else ",")


def _text_columns(path: Path, form: Form) -> list[str]:
    with _text(path, form) as stream:
        header = next(csv.reader(_lines(path, stream), delimiter=_delimiter(path, form)), [])
    return [name.strip() for name in header]


def _text_rows(path: Path, form: Form) -> Iterator[tuple[int, Row]]:
    with _text(path, form) as stream:
        reader = csv.reader(_lines(path, stream), delimiter=_delimiter(path, form))
        header = [name.strip() for name in next(reader, [])]
        width = len(header)
        for number, cells in enumerate(reader, start=1):
            if cells:
                yield number, dict(zip(header, cells + [""] * (width - len(cells)), strict=False))


def _parquet_columns(path: Path) -> list[str]:
    import pyarrow
    import pyarrow.parquet

    try:
        return list(pyarrow.parquet.read_schema(path).names)
    except FileNotFoundError as error:
        raise Invalid(_("没有这个文件：%(path)s。") % {"path": path}, remedy=_("请核对路径。")) from error
    except pyarrow.ArrowInvalid as error:
        raise Invalid(_("文件读不懂：%(error)s。") % {"error": error}, field=path.name) from error


def _parquet_rows(path: Path) -> Iterator[Row]:
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path) as source:
        for batch in source.iter_batches(PARQUET_BATCH):
            for row in batch.to_pylist():
                yield {name: "" if value is None else str(value) for name, value in row.items()}

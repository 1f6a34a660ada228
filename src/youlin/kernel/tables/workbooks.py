"""Workbooks (.xlsx) as a stream of rows of text. What could harm or mislead is refused before it is read.

A workbook is a zip of XML: it may unpack to anything, its cells may be formulas whose stored results nobody
checks. So sizes are looked at first, and a formula is refused where it stands. Rows are read one by one;
only the texts that cells share (`sharedStrings.xml`) are held in memory.
"""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.constants import SHARED_STRINGS

from youlin.kernel.errors import Invalid
from youlin.kernel.tables import sheets
from youlin.kernel.tables.forms import Form

SUFFIX = ".xlsx"
MEBIBYTE = 1024 * 1024
MOST_UNPACKED = 1024 * MEBIBYTE
MOST_SHARED = 64 * MEBIBYTE
MOST_PARTS = 500
MOST_RATIO = 200
"""Times a part may be larger than it is packed: sheets are 5 to 50, bombs a thousand."""
MOST_COLUMNS = 500
HEADER = 1


def columns(path: Path, form: Form) -> list[str]:
    """The names in the first row; columns without a name are not read."""
    with _sheet(path, form) as sheet:
        header = next(_rows(path, sheet), [])
    return [name for name in _names(header) if name]


def rows(path: Path, form: Form) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row below the header that is not empty, with its number, as text by column; a date in the form that `form`
    gives its column."""
    with _sheet(path, form) as sheet:
        source = _rows(path, sheet)
        names = _names(next(source, []))
        for number, cells in enumerate(source, start=1):
            if cells.count(None) < len(cells):
                pairs = zip(names, cells + [None] * (len(names) - len(cells)), strict=False)
                yield (
                    number,
                    {name: _text(value, form.dates.get(name, "iso")) for name, value in pairs if name},
                )


@contextmanager
def _sheet(path: Path, form: Form) -> Iterator[Any]:
    _check_size(path)
    try:
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and menus, which nobody reads here
            reader = _Reader(stream, read_only=True, keep_links=False)
            reader.read()
            try:
                yield _chosen(path, reader.wb, form.sheet)
            finally:
                reader.wb.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, SyntaxError, EOFError) as error:
        raise _unreadable(path, error) from error


class _Reader(ExcelReader):
    """openpyxl's, but for the texts that cells share."""

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = sheets.shared(source)


def _check_size(path: Path) -> None:
    """Refuse what would unpack to more than it seems. Python's zip reader never unpacks more than is declared."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except FileNotFoundError as error:
        raise Invalid(_("没有这个文件：%(path)s。") % {"path": path}, remedy=_("请核对路径。")) from error
    except (OSError, zipfile.BadZipFile) as error:
        raise _unreadable(path, error) from error
    swollen = [p for p in parts if p.file_size > MEBIBYTE and p.file_size > MOST_RATIO * p.compress_size]
    shared = sum(p.file_size for p in parts if p.filename.endswith("sharedStrings.xml"))
    if swollen or shared > MOST_SHARED or len(parts) > MOST_PARTS:
        raise Invalid(
            _("这个工作簿展开后大得反常，没有读取。"),
            field=path.name,
            remedy=_("请在表格软件里另存为 CSV（UTF-8）。"),
        )
    if sum(p.file_size for p in parts) > MOST_UNPACKED:
        raise Invalid(
            _("工作簿太大：展开后超过 %(most)s MB。") % {"most": MOST_UNPACKED // MEBIBYTE},
            field=path.name,
            remedy=_("请拆成几个文件，或另存为 CSV（UTF-8）。"),
        )


def _unreadable(path: Path, error: Exception) -> Invalid:
    return Invalid(
        _("这不是能读的工作簿：%(error)s。") % {"error": error},
        field=path.name,
        remedy=_("请去掉密码，在表格软件里另存为 .xlsx 或 CSV（UTF-8）。"),
    )


def _chosen(path: Path, book: Any, name: str | None) -> Any:
    known = {sheet.title: sheet for sheet in book.worksheets}
    if name is not None and name not in known:
        raise Invalid(
            _("工作簿里没有工作表“%(name)s”。") % {"name": name},
            field=path.name,
            remedy=_("有这些：%(names)s。请改对应文件的 file: sheet:。") % {"names": "、".join(known)},
        )
    if not known:
        raise Invalid(_("工作簿里没有工作表。"), field=path.name)
    return known[name] if name is not None else next(iter(known.values()))


def _rows(path: Path, sheet: Any) -> Iterator[sheets.Row]:
    book = sheet.parent
    styles = sheets.Styles(sheet._shared_strings, book._date_formats, book._timedelta_formats, book.epoch)
    with sheet._get_source() as source:
        for number, cells in enumerate(sheets.rows(source, styles), start=1):
            _check_row(path, number, cells)
            yield cells


def _check_row(path: Path, number: int, cells: sheets.Row) -> None:
    if len(cells) > MOST_COLUMNS:
        raise Invalid(
            _("第 %(row)s 行有 %(count)s 列，最多 %(most)s 列。")
            % {"row": number, "count": len(cells), "most": MOST_COLUMNS},
            field=path.name,
            remedy=_("请删去右边的空列。"),
        )
    formula = next((cell for cell in cells if type(cell) is sheets.Formula), None)
    if formula is not None:
        raise Invalid(
            _("%(cell)s 是公式，算出的数没法核对。") % {"cell": formula.cell},
            field=path.name,
            remedy=_("请全选、复制，再“选择性粘贴 → 数值”，另存后重试。"),
        )


def _names(header: sheets.Row) -> list[str]:
    return ["" if value is None else str(value).strip() for value in header]


def _text(value: Any, form: str) -> str:
    """A cell as text; dates in `form`, whole numbers without a point."""
    if value is None or type(value) is str:
        return value or ""
    if isinstance(value, datetime | date | time):
        return value.isoformat() if form == "iso" else value.strftime(form)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

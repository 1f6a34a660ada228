"""From lines of cells to a CSV or an Excel file, in memory that does not grow with their number."""

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO

import xlsxwriter

from youlin.apps.cases.lists.exports.columns import Cell
from youlin.kernel.tables import harmless

_CELL_MOST = 32_767
"""Characters that Excel takes in one cell."""
XLSX_ROWS = 1_048_575
"""Lines that an Excel sheet holds below its heading."""


def write_csv(out: IO[bytes], heading: Sequence[str], lines: Iterable[Sequence[Cell]], *, bom: bool) -> None:
    """A CSV file after RFC 4180 in UTF-8; with `bom` older Excel knows the encoding."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig" if bom else "utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(cell) for cell in heading])
    for line in lines:
        writer.writerow([harmless(cell) for cell in line])
    text.detach()


def write_xlsx(
    out: IO[bytes],
    heading: Sequence[str],
    lines: Iterable[Sequence[Cell]],
    *,
    widths: Sequence[int],
    sheet: str,
) -> None:
    """An Excel file whose text cells are text, whatever they begin with; heading frozen and filtered."""
    with tempfile.TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(
            out, {"constant_memory": True, "strings_to_formulas": False, "tmpdir": folder, "in_memory": False}
        )
        page = book.add_worksheet(sheet[:31])
        bold = book.add_format({"bold": True, "bottom": 1})
        for place, width in enumerate(widths):
            page.set_column(place, place, width)
        page.freeze_panes(1, 0)
        for place, title in enumerate(heading):
            page.write_string(0, place, title, bold)
        count = 0
        for count, line in enumerate(lines, start=1):
            _write_line(page, count, line)
        page.autofilter(0, 0, count, len(heading) - 1)
        book.close()


def _write_line(page: "xlsxwriter.worksheet.Worksheet", number: int, line: Sequence[Cell]) -> None:
    for place, cell in enumerate(line):
        if isinstance(cell, str):
            if cell:
                page.write_string(number, place, cell.replace("\0", "")[:_CELL_MOST])
        elif cell is not None:
            page.write_number(number, place, cell)

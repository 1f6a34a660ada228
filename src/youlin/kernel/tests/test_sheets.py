"""Worksheets: what our reader takes from a cell is what openpyxl takes, whatever is in it."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.reader.strings import read_string_table

from youlin.kernel import tables
from youlin.kernel.errors import Invalid
from youlin.kernel.tables import Form, sheets

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHARED = (
    '<Override PartName="/xl/sharedStrings.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
CELLS: list[list[Any]] = [
    ["名称", "数", "日期", "", "空"],
    ["暖心驿站 & <茶>", 1, date(2026, 11, 23), None, "a"],
    [None, None, None],
    ["  前后有空格  ", -2.5, datetime(2026, 11, 23, 18, 30), True, ""],
    ["第一行\n第二行", 1e21, time(9, 30), False, "#N/A"],
    ["０１２", 10**15, timedelta(hours=30), "=", "'=1"],
    [None, None, None, None, None, None, None, "很右"],
]


def by_openpyxl(path: Path) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    sheet.reset_dimensions()
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def by_us(path: Path) -> list[list[Any]]:
    book = openpyxl.load_workbook(path, read_only=True)
    sheet = book.worksheets[0]
    styles = sheets.Styles(sheet._shared_strings, book._date_formats, book._timedelta_formats, book.epoch)
    with sheet._get_source() as source:
        return list(sheets.rows(source, styles))


@pytest.mark.parametrize("write_only", [False, True], ids=["as a whole", "row by row"])
def test_every_kind_of_cell_is_read_as_openpyxl_reads_it(tmp_path: Path, write_only: bool) -> None:
    book = openpyxl.Workbook(write_only=write_only)
    sheet = book.create_sheet() if write_only else book.active
    for row in CELLS:
        sheet.append(row)
    rich = CellRichText("普通", TextBlock(InlineFont(b=True), "粗"), "尾")
    sheet.append([rich, "A" * 40_000])  # longer than expat hands over at once
    book.save(path := tmp_path / "a.xlsx")
    found = by_us(path)
    assert [row for row in found if row] == [row for row in by_openpyxl(path) if row]
    assert found[1][2] == datetime(2026, 11, 23) and found[1][0] == "暖心驿站 & <茶>"


def with_sheet(tmp_path: Path, rows: str, *, space: str = f'xmlns="{SPACE}"', tag: str = "") -> Path:
    """A workbook whose worksheet is written by hand."""
    book = openpyxl.Workbook()
    book.save(packed := io.BytesIO())
    path = tmp_path / "hand.xlsx"
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(path, "w") as target:
        for part in source.namelist():
            content = source.read(part)
            if part.endswith("sheet1.xml"):
                content = (
                    f"<{tag}worksheet {space}><{tag}sheetData>{rows}</{tag}sheetData></{tag}worksheet>"
                ).encode()
            if part == "[Content_Types].xml":
                content = content.replace(b"</Types>", SHARED.encode() + b"</Types>")
            if not part.endswith("sharedStrings.xml"):
                target.writestr(part, content)
        target.writestr("xl/sharedStrings.xml", f'<sst xmlns="{SPACE}"><si><t>共用</t></si></sst>')
    return path


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="B2"><v>5</v></c></row><row><c><v>6</v></c><c t="s"><v>0</v></c></row>',
        '<row r="1"><c r="C1" t="str"><v>x</v></c><c><v>7</v></c></row>',
        '<row><c t="inlineStr"><is><r><t>字</t></r><r><t>音</t></r><rPh sb="0" eb="1"><t>zi</t></rPh></is></c></row>',
        '<row><c t="e"><v>#DIV/0!</v></c><c t="b"><v>1</v></c><c t="d"><v>2026-11-23T00:00:00</v></c><c/></row>',
    ],
)
def test_what_other_programs_write_is_read_as_openpyxl_reads_it(tmp_path: Path, rows: str) -> None:
    path = with_sheet(tmp_path, rows)
    assert by_us(path) == by_openpyxl(path)


def test_texts_that_cells_share_are_read_as_openpyxl_reads_them() -> None:
    texts = (
        f'<sst xmlns="{SPACE}" count="7"><si><t>共用</t></si><si/>'
        '<si><t xml:space="preserve"> 空格 </t></si><si><t/></si>'
        '<si><r><rPr><b/></rPr><t>粗</t></r><r><t>细</t></r><rPh sb="0" eb="1"><t>cu</t></rPh></si>'
        "<si><t>&lt;茶&gt; _x005F_x000D_ &amp;</t><phoneticPr fontId='1'/></si><si><t>"
        + "长" * 40_000
        + "</t></si></sst>"
    ).encode()
    found = sheets.shared(io.BytesIO(texts))
    assert found == read_string_table(io.BytesIO(texts))
    assert found[:2] == ["共用", ""] and found[4] == "粗细"


@pytest.mark.parametrize("texts", [b"<sst><si>", b"<!DOCTYPE a><sst/>", b"", b"\xff"])
def test_shared_texts_that_are_none_are_refused(texts: bytes) -> None:
    with pytest.raises(ValueError):
        sheets.shared(io.BytesIO(texts))


def test_cells_in_another_order_stand_where_they_say(tmp_path: Path) -> None:
    path = with_sheet(tmp_path, '<row><c r="C1"><v>3</v></c><c r="A1"><v>1.5</v></c></row>')
    assert by_us(path) == [[1.5, None, 3]]


def test_what_a_program_adds_to_a_cell_for_itself_is_not_read(tmp_path: Path) -> None:
    path = with_sheet(tmp_path, '<row><c><v>1</v><extLst><ext uri="x"><v>9</v></ext></extLst></c></row>')
    assert by_us(path) == [[1]]


def test_a_prefix_of_the_names_changes_nothing(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path, '<x:row><x:c t="s"><x:v>0</x:v></x:c></x:row>', space=f'xmlns:x="{SPACE}"', tag="x:"
    )
    assert by_us(path) == [["共用"]]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="9999999999"><c><v>1</v></c></row>',
        '<row r="2"/><row r="1"/>',
        '<row r="x"/>',
        '<row><c r="ABCD1"><v>1</v></c></row>',
        '<row><c t="s"><v>77</v></c></row>',
        "<row><c><v>eins</v></c></row>",
        "<row><c><v>1</c></row>",
        "<row>",
    ],
)
def test_what_is_no_worksheet_is_refused_in_words(tmp_path: Path, rows: str) -> None:
    path = with_sheet(tmp_path, rows)
    with pytest.raises(Invalid):
        list(tables.rows(path, Form()))


def test_a_formula_is_named_by_its_cell_and_names_for_entities_are_refused(tmp_path: Path) -> None:
    path = with_sheet(tmp_path, '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>1+1</f><v>2</v></c></row>')
    assert by_us(path) == [[1, sheets.Formula("B1")]]
    with pytest.raises(ValueError, match="DOCTYPE"):
        list(
            sheets.rows(
                io.BytesIO(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), sheets.Styles((), (), (), None)
            )
        )

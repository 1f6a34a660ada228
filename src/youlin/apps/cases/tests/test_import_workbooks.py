"""Workbooks: read row by row with the same mapping as a CSV; what could harm or mislead is refused in words."""

import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from youlin.apps.cases.imports import files, mapping, rows
from youlin.apps.cases.tests.test_import_reading import MAPPING
from youlin.kernel.errors import Invalid
from youlin.kernel.tables import workbooks

HEADER = ["no", "opened", "closed", "status", "kind", "address", "x", "y"]
ROW = ["A-1", "2024-05-01", "02/05/2024 09:30", "done", "rubbish", "西长安街 1 号", 116.39, 39.9]


@pytest.fixture
def sample(tmp_path: Path) -> mapping.Mapping:
    return declared(tmp_path)


def declared(folder: Path, extra: str = "") -> mapping.Mapping:
    path = folder / "mapping.yaml"
    path.write_text(MAPPING + extra, encoding="utf-8")
    return mapping.load(path)


def workbook(folder: Path, *lines: list[object], sheets: tuple[str, ...] = ("Sheet1",)) -> Path:
    book = openpyxl.Workbook()
    book.active.title = sheets[-1]
    for title in sheets[:-1]:
        book.create_sheet(title, 0)
    for line in lines:
        book[sheets[-1]].append(line)
    path = folder / "table.xlsx"
    book.save(path)
    return path


def repacked(path: Path, name: str, content: bytes) -> Path:
    """The workbook with one part replaced."""
    other = path.with_name("other.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            target.writestr(part, content if part == name else source.read(part))
        if name not in source.namelist():
            target.writestr(name, content)
    return other


def refusal(path: Path, sample: mapping.Mapping) -> str:
    with pytest.raises(Invalid) as refused:
        files.check(path, sample)
        list(files.rows(path, sample))
    [problem] = refused.value.problems
    assert problem.field == path.name and problem.remedy
    return problem.message


def test_a_workbook_reads_like_the_csv_of_the_same_rows(tmp_path, sample):
    path = workbook(tmp_path, HEADER, ROW, [None] * 8, [*ROW[:5], None, "", 40])
    csv = tmp_path / "table.csv"
    csv.write_text(
        ",".join(HEADER) + "\n" + ",".join(str(cell) for cell in ROW) + "\n\n"
        "A-1,2024-05-01,02/05/2024 09:30,done,rubbish,,,40\n",
        encoding="utf-8",
    )
    assert files.check(path, sample) == HEADER
    assert list(files.rows(path, sample)) == list(files.rows(csv, sample))
    assert [number for number, _row in files.rows(path, sample)] == [1, 3], "an empty row counts"


def test_dates_are_read_in_the_form_the_mapping_gives_them(tmp_path, sample):
    line = [7, date(2024, 5, 1), datetime(2024, 5, 2, 9, 30), *ROW[3:]]
    [(number, row)] = files.rows(workbook(tmp_path, HEADER, line), sample)
    request = rows.reader(sample)(number, row)
    assert isinstance(request, rows.Request)
    assert request.number == "7"
    expected = rows.reader(sample)(1, dict(zip(HEADER, map(str, ROW), strict=True)))
    assert (request.reported_at, request.closed_at) == (expected.reported_at, expected.closed_at)


def test_the_mapping_chooses_the_sheet(tmp_path):
    path = workbook(tmp_path, HEADER, ROW, sheets=("说明", "数据"))
    chosen = declared(tmp_path, "file: {sheet: 数据}\n")
    assert len(list(files.rows(path, chosen))) == 1
    assert "没有工作表“别处”" in refusal(path, declared(tmp_path, "file: {sheet: 别处}\n"))


def test_columns_without_a_name_are_not_read(tmp_path, sample):
    path = workbook(tmp_path, [*HEADER, None, None, " "], [*ROW, "?", "?", "?"])
    assert files.check(path, sample) == HEADER
    [(_number, row)] = files.rows(path, sample)
    assert list(row) == HEADER


def test_a_missing_column_is_told_with_those_that_are_there(tmp_path, sample):
    with pytest.raises(Invalid, match="number: no"):
        files.check(workbook(tmp_path, HEADER[1:], ROW[1:]), sample)


def test_a_formula_is_refused_where_it_stands(tmp_path, sample):
    path = workbook(tmp_path, HEADER, ROW, ["=1+1", *ROW[1:]])
    assert "A3 是公式" in refusal(path, sample)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, sample):
    path = workbook(tmp_path, HEADER, ROW)
    bomb = repacked(path, "xl/worksheets/sheet1.xml", b" " * (64 * workbooks.MEBIBYTE))
    tracemalloc.start()
    assert "展开后大得反常" in refusal(bomb, sample)
    assert tracemalloc.get_traced_memory()[1] < 8 * workbooks.MEBIBYTE
    tracemalloc.stop()


def test_what_unpacks_to_too_much_is_refused(tmp_path, sample, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 1000)
    assert "工作簿太大" in refusal(workbook(tmp_path, HEADER, ROW), sample)


def test_texts_that_cells_share_have_their_limit(tmp_path, sample, monkeypatch):
    path = tmp_path / "shared.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, ROW)
    assert len(list(files.rows(path, sample))) == 1
    monkeypatch.setattr(workbooks, "MOST_SHARED", 10)
    assert "展开后大得反常" in refusal(path, sample)


def test_a_row_without_end_is_refused(tmp_path, sample):
    path = workbook(tmp_path, HEADER, [*ROW, *["x"] * workbooks.MOST_COLUMNS])
    assert "第 2 行有" in refusal(path, sample)


def test_a_false_size_is_not_believed(tmp_path, sample):
    path = workbook(tmp_path, HEADER, ROW)
    with zipfile.ZipFile(path) as source:
        sheet = source.read("xl/worksheets/sheet1.xml")
    lying = repacked(path, "xl/worksheets/sheet1.xml", sheet.replace(b"A1:H2", b"A1:XFD1048576"))
    assert lying.stat().st_size and len(list(files.rows(lying, sample))) == 1


def test_entities_are_not_expanded(tmp_path, sample):
    path = workbook(tmp_path, HEADER, ROW)
    laughs = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>'
    with zipfile.ZipFile(path) as source:
        sheet = source.read("xl/worksheets/sheet1.xml")
    sheet = laughs + sheet.split(b"?>", 1)[-1] if sheet.startswith(b"<?xml") else laughs + sheet
    assert "不是能读的工作簿" in refusal(repacked(path, "xl/worksheets/sheet1.xml", sheet), sample)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no,opened\n1,2\n", b"\xd0\xcf\x11\xe0" * 200])
def test_what_is_no_workbook_is_told(tmp_path, sample, content):
    path = tmp_path / "table.xlsx"
    path.write_bytes(content)
    assert "不是能读的工作簿" in refusal(path, sample)


def test_a_workbook_without_its_parts_is_told(tmp_path, sample):
    path = tmp_path / "table.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("hello.txt", "x")
    assert "不是能读的工作簿" in refusal(path, sample)


def test_memory_stays_flat(tmp_path, sample):
    path = tmp_path / "large.xlsx"
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADER)
    for number in range(8_000):
        sheet.append([number, *ROW[1:]])
    book.save(path)
    source = files.rows(path, sample)
    next(source)
    tracemalloc.start()
    assert sum(1 for _row in source) == 7_999
    assert tracemalloc.get_traced_memory()[1] < 4 * workbooks.MEBIBYTE
    tracemalloc.stop()

"""Reading files by their mapping: no database."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from youlin.apps.cases.imports import files, mapping, rows
from youlin.kernel.errors import Invalid

MAPPING = """\
name: sample
source: somewhere
licence: MIT
time_zone: Asia/Shanghai
columns:
  number: no
  reported_at: {column: opened}
  closed_at: {column: closed, format: "%d/%m/%Y %H:%M"}
  status: status
  category: kind
  address: address
  lon: x
  lat: y
statuses:
  open: {}
  done:
    acts: [{act: complete}]
  dup:
    acts: [{act: complete}]
    duplicate: true
categories:
  rubbish: sanitation.rubbish
"""
ROW = {
    "no": "A-1",
    "opened": "2024-05-01",
    "closed": "02/05/2024 09:30",
    "status": "done",
    "kind": "rubbish",
    "address": "西长安街 1 号",
    "x": "116.39",
    "y": "39.9",
}


@pytest.fixture
def sample(tmp_path: Path) -> mapping.Mapping:
    return mapping.load(_written(tmp_path, MAPPING))


def _written(folder: Path, text: str, name: str = "mapping.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _problems(sample: mapping.Mapping, **changes: str) -> list[str]:
    read = rows.reader(sample)(1, ROW | changes)
    assert isinstance(read, rows.Refused)
    return [str(problem.field) for problem in read.problems]


def test_a_row_becomes_a_request_with_its_acts(sample):
    request = rows.reader(sample)(7, ROW)
    assert isinstance(request, rows.Request)
    assert (request.line, request.number, request.category) == (7, "A-1", "sanitation.rubbish")
    assert request.reported_at == datetime(2024, 4, 30, 16, tzinfo=UTC)
    assert request.closed_at == datetime(2024, 5, 2, 1, 30, tzinfo=UTC)
    assert request.acts == (("complete", request.closed_at),)
    assert (request.lon, request.lat) == (116.39, 39.9)


def test_each_fault_of_a_row_names_its_column(sample):
    assert _problems(sample, no=" ") == ["no"]
    assert _problems(sample, opened="gestern") == ["opened"]
    assert _problems(sample, closed="01/01/2024 00:00") == ["closed"]
    assert _problems(sample, closed="") == ["closed"]
    assert _problems(sample, status="lost") == ["status"]
    assert _problems(sample, kind="noise") == ["kind"]
    assert _problems(sample, x="200") == ["x"]
    assert _problems(sample, y="nan") == ["y"]
    assert _problems(sample, no="", opened="", kind="") == ["no", "opened", "kind"]


def test_half_a_place_is_no_place(sample):
    request = rows.reader(sample)(1, ROW | {"x": ""})
    assert isinstance(request, rows.Request)
    assert (request.lon, request.lat) == (None, None)


def test_the_key_is_number_and_row(sample):
    read = rows.reader(sample)
    first, same, other = (
        read(1, ROW),
        read(2, dict(reversed(ROW.items()))),
        read(3, ROW | {"closed": "03/05/2024 09:30"}),
    )
    assert first.key == same.key
    assert first.key != other.key
    assert first.key.startswith("A-1:")


@given(st.dictionaries(st.sampled_from(sorted(ROW)), st.text(max_size=80)))
def test_whatever_a_row_holds_it_is_read_or_refused_in_words(changes):
    read = rows.reader(_SAMPLE)(1, ROW | changes)
    assert isinstance(read, rows.Request) or read.problems
    assert len(read.key) <= 160


_SAMPLE = mapping.Mapping.model_validate(mapping.yaml.load(MAPPING, Loader=mapping._Plain))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("  number: no\n", "", 5),
        ("  status: status", "  statsu: status", 9),
        ("Asia/Shanghai", "Asia/Atlantis", 4),
        ("sanitation.rubbish", "Sanitation Rubbish", 22),
        ("acts: [{act: complete}]\n    dup", "acts: [{act: complete, at: noon}]\n    dup", 19),
        ("licence: MIT\n", "", 1),
    ],
)
def test_a_fault_in_the_mapping_is_told_with_its_line(tmp_path, old, new, line):
    assert old in MAPPING
    with pytest.raises(Invalid) as error:
        mapping.load(_written(tmp_path, MAPPING.replace(old, new)))
    assert [problem.field for problem in error.value.problems] == [f"mapping.yaml:{line}"]


def test_a_mapping_that_is_no_yaml_is_refused_in_words(tmp_path):
    with pytest.raises(Invalid):
        mapping.load(_written(tmp_path, "columns: [\n"))
    with pytest.raises(Invalid):
        mapping.load(tmp_path / "nowhere.yaml")


def test_words_like_no_and_dates_stay_text(tmp_path, sample):
    assert sample.columns.number == "no"
    text = MAPPING.replace("rubbish: sanitation", "2013-01-01: sanitation")
    assert "2013-01-01" in mapping.load(_written(tmp_path, text)).categories


def test_the_same_table_reads_the_same_in_every_form(tmp_path, sample):
    header, line = ",".join(ROW), ",".join(ROW.values())
    plain = _written(tmp_path, f"﻿{header}\n{line}\n\n", "a.csv")
    tabs = _written(tmp_path, f"{header}\n{line}\n".replace(",", "\t"), "a.tsv")
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    columns = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({name: [value] for name, value in ROW.items()}), columns)
    for path in (plain, tabs, packed, columns):
        assert files.check(path, sample) == list(ROW)
        assert list(files.rows(path, sample)) == [(1, ROW)]


def test_a_short_line_has_empty_cells(tmp_path, sample):
    path = _written(tmp_path, "no,opened\nA-1\n", "a.csv")
    assert list(files.rows(path, sample)) == [(1, {"no": "A-1", "opened": ""})]


def test_what_cannot_be_read_is_said_in_words(tmp_path, sample):
    faults = {
        "missing.csv": None,
        "table.xlsx": b"PK",
        "latin.csv": ",".join(ROW).encode() + "\ncafé".encode("latin-1"),
        "broken.csv.gz": b"not gzip",
        "columns.csv": b"a,b\n1,2\n",
        "twice.csv": b"no,no\n",
        "broken.parquet": b"not parquet",
    }
    for name, content in faults.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(Invalid) as error:
            files.check(tmp_path / name, sample)
            list(files.rows(tmp_path / name, sample))
        assert error.value.problems[0].message

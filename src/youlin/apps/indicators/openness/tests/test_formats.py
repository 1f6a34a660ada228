"""Every form of a release says the same, and readers that others wrote accept it."""

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from youlin.apps.indicators.openness import formats
from youlin.apps.indicators.openness.describing import Entry, Release, VersionTold
from youlin.apps.indicators.openness.figures import At, Shown

FIGURES = (
    Shown(At("110102", "2026-10"), 0.93333, 28, 30, False),
    Shown(At("110102001", "2026-10"), None, None, None, True),
    Shown(At("110102002", "2026-10"), None, 0, 0, False),
    Shown(At("110102", "2026", "category", "event.sanitation"), 0.5, 30, 60, False),
    Shown(At("110102", "2026", "category", ""), 1.0, 6, 6, False),
)
"""A figure, one that is withheld, one with nothing to divide by, one of a breakdown, one of no category."""


def release(**changed: object) -> Release:
    version = VersionTold(
        2, date(2026, 1, 1), ("按时/全部", "in time by all"), ("规则", "the rule"), {"measure": "share"}
    )
    entry = Entry(
        code="response_rate",
        name=("响应率", "Response rate"),
        about=("按时联系的比例", "The share contacted in time"),
        unit="percent",
        unit_name=("%", "%"),
        decimals=1,
        direction="up",
        k=5,
        kind="share",
        dataset=("时限", "Clocks"),
        versions=(version,),
        breakdowns=(("category", ("类别", "Category")),),
    )
    given = {
        "entry": entry,
        "district": "110102",
        "district_name": ("西城区", "Xicheng"),
        "as_of": datetime(2026, 11, 23, 4, tzinfo=UTC),
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "demo": True,
        "figures": FIGURES,
        "areas": {
            "110102": ("西城区", "Xicheng"),
            "110102001": ("=街道", "Street"),
            "110102002": ("街道二", ""),
        },
        "keys": {
            ("category", "event.sanitation"): ("环境卫生", "Sanitation"),
            ("category", ""): ("未分类", "None"),
        },
    }
    return Release(**(given | changed))  # type: ignore[arg-type]


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_csv_opens_in_a_spreadsheet_and_computes_nothing() -> None:
    content = formats.as_csv(release())
    assert content.startswith("\ufeffindicator,area".encode())
    found = rows(content)
    assert (found[0]["value"], found[0]["numerator"], found[0]["denominator"]) == ("93.3", "28", "30")
    assert (found[1]["value"], found[1]["status"]) == ("", "withheld")
    assert found[2]["status"] == "no value"
    assert not found[1]["area_name"].startswith("=")
    assert found[3]["key_name_en"] == "Sanitation" and found[4]["key"] == ""


def test_every_form_tells_the_same_figures() -> None:
    given = release()
    table, machine = rows(formats.as_csv(given)), rows(formats.as_sdmx_csv(given))
    document = json.loads(formats.as_json(given))
    objects = [dict(zip(document["columns"], row, strict=True)) for row in document["rows"]]
    for plain, sdmx, told in zip(table, machine, objects, strict=True):
        value = "" if told["value"] is None else str(told["value"])
        assert plain["value"] == sdmx["OBS_VALUE"] == value
        assert plain["period"] == sdmx["TIME_PERIOD"] == told["period"]
        assert plain["area"] == sdmx["REF_AREA"] == told["area"]
        assert plain["status"] == told["status"]


def test_sdmx_csv_says_which_values_are_missing_but_not_which_are_small() -> None:
    found = rows(formats.as_sdmx_csv(release()))
    assert list(found[0])[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    assert formats.as_sdmx_csv(release()).startswith(b"STRUCTURE,")
    assert [(row["OBS_STATUS"], row["CONF_STATUS"]) for row in found[:3]] == [
        ("A", "F"),
        ("Q", "N"),
        ("M", "F"),
    ]
    assert {row["CONF_STATUS"] for row in found} == {"F", "N"}
    assert [row["FREQ"] for row in found] == ["M", "M", "M", "A", "A"]
    assert (found[0]["BREAKDOWN"], found[3]["BREAKDOWN_KEY"], found[4]["BREAKDOWN_KEY"]) == (
        "_T",
        "event-sanitation",
        "_U",
    )
    assert found[0]["UNIT_MEASURE"] == "PT"


@pytest.mark.parametrize("code", ["a.b", "a-b", "a_b", "a b", "类别", "a$b", "a.b-c"])
def test_codes_become_identifiers_that_differ(code: str) -> None:
    others = {"a.b", "a-b", "a_b", "a b", "类别", "a$b", "a.b-c"} - {code}
    found = formats.identifier(code)
    assert found not in {formats.identifier(one) for one in others}
    assert all(letter.isascii() and (letter.isalnum() or letter in "_@$-") for letter in found)


def test_the_dictionary_describes_each_column_in_order() -> None:
    document = json.loads(formats.as_csvw(release(), "response_rate.csv"))
    described = [one["name"] for one in document["tableSchema"]["columns"]]
    assert described == list(rows(formats.as_csv(release()))[0])
    assert set(document["tableSchema"]["primaryKey"]) <= set(described)
    assert document["url"] == "response_rate.csv"


def test_a_reader_of_sdmx_that_others_wrote_reads_it() -> None:
    from pysdmx.io.csv.sdmx20 import reader

    [dataset] = reader.read(formats.as_sdmx_csv(release()).decode())
    assert dataset.structure == f"DataStructure={formats.STRUCTURE}"
    assert list(dataset.data["OBS_VALUE"]) == ["93.3", "", "", "50.0", "100.0"]


def test_a_reader_of_csvw_that_others_wrote_reads_it(tmp_path: Path) -> None:
    import csvw

    for ending, content in formats.files(release()).items():
        (tmp_path / f"response_rate.{ending}").write_bytes(content)
    table = csvw.Table.from_file(str(tmp_path / "response_rate.csv-metadata.json"))
    found = list(table.iterdicts())
    assert len(found) == len(FIGURES) and float(found[0]["value"]) == 93.3 and found[1]["value"] is None

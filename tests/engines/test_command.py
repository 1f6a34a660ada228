"""`youlin indicators evaluate`: tables of a district and of what holds several, and refusals with their remedy."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from tests.cast import DISTRICT, OTHER_DISTRICT, make_areas
from tests.engines import rows
from youlin.apps.indicators import scaling
from youlin.config.cli import main
from youlin.kernel import clock
from youlin.kernel.tests import exported

pytestmark = pytest.mark.django_db
SPAN = ("--from", "2026-09-01", "--to", "2026-09-30")


@pytest.fixture(autouse=True)
def _rows() -> Iterator[None]:
    make_areas()
    with exported.own_folder(), clock.frozen(rows.AS_OF):
        rows.put()
        rows.declare()
        yield


def evaluate(*words: str) -> Result:
    return CliRunner().invoke(main, ["indicators", "evaluate", *words])


def test_a_table_goes_to_the_terminal_or_into_a_file(tmp_path: Path) -> None:
    words = ("--area", DISTRICT, "--level", "street", *SPAN, "-c", "reports", "-c", "closing_hours")
    told = evaluate(*words)
    assert told.exit_code == 0, told.output
    listed = list(csv.DictReader(told.stdout.splitlines()))
    assert {row["code"] for row in listed} == {"reports", "closing_hours"}
    assert all(row["n"].isdigit() for row in listed)
    out = tmp_path / "cells.parquet"
    assert evaluate(*words, "--out", str(out)).exit_code == 0
    table = pq.read_table(out)
    assert table.schema.equals(scaling.COLUMNS) and table.num_rows == len(listed)


def test_what_holds_several_districts_counts_the_rows_of_all() -> None:
    ours, whole = (
        list(
            csv.DictReader(
                evaluate("--area", area, "--level", "district", *SPAN, "-c", "reports").stdout.splitlines()
            )
        )
        for area in (DISTRICT, "11")
    )
    told = {row["area"]: row["n"] for row in whole}
    assert {row["area"]: row["n"] for row in ours} == {DISTRICT: told[DISTRICT]}
    assert told[OTHER_DISTRICT].isdigit()


def test_districts_that_define_a_figure_differently_have_none_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = rows.known()
    other = {"reports": known["reports"].model_copy(update={"rule": known["cases_closed"].rule})}
    monkeypatch.setattr(
        scaling.declarations, "in_force", lambda district, _day: known if district == DISTRICT else other
    )
    refused = evaluate("--area", "11", *SPAN)
    assert refused.exit_code == 1
    assert "reports" in refused.stderr and "→" in refused.stderr
    assert evaluate("--area", OTHER_DISTRICT, *SPAN).exit_code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--area", DISTRICT, "-c", "no_such"), 1),
        (("--area", DISTRICT, "--by", "no_such"), 1),
        (("--area", "990101"), 1),
        (("--area", DISTRICT, "--engine", "postgres"), 2),
        (("--area", DISTRICT, "--engine", "spark", "--conf", "nothing"), 2),
        (("--area", DISTRICT, "--from", "2026-09-02", "--to", "2026-09-01"), 2),
        (("--area", DISTRICT, "--out", "cells.txt"), 2),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(words: tuple[str, ...], code: int) -> None:
    refused = evaluate(*words)
    assert refused.exit_code == code
    assert refused.stderr


def test_without_spark_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    refused = evaluate("--area", DISTRICT, *SPAN, "--engine", "spark", "-c", "reports")
    assert refused.exit_code == 1
    assert "uv sync --group spark" in refused.stderr

"""`youlin cases import|waiting|place|duplicates`."""

import csv
import gzip
import itertools
import json

import pytest
from click.testing import CliRunner

from youlin.apps.cases.models import Case
from youlin.config.cli import main
from youlin.kernel.actors import SYSTEM
from youlin.programmes import demo_chicago
from youlin.programmes.demo_chicago import district

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(main, ["cases", *map(str, words)])


@pytest.fixture
def rows():
    with gzip.open(demo_chicago.FILE, "rt", encoding="utf-8", newline="") as stream:
        return list(itertools.islice(csv.DictReader(stream), 30))


@pytest.fixture
def imports(tmp_path):
    """Imports these rows into the prepared district, with more options if wanted."""
    district.prepare(actor=SYSTEM)

    def _import(rows, *options):
        path = tmp_path / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        return run("import", path, "--mapping", demo_chicago.MAPPING, *options)

    return _import


def test_a_file_is_imported_once(imports, rows):
    dry = json.loads(imports(rows, "--dry-run", "--json").stdout)
    assert (dry["dry_run"], dry["taken"], Case.objects.count()) == (True, 30, 0)
    first = imports(rows)
    assert (first.exit_code, first.stdout.split(",")[0]) == (0, "30 rows read: 30 taken")
    assert json.loads(imports(rows, "--json").stdout)["taken"] == 0
    assert Case.objects.count() == 30


def test_only_the_first_rows_are_taken_and_the_rest_later(imports, rows):
    assert json.loads(imports(rows, "--limit", 10, "--json").stdout)["taken"] == 10
    assert json.loads(imports(rows, "--json").stdout)["taken"] == 20


def test_refused_rows_are_named_and_make_exit_code_one(imports, rows):
    rows[4]["creation_date"] = "gestern"
    done = imports(rows)
    assert done.exit_code == 1
    assert "29 taken" in done.stdout and "line 5, creation_date" in done.stderr
    listed = json.loads(run("waiting", "--district", demo_chicago.DISTRICT, "--refused", "--json").stdout)
    assert [row["line"] for row in listed] == [5]


def test_a_waiting_row_is_placed_by_hand(imports, rows):
    rows[7]["longitude"] = ""
    assert "1 without a place" in imports(rows).stdout
    listed = run("waiting", "--district", demo_chicago.DISTRICT).stdout
    assert rows[7]["service_request_number"] in listed
    placed = run("place", "--district", demo_chicago.DISTRICT, listed.split()[0], "-87.68", "41.88")
    assert placed.exit_code == 0, placed.output
    assert Case.objects.count() == 30
    assert run("waiting", "--district", demo_chicago.DISTRICT).stdout.strip() == "0 rows"


def test_a_wrong_mapping_is_told_with_its_line(imports, rows, tmp_path):
    mapping = tmp_path / "mapping.yaml"
    text = demo_chicago.MAPPING.read_text(encoding="utf-8").replace("columns:", "colunms:")
    mapping.write_text(text, encoding="utf-8")
    imports(rows)
    refused = run("import", tmp_path / "rows.csv", "--mapping", mapping)
    line = text.splitlines().index("colunms:") + 1
    assert refused.exit_code == 1
    assert f"mapping.yaml:{line}" in refused.stderr


def test_wrong_usage_is_exit_code_two(tmp_path):
    assert run("import").exit_code == 2
    assert run("import", tmp_path / "nowhere.csv", "--mapping", demo_chicago.MAPPING).exit_code == 2
    assert run("place", "x", "1", "2").exit_code == 2


def test_duplicates_are_judged_and_learned(imports, rows, tmp_path):
    for number, row in enumerate(rows):
        row |= {
            "creation_date": f"201{2 + number % 2}-03-{1 + number // 2:02}",
            "completion_date": "2013-12-31",
        }
        row |= {"street_address": "200 W 87TH ST", "latitude": "41.74", "longitude": "-87.63"}
    imports(rows)
    weights = tmp_path / "weights.json"
    words = ["--mapping", demo_chicago.MAPPING, "--year", 2013, "--learn", weights]
    judged = run("duplicates", tmp_path / "rows.csv", *words)
    assert judged.exit_code == 0, judged.output
    assert "2013: 15 rows, learned on 15 before" in judged.stdout
    assert json.loads(weights.read_text())["about"]["reported_year"] == 2013
    nothing = run("duplicates", tmp_path / "rows.csv", *words[:2], "--year", 1999)
    assert nothing.exit_code == 1 and "1999" in nothing.stderr

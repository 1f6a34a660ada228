"""`youlin areas import|synthesise|check|grid|people|locate`."""

import csv
import io
import json

import pytest
import shapely
from click.testing import CliRunner

from tests.cast import COMMUNITY, DISTRICT, GRID, STREET, point_in
from youlin.apps.areas import selectors, versions
from youlin.apps.areas.models import Boundary
from youlin.config.cli import main

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(main, ["areas", *map(str, words)])


def answer(*words):
    return json.loads(run(*words, "--json").stdout)


def write(path, code, shape):
    feature = {"type": "Feature", "properties": {"id": code}, "geometry": shapely.geometry.mapping(shape)}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


def test_a_list_and_outlines_are_imported(tmp_path):
    listed = tmp_path / "areas.csv"
    listed.write_text("code,name\n990101,甲区\n990101001,乙街道\n", encoding="utf-8")
    assert answer("import", listed) == {"created": 2, "changed": 0, "unchanged": 0, "unknown": []}
    outlines = write(tmp_path / "outlines.geojson", "990101", shapely.box(1, 1, 2, 2))
    assert run("import", outlines).exit_code == 1, "no property of a usual name has the code"
    assert "1 new" in run("import", outlines, "--code-property", "id", "--source", "survey").stdout
    assert selectors.boundary("990101").source == "survey"
    assert run("import", listed).stdout.startswith("0 new, 0 changed, 2 as before")


def test_faults_are_named_with_their_line_and_remedy(tmp_path):
    listed = tmp_path / "areas.csv"
    listed.write_text("code,name\n990101,甲区\n9901,\n99010,乙\n", encoding="utf-8")
    refused = run("import", listed)
    assert refused.exit_code == 1
    assert "第 3 行" in refused.stderr and "第 4 行" in refused.stderr and "→" in refused.stderr
    assert not selectors.districts()


def test_the_bundled_city_is_imported_in_part():
    assert answer("import", "--bundled", "--prefix", "110107")["created"] > 150
    assert len(selectors.districts()) == 1
    made = answer("synthesise", "110107001")
    assert made["made"] == {"110107001": 15}
    assert "dedicated grids" in run("import", "--bundled", "--compounds", "--prefix", "110107").stdout


@pytest.mark.parametrize(
    "words", [["import"], ["grid", "990101"], ["locate"], ["locate", "1"], ["locate", "a", "b"]]
)
def test_wrong_usage_is_exit_code_two(words):
    assert run(*words).exit_code == 2


def test_a_point_is_located(district):
    lon, lat = point_in(GRID)
    found = run("locate", lon, lat)
    assert (found.exit_code, found.stdout.split()[0]) == (0, GRID)
    told = answer("locate", lon, lat)
    assert (told["code"], told["level"], told["codes"][1]) == (GRID, "grid", COMMUNITY)
    assert told["path"].startswith("西城区 · 椿树街道")
    outside = run("locate", "-87.6", "41.8", "--json")
    assert (outside.exit_code, outside.stdout.strip()) == (1, "null")


def test_a_point_of_another_system_is_converted(district):
    lon, lat = point_in(GRID)
    assert run("locate", lon, lat, "--crs", "gcj02").stdout.split()[:1] != [GRID]


def test_a_table_of_points_gets_their_areas(district, tmp_path):
    lon, lat = point_in(GRID)
    table = tmp_path / "points.csv"
    table.write_text(f"id,Longitude,lat\n1,{lon},{lat}\n2,,\n3,oops,1\n4,1,inf\n", encoding="utf-8")
    done = run("locate", "--csv", table)
    assert done.exit_code == 0 and "1 of 4" in done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["area_code"] for row in rows] == [GRID, "", "", ""]
    assert rows[0]["area_path"].startswith("西城区")
    out = tmp_path / "out.csv"
    run("locate", "--csv", table, "--out", out)
    assert out.read_text(encoding="utf-8") == done.stdout
    lines = run("locate", "--csv", table, "--json").stdout.splitlines()
    assert json.loads(lines[0])["area_code"] == GRID
    assert run("locate", "--csv", table, "--lon-column", "x").exit_code == 2


def test_the_check_says_what_is_wrong_and_draws_it(district, tmp_path):
    assert run("check", DISTRICT).exit_code == 0
    shape = shapely.from_wkb(bytes(selectors.boundary(GRID).wkb))
    smaller = shapely.affinity.scale(shape, 0.5, 1.0)
    Boundary.objects.filter(area__code=GRID).update(wkb=shapely.to_wkb(smaller))
    versions.bump(DISTRICT)
    drawing = tmp_path / "wrong.svg"
    found = run("check", DISTRICT, "--svg", drawing)
    assert found.exit_code == 1 and "✗" in found.stdout
    assert drawing.read_text(encoding="utf-8").startswith("<svg")
    told = answer("check", DISTRICT)
    assert (told["ok"], told["counts"]) == (False, {"gap": 2})
    assert run("check", DISTRICT, "--tolerance", "1e9").exit_code == 0


def test_a_check_of_nothing_is_no_proof(district, tmp_path):
    nothing = run("check", "999")
    assert nothing.exit_code == 1 and "999" in nothing.stderr
    unwritable = run("check", DISTRICT, "--svg", tmp_path / "nowhere" / "x.svg")
    assert unwritable.exit_code == 2 and "cannot write" in unwritable.stderr


def test_grids_are_made_once_or_replaced(district):
    refused = run("grid", STREET, "--count", 3)
    assert refused.exit_code == 1 and "--replace" in refused.stderr
    made = answer("grid", COMMUNITY, "--count", 3, "--replace")
    assert made["codes"] == [f"{COMMUNITY}{n:03d}" for n in (3, 4, 5)]


@pytest.mark.parametrize("command", ["import", "synthesise", "check", "grid", "locate"])
def test_help_is_worth_reading(command):
    told = run(command, "--help").stdout
    assert "Exit codes" in told and len(told.splitlines()) > 8


def test_people_are_told_from_a_published_table_and_bad_rows_are_named(district, tmp_path):
    table = tmp_path / "people.csv"
    table.write_text(
        f'代码,常住人口,户数,出处\n{DISTRICT},"1,106,214",,\n{STREET},36000,15000,街道年报\n990199,5,,\n{COMMUNITY},many,,\n',
        encoding="utf-8",
    )
    done = run("people", table, "--source", "第七次全国人口普查公报")
    assert done.exit_code == 1 and "2 areas told, 2 refused" in done.stdout
    assert "line 3" in done.stderr and "line 4, population: “many”" in done.stderr
    told = selectors.get(DISTRICT).extra
    assert (told["population"], told["population_source"]) == (1_106_214, "第七次全国人口普查公报")
    assert selectors.get(STREET).extra["households"] == 15000
    table.write_text("名称\n大栅栏\n", encoding="utf-8")
    assert "代码" in run("people", table).output

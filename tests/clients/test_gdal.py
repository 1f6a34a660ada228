"""GDAL, as Debian ships it, reads a running server: what arrives is what our rows say, page by page, box by box."""

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely

from tests.cast import DISTRICT, STREET, point_in
from tests.clients.scene import CASES, PLACES, STEP
from tests.faults.running import ROOT, free_port, kill_all, start

pytestmark = pytest.mark.client

PATIENCE = 300


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, list[dict]]]]:
    """The address of a server with the scene, and what its selectors tell."""
    if shutil.which("ogr2ogr") is None:
        pytest.fail("no GDAL: apt-get install gdal-bin")
    home, port = tmp_path_factory.mktemp("home"), free_port()
    environment = {**os.environ, "YOULIN_HOME": str(home), "DATABASE_URL": "", "YOULIN_DEMO": "0"}
    scene(environment, "prepare")
    with open(home / "run.log", "w") as log:
        process = start(environment, port, log)
        try:
            yield f"http://127.0.0.1:{port}", json.loads(scene(environment, "told"))
        finally:
            kill_all(process)


def scene(environment: dict[str, str], step: str) -> str:
    command = [sys.executable, "-m", "tests.clients.scene", step]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def gdal(*command: str) -> str:
    """What a program of GDAL prints; a warning of its is a failure, because it means that it took us wrongly."""
    plain = {**os.environ, "CPL_DEBUG": "OFF", "GDAL_HTTP_TIMEOUT": "60"}
    done = subprocess.run(command, env=plain, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0 and not done.stderr.strip(), done.stderr
    return done.stdout


def taken(address: str, kind: str, tmp_path: Path, *more: str) -> list[dict]:
    """The features of a collection as `ogr2ogr` hands them on."""
    target = tmp_path / f"{kind}.geojson"
    target.unlink(missing_ok=True)
    source = [f"OAPIF:{address}/ogc/", f"{kind}-{DISTRICT}"]
    gdal("ogr2ogr", "-f", "GeoJSON", str(target), *source, *more, "-lco", "COORDINATE_PRECISION=9")
    return json.loads(target.read_text(encoding="utf-8"))["features"]


def test_it_lists_every_collection(running) -> None:
    listed = gdal("ogrinfo", "-ro", f"OAPIF:{running[0]}/ogc/")
    for kind in ("places", "areas", "cases"):
        assert f"{kind}-{DISTRICT}" in listed and f"{kind}-110101" in listed


def test_it_knows_how_many_there_are_and_what_they_have(running) -> None:
    summary = gdal("ogrinfo", "-ro", "-so", f"OAPIF:{running[0]}/ogc/", f"places-{DISTRICT}")
    assert f"Feature Count: {PLACES}" in summary and "Geometry: Point" in summary
    assert "name: String" in summary and "confirmed_at: DateTime" in summary


@pytest.mark.parametrize("page", ["7", "60", "1000"])
def test_places_arrive_whole_whatever_the_page(running, tmp_path: Path, page: str) -> None:
    found = taken(running[0], "places", tmp_path, "-oo", f"PAGE_SIZE={page}")
    expected = {row["number"]: row for row in running[1]["places"]}
    assert sorted(one["properties"]["number"] for one in found) == sorted(expected)
    assert len(found) == len(expected) == PLACES
    for one in found:
        row = expected[one["properties"]["number"]]
        assert one["geometry"]["coordinates"] == pytest.approx([row["lon"], row["lat"]], abs=5e-7)
        assert (one["properties"]["name"], one["properties"]["kind"]) == (row["name"], row["kind"])


def test_a_box_and_a_value_narrow_it(running, tmp_path: Path) -> None:
    lon, lat = point_in(STREET)
    box = [lon + 2.5 * STEP, lat - STEP, lon + 5.5 * STEP, lat + STEP]
    found = taken(running[0], "places", tmp_path, "-spat", *map(str, box))
    expected = [row["number"] for row in running[1]["places"] if box[0] <= row["lon"] <= box[2]]
    assert 0 < len(expected) < PLACES
    assert sorted(one["properties"]["number"] for one in found) == sorted(expected)
    found = taken(running[0], "places", tmp_path, "-where", "kind = 'restaurant'")
    expected = [row["number"] for row in running[1]["places"] if row["kind"] == "restaurant"]
    assert sorted(one["properties"]["number"] for one in found) == sorted(expected)


def test_outlines_are_ours(running, tmp_path: Path) -> None:
    found = {one["properties"]["code"]: one for one in taken(running[0], "areas", tmp_path)}
    expected = {row["code"]: row for row in running[1]["areas"]}
    assert set(found) == set(expected) and DISTRICT in found
    for code, row in expected.items():
        ours, theirs = shapely.from_wkt(row["wkt"]), shapely.geometry.shape(found[code]["geometry"])
        assert shapely.equals_exact(ours.normalize(), theirs.normalize(), tolerance=1e-6), code
        assert found[code]["properties"]["name"] == row["name"]


def test_public_cases_are_ours_and_no_other_arrives(running, tmp_path: Path) -> None:
    found = taken(running[0], "cases", tmp_path, "-oo", "PAGE_SIZE=5")
    expected = {row["number"]: row for row in running[1]["cases"]}
    assert {one["properties"]["number"] for one in found} == set(expected)
    assert len(found) == len(expected) == CASES - 1
    for one in found:
        row = expected[one["properties"]["number"]]
        assert one["geometry"]["coordinates"] == pytest.approx([row["lon"], row["lat"]], abs=5e-7)
        assert one["properties"]["title"] == row["title"]


def test_it_reads_a_tile(running, tmp_path: Path) -> None:
    """GDAL's own reader of vector tiles finds the places where they are."""
    target = tmp_path / "tile.geojson"
    lon, lat = point_in(STREET)
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    address = f"12/{int((lon + 180) / 360 * 4096)}/{int(y * 4096)}"
    source = f"MVT:{running[0]}/tiles/{DISTRICT}/{address}.mvt"
    gdal("ogr2ogr", "-f", "GeoJSON", "-t_srs", "EPSG:4326", str(target), source, "places")
    found = json.loads(target.read_text(encoding="utf-8"))["features"]
    expected = {row["number"]: row for row in running[1]["places"]}
    assert len(found) == PLACES
    for one in found:
        row = expected[one["properties"]["number"]]
        assert one["geometry"]["coordinates"] == pytest.approx([row["lon"], row["lat"]], abs=360 / 4096**2)

"""`youlin places network import|show|remove`."""

import json

import pytest
from click.testing import CliRunner

from tests.cast import DISTRICT, STREET, point_in
from youlin.config.cli import main

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(main, ["places", "network", *map(str, words)])


def test_a_network_is_imported_shown_and_removed(district, tmp_path):
    lon, lat = point_in(STREET)
    line = {"type": "LineString", "coordinates": [[lon, lat], [lon + 0.001, lat], [lon + 0.001, lat + 0.001]]}
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in (line, None)]
    file = tmp_path / "roads.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    assert "straight lines" in run("show", "-d", DISTRICT).stdout
    done = run("import", file, "-d", DISTRICT, "--source", "© OpenStreetMap", "--licence", "ODbL")
    assert done.exit_code == 0 and "3 nodes, 2 segments, 1 rows left out" in done.stdout
    assert "! 2:" in done.stderr
    assert "2 segments; © OpenStreetMap ODbL" in run("show", "-d", DISTRICT).stdout
    assert run("remove", "-d", DISTRICT).exit_code == 0
    assert run("remove", "-d", DISTRICT).exit_code == 1


def test_a_file_that_is_no_network_is_told_with_its_remedy(district, tmp_path):
    file = tmp_path / "roads.geojson"
    file.write_text("{}", encoding="utf-8")
    refused = run("import", file, "-d", DISTRICT, "--source", "x")
    assert refused.exit_code == 1 and "→" in refused.stderr

"""Official lists and outlines come in, twice without harm, or are refused in words."""

import json
from datetime import date

import pytest
import shapely

from youlin.apps.areas import selectors, services
from youlin.apps.areas.models import Area, Boundary
from youlin.apps.areas.tests.factories import box, town
from youlin.kernel import journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Invalid, NotAllowed

pytestmark = pytest.mark.django_db

ROWS = [
    {"code": "990101", "name": "西城区"},
    {"code": "990101001", "name": "月坛街道"},
    {"code": "990102", "name": "乙区"},
]


def collection(shapes, name="code"):
    features = [
        {"type": "Feature", "properties": {name: code}, "geometry": shapely.geometry.mapping(shape)}
        for code, shape in shapes.items()
    ]
    return {"type": "FeatureCollection", "features": features}


def write(tmp_path, content):
    path = tmp_path / "shapes.geojson"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_new_areas_are_added_with_level_district_and_latin_name():
    result = services.import_areas(actor=SYSTEM, rows=ROWS)
    assert (result.created, result.changed, result.unchanged) == (3, 0, 0)
    street = selectors.get("990101001")
    assert (street.level, street.district, street.name_en) == ("street", "990101", "Yuetan Subdistrict")


def test_the_same_list_again_changes_nothing():
    services.import_areas(actor=SYSTEM, rows=ROWS)
    count = journal.JournalEntry.objects.count()
    assert services.import_areas(actor=SYSTEM, rows=ROWS).unchanged == 3
    assert journal.JournalEntry.objects.count() == count


def test_another_name_is_taken_over_and_journalled():
    services.import_areas(actor=SYSTEM, rows=ROWS)
    result = services.import_areas(actor=SYSTEM, rows=[{"code": "990102", "name": "丙区"}])
    assert (result.created, result.changed) == (0, 1)
    last = journal.entries_for(selectors.get("990102"))[-1]
    assert last.act == "areas.renamed"
    assert (last.public["before"]["name"], last.public["after"]["name"]) == ("乙区", "丙区")


def test_one_bad_line_keeps_everything_out():
    with pytest.raises(Invalid):
        services.import_areas(actor=SYSTEM, rows=[*ROWS, {"code": "99", "name": ""}])
    assert not Area.objects.exists()


def test_an_area_does_not_end_before_it_begins():
    row = {"code": "990101", "name": "甲", "valid_from": "2020-01-01", "valid_to": "2019-01-01"}
    with pytest.raises(Invalid) as refused:
        services.import_areas(actor=SYSTEM, rows=[row])
    assert refused.value.problems[0].field == "valid_to"


def test_a_prefix_takes_a_part_and_progress_is_told():
    seen = []
    services.import_areas(actor=SYSTEM, rows=ROWS, prefix="990101", progress=lambda *at: seen.append(at))
    assert Area.objects.count() == 2
    assert seen == [(2, 2)]


def test_strangers_may_not():
    with pytest.raises(NotAllowed):
        services.import_areas(actor=Actor("anonymous"), rows=ROWS)


def test_outlines_come_in_measured_and_labelled(tmp_path):
    services.import_areas(actor=SYSTEM, rows=ROWS)
    path = write(tmp_path, collection({"990101001000": box(0, 0, 2, 2), "990109": box(5, 5)}))
    result = services.import_boundaries(actor=SYSTEM, path=path, source="survey")
    assert (result.created, result.unknown) == (1, ["990109"])
    boundary = selectors.boundary("990101001")
    assert boundary.source == "survey" and not boundary.synthesised
    assert (boundary.label_lon, boundary.label_lat) == pytest.approx((116.01, 39.01))
    assert boundary.area_m2 == pytest.approx(1730 * 2220, rel=0.01)
    assert services.import_boundaries(actor=SYSTEM, path=path).unchanged == 1


def test_another_outline_replaces_the_first_from_a_day_on(tmp_path):
    services.import_areas(actor=SYSTEM, rows=ROWS)
    services.import_boundaries(actor=SYSTEM, path=write(tmp_path, collection({"990101": box(0, 0)})))
    path = write(tmp_path, collection({"990101": box(0, 0, 2, 2)}))
    assert services.import_boundaries(actor=SYSTEM, path=path, on=date(2020, 1, 1)).changed == 1
    assert [b.valid_to for b in Boundary.objects.order_by("valid_from")] == [date(2020, 1, 1), None]
    assert selectors.locate(116.015, 39.015).code == "990101"
    assert selectors.locate(116.015, 39.015, at=date(2019, 1, 1)) is None


def test_coordinates_of_other_systems_are_converted(tmp_path):
    services.import_areas(actor=SYSTEM, rows=ROWS)
    path = write(tmp_path, collection({"990101": box(0, 0)}))
    services.import_boundaries(actor=SYSTEM, path=path, system="gcj02")
    assert selectors.boundary("990101").min_lon == pytest.approx(115.9939, abs=1e-3)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"type": "Topology"}, "path"),
        (collection({"": box(0, 0)}), "code"),
        (collection({"990101": shapely.Point(1, 1)}), "geometry"),
        (collection({"990101": shapely.box(5000, 5000, 6000, 6000)}), "geometry"),
        (
            collection({"990101": box(0, 0), "990101000": box(1, 1)})
            | {"crs": {"properties": {"name": "EPSG:3857"}}},
            "crs",
        ),
        (collection({"99010": box(0, 0)}), "code"),
        ({"features": [{"properties": {"code": "990101"}, "geometry": None}]}, "geometry"),
    ],
)
def test_files_that_cannot_be_taken_are_refused_by_field(tmp_path, content, field):
    services.import_areas(actor=SYSTEM, rows=ROWS)
    with pytest.raises(Invalid) as refused:
        services.import_boundaries(actor=SYSTEM, path=write(tmp_path, content))
    assert refused.value.problems[0].field == field


def test_an_outline_of_another_level_is_refused_when_one_is_asked_for(tmp_path):
    services.import_areas(actor=SYSTEM, rows=ROWS)
    with pytest.raises(Invalid):
        services.import_boundaries(
            actor=SYSTEM, path=write(tmp_path, collection({"990101": box(0, 0)})), level="street"
        )


def test_rings_are_taken_as_they_are(tmp_path):
    """A wrong ring is for the check to name; the import loses nothing."""
    services.import_areas(actor=SYSTEM, rows=ROWS)
    bow = shapely.Polygon([(116, 39), (116.1, 39.1), (116.1, 39), (116, 39.1)])
    services.import_boundaries(actor=SYSTEM, path=write(tmp_path, collection({"990101": bow})))
    assert [finding.kind for finding in selectors.check("990101").errors] == ["invalid_ring"]


def test_one_district_of_the_bundled_city_comes_in_whole():
    services.import_bundled(actor=SYSTEM, prefix="110102")
    assert selectors.subtree("110102", "street").count() == 15
    assert selectors.subtree("110102", "community").count() == 263
    assert selectors.name_path("110102007") == "西城区 · 月坛街道"
    assert selectors.locate(116.366, 39.915).level == "street"
    paths = selectors.svg_paths("110102", "street", 800, 600)
    assert len(paths) == 15 and len(repr(paths).encode()) < 60_000


def test_the_bundle_has_nothing_else():
    with pytest.raises(Invalid):
        services.import_bundled(actor=SYSTEM, prefix="5401")


@pytest.mark.slow
def test_all_of_beijing_comes_in():
    services.import_bundled(actor=SYSTEM)
    assert len(selectors.districts()) == 16
    assert selectors.subtree("11", "street").count() == 349
    assert selectors.subtree("11", "community").count() == 7535
    assert Boundary.objects.count() == 16 + 343
    report = selectors.check("11")
    assert {finding.kind for finding in report.errors} <= {"overlap", "gap", "outside_parent"}
    airport = max(report.errors, key=lambda finding: finding.size_m2)
    assert airport.codes in (("110105", "110113"), ("110113",)), "the airport is drawn in two districts"


def test_an_import_bumps_no_more_than_its_district():
    town()
    services.import_areas(actor=SYSTEM, rows=[{"code": "990102", "name": "乙区"}])
    assert selectors.name_path("990101") == "01区"

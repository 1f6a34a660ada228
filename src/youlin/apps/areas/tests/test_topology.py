"""The check names every kind of fault, measures it, and draws it."""

import xml.etree.ElementTree as ElementTree
from datetime import date

import pytest
import shapely

from youlin.apps.areas import outlines, selectors, topology, versions
from youlin.apps.areas.models import Boundary
from youlin.apps.areas.tests.factories import AreaFactory, box, drawn, town

pytestmark = pytest.mark.django_db

D = "990101"
SQUARE_M2 = 864.2 * 1110
"""A square of the lattice at 39° N."""


def redraw(code, shape):
    Boundary.objects.filter(area__code=code).delete()
    return drawn(selectors.get(code), shape)


def kinds(report):
    return sorted((finding.kind, finding.severity, finding.codes) for finding in report.findings)


def test_a_sound_town_has_no_findings():
    town()
    report = selectors.check(D)
    assert not report.findings
    assert report.areas == {"district": 1, "street": 2, "community": 4} == report.polygons


def test_a_gap_is_found_and_measured():
    town()
    redraw(D + "001001", box(0, 0, 1, 1.5))
    report = selectors.check(D)
    assert kinds(report) == [("gap", "error", (D + "001",))]
    assert report.findings[0].size_m2 == pytest.approx(SQUARE_M2 / 2, rel=0.01)
    lon, lat = report.findings[0].point
    assert box(0, 1.5, 1, 0.5).contains(shapely.Point(lon, lat))


def test_an_overlap_and_a_child_outside_its_parent_are_found():
    town()
    redraw(D + "001002", box(1, 0, 1.25, 2))
    report = selectors.check(D)
    assert kinds(report) == [
        ("outside_parent", "error", (D + "001002", D + "001")),
        ("overlap", "error", (D + "001002", D + "002001")),
    ]
    assert all(f.size_m2 == pytest.approx(SQUARE_M2 / 2, rel=0.01) for f in report.findings)


SLIVER = 60 / (2 * SQUARE_M2)
"""The share of a community's two squares that makes sixty square metres."""


def test_a_sliver_of_a_large_area_is_worth_a_note(monkeypatch):
    town()
    redraw(D + "001002", box(1, 0, 1 + SLIVER / 2, 2))
    large = selectors.check(D)
    monkeypatch.setattr(topology, "SLIVER_SHARE", 0.00001)  # as if its areas were a tenth as large
    small = selectors.check(D)
    assert {f.kind for f in small.errors} == {"outside_parent", "overlap"}
    assert not large.errors
    assert {f.kind for f in large.findings} == {"outside_parent", "overlap"}
    assert all(20 < f.size_m2 < topology.SLIVER_M2 for f in large.findings)


def test_what_is_larger_than_a_sliver_is_an_error_in_any_area(monkeypatch):
    town()
    monkeypatch.setattr(topology, "SLIVER_SHARE", 1.0)
    redraw(D + "001002", box(1, 0, 1 + 3 * SLIVER, 2))
    assert {f.severity for f in selectors.check(D).findings} == {"error"}


def test_a_thin_gap_is_a_note_too():
    town()
    redraw(D + "001001", box(0, 0, 1 - SLIVER / 2, 2))
    assert [(f.kind, f.severity) for f in selectors.check(D).findings] == [("gap", "note")]


def test_what_is_under_the_tolerance_does_not_matter():
    town()
    redraw(D + "001002", box(1, 0, 1.25, 2))
    assert not selectors.check(D, tolerance_m2=SQUARE_M2).findings


def test_an_invalid_ring_is_named_with_its_reason():
    town()
    corners = [box(0, 0, 1, 2).exterior.coords[i] for i in (0, 2, 1, 3)]
    redraw(D + "001001", shapely.Polygon(corners))
    report = selectors.check(D)
    assert "Self-intersection" in next(f.message for f in report.errors if f.kind == "invalid_ring")


def test_codes_without_a_living_parent_are_orphans():
    town()
    AreaFactory(code=D + "003", valid_to=date(2020, 1, 1))
    AreaFactory(code=D + "003001")
    AreaFactory(code=D + "004001001")
    found = [f.codes for f in selectors.check(D).errors if f.kind == "orphan_code"]
    assert found == [(D + "003001",), (D + "004001001",)]


def test_duplicates_are_found():
    town()
    redraw(D + "001001", box(1, 0, 1, 2))
    AreaFactory(code=D + "001003", name="12社区居委会")
    AreaFactory(code="990105", district="990104")
    twice = outlines.rows([selectors.get(D + "002002")], [box(3, 0, 1, 2)], source="")[0]
    twice.valid_to = date(2999, 1, 1)
    twice.save()
    found = {(f.severity, f.codes) for f in selectors.check("99").findings if f.kind == "duplicate"}
    assert found == {
        ("error", (D + "001001", D + "001002")),
        ("note", (D + "001002", D + "001003")),
        ("error", (D + "002002",)),
        ("error", (D + "002002", D + "002002")),
        ("error", ("990105",)),
    }


def test_areas_without_an_outline_are_a_note_and_so_is_the_gap_they_may_explain():
    town()
    Boundary.objects.filter(area__code=D + "001001").delete()
    report = selectors.check(D)
    assert kinds(report) == [("gap", "note", (D + "001",)), ("no_polygon", "note", (D + "001001",))]
    assert not report.errors


def test_a_level_without_any_outline_is_one_note():
    town()
    Boundary.objects.filter(area__level="community").delete()
    versions.bump(D)
    assert [(f.kind, len(f.codes)) for f in selectors.check(D).findings] == [("no_polygon", 4)]


def test_holes_are_found_where_the_parent_has_no_outline():
    AreaFactory(code=D)
    drawn(AreaFactory(code=D + "001"), box(0, 0, 3, 3).difference(box(1, 1)))
    report = selectors.check(D)
    assert ("gap", "error", (D,)) in kinds(report)


def test_the_drawing_stands_alone_and_marks_every_finding():
    town()
    redraw(D + "001002", box(1, 0, 1.25, 1.9))
    report = selectors.check(D)
    root = ElementTree.fromstring(selectors.draw_svg(report))
    titles = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles[1:] == [finding.message for finding in report.findings]
    assert len(report.findings) == 3


def test_the_report_is_json_ready():
    town()
    redraw(D + "001001", box(0, 0, 1, 1.5))
    told = selectors.check(D).as_dict()
    assert (told["ok"], told["counts"]) == (False, {"gap": 1})
    assert told["findings"][0]["codes"] == [D + "001"]

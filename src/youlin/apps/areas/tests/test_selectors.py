"""What one may ask: names, trees, places, pictures; and that caches never tell yesterday's areas."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from django.db import transaction
from django.utils import translation

from youlin.apps.areas import selectors, services, versions
from youlin.apps.areas.models import Area, AreaSuccession
from youlin.apps.areas.tests.factories import AreaFactory, box, drawn, middle, town
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import NotFound

pytestmark = pytest.mark.django_db


def test_an_area_is_found_by_its_code_even_when_it_has_ended():
    AreaFactory(code="990101", valid_to=date(2020, 1, 1))
    assert selectors.get("990101").code == "990101"
    assert not selectors.live("990101")
    assert selectors.live("990101", date(2019, 12, 31))
    for unknown in ("990102", "", "99\0"):
        with pytest.raises(NotFound):
            selectors.get(unknown)


def test_children_and_subtree_are_the_living_by_code():
    town()
    AreaFactory(code="990101003", valid_to=date(2020, 1, 1))
    assert [a.code for a in selectors.children("990101")] == ["990101001", "990101002"]
    assert [a.code for a in selectors.subtree("990101", "community")] == [
        "990101001001",
        "990101001002",
        "990101002001",
        "990101002002",
    ]
    assert selectors.subtree("99").count() == 7
    assert [a.code for a in selectors.children("990101", date(2019, 1, 1))][-1] == "990101003"
    assert [a.code for a in selectors.districts()] == ["990101"]


def test_children_of_a_community_are_both_kinds_of_grids():
    for code in ("990101001001001", "990101001001901"):
        AreaFactory(code=code)
    assert [a.level for a in selectors.children("990101001001")] == ["grid", "dedicated_grid"]
    assert not selectors.children("990101001001001").exists()


def test_a_name_path_runs_from_the_district_down():
    town()
    assert selectors.name_path("990101001002") == "01区 · 001街道 · 12"
    assert selectors.name_path("990101001009") == "01区 · 001街道 · 990101001009"
    assert selectors.name_path("") == ""
    assert selectors.short_name("990101001002") == "12"


def test_a_local_path_leaves_the_district_out():
    town()
    assert selectors.local_path("990101001002") == "001街道 · 12"
    assert selectors.local_path("990101") == "01区"
    assert selectors.local_path("") == ""


def test_names_follow_the_language_of_the_page():
    AreaFactory(code="990101", name="西城区", name_en="Xicheng District")
    assert selectors.name_path("990101") == "西城区"
    with translation.override("en"):
        assert selectors.name_path("990101") == "Xicheng District"


def test_a_point_is_located_at_the_deepest_level():
    areas = town()
    grid = AreaFactory(code="990101001001001")
    drawn(grid, box(0, 0))
    dedicated = AreaFactory(code="990101001001900")
    drawn(dedicated, box(0.2, 0.2, 0.2, 0.2))
    assert selectors.locate(*middle(0, 0)).code == grid.code
    assert selectors.locate(*middle(-0.2, -0.2)).code == dedicated.code
    found = selectors.locate(*middle(0, 1))
    assert (found.code, found.level, found.district) == ("990101001001", "community", "990101")
    assert found.codes == ("990101001001", "990101001", "990101", "9901", "99")
    assert (found.name, found.path) == ("11", "01区 · 001街道 · 11")
    assert selectors.locate(*middle(9, 9)) is None
    assert areas


def test_a_point_on_a_common_border_lies_east_and_north_of_it():
    town()
    lon, _ = middle(0.5, 0)
    assert selectors.locate(lon, middle(0, 0)[1]).code == "990101001002"


def test_many_points_are_located_over_districts():
    town()
    town("990102", x=4)
    points = [middle(x, 0) for x in range(-1, 9)]
    codes = selectors.locate_many([p[0] for p in points], [p[1] for p in points])
    assert codes.tolist() == [
        "",
        *(f"9901{d}00{s}00{c}" for d in ("01", "02") for s in (1, 2) for c in (1, 2)),
        "",
    ]
    only = selectors.locate_many([points[1][0]], [points[1][1]], prefix="990102")
    assert only.tolist() == [""]


def test_places_are_dated():
    areas = town()
    areas["990101001001"].boundaries.update(valid_to=date(2020, 1, 1))
    versions.bump("990101")
    assert selectors.locate(*middle(0, 0), at=date(2019, 1, 1)).code == "990101001001"
    assert selectors.locate(*middle(0, 0)).code == "990101001"


def test_a_drawing_holds_every_area_and_its_projection_hits_it():
    town()
    paths = selectors.svg_paths("990101", "street", 400, 300)
    assert [path.code for path in paths] == ["990101001", "990101002"]
    assert all(path.path_d.startswith("M") for path in paths)
    x, y = selectors.projection("990101", 400, 300).xy(*middle(0.5, 0.5))
    assert (round(x), round(y)) == (round(paths[0].label_x), round(paths[0].label_y))


def test_geojson_is_a_collection_of_features():
    town()
    collection = selectors.geojson("990101", "community")
    feature = collection["features"][0]
    assert feature["id"] == feature["properties"]["code"] == "990101001001"
    assert feature["geometry"]["type"] == "Polygon"
    ring = np.array(feature["geometry"]["coordinates"][0])
    x, y = ring[:-1, 0], ring[:-1, 1]
    assert (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() > 0, (
        "exterior rings run counter-clockwise (RFC 7946)"
    )
    assert len(selectors.geojson("990101", "community", simplify_m=50)["features"]) == 4


def test_a_code_is_followed_to_its_heirs():
    for code in ("990101001", "990101002"):
        AreaFactory(code=code, valid_to=date(2020, 1, 1))
    for code in ("990101003", "990101004"):
        AreaFactory(code=code)
    day = date(2020, 1, 1)
    for old, new, share in [
        ("990101001", "990101002", "0.25"),
        ("990101001", "990101003", "0.75"),
        ("990101002", "990101004", "1"),
    ]:
        AreaSuccession.objects.create(district="990101", old_code=old, new_code=new, share=share, on=day)
    assert selectors.resolve_now("990101001") == [
        ("990101003", Decimal("0.75")),
        ("990101004", Decimal("0.25")),
    ]
    assert selectors.resolve_now("990101003") == [("990101003", Decimal(1))]
    assert selectors.resolve_now("990101009") == []


def test_names_and_places_cost_one_query_a_request(django_assert_num_queries):
    town()
    selectors.name_path("990101001002")
    selectors.locate(*middle(0, 0))
    versions._mine._noted.clear()
    versions.begin_request()
    selectors.name_path("990101001002")
    versions.end_request()
    versions.begin_request()
    with django_assert_num_queries(1):
        for _ in range(20):
            selectors.name_path("990101001002")
            selectors.live("990101001002")
    versions.end_request()


def test_a_change_is_seen_at_once():
    town()
    assert selectors.name_path("990101") == "01区"
    services.rename(actor=SYSTEM, code="990101", name="新区")
    assert selectors.name_path("990101") == "新区"


def test_what_is_rolled_back_was_never_so():
    town()
    assert selectors.name_path("990101") == "01区"
    with pytest.raises(RuntimeError), transaction.atomic():
        services.rename(actor=SYSTEM, code="990101", name="新区")
        assert selectors.name_path("990101") == "新区"
        raise RuntimeError
    assert selectors.name_path("990101") == "01区"


def test_another_process_is_heard_of():
    """Another process is one whose writes do not pass through this one's `bump`."""
    town()
    assert selectors.name_path("990101") == "01区"
    Area.objects.filter(code="990101").update(name="新区")
    versions.AreaRevision.objects.filter(district="990101").update(revision=12345)
    versions._mine._noted.clear()
    versions.begin_request()
    assert selectors.name_path("990101") == "新区"
    versions.end_request()


@pytest.mark.django_db(transaction=True)
def test_a_committed_change_is_seen_after_the_transaction():
    town()
    with transaction.atomic():
        services.rename(actor=SYSTEM, code="990101", name="新区")
    assert selectors.name_path("990101") == "新区"

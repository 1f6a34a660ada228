"""Grids, synthesised communities and compounds: what is divided fits together and is numbered by rule."""

import json
from collections import Counter
from decimal import Decimal

import pytest
import shapely

from youlin.apps.areas import selectors, services
from youlin.apps.areas.models import AreaSuccession, Boundary
from youlin.apps.areas.services import recoding
from youlin.apps.areas.tests.factories import AreaFactory, box, drawn, middle, town
from youlin.kernel import journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotFound

pytestmark = pytest.mark.django_db


def test_grids_fill_every_community_and_restart_in_each():
    town()
    made = services.make_grids(actor=SYSTEM, code="990101", size_m=450)
    assert made.codes[:3] == ["990101001001001", "990101001001002", "990101001001003"]
    numbers = Counter(code[:12] for code in made.codes)
    assert len(numbers) == 4 and len(set(numbers.values())) == 1
    assert not selectors.check("990101").findings
    grid = selectors.get("990101001001001")
    assert (grid.name, grid.name_en, grid.level) == ("第001网格", "Grid 001", "grid")


def test_grids_are_numbered_west_to_east_then_north_to_south():
    town()
    services.make_grids(actor=SYSTEM, code="990101001001", size_m=450)
    places = [selectors.boundary(area.code) for area in selectors.subtree("990101001001", "grid")]
    rows = [round(place.label_lat, 4) for place in places]
    assert rows == sorted(rows, reverse=True)
    first = [place.label_lon for place in places if round(place.label_lat, 4) == rows[0]]
    assert len(first) == 2 and first == sorted(first)


def test_so_many_grids_as_are_wanted():
    town()
    assert len(services.make_grids(actor=SYSTEM, code="990101002002", count=7).codes) == 7
    assert not selectors.check("990101002002").errors


def test_a_district_is_divided_into_streets_too():
    district = AreaFactory(code="990103")
    drawn(district, box(0, 0, 3, 2))
    made = services.make_grids(actor=SYSTEM, code="990103", count=6, level="street")
    assert made.codes == [f"99010300{n}" for n in range(1, 7)]
    assert selectors.locate(*middle(1, 1)).level == "street"


def test_grids_that_are_there_are_not_overwritten():
    town()
    services.make_grids(actor=SYSTEM, code="990101001001", count=2)
    with pytest.raises(Conflict) as refused:
        services.make_grids(actor=SYSTEM, code="990101001001", count=3)
    assert "replace" in refused.value.problems[0].remedy


def test_replaced_grids_end_their_numbers_go_on_and_rows_move_by_place(monkeypatch):
    town()
    services.make_grids(actor=SYSTEM, code="990101001001", size_m=900)
    calls = []
    monkeypatch.setattr(recoding, "_recoders", {"cases": lambda **call: calls.append(call) or 0})
    made = services.make_grids(actor=SYSTEM, code="990101001001", count=3, replace=True)
    assert made.codes == [f"99010100100100{n}" for n in (3, 4, 5)]
    assert not selectors.live("990101001001001")
    heirs = calls[0]["mapping"]["990101001001001"]
    assert heirs(*middle(0, 0)) == selectors.locate(*middle(0, 0)).code
    assert heirs(None, None) == "990101001001"
    shares = AreaSuccession.objects.filter(old_code="990101001001001").values_list("share", flat=True)
    assert sum(shares) == Decimal(1)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({}, "size_m"),
        ({"size_m": 100.0, "count": 3}, "size_m"),
        ({"size_m": 1.0}, "size_m"),
        ({"size_m": float("nan")}, "size_m"),
        ({"count": 0}, "count"),
        ({"count": 900}, "size_m"),
        ({"size_m": 20.0}, "size_m"),
        ({"count": 3, "level": "province"}, "level"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(wish, field):
    town()
    with pytest.raises(Invalid) as refused:
        services.make_grids(actor=SYSTEM, code="990101", **wish)
    assert refused.value.problems[0].field == field


def test_without_an_outline_nothing_is_divided():
    AreaFactory(code="990103001001")
    with pytest.raises(NotFound):
        services.make_grids(actor=SYSTEM, code="990103001001", count=2)


def bare_street(count):
    street = AreaFactory(code="990103001")
    drawn(street, shapely.Point(116.4, 39.9).buffer(0.02))
    for number in range(1, count + 1):
        AreaFactory(code=f"990103001{number:03d}")


def test_missing_communities_are_synthesised_and_marked():
    bare_street(9)
    assert services.synthesise_communities(actor=SYSTEM, street="990103001", seed=7) == 9
    assert services.synthesise_communities(actor=SYSTEM, street="990103001", seed=7) == 0
    made = Boundary.objects.filter(area__level="community")
    assert all(boundary.synthesised and "7" in boundary.source for boundary in made)
    assert not [f for f in selectors.check("990103001").findings if f.kind != "no_polygon"]
    assert journal.entries_for(selectors.get("990103001"))[-1].public["after"] == {
        "communities": 9,
        "seed": 7,
    }


def test_the_same_seed_draws_the_same_communities():
    bare_street(5)
    services.synthesise_communities(actor=SYSTEM, street="990103001", seed=7)
    first = [bytes(wkb) for wkb in Boundary.objects.order_by("area__code").values_list("wkb", flat=True)]
    Boundary.objects.filter(area__level="community").delete()
    services.synthesise_communities(actor=SYSTEM, street="990103001", seed=7)
    assert [bytes(w) for w in Boundary.objects.order_by("area__code").values_list("wkb", flat=True)] == first


def test_real_outlines_are_respected_when_the_rest_is_synthesised():
    bare_street(4)
    real = selectors.get("990103001002")
    drawn(real, shapely.Point(116.4, 39.9).buffer(0.02).intersection(shapely.box(116, 39, 116.4, 40)))
    assert services.synthesise_communities(actor=SYSTEM, street="990103001") == 3
    assert not selectors.boundary(real.code).synthesised
    assert not selectors.check("990103001").errors


def test_a_street_without_outline_cannot_be_divided():
    AreaFactory(code="990103001")
    with pytest.raises(NotFound):
        services.synthesise_communities(actor=SYSTEM, street="990103001")


def compounds(tmp_path, *shapes):
    features = [
        {
            "type": "Feature",
            "properties": {"code": "990101001000", "name": name},
            "geometry": shapely.geometry.mapping(shape),
        }
        for name, shape in shapes
    ]
    path = tmp_path / "compounds.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_compounds_become_dedicated_grids_of_their_community(tmp_path):
    town()
    path = compounds(
        tmp_path,
        ("苑", box(0.1, 0.1, 0.3, 0.3)),
        ("", box(0.5, 0.1, 0.8, 0.3)),
        ("重叠", box(0.1, 0.1, 0.3, 0.29)),
        ("城外", box(30, 30)),
    )
    result = services.import_compounds(actor=SYSTEM, path=path)
    assert result.codes == ["990101001001900", "990101001001901"]
    assert sum(result.left_out.values()) == 2
    assert [a.name for a in selectors.subtree("990101001001", "dedicated_grid")] == ["苑", "第901专属网格"]
    assert not selectors.check("990101").findings
    assert selectors.boundary("990101001001901").max_lon == pytest.approx(116.01), "clipped to its community"
    assert services.import_compounds(actor=SYSTEM, path=path).codes == []

"""The cast that all tests share stands where it says."""

from tests import cast as people
from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors


def test_everybody_holds_what_they_should(cast):
    held = {
        name: [(one.kind_code, one.areas) for one in selectors.holdings(getattr(cast, name).actor)]
        for name in ("li", "wang", "zhao", "sun", "qian", "expired", "other")
    }
    assert held["li"] == held["qian"] == held["expired"] == []
    assert held["wang"] == [("grid_worker", (people.GRID,))]
    assert held["zhao"] == [("street_dispatcher", (people.STREET,))]
    assert {code for code, _areas in held["sun"]} == {"district_dispatcher", "district_leader"}
    assert held["other"] == [("district_dispatcher", (people.OTHER_DISTRICT,))]


def test_every_area_has_its_place_on_the_map(district):
    for code in people.AREAS:
        found = areas.locate(*people.point_in(code))
        assert found is not None and found.code.startswith(code[:6])
    assert areas.locate(*people.point_in(people.GRID)).code == people.GRID

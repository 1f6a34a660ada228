"""Distances along the streets on the page where one finds a place."""

import pytest

from tests.cast import DISTRICT, STREET, point_in
from youlin.apps.places.tests import factories as places
from youlin.apps.places.walking import services
from youlin.apps.places.walking.reading import Street, network_of
from youlin.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(people) -> dict[str, str]:
    """A corner from which a street runs to one place; another place has no street."""
    places.declare_words()
    lon, lat = point_in(STREET)
    places.make_place(name="街角驿站", lon=lon + 0.003, lat=lat + 0.002)
    away = point_in("110102002")
    places.make_place(name="没路驿站", lon=away[0], lat=away[1])
    return {"district": DISTRICT, "lon": f"{lon}", "lat": f"{lat}"}


def lay_street() -> None:
    lon, lat = point_in(STREET)
    line = [(lon, lat), (lon + 0.003, lat), (lon + 0.003, lat + 0.002)]
    services.set_network(
        actor=SYSTEM,
        district=DISTRICT,
        network=network_of([Street(line, 0.0, 3)]),
        source="© OpenStreetMap",
        licence="ODbL",
    )


def found(client, **query) -> str:
    answer = client.get("/places/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_streets_the_line_is_straight_and_said_so(client, here):
    page = found(client, **here)
    assert "按直线距离，不是步行距离" in page and "步行 " not in page and 'name="way"' not in page
    assert "按直线距离" not in found(client, district=DISTRICT)


def test_along_the_streets_where_there_are_some_else_straight_and_each_says_which(client, here):
    lay_street()
    page = found(client, **here)
    assert "步行 480 米" in page and "直线 " in page
    assert "按步行路程；写着“直线”的那里没有路网" in page
    assert "路网：© OpenStreetMap" in page and "ODbL" in page
    page = found(client, **here, way="ride")
    assert "骑行 480 米" in page and "way=ride" in page and "按骑行路程" in page
    page = found(client, **here, q="街角")
    assert "按步行路程" in page and "没有路网" not in page
    assert "按步行路程" not in found(client, district=DISTRICT)

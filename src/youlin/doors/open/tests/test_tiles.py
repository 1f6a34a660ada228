"""Vector tiles: what a reader finds in them are our rows, each once; nothing is sent twice that has not changed."""

import gzip
import math

import pytest
from django.test import Client
from mapbox_vector_tile import decode

from tests.cast import DISTRICT, OTHER_STREET, STREET, Cast, point_in
from youlin.apps.places import services as places
from youlin.apps.places.models import Place
from youlin.apps.places.tests.factories import declare_words, make_place
from youlin.doors.open.tiles import grid, making
from youlin.doors.open.tiles.grid import EXTENT, Address
from youlin.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db

FAR = point_in(OTHER_STREET)


@pytest.fixture
def map_words(people: Cast) -> None:
    """The cast's district with kinds and facilities of places."""
    declare_words()


def around(lon: float, lat: float, zoom: int) -> Address:
    """The tile that holds a point."""
    count = 1 << zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return Address(zoom, int((lon + 180) / 360 * count), int(y * count))


def path(tile: Address) -> str:
    return f"/tiles/{DISTRICT}/{tile.z}/{tile.x}/{tile.y}.mvt"


def read(client: Client, tile: Address) -> dict[str, list[dict]]:
    """The features of each layer as a reader sees them, y to the south."""
    answer = client.get(path(tile))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    layers = decode(answer.content, default_options={"y_coord_down": True})
    return {name: layer["features"] for name, layer in layers.items()}


def degrees(tile: Address, x: float, y: float) -> tuple[float, float]:
    """Where a point of a tile lies: the inverse of what the maker does, written down once more."""
    count = 1 << tile.z
    lon = (tile.x + x / EXTENT) / count * 360 - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (tile.y + y / EXTENT) / count))))
    return lon, lat


class TestPlaces:
    def test_they_are_where_and_what_the_rows_say(self, map_words: None, client: Client) -> None:
        lon, lat = point_in(STREET)
        make_place(name="椿树驿站", name_en="Chunshu", lon=lon, lat=lat)
        make_place(name="餐厅", kind="restaurant", lon=FAR[0], lat=FAR[1])
        make_place(name="内部", public=False, lon=lon, lat=lat)
        gone = make_place(name="停用", lon=lon, lat=lat)
        places.retire_place(actor=SYSTEM, district=DISTRICT, place_id=gone.id, reason="拆除")
        for zoom in (0, 8, 12, 16):
            tile = around(lon, lat, zoom)
            [one] = [f for f in read(client, tile)["places"] if f["properties"]["kind"] == "station"]
            row = Place.objects.get(name="椿树驿站")
            assert one["properties"] == {
                "number": row.number, "kind": "station", "name": "椿树驿站", "name_en": "Chunshu",
            }  # fmt: skip
            found = degrees(tile, *one["geometry"]["coordinates"])
            unit = 360 / (EXTENT << zoom)
            assert found == pytest.approx((lon, lat), abs=unit)

    def test_every_place_is_in_one_tile_of_a_zoom(self, map_words: None, client: Client) -> None:
        lon, lat = point_in(STREET)
        west, south, east, north = grid.box(around(lon, lat, 15))
        corners = [(west, north), (east, north), (west, south), (east, south)]
        for number, (x, y) in enumerate(corners):
            Place.objects.filter(id=make_place(name=f"角{number}").id).update(lon=x, lat=y)
        make_place(name="使列重读", public=False)
        told = [
            feature["properties"]["name"]
            for x in range(-1, 2)
            for y in range(-1, 2)
            for feature in read(
                client, Address(15, around(lon, lat, 15).x + x, around(lon, lat, 15).y + y)
            ).get("places", [])
        ]
        assert sorted(told) == ["角0", "角1", "角2", "角3"]

    def test_where_they_are_many_they_are_counted(
        self, map_words: None, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(making, "MOST", 3)
        lon, lat = point_in(STREET)
        for number in range(4):
            make_place(name=f"驿站{number}", lon=lon + number * 1e-6, lat=lat)
        make_place(name="远", lon=FAR[0], lat=FAR[1])
        told = read(client, around(lon, lat, 8))
        assert "places" not in told
        assert sum(one["properties"]["count"] for one in told["bunches"]) == 5
        near = read(client, around(*FAR, 15))
        assert [one["properties"]["name"] for one in near["places"]] == ["远"]


class TestAreas:
    def test_levels_come_with_the_zoom_and_are_cut_at_the_edge(self, people: Cast, client: Client) -> None:
        lon, lat = point_in(STREET)
        told = {zoom: read(client, around(lon, lat, zoom))["areas"] for zoom in (8, 9, 12, 13, 16)}
        levels = {zoom: {one["properties"]["level"] for one in found} for zoom, found in told.items()}
        assert levels[8] == {"district"} and levels[9] == levels[12] == {"district", "street"}
        assert levels[13] == levels[16] == {"district", "street", "community"}
        [street] = [one for one in told[9] if one["properties"]["code"] == STREET]
        assert street["properties"]["name"] == "椿树街道"
        for one in told[16]:
            for ring in one["geometry"]["coordinates"]:
                assert all(-65 <= x <= EXTENT + 65 and -65 <= y <= EXTENT + 65 for x, y in ring)

    def test_nothing_is_an_empty_tile(self, people: Cast, client: Client) -> None:
        answer = client.get(f"/tiles/{DISTRICT}/16/0/0.mvt")
        assert answer.status_code == 200 and answer.content == b""


class TestAnswers:
    def test_a_tile_that_has_not_changed_is_not_sent_again(self, map_words: None, client: Client) -> None:
        address = path(around(*point_in(STREET), 14))
        first = client.get(address)
        tag = first["ETag"]
        assert "max-age" in first["Cache-Control"] and "public" in first["Cache-Control"]
        kept = client.get(address, headers={"If-None-Match": tag})
        assert kept.status_code == 304 and kept.content == b"" and kept["ETag"] == tag
        make_place()
        fresh = client.get(address, headers={"If-None-Match": tag})
        assert fresh.status_code == 200 and fresh["ETag"] != tag
        assert client.get(path(around(*point_in(STREET), 13)))["ETag"] != fresh["ETag"]

    def test_it_is_packed_for_those_who_take_it_so(self, people: Cast, client: Client) -> None:
        address = path(around(*point_in(STREET), 12))
        plain, packed = client.get(address), client.get(address, headers={"Accept-Encoding": "gzip, br"})
        assert packed["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain
        assert gzip.decompress(packed.content) == plain.content
        assert int(packed["Content-Length"]) == len(packed.content)
        assert "Accept-Encoding" in plain["Vary"]

    def test_tilejson_says_where_they_are(self, people: Cast, client: Client) -> None:
        told = client.get(f"/tiles/{DISTRICT}.json").json()
        assert told["tiles"] == [f"http://testserver/tiles/{DISTRICT}/{{z}}/{{x}}/{{y}}.mvt"]
        assert told["tilejson"] == "3.0.0" and told["maxzoom"] == 16
        assert {one["id"] for one in told["vector_layers"]} == {"areas", "places", "bunches"}
        lon, lat = point_in(STREET)
        west, south, east, north = told["bounds"]
        assert west < lon < east and south < lat < north

    @pytest.mark.parametrize(
        "address",
        [
            f"{DISTRICT}/17/0/0.mvt",
            f"{DISTRICT}/2/4/0.mvt",
            f"{DISTRICT}/2/0/4.mvt",
            f"{DISTRICT}/99999999999999999999/0/0.mvt",
            f"{DISTRICT}/{'9' * 5000}/0/0.mvt",
            f"{DISTRICT}/-1/0/0.mvt",
            "999999/0/0/0.mvt",
            "%00/0/0/0.mvt",
            "999999.json",
            "a%00.json",
        ],
    )
    def test_what_is_not_there_is_404(self, people: Cast, client: Client, address: str) -> None:
        assert client.get(f"/tiles/{address}").status_code == 404

"""OGC API – Features: what is answered equals our rows, nothing is in it that is not public, no question breaks it."""

import json
import subprocess
import sys

import pytest
from django.db import OperationalError
from django.test import Client

from tests.cast import COMMUNITY, DISTRICT, OTHER_STREET, STREET, Cast, point_in
from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.models import Case, Category
from youlin.apps.cases.tests import factories as of_cases
from youlin.apps.places import machines
from youlin.apps.places import services as places
from youlin.apps.places.models import Place
from youlin.apps.places.tests.factories import declare_words, make_place
from youlin.kernel.actors import SYSTEM
from youlin.kernel.tests.queries import least

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}
PLACES = f"collections/places-{DISTRICT}/items"
AREAS = f"collections/areas-{DISTRICT}/items"
CASES = f"collections/cases-{DISTRICT}/items"


@pytest.fixture
def map_words(people: Cast) -> None:
    """The cast's district with kinds and facilities of places."""
    declare_words()


def get(client: Client, path: str, status: int = 200, **query: str) -> dict:
    """A document below `/ogc/`, which must be JSON."""
    answer = client.get(f"/ogc/{path}", query_params=query, headers=JSON)
    assert answer.status_code == status, answer.content.decode()
    assert "json" in answer["Content-Type"]
    return json.loads(answer.content)


def refused(client: Client, path: str, status: int = 400, **query: str) -> str:
    """What a refusal says; it has the standard's two parts."""
    told = get(client, path, status, **query)
    assert set(told) == {"code", "description"} and told["code"] and told["description"]
    return told["description"]


def everything(client: Client, path: str, **query: str) -> list[dict]:
    """All features, page by page as the answers lead."""
    page, found = get(client, path, **query), []
    while True:
        found += page["features"]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return found
        page = json.loads(client.get(following[0].removeprefix("http://testserver")).content)
        assert page["features"], "a page that leads on leads somewhere"


def names(found: list[dict]) -> list[str]:
    return [one["properties"]["name"] for one in found]


class TestDocuments:
    def test_every_link_leads_to_a_document(self, people: Cast, client: Client) -> None:
        waiting, seen = ["http://testserver/ogc/?f=json"], set()
        while waiting:
            address = waiting.pop()
            if address in seen:
                continue
            seen.add(address)
            answer = client.get(address.removeprefix("http://testserver"), headers=JSON)
            assert answer.status_code == 200, address
            if answer["Content-Type"].startswith("text/html"):
                continue
            told = json.loads(answer.content)
            for part in [told, *told.get("collections", ())]:
                waiting += [link["href"] for link in part.get("links", ())]
        assert f"http://testserver/ogc/{CASES}?f=json" in seen and "http://testserver/ogc/?f=html" in seen

    def test_each_district_has_its_collections(self, people: Cast, client: Client) -> None:
        told = {one["id"]: one for one in get(client, "collections")["collections"]}
        assert {f"places-{DISTRICT}", f"areas-{DISTRICT}", f"cases-{DISTRICT}", "places-110101"} <= set(told)
        one = told[f"areas-{DISTRICT}"]
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert west < east and south < north and one["itemType"] == "feature"
        assert one["crs"] == ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]
        assert one["title"] == "西城区 · 区域边界"
        english = client.get(f"/ogc/collections/areas-{DISTRICT}", headers={**JSON, "accept-language": "en"})
        assert json.loads(english.content)["title"].endswith(" · Areas and their outlines")

    def test_it_promises_what_it_keeps(self, people: Cast, client: Client) -> None:
        promised = get(client, "conformance")["conformsTo"]
        assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in promised
        assert not [one for one in promised if "create" in one or "conf/html" in one or "processes" in one]
        assert get(client, "conformance")["conformsTo"] == promised

    def test_the_openapi_document_names_every_question_and_nothing_elsewhere(
        self, people: Cast, client: Client
    ) -> None:
        told = get(client, "openapi")
        asked = {one["name"] for one in told["paths"][f"/{PLACES}"]["get"]["parameters"]}
        assert asked == {
            "f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "kind", "role", "street", "open",
        }  # fmt: skip
        assert '"$ref": "http' not in json.dumps(told)
        names = [call["get"]["operationId"] for call in told["paths"].values()]
        assert len(names) == len(set(names))

    def test_the_schema_tells_the_properties_and_the_queryables_the_filters(
        self, map_words: None, client: Client
    ) -> None:
        make_place()
        schema = get(client, f"collections/places-{DISTRICT}/schema")["properties"]
        [one] = get(client, PLACES)["features"]
        assert set(schema) == {"geometry", *one["properties"]}
        assert schema["role"]["enum"] == ["point", "scene", "spot"]
        asked = get(client, f"collections/places-{DISTRICT}/queryables")
        assert set(asked["properties"]) == {"kind", "role", "street", "open"}

    def test_a_browser_gets_the_page_and_a_program_the_document(self, people: Cast, client: Client) -> None:
        page = client.get("/ogc/", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        html = page.content.decode()
        assert page["Content-Type"].startswith("text/html") and "Accept" in page["Vary"]
        assert 'ogr2ogr -f GPKG places.gpkg "OAPIF:http://testserver/ogc/" places-110102' in html
        assert f'href="/tiles/{DISTRICT}.json"' in html
        assert "<script>" not in html and "style=" not in html
        assert 'href="/ogc/?f=html"' in client.get("/api/v1/docs").content.decode()
        assert client.get("/ogc/")["Content-Type"] == "application/json"


class TestPlaces:
    def test_features_equal_the_rows(self, map_words: None, client: Client) -> None:
        made = [make_place(name=f"驿站{number}") for number in range(5)]
        found = everything(client, PLACES, limit="2")
        assert [one["id"] for one in found] == [place.number for place in made]
        for one, place in zip(found, made, strict=True):
            row = machines.numbered(DISTRICT, place.number)
            told = one["properties"]
            assert one["geometry"] == {"type": "Point", "coordinates": [round(row.lon, 6), round(row.lat, 6)]}
            assert (told["name"], told["kind"], told["area"], told["street"]) == (
                row.name, row.kind.code, row.area, STREET,
            )  # fmt: skip
            assert told["open"] is None and told["demonstration"] is False
            assert told["url"] == f"http://testserver/places/{place.number}/"
            alone = get(client, f"{PLACES}/{place.number}")
            assert {key: alone[key] for key in one} == one

    def test_the_last_page_leads_nowhere(self, map_words: None, client: Client) -> None:
        for number in range(4):
            make_place(name=f"驿站{number}")
        page = get(client, PLACES, limit="2", offset="2")
        assert (page["numberMatched"], page["numberReturned"]) == (4, 2)
        assert [link["rel"] for link in page["links"]].count("next") == 0
        assert get(client, PLACES, offset="9")["features"] == []

    def test_what_is_asked_for_is_found_alone(self, map_words: None, client: Client) -> None:
        lon, lat = point_in(OTHER_STREET)
        make_place(name="近")
        make_place(name="远", kind="restaurant", lon=lon, lat=lat, hours="24/7")
        make_place(name="点", kind="spot")
        box = f"{lon - 0.0001},{lat - 0.0001},{lon + 0.0001},{lat + 0.0001}"
        beyond = f"{lon - 0.0001},{lat - 0.0001},-170,{lat + 0.0001}"
        for query, expected in (
            ({}, ["近", "远", "点"]),
            ({"kind": "restaurant"}, ["远"]),
            ({"role": "spot"}, ["点"]),
            ({"street": OTHER_STREET}, ["远"]),
            ({"street": STREET, "role": "point"}, ["近"]),
            ({"open": "true"}, ["远"]),
            ({"bbox": box}, ["远"]),
            ({"bbox": beyond}, ["远"]),
            ({"bbox": "0,0,0,1,1,1"}, []),
            ({"bbox": "-180,-90,9,180,90,1"}, ["近", "远", "点"]),
            ({"bbox": " 1e2, 0 ,+18e1,90.000"}, ["近", "远", "点"]),
            ({"bbox": "-180,-90,180,90", "offset": "002", "limit": "07"}, ["点"]),
            ({"kind": "nothing"}, []),
        ):
            assert names(everything(client, PLACES, **query)) == expected, query

    def test_what_is_not_public_is_nowhere(self, map_words: None, client: Client) -> None:
        hidden = make_place(name="内部", public=False)
        gone = make_place(name="停用")
        places.retire_place(actor=SYSTEM, district=DISTRICT, place_id=gone.id, reason="拆除")
        assert everything(client, PLACES) == []
        for place in (hidden, gone):
            refused(client, f"{PLACES}/{place.number}", 404)

    def test_the_order_stays_when_a_place_changes(self, map_words: None, client: Client) -> None:
        made = [make_place(name=f"驿站{number}") for number in range(3)]
        assert [one["id"] for one in everything(client, PLACES)] == [one.number for one in made]
        another = make_place(name="又一个")
        Place.objects.filter(id=made[0].id).update(name="改名")
        assert [one["id"] for one in everything(client, PLACES)] == [one.number for one in [*made, another]]

    def test_more_places_are_no_more_queries(self, map_words: None, client: Client) -> None:
        make_place()
        queries = least(lambda: get(client, PLACES))
        for number in range(6):
            make_place(name=f"驿站{number}")
        assert least(lambda: get(client, PLACES)) == queries


class TestAreas:
    def test_features_equal_the_areas(self, people: Cast, client: Client) -> None:
        found = everything(client, AREAS, limit="2")
        expected = [
            shape.code
            for level in ("district", "street", "community")
            for shape in areas.outlined(DISTRICT, level).shapes
        ]
        assert [one["id"] for one in found] == expected and DISTRICT in expected and COMMUNITY in expected
        assert {one["geometry"]["type"] for one in found} <= {"Polygon", "MultiPolygon"}
        alone = get(client, f"{AREAS}/{STREET}")
        assert alone["properties"]["name"] == areas.get(STREET).name
        assert alone["properties"]["parent"] == DISTRICT

    def test_a_level_a_parent_or_a_part_of_the_map(self, people: Cast, client: Client) -> None:
        streets = everything(client, AREAS, level="street")
        assert {one["properties"]["level"] for one in streets} == {"street"} and len(streets) == 2
        below = everything(client, AREAS, parent=STREET)
        assert {one["properties"]["parent"] for one in below} == {STREET}
        lon, lat = point_in(STREET)
        here = everything(client, AREAS, level="street", bbox=f"{lon},{lat},{lon},{lat}")
        assert [one["id"] for one in here] == [STREET]

    def test_unit_grids_and_ended_areas_are_not_told(self, people: Cast, client: Client) -> None:
        refused(client, AREAS, level="grid")
        for code in ("110102001001001", "110102003", "x"):
            refused(client, f"{AREAS}/{code}", 404)


class TestCases:
    def test_features_equal_the_public_cases(self, people: Cast, client: Client) -> None:
        for _number in range(5):
            of_cases.dispatched()
        Case.objects.update(public=True)
        found = everything(client, CASES, limit="2")
        rows = cases.public_cases(district=DISTRICT).rows
        assert [one["id"] for one in found] == [row.number for row in rows] and len(found) == 5
        for one, row in zip(found, rows, strict=True):
            told = one["properties"]
            assert one["geometry"]["coordinates"] == [round(row.lon, 6), round(row.lat, 6)]
            assert (told["title"], told["open"], told["state"]) == (row.title, row.is_open, row.state_name)
            assert told["reported_at"] == row.reported_at.isoformat(timespec="seconds")
        assert everything(client, CASES, open="false") == []
        assert len(everything(client, CASES, open="true", street=STREET, category="event")) == 5

    def test_the_offset_need_not_fit_the_page(self, people: Cast, client: Client) -> None:
        for _number in range(5):
            of_cases.dispatched()
        Case.objects.update(public=True)
        every = [one["id"] for one in everything(client, CASES)]
        assert [one["id"] for one in everything(client, CASES, offset="1", limit="3")] == every[1:]

    def test_datetime_is_when_it_was_reported(self, people: Cast, client: Client) -> None:
        case = of_cases.dispatched()
        Case.objects.update(public=True, reported_at="2026-03-05T06:07:08Z")
        for asked, there in (
            ("2026-03-05T06:07:08Z", True),
            ("2026-03-05T14:07:08+08:00", True),
            ("2026-03-05", True),
            ("2026-03-06", False),
            ("2026-03-01T00:00:00Z/2026-03-05T06:07:07Z", False),
            ("2026-03-05T00:00:00Z/..", True),
            ("/2026-03-05", True),
        ):
            found = [one["id"] for one in everything(client, CASES, datetime=asked)]
            assert found == ([case.number] if there else []), asked

    def test_what_the_portal_hides_is_hidden(self, people: Cast, client: Client) -> None:
        unseen, secret = of_cases.dispatched(), of_cases.dispatched()
        Case.objects.filter(id=unseen.id).update(public=False)
        Case.objects.filter(id=secret.id).update(public=True, confidential=True)
        assert everything(client, CASES) == []
        for case in (unseen, secret):
            refused(client, f"{CASES}/{case.number}", 404)

    def test_a_coarse_place_is_told_coarsely_and_found_only_so(self, people: Cast, client: Client) -> None:
        case = of_cases.dispatched()
        Case.objects.filter(id=case.id).update(public=True, lon=116.30512, lat=39.88991)
        Category.objects.filter(code=case.category).update(approximate_place=True)
        [one] = everything(client, CASES)
        assert one["geometry"]["coordinates"] == [116.305, 39.89]
        told = one["properties"]
        assert told["approximate"] is True and told["description"] == told["address"] == ""
        assert told["area"] == told["street"] == STREET
        assert everything(client, CASES, bbox="116.30511,39.8899,116.30513,39.88992") == []
        assert len(everything(client, CASES, bbox="116.3049,39.8899,116.3051,39.8901")) == 1


class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "query"),
        [
            ("", {"f": "xml"}),
            ("", {"what": "1"}),
            ("collections", {"f": "jsonld"}),
            (PLACES, {"f": "html"}),
            (PLACES, {"limit": "0"}),
            (PLACES, {"limit": "-1"}),
            (PLACES, {"limit": "٣"}),
            (PLACES, {"offset": "9" * 30}),
            (PLACES, {"bbox": "1,2,3"}),
            (PLACES, {"bbox": "nan,1,2,3"}),
            (PLACES, {"bbox": "1,2,1e99,3"}),
            (PLACES, {"bbox": "1,9,2,8"}),
            (PLACES, {"bbox": ""}),
            (PLACES, {"bbox-crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}),
            (PLACES, {"crs": "http://www.opengis.net/def/crs/EPSG/0/3857"}),
            (PLACES, {"datetime": "gestern"}),
            (PLACES, {"datetime": "../.."}),
            (PLACES, {"datetime": "2026-13-01T00:00:00Z"}),
            (PLACES, {"datetime": "2026-02-01T00:00:00Z/2026-01-01T00:00:00Z"}),
            (PLACES, {"datetime": "2026-01-01T00:00:00"}),
            (PLACES, {"datetime": "9999-12-31T23:59:59Z/.."}),
            (PLACES, {"open": "perhaps"}),
            (PLACES, {"street": ""}),
            (PLACES, {"datetime": ""}),
            (PLACES, {"filter": "name='x'"}),
            (PLACES, {"sortby": ""}),
            (PLACES, {"kind": "a\0b"}),
            (PLACES, {"a\0b": "x"}),
            (CASES, {"street": "a\0"}),
            (f"{PLACES}/x", {"limit": "1"}),
        ],
    )
    def test_a_wrong_question_is_told_by_its_name(
        self, people: Cast, client: Client, path: str, query: dict[str, str]
    ) -> None:
        assert refused(client, path, 400, **query)

    @pytest.mark.parametrize(
        "path",
        [
            "collections/x",
            "collections/x/items",
            "collections/%00/items",
            "collections/places-999999/schema",
            "collections/places-/queryables",
            f"{PLACES}/P-XXXXXXXXX",
            f"{PLACES}/%00",
            f"{CASES}/a%00b",
            f"{AREAS}/%00",
        ],
    )
    def test_what_is_not_there_is_404(self, people: Cast, client: Client, path: str) -> None:
        refused(client, path, 404)

    def test_twice_the_same_is_refused_and_writing_too(self, people: Cast, client: Client) -> None:
        answer = client.get(f"/ogc/{PLACES}?limit=1&limit=2")
        assert answer.status_code == 400 and "limit" in json.loads(answer.content)["description"]
        strict = Client(enforce_csrf_checks=True)
        for path in ("", "collections", PLACES):
            answer = strict.post(f"/ogc/{path}", {"a": "b"})
            assert answer.status_code == 405 and answer["Allow"] == "GET, HEAD", path
            assert json.loads(answer.content)["code"] == "NotAllowed"

    @pytest.mark.parametrize("charset", ["gbk", "no-such", "utf-16"])
    def test_another_encoding_is_refused(self, people: Cast, client: Client, charset: str) -> None:
        for path in ("", "collections", PLACES):
            named = {**JSON, "content-type": f"text/plain; charset={charset}"}
            answer = client.get(f"/ogc/{path}?f=json", headers=named)
            assert answer.status_code == 400 and "UTF-8" in json.loads(answer.content)["description"]

    def test_cases_are_leafed_as_far_as_everywhere(self, people: Cast, client: Client) -> None:
        assert get(client, CASES, offset="10000")["features"] == []
        told = refused(client, CASES, offset="10001")
        assert "offset" in told and "datetime" in told and "bbox" in told
        assert get(client, PLACES, offset="10001")["features"] == []
        for path, most in ((CASES, 10_000), (PLACES, 10_000_000)):
            asked = get(client, "openapi")["paths"][f"/{path}"]["get"]["parameters"]
            [offset] = [one["schema"] for one in asked if one["name"] == "offset"]
            assert offset["maximum"] == most

    def test_a_large_page_is_cut_to_the_largest(self, map_words: None, client: Client) -> None:
        make_place()
        page = get(client, PLACES, limit="5000")
        assert f"http://testserver/ogc/{PLACES}?f=json&limit=1000" in [link["href"] for link in page["links"]]

    def test_a_database_that_is_away_is_told_as_that(self, people: Cast, client: Client, monkeypatch) -> None:
        def gone(*_given: object) -> None:
            raise OperationalError("secret dsn")

        monkeypatch.setattr("youlin.doors.open.ogc.district.areas.districts", gone)
        answer = client.get("/ogc/collections", headers=JSON)
        assert answer.status_code == 503 and answer["Retry-After"] and b"secret" not in answer.content


def test_nobody_pays_for_it_who_does_not_ask() -> None:
    code = (
        "import django, sys; django.setup(); import youlin.config.urls;"
        "print([name for name in ('pygeoapi', 'pyproj', 'mapbox_vector_tile') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip().splitlines()[-1] == "[]"

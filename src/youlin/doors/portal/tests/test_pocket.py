"""The district to take along, the pages around it, the map in other sites, and the ways into a place."""

import gzip
import json
import re
from datetime import datetime, timedelta

import brotli
import pytest
from django.test import Client

from tests.cast import DISTRICT, STREET, point_in
from youlin.apps.places import finding
from youlin.apps.places.hours import evaluating
from youlin.apps.places.tests import factories as places
from youlin.doors.portal.places import pocket
from youlin.kernel import clock

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 10, 30, tzinfo=evaluating.zone())
FILE = "/places/district.json"


@pytest.fixture(autouse=True)
def _monday(people):
    finding.forget()
    pocket.forget()
    places.declare_words()
    with clock.frozen(MONDAY):
        yield
    pocket.forget()


class Queue:
    """A lock whose holder before was making the same."""

    def __init__(self, before):
        self.before = before

    def __enter__(self):
        before, self.before = self.before, None
        if before:
            before()

    def __exit__(self, *_wrong):
        pass


def a_station(**values):
    lon, lat = point_in(STREET)
    ways = [
        {"name": "东门", "lon": lon + 0.0004, "lat": lat, "step_free": True, "note": "有坡道"},
        {"name": "西门", "lon": lon - 0.0004, "lat": lat, "step_free": False},
        {"name": "正门", "lon": lon, "lat": lat},
    ]
    return places.make_place(hours="Mo-Fr 09:00-17:00", facilities={"water": {}}, entrances=ways, **values)


class TestFile:
    def test_everybody_gets_the_same_compressed_and_in_both_languages(self, client: Client):
        place = a_station(name_en="Chunshu rest station")
        plain = client.get(FILE)
        packed = client.get(FILE, headers={"Accept-Encoding": "gzip, br", "Accept-Language": "en"})
        smaller = client.get(FILE, headers={"Accept-Encoding": "gzip"})
        assert brotli.decompress(packed.content) == plain.content == gzip.decompress(smaller.content)
        assert (packed["Content-Encoding"], smaller["Content-Encoding"]) == ("br", "gzip")
        assert plain["Cache-Control"] == "public, no-cache" and not plain.cookies
        told = plain.json()
        columns = told["places"]
        assert told["format"] == pocket.FORMAT and told["district"] == DISTRICT
        assert (columns["number"], columns["en"]) == ([place.number], ["Chunshu rest station"])
        assert columns["said"] == ["chun shu yi zhan"] and columns["has"] == [[0]]
        assert [(way[0], way[3]) for way in columns["ways"][0]] == [("东门", 1), ("西门", 0), ("正门", -1)]
        assert told["hours"][0].startswith("c540o480c960")
        assert len({len(column) for column in columns.values()}) == 1

    def test_what_has_not_changed_is_not_sent_again(self, client: Client):
        a_station()
        mark = client.get(FILE)["ETag"]
        again = client.get(FILE, headers={"If-None-Match": mark})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", mark)
        with clock.frozen(MONDAY + timedelta(days=6)):
            assert client.get(FILE, headers={"If-None-Match": mark}).status_code == 304
        with clock.frozen(MONDAY + timedelta(days=7)):
            assert client.get(FILE, headers={"If-None-Match": mark}).status_code == 200

    def test_a_change_is_in_the_file_a_minute_later_at_the_latest(self, client: Client):
        a_station()
        assert len(client.get(FILE).json()["places"]["number"]) == 1
        a_station(name="又一个")
        with clock.frozen(MONDAY + timedelta(seconds=61)):
            assert len(client.get(FILE).json()["places"]["number"]) == 2

    def test_who_comes_while_it_is_made_waits_for_it(self, monkeypatch):
        made = []
        monkeypatch.setattr(pocket, "content_of", lambda district: made.append(district) or {"n": len(made)})
        monkeypatch.setattr(pocket, "_making", Queue(lambda: pocket.packed_of(DISTRICT)))
        assert pocket.packed_of(DISTRICT).plain == b'{"n":1}' and made == [DISTRICT]

    def test_all_districts_of_a_city_are_kept_and_each_once(self, monkeypatch):
        made = []
        monkeypatch.setattr(pocket, "content_of", lambda district: made.append(district) or {"n": len(made)})
        districts = [f"1101{number:02}" for number in range(1, 20)]
        for _round in range(2):
            for district in districts:
                pocket.packed_of(district)
        assert made == districts

    def test_a_district_without_places_has_an_empty_file(self, client: Client):
        assert client.get(FILE).json()["places"] == {}

    def test_odd_districts_get_the_one_that_there_is(self, client: Client):
        for asked in ("999999", "\0", "x" * 300):
            assert client.get(FILE, {"district": asked}).json()["district"] == DISTRICT

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_the_empty_pages_bring_their_words(self, client: Client, language: str):
        for address in ("/places/offline/", "/places/offline/place/"):
            page = client.get(address, headers={"Accept-Language": language}).content.decode()
            assert page.count("<!--answers-->") == 1 and f'<html lang="{language}"' in page
            [words] = re.findall(
                r'<script id="pocket-words" type="application/json">(.*?)</script>', page, re.DOTALL
            )
            told = json.loads(words)
            assert told["en"] is (language == "en") and len(told["days"]) == 7 and "map" in told["icons"]
            assert (told["whole"] == "全天开放") is (language == "zh-hans")


class TestEmbedding:
    ADDRESS = "/places/embed/"

    def test_the_map_may_be_framed_without_cookies_and_forms(self, client: Client):
        a_station(name_en="Chunshu rest station")
        answer = client.get(self.ADDRESS, {"need": "water", "lang": "en"})
        page = answer.content.decode()
        assert "Chunshu rest station" in page and '<html lang="en"' in page
        assert "<form" not in page and "<input" not in page and not answer.cookies
        assert "X-Frame-Options" not in answer.headers
        policy = answer["Content-Security-Policy"]
        assert "frame-ancestors *" in policy and "form-action 'none'" in policy and "unsafe" not in policy
        assert "没有同时符合" in client.get(self.ADDRESS, {"q": "紫禁城", "lang": "zh-hans"}).content.decode()

    def test_the_sites_that_may_are_a_setting(self, client: Client, settings):
        settings.EMBED_SITES = ["https://www.example.gov.cn"]
        policy = client.get(self.ADDRESS)["Content-Security-Policy"]
        assert "frame-ancestors https://www.example.gov.cn;" in f"{policy};"

    @pytest.mark.parametrize("address", ["/", "/places/", "/report/", "/places/offline/", FILE])
    def test_nothing_else_may_be_framed(self, client: Client, address: str):
        answer = client.get(address)
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]

    def test_each_search_has_its_code_to_copy(self, client: Client):
        a_station()
        page = client.get("/places/", {"need": "water"}).content.decode()
        assert "&lt;iframe src=" in page and "<iframe" not in page and "/places/embed/?district=" in page

    def test_a_frame_has_one_page_and_is_not_mixed_up_with_that_of_another(self, client: Client):
        for number in range(21):
            a_station(name=f"第{number}站")
        answer = client.get(self.ADDRESS, {"page": "250"})
        assert answer.content.decode().count('class="list-row places-item') == 20
        assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))

    def test_odd_addresses_are_no_error(self, client: Client):
        for query in (
            {"lang": "xx"},
            {"q": "\0"},
            {"lon": "nan", "lat": "1"},
            {"page": "9" * 40},
            {"need": "\0"},
        ):
            assert client.get(self.ADDRESS, query).status_code == 200
            assert client.get("/places/", query).status_code == 200


def test_ways_in_are_numbered_alike_on_the_map_and_in_the_list(client: Client):
    place = a_station()
    page = client.get(f"/places/{place.number}/").content.decode()
    marks = re.findall(r'aria-label="(?:\d\. )?([^"]*门[^"]*)"', page)
    assert marks == ["东门 · 无台阶 · 东面 35 米", "西门 · 有台阶 · 西面 35 米", "正门"]
    told = re.sub(r"<[^>]+>|\s+", " ", page)
    for number, name in enumerate(("东门", "西门", "正门"), 1):
        assert re.search(rf"\b{number} +{name}", told), name
    assert "图上横着 160 米" in page


def test_a_place_without_ways_in_keeps_its_map_of_the_street(client: Client):
    page = client.get(f"/places/{places.make_place().number}/").content.decode()
    assert "图上横着" not in page and "map-svg" in page

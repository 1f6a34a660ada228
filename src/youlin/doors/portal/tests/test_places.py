"""Finding a place and its page: what the list says, what is told, what visitors say in two taps."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.cast import DISTRICT, OTHER_STREET, STREET, point_in
from youlin.apps.cases.models import Case, Category
from youlin.apps.places import finding, selectors, services
from youlin.apps.places.hours import evaluating
from youlin.apps.places.models import Place, PlaceVoice
from youlin.apps.places.tests import factories as places
from youlin.doors import pace, place_words
from youlin.doors.portal.places import entrances
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 10, 30, tzinfo=evaluating.zone())
FIRST_PAINT = 120_000


@pytest.fixture(autouse=True)
def _monday(people):
    finding.forget()
    pace.forget()
    places.declare_words()
    with clock.frozen(MONDAY):
        yield


@pytest.fixture
def client(client: Client) -> Client:
    client.cookies["district"] = DISTRICT
    return client


def found(client: Client, **query: object) -> str:
    answer = client.get("/places/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def names(page: str) -> list[str]:
    return [
        part.split("<")[0] for part in page.split('class="row-link"')[1:] for part in [part.split(">")[1]]
    ]


def three() -> dict[str, Place]:
    """Three stations from west to east: open all day with water, open in the evening with two, unknown hours."""
    lon, lat = point_in(STREET)
    told = {
        "全天驿站": {"hours": "24/7", "facilities": {"water": {}}},
        "晚间驿站": {"hours": "18:00-23:00", "facilities": {"water": {}, "toilet": {}}},
        "不详驿站": {},
    }
    return {
        name: places.make_place(name=name, lon=lon + number * 0.001, lat=lat, **values)
        for number, (name, values) in enumerate(told.items())
    }


class TestFinding:
    def test_the_nearest_to_a_point_come_first_with_their_distance(self, client):
        made = three()
        at = made["不详驿站"]
        page = found(client, lon=f"{at.lon:.6f}", lat=f"{at.lat:.6f}")
        assert names(page) == ["不详驿站", "晚间驿站", "全天驿站"]
        assert "直线 90 米" in page and "不是步行距离" in page
        assert "直线" not in found(client)

    def test_open_now_at_a_time_and_what_is_needed(self, client):
        three()
        assert names(found(client, open="now")) == ["全天驿站"]
        assert names(found(client, at="2026-11-23T19:00", need="toilet")) == ["晚间驿站"]
        assert set(names(found(client, need="water"))) == {"全天驿站", "晚间驿站"}
        assert "这个时间没有符合的地点" in found(client, open="now", need="toilet")
        page = found(client)
        assert "全天开放" in page and "已关门，18:00 开门" in page and "开放时间不详" in page

    def test_by_words_pinyin_initials_kind_and_street(self, client):
        three()
        places.make_place(
            name="牛街餐厅", kind="restaurant", lon=point_in(OTHER_STREET)[0], address="牛街 1 号"
        )
        assert names(found(client, q="qtyz")) == ["全天驿站"]
        assert names(found(client, q="牛街")) == ["牛街餐厅"] == names(found(client, kind="restaurant"))
        assert "没有同时符合的地点" in found(client, q="紫禁城")

    def test_what_cannot_be_read_is_told_and_the_rest_is_found(self, client):
        three()
        page = found(client, need="sauna", kind="x", area="999999", at="明天", lon="东", lat="1")
        for words in (
            "有的设施本区没有登记",
            "没有这种地点",
            "没有这个街道",
            "看不懂这个时间：明天",
            "看不懂这个位置",
        ):
            assert words in page
        assert len(names(page)) == 3
        for query in ({"page": "x"}, {"page": "9" * 30}, {"q": "%" * 500}, {"at": "9999-99-99"}):
            found(client, **query)

    def test_htmx_gets_the_list_alone_and_the_address_of_the_search(self, client):
        three()
        answer = client.get("/places/", {"open": "now", "q": "", "at": ""}, headers={"HX-Request": "true"})
        assert answer.headers["HX-Push-Url"] == f"/places/?district={DISTRICT}&open=now"
        assert "<html" not in answer.content.decode() and names(answer.content.decode()) == ["全天驿站"]

    def test_the_first_paint_is_small_and_its_queries_do_not_grow(
        self, client, django_assert_max_num_queries
    ):
        three()
        client.get("/places/")
        with django_assert_max_num_queries(16) as few:
            client.get("/places/")
        count = len(few)
        lon, lat = point_in(STREET)
        for number in range(25):
            places.make_place(name=f"点 {number}", lon=lon, lat=lat, hours="24/7", facilities={"water": {}})
        client.get("/places/")
        with django_assert_max_num_queries(count):
            page = client.get("/places/").content
        assert len(page) <= FIRST_PAINT and b"map-svg" in page
        assert "第 1 / 2 页" in page.decode()
        assert len(names(found(client, page="2"))) == 8

    def test_a_district_without_places_says_so(self, client):
        assert "本区还没有登记友好地点" in found(client)

    def test_the_map_has_what_the_list_has(self, client):
        made = three()
        features = client.get("/places/points.geojson").json()["features"]
        assert {one["properties"]["state"] for one in features} == {"ok", "none"}
        assert {one["properties"]["id"] for one in features} == {place.number for place in made.values()}
        one = made["全天驿站"]
        box = f"{one.lon - 0.0004},{one.lat - 0.001},{one.lon + 0.0004},{one.lat + 0.001}"
        [only] = client.get("/places/points.geojson", {"bbox": box}).json()["features"]
        assert only["properties"]["href"] == f"/places/{one.number}/"
        assert client.get("/places/qr.svg", {"open": "now"})["Content-Type"] == "image/svg+xml"

    def test_where_they_are_many_the_map_shows_how_many(self, client):
        made = three()
        asked = finding.Asked(DISTRICT, 116.3, 39.9)
        shown = finding.seen(asked, None, most=2)
        assert shown.ids == [] and sum(bunch.number for bunch in shown.bunches) == len(made)
        assert len(finding.seen(asked, None, most=3).ids) == 3


class TestPage:
    def page(self, client: Client, place: Place, **query: str) -> str:
        answer = client.get(f"/places/{place.number.lower()}/", query)
        assert answer.status_code == 200
        return answer.content.decode()

    def test_everything_told_is_there(self, client):
        place = places.make_place(
            hours="Mo-Fr 09:00-17:00; PH off",
            phone="010-12345678",
            facilities={"water": {"count": 2}, "toilet": {"working": False, "note": "维修中"}},
            entrances=[{"name": "东门", "lon": 116.305, "lat": 39.89, "step_free": True}],
            accessibility={"wheelchair": {"level": "limited", "note": "门口一级台阶"}},
            description="进门左手边",
        )
        services.set_lendable(actor=SYSTEM, district=DISTRICT, place_id=place.id, name="雨伞", total=2)
        page = self.page(client, place)
        for words in (
            "开到 17:00",
            "今天 09:00–17:00",
            "饮水 × 2",
            "维修中",
            "东门",
            "无台阶",
            "部分能用",
            "门口一级台阶",
            "没有人看过",
            "可借：雨伞",
            "2 / 2 在",
            "今天管护人核实",
            "进门左手边",
            "tel:010-12345678",
            "uri.amap.com",
            "api.map.baidu.com",
            "apis.map.qq.com",
            "maps.apple.com",
            "geo:",
        ):
            assert words in page, words
        assert "演示数据" not in page
        assert client.get(f"/places/{place.number}/qr.svg").status_code == 200

    def test_a_closure_tells_its_reason_and_what_is_open_beside_it(self, client):
        made = three()
        closed = made["全天驿站"]
        places.make_place(name="隔壁驿站", hours="24/7", lon=closed.lon, lat=closed.lat)
        services.close_place(
            actor=SYSTEM,
            district=DISTRICT,
            place_id=closed.id,
            reason="装修",
            ends_at=MONDAY + timedelta(days=2),
        )
        page = self.page(client, closed)
        assert "临时关闭：装修" in page and names(page) == ["隔壁驿站"]

    def test_a_demonstration_says_so_wherever_it_shows(self, client):
        place = places.make_place()
        Place.objects.filter(district=DISTRICT, id=place.id).update(is_demo=True)
        assert "演示数据" in self.page(client, place) and "演示数据" in found(client)

    def test_what_is_not_public_is_not_there(self, client):
        place = places.make_place(public=False)
        for address in ("", "qr.svg"):
            assert client.get(f"/places/{place.number}/{address}").status_code == 404
        assert client.get("/places/P-0000000/").status_code == 404
        assert client.post(f"/places/{place.number}/say/", {"saying": "closed"}).status_code == 404

    def test_english_names_and_words(self, client):
        place = places.make_place(name_en="Chunshu rest station", hours="24/7")
        client.cookies["django_language"] = "en"
        assert "Chunshu rest station" in self.page(client, place)


def test_the_list_says_by_which_way_one_goes_in(client):
    place = places.make_place(name="商场", hours="24/7")
    services.change_place(
        actor=SYSTEM,
        district=DISTRICT,
        place_id=place.id,
        values={
            "accessibility": {"wheelchair": {"level": "yes", "note": ""}},
            "entrances": [
                {"name": "南门", "lon": place.lon, "lat": place.lat - 0.0006, "step_free": False},
                {"name": "东门", "lon": place.lon + 0.0008, "lat": place.lat, "step_free": True},
            ],
        },
    )
    page = selectors.place_page(SYSTEM, DISTRICT, place.number)
    drawn = entrances.picture(page.row, entrances.ways(page))
    x, y, wide, high = map(float, drawn["view_box"].split())
    assert all(x < one["x"] < x + wide and y < one["y"] < y + high for one in drawn["points"]), (
        "none is cut off"
    )
    here = {"lon": f"{place.lon:.6f}", "lat": f"{place.lat - 0.002:.6f}"}
    assert "从南门进" in found(client, **here)
    assert "从东门进，无台阶" in found(client, wheelchair="1", **here)
    assert "从东门进，无台阶" in found(client, wheelchair="1")
    assert "门进" not in found(client)
    client.cookies["django_language"] = "en"
    assert "Enter by 东门, no steps" in found(client, wheelchair="1")


class TestSaying:
    def say(self, client: Client, place: Place, saying: str, **more: object):
        return client.post(f"/places/{place.number}/say/", {"saying": saying}, **more)

    def offer(self) -> None:
        Category.objects.create(
            district=DISTRICT,
            programme="t",
            code="place.closed",
            name="没开门",
            case_type="city_event",
            duty="grid_worker",
            limits={"handle": "4 工作时"},
            reportable=False,
        )

    def test_two_taps_make_a_case_with_a_way_to_follow_it(self, client):
        self.offer()
        place = places.make_place()
        client.get(f"/places/{place.number}/")
        answer = self.say(client, place, "closed")
        assert answer.status_code == 302
        query = parse_qs(urlsplit(answer["Location"]).query)
        case = Case.objects.get()
        assert query["case"] == [case.number]
        page = client.get(answer["Location"]).content.decode()
        assert "记下了：没开门" in page and case.number in page
        assert client.get(f"/track/{case.number}/", {"t": query["t"][0]}).status_code == 200
        self.say(client, place, "closed")
        assert Case.objects.count() == 1 == PlaceVoice.objects.count()

    def test_three_behind_three_addresses_are_a_doubt_three_behind_one_are_not(self, client):
        place = places.make_place()
        for browser in "abc":
            client.cookies["csrftoken"] = browser * 32
            self.say(client, place, "wrong", REMOTE_ADDR="203.0.113.7")
        place.refresh_from_db()
        assert place.flagged_at is None and PlaceVoice.objects.count() == 1
        for last in (8, 9):
            self.say(client, place, "moved", REMOTE_ADDR=f"203.0.113.{last}")
        place.refresh_from_db()
        assert place.flagged_at is not None
        assert "最近有几个人分别反映" in client.get(f"/places/{place.number}/").content.decode()
        assert "多人反映有误" in found(client)

    def test_thanks_are_heard(self, client):
        place = places.make_place()
        answer = self.say(client, place, "thanks")
        assert "谢谢您" in client.get(answer["Location"]).content.decode()
        assert not Case.objects.exists() and PlaceVoice.objects.get().saying == "thanks"

    def test_a_phone_that_was_offline_gets_its_receipt_as_json(self, client):
        self.offer()
        answer = self.say(client, places.make_place(), "closed", headers={"accept": "application/json"})
        assert answer.status_code == 201 and answer.json()["number"] == Case.objects.get().number
        assert "case=" in answer.json()["receipt"]

    def test_what_is_no_saying_and_who_is_too_fast_is_told_in_words(self, client, settings):
        place = places.make_place()
        assert self.say(client, place, "sauna").status_code == 400
        settings.PACE_VISITOR = "1 per hour"
        client.cookies["csrftoken"] = "d" * 32
        assert self.say(client, place, "closed").status_code == 302
        answer = self.say(client, place, "moved")
        assert answer.status_code == 429 and "提交得太多" in answer.content.decode()


@pytest.mark.parametrize(
    ("hours", "words", "light"),
    [
        ("24/7", "全天开放", "ok"),
        ("09:00-10:45", "15 分钟后关门", "soon"),
        ("09:00-24:00", "开到 24:00", "ok"),
        ("09:00-02:00", "开到 明天 02:00", "ok"),
        ("Tu 09:00-10:00", "已关门，明天 09:00 开门", "none"),
        ("We 09:00-10:00", "已关门，星期三 09:00 开门", "none"),
        ("2026 Dec 24 09:00-10:00", "近期不开放", "none"),
    ],
)
def test_how_a_place_stands_is_told_in_words(client, hours, words, light):
    place = places.make_place(hours=hours)
    [row] = selectors.points(DISTRICT, [place.id])
    state = place_words.state_of(row)
    assert (state.words, state.light) == (words, light)

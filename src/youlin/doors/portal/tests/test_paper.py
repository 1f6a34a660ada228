"""What goes on paper: numbers that never hide each other, lists cut to fit, sheets that say what a door should."""

import math
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import DISTRICT, OTHER_STREET, STREET, make_areas, point_in
from youlin.apps.places import paper, services
from youlin.apps.places.tests.factories import declare_words, make_place
from youlin.doors.portal.places.paper import keeping, poster, words
from youlin.doors.portal.places.paper.placing import GAP, place
from youlin.kernel.actors import SYSTEM

WIDTH, HEIGHT = 200.0, 150.0
ON_SHEET = st.tuples(st.floats(1, WIDTH - 1), st.floats(1, HEIGHT - 1))


def holds(points) -> list:
    """The badges of points, after all that must be true of them."""
    badges = place(tuple(points), WIDTH, HEIGHT)
    members = [one for badge in badges for one in badge.members]
    assert sorted(members) == list(range(len(points))), "every point has one number"
    numbers = [n for badge in badges for n in range(badge.first, badge.last + 1)]
    assert sorted(numbers) == list(range(1, len(points) + 1))
    for at, badge in enumerate(badges):
        box = badge.box
        assert box.left >= 0 and box.right <= WIDTH and box.top >= 0 and box.bottom <= HEIGHT
        assert badge.at in points
        for other in badges[at + 1 :]:
            assert not box.grown(GAP - 0.01).meets(other.box), f"{badge.text} hides {other.text}"
            assert not other.aside or not box.holds(*other.at), (
                f"{badge.text} hides the point of {other.text}"
            )
    return list(badges)


@settings(max_examples=40, deadline=None)
@given(st.lists(ON_SHEET, max_size=40))
def test_no_number_hides_another(points):
    holds(points)


def test_a_street_full_of_points_is_numbered_legibly():
    rng = random.Random(7)
    crowd = [(100 + rng.gauss(0, 6), 75 + rng.gauss(0, 6)) for _n in range(60)]
    wide = [(rng.uniform(1, WIDTH - 1), rng.uniform(1, HEIGHT - 1)) for _n in range(90)]
    badges = holds([(min(max(x, 1), WIDTH - 1), min(max(y, 1), HEIGHT - 1)) for x, y in crowd + wide])
    assert len(badges) > 60, "most keep a number of their own"
    assert any(len(badge.members) > 1 and "–" in badge.text for badge in badges)


def test_points_at_one_spot_share_a_badge_and_neighbours_step_aside():
    [only] = holds([(50.0, 50.0)] * 3)
    assert only.text == "1–3" and not only.aside
    pair = holds([(50.0, 50.0), (53.0, 50.0)])
    assert [badge.text for badge in pair] == ["1", "2"] and any(badge.aside for badge in pair)
    for badge in pair:
        assert math.dist(badge.at, (51.5, 50)) < 2


def test_the_scale_is_the_longest_round_length_that_fits():
    assert poster.scale_of(poster.METRES_PER_DEGREE / 10) == (500, 50.0)
    assert poster.scale_of(poster.METRES_PER_DEGREE) == (50, 50.0)


def test_a_long_list_goes_on_in_more_columns_and_pages():
    entry = poster.Entry(1, "名", "时", "有", "址", 20.0)
    pages = poster._pages([entry._replace(number=n) for n in range(1, 101)])
    assert [len(page.columns) for page in pages] == [2, 5, 2]
    told = [row.number for page in pages for column in page.columns for row in column]
    assert told == list(range(1, 101))
    for at, page in enumerate(pages):
        most = poster.HEIGHT_FIRST if not at else poster.HEIGHT
        assert all(sum(row.height for row in column) <= most for column in page.columns)
    assert poster._pages([]) == [poster.Page([[]])]


def test_a_line_is_counted_for_both_scripts():
    assert words.lines_of("", 3, 60) == 0
    assert words.lines_of("字" * 18, 3, 60) == 1 and words.lines_of("字" * 20, 3, 60) == 2
    assert words.lines_of("letters of a name", 3, 60) == 1


@pytest.fixture
def street(db):
    """A street with three places, one of them with everything."""
    make_areas()
    declare_words()
    lon, lat = point_in(STREET)
    full = make_place(
        name="椿树驿站",
        name_en="Chunshu station",
        hours="Mo-Fr 09:00-17:00; PH off",
        phone="010-12345",
        address="椿树街 1 号",
        facilities={"water": {}, "toilet": {"working": False}},
        accessibility={"wheelchair": {"level": "limited", "note": "门口一级台阶"}},
        entrances=[{"name": "南门", "lon": lon, "lat": lat, "step_free": True}],
    )
    services.set_lendable(
        actor=SYSTEM, district=DISTRICT, place_id=full.id, name="雨伞", name_en="Umbrella", total=3
    )
    make_place(name="没写时间的驿站", lon=lon + 0.0005)
    make_place(name="不公开的驿站", lon=lon + 0.0008, public=False)
    make_place(name="街区", kind="block")
    return full


def test_the_poster_numbers_what_serves_people_and_leads_to_the_search(client, street):
    page = client.get(reverse("portal:place-poster", args=[STREET])).content.decode()
    assert "椿树街道友好地图" in page and "2 处" in page and "截至" in page
    assert "周一至周五 9:00–17:00；节假日休息" in page and "开放时间不详" in page
    assert "饮水 · 可借雨伞 · 轮椅部分可用" in page and "卫生间" not in page
    assert "不公开" not in page and "街区</p>" not in page
    assert f"area={STREET}" in page and page.count("poster-entry") == 2
    assert "演示数据" not in page
    assert "<style" not in page and " style=" not in page


def test_a_street_without_places_has_a_poster_that_says_so_and_no_sheets(client, street):
    page = client.get(reverse("portal:place-poster", args=[OTHER_STREET])).content.decode()
    assert "还没有登记友好地点" in page
    assert client.get(reverse("portal:place-doors", args=[OTHER_STREET])).status_code == 404


@pytest.mark.parametrize(
    "area", ["110102", "110102001001", "999999999", "11010200１", "x%00", "%00", "poster"]
)
@pytest.mark.parametrize("kind", ["poster", "doors"])
def test_what_is_no_street_is_not_found(client, street, area, kind):
    assert client.get(f"/places/{kind}/{area}/").status_code == 404


def test_a_sheet_for_the_door_says_what_a_visitor_needs(client, street):
    page = client.get(reverse("portal:place-door", args=[street.number])).content.decode()
    for told in (
        "椿树驿站",
        "周一至周五 9:00–17:00",
        "节假日休息",
        "饮水",
        "可借雨伞",
        "轮椅：部分能用 · 门口一级台阶",
    ):
        assert told in page
    assert "无台阶的出入口：南门" in page and "010-12345" in page and "和这里写的不一样" in page
    assert "卫生间" not in page, "what is broken is not printed"
    assert page.count('class="door"') == 1
    assert client.get(reverse("portal:place-door", args=["P-000000000"])).status_code == 404


def test_a_sheet_without_hours_leaves_room_to_write_them(client, street):
    page = client.get(reverse("portal:place-doors", args=[STREET])).content.decode()
    assert page.count('class="door"') == 2 and "请在这里写上" in page


def test_paper_speaks_english(client, street):
    with translation.override("en"):
        for name, subject in (
            ("place-poster", STREET),
            ("place-doors", STREET),
            ("place-door", street.number),
        ):
            page = client.get(reverse(f"portal:{name}", args=[subject]), HTTP_ACCEPT_LANGUAGE="en")
            text = page.content.decode()
            assert "Chunshu station" in text and "Monday to Friday 9:00–17:00" in text
            assert "public holidays" in text


@pytest.mark.parametrize("name", ["place-poster", "place-doors"])
def test_a_street_costs_the_same_however_many_places_it_has(client, street, name):
    def cost() -> int:
        client.get(reverse(f"portal:{name}", args=[STREET]))
        keeping.forget()
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(f"portal:{name}", args=[STREET]))
        return len(queries)

    before = cost()
    lon, lat = point_in(STREET)
    for number in range(6):
        make_place(name=f"驿站{number}", lon=lon + number * 0.0003, lat=lat - 0.0003)
    assert cost() <= before


@pytest.mark.parametrize("name", ["place-poster", "place-doors"])
def test_a_paper_is_not_drawn_anew_until_something_changes(client, street, name, monkeypatch):
    made = []
    of_street = paper.of_street
    monkeypatch.setattr(paper, "of_street", lambda *given: made.append(given) or of_street(*given))
    address = reverse(f"portal:{name}", args=[STREET])
    keeping.forget()
    first = client.get(address).content
    assert client.get(address).content == first and len(made) == 1
    assert client.get(address, headers={"Accept-Language": "en"}).content != first and len(made) == 2
    make_place(name="又一个驿站")
    assert "又一个驿站" in client.get(address).content.decode() and len(made) == 3

"""The nearest that fit: the columns in memory agree with looking at every place."""

import random
from datetime import datetime, timedelta
from math import cos, hypot, radians

import pytest

from tests.cast import DISTRICT, GRID, OTHER_STREET, STREET, rectangle
from youlin.apps.places import declarations, finding, selectors, services
from youlin.apps.places.finding import Asked
from youlin.apps.places.hours import Hours, evaluating, open_at
from youlin.apps.places.models import Place
from youlin.apps.places.tests import factories
from youlin.kernel.actors import ANONYMOUS, SYSTEM
from youlin.kernel.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 10, 30, tzinfo=evaluating.zone())
HOURS = ["", "24/7", "Mo-Fr 09:00-17:00", "Sa-Su 10:00-16:00", "18:00-02:00", "09:00-11:00; PH off"]


@pytest.fixture(autouse=True)
def _words(district):
    finding.forget()
    factories.declare_words()


def scattered(count: int = 60) -> list[Place]:
    dice = random.Random(7)
    west, south, east, north = rectangle(DISTRICT).bounds
    return [
        factories.make_place(
            kind=dice.choice(["station", "station", "restaurant", "spot"]),
            name=f"点 {number}",
            lon=dice.uniform(west, east),
            lat=dice.uniform(south, north),
            hours=dice.choice(HOURS),
            facilities={
                code: {"working": dice.random() < 0.8} for code in factories.FACILITIES if dice.random() < 0.5
            },
            accessibility={"wheelchair": {"level": dice.choice(["yes", "no"])}},
        )
        for number in range(count)
    ]


def metres(place: Place, asked: Asked) -> float:
    x = radians(place.lon - asked.lon) * cos(radians((place.lat + asked.lat) / 2))
    return hypot(x, radians(place.lat - asked.lat)) * 6_371_008.8


def straight(asked: Asked) -> list[Place]:
    """The rule in a few lines, place by place."""
    fits = []
    for place in Place.objects.filter(district=asked.district, retired_at=None, public=True).select_related(
        "kind"
    ):
        has = {row.facility.code for row in place.facilities.filter(working=True)}
        closed = place.closures.filter(starts_at__lte=asked.open_at or MONDAY, lifted_at=None).exists()
        if not set(asked.needs) <= has or not place.area_now.startswith(asked.area):
            continue
        if place.kind.code not in asked.kinds if asked.kinds else place.kind.role not in asked.roles:
            continue
        if asked.wheelchair and place.accessibility["wheelchair"]["level"] != "yes":
            continue
        if asked.open_at and (not place.hours or closed or not open_at(Hours(place.hours), asked.open_at)):
            continue
        fits.append(place)
    return sorted(fits, key=lambda place: metres(place, asked))[: asked.limit]


def test_the_columns_agree_with_the_rule() -> None:
    scattered()
    dice = random.Random(11)
    west, south, east, north = rectangle(DISTRICT).bounds
    for _number in range(80):
        asked = Asked(
            DISTRICT,
            dice.uniform(west, east),
            dice.uniform(south, north),
            needs=tuple(dice.sample(sorted(factories.FACILITIES), dice.randrange(3))),
            kinds=dice.choice([(), ("station",), ("restaurant", "spot")]),
            area=dice.choice([DISTRICT, STREET, OTHER_STREET, GRID]),
            open_at=dice.choice([None, MONDAY, MONDAY + timedelta(hours=9), MONDAY + timedelta(days=5)]),
            wheelchair=dice.random() < 0.3,
            limit=dice.choice([1, 5, 20]),
        )
        assert [one.id for one in finding.nearest(asked)] == [place.id for place in straight(asked)]


def test_what_changes_is_found_as_it_is_now() -> None:
    place = factories.make_place(name="椿树驿站", hours="24/7")
    asked = Asked(DISTRICT, place.lon, place.lat, open_at=MONDAY)
    [row] = selectors.find(asked)
    assert row.name == "椿树驿站" and row.open_now and row.metres == pytest.approx(0, abs=0.01)
    closure = services.close_place(
        actor=SYSTEM,
        district=DISTRICT,
        place_id=place.id,
        reason="装修",
        starts_at=MONDAY - timedelta(hours=1),
    )
    assert selectors.find(asked) == []
    services.lift_closure(actor=SYSTEM, district=DISTRICT, place_id=place.id, closure_id=closure.id)
    services.retire_place(actor=SYSTEM, district=DISTRICT, place_id=place.id, reason="搬走")
    assert selectors.find(Asked(DISTRICT, place.lon, place.lat)) == []
    services.restore_place(actor=SYSTEM, district=DISTRICT, place_id=place.id)
    assert [row.id for row in selectors.find(Asked(DISTRICT, place.lon, place.lat))] == [place.id]


@pytest.mark.parametrize("words", ["椿树", "驿站", "chunshu", "csyz", "前门大街"])
def test_a_place_is_found_by_words_pinyin_and_initials(words: str) -> None:
    place = factories.make_place(name="椿树驿站", address="前门大街 12 号")
    factories.make_place(name="牛街餐厅", kind="restaurant", address="牛街 1 号")
    found = selectors.find(Asked(DISTRICT, place.lon, place.lat), words)
    assert [row.name for row in found] == ["椿树驿站"]


def test_an_unknown_need_is_told_with_what_there_is() -> None:
    with pytest.raises(Invalid) as told:
        selectors.find(Asked(DISTRICT, 116.3, 39.9, needs=("sauna",)))
    assert "water" in told.value.problems[0].remedy


@pytest.mark.django_db(transaction=True)
def test_what_was_told_once_is_not_read_again_until_it_changes(django_assert_num_queries) -> None:
    places = scattered(25)
    asked = Asked(DISTRICT, *(116.31, 39.89), open_at=MONDAY)
    with django_assert_num_queries(8):
        before = selectors.find(asked)
    with django_assert_num_queries(1):
        assert selectors.find(asked) == before
    nearest = next(one for one in places if one.id == before[0].id)
    services.change_place(
        actor=SYSTEM,
        district=DISTRICT,
        place_id=nearest.id,
        values={"name": "新名字", "facilities": {"toilet": {}}},
    )
    after = selectors.find(asked)
    assert (after[0].name, [one.code for one in after[0].facilities]) == ("新名字", ["toilet"])
    assert after[1:] == before[1:]


@pytest.mark.django_db(transaction=True)
def test_a_kind_under_another_name_is_told_at_once() -> None:
    scattered(3)
    asked = Asked(DISTRICT, *(116.31, 39.89))
    before = selectors.find(asked)[0].kind
    renamed = {"name": "新叫法", "name_en": before.name_en, "icon": before.icon, "role": before.role}
    declared = {before.code: renamed | {"position": 0, "confirm_days": 0}}
    declarations.declare(
        declarations.KINDS, actor=SYSTEM, district=DISTRICT, programme="friendly_city", declared=declared
    )
    assert selectors.find(asked)[0].kind.name == "新叫法" != before.name
    assert "新叫法" in [word.name for word in selectors.kinds(DISTRICT)]


def test_the_nearest_of_many_are_those_that_measuring_all_finds() -> None:
    places = scattered(60)
    for lon, lat in ((116.31, 39.89), (116.2, 40.1), (-70.0, 10.0)):
        asked = Asked(DISTRICT, lon, lat, roles=("point", "scene", "spot"), limit=5)
        nearest = sorted((metres(place, asked), place.id) for place in places)[:5]
        assert [one.id for one in finding.nearest(asked)] == [place_id for _metres, place_id in nearest]


@pytest.mark.django_db(transaction=True)
def test_only_what_changed_is_read_again_and_the_answer_is_that_of_reading_all() -> None:
    places = scattered(25)
    held = finding.columns_of(DISTRICT)
    services.retire_place(actor=SYSTEM, district=DISTRICT, place_id=places[0].id, reason="撤点")
    services.change_place(
        actor=SYSTEM, district=DISTRICT, place_id=places[1].id, values={"facilities": {"toilet": {}}}
    )
    more = factories.make_place(name="新点", hours="10:00-11:00")
    now = finding.columns_of(DISTRICT)
    assert held is not now and now.ids == [*held.ids, more.id]
    finding.forget()
    whole = finding.columns_of(DISTRICT)
    by_id = {one: number for number, one in enumerate(whole.ids)}
    order = [by_id[one] for one in now.ids]
    for name in ("lons", "areas", "facilities", "shown"):
        assert (getattr(whole, name)[order] == getattr(now, name)).all(), name


def test_a_place_that_is_not_public_is_not_there() -> None:
    place = factories.make_place(public=False)
    assert selectors.find(Asked(DISTRICT, place.lon, place.lat)) == []
    with pytest.raises(NotFound):
        selectors.place_page(ANONYMOUS, DISTRICT, place.number)
    assert selectors.place_page(factories.steward(), DISTRICT, place.number).may_keep

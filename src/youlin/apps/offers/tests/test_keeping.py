"""Offers as they are kept, declared and found: what cannot be is told, what is there says whether now and where."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import DISTRICT, OTHER_STREET, make_district, point_in
from youlin.apps.offers import catalogue, declarations, kept, services
from youlin.apps.offers.catalogue import Wanted
from youlin.apps.offers.models import Offer, OfferPlace
from youlin.apps.offers.tests import factories
from youlin.apps.offers.tests.factories import given_at, make_offer, make_place, make_service
from youlin.apps.places import services as place_services
from youlin.apps.places.finding import Asked
from youlin.apps.places.tests import factories as places
from youlin.kernel import clock, ids, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


@pytest.fixture(autouse=True)
def words(db: None) -> None:
    make_district()
    places.declare_words()
    factories.declare_words()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"kind": "none"}, "kind"),
        ({"category": "none"}, "category"),
        ({"price": "十五"}, "price"),
        ({"price": "1.234"}, "price"),
        ({"price": "-1"}, "price"),
        ({"hours": "随便"}, "hours"),
        ({"audience": ["king"]}, "audience"),
        ({"audience": []}, "audience"),
        ({"condition": "holder.days >"}, "condition"),
        ({"condition": "unknown == 1"}, "condition"),
        ({"per_person_day": "x"}, "per_person_day"),
        ({"valid_from": "yesterday"}, "valid_from"),
        ({"valid_from": "2026-02-02", "valid_to": "2026-02-01"}, "valid_to"),
        ({"giver_id": "nobody"}, "giver_id"),
    ],
)
def test_what_cannot_be_is_told_with_its_field(values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as error:
        make_offer(**values)
    assert field in [one.field for one in error.value.problems]
    assert not Offer.objects.exists()


def test_prices_are_written_as_people_write_them() -> None:
    for text, cents in (("15", 1500), ("15.5", 1550), ("¥9.90", 990), ("0", 0), ("", None)):
        assert make_offer(price=text, name=f"x{text}").price == cents


def test_a_change_is_journalled_and_a_second_one_at_once_is_told() -> None:
    offer = make_offer()
    change = {"actor": SYSTEM, "district": DISTRICT, "offer_id": offer.id, "expected_version": 1}
    services.change_offer(values={"price": "12"}, **change)
    with pytest.raises(Conflict):
        services.change_offer(values={"price": "13"}, **change)
    entry = journal.entries_for(offer)[-1]
    assert entry.public["before"] == {"price": 1500} and entry.public["after"] == {"price": 1200}


def test_keepers_of_a_district_and_of_a_body_keep_their_own() -> None:
    with pytest.raises(NotAllowed):
        services.register_offer(
            actor=factories.host(),
            district=DISTRICT,
            values={"name": "x", "kind": "service"},
            idempotency_key="k",
        )
    office = factories.keeper()
    made = services.register_offer(
        actor=office, district=DISTRICT, values={"name": "x", "kind": "service"}, idempotency_key="k"
    )
    assert kept.one(office, DISTRICT, made.number).id == made.id
    assert kept.listed(office, DISTRICT, words="x").total == 1
    with pytest.raises(NotAllowed):
        kept.districts(factories.host(username="y"))


def test_places_are_named_by_number_or_by_kind() -> None:
    one, other = make_place(), make_place(name="另一家")
    assert kept.places_meant(DISTRICT, one.number.lower(), "") == [one.id]
    assert set(kept.places_meant(DISTRICT, "", "restaurant")) == {one.id, other.id}
    with pytest.raises(Invalid, match="P-"):
        kept.places_meant(DISTRICT, f"{one.number}\nP-AAAAAAAAA", "")
    offer = make_service()
    given_at(offer, one, other)
    services.give_at(actor=SYSTEM, district=DISTRICT, offer_id=offer.id, place_ids=[one.id])
    assert OfferPlace.objects.filter(ended_at=None).count() == 1 and OfferPlace.objects.count() == 2
    with pytest.raises(NotFound):
        services.give_at(actor=SYSTEM, district=DISTRICT, offer_id=offer.id, place_ids=[ids.uuid7()])


def test_the_catalogue_says_what_is_open_now_near_and_in_a_street() -> None:
    lon, lat = point_in(OTHER_STREET)
    near, shut = make_place(), make_place(name="关着", hours="off", lon=lon, lat=lat)
    given_at(make_service(), near, shut)
    given_at(make_service(name="从不", hours="off"), near)
    given_at(make_service(name="没开的", what="缝补"), shut)
    rows = {row.name: row for row in catalogue.catalogue(Wanted(DISTRICT))}
    assert (rows["理发"].places, rows["理发"].open) == (2, 1)
    assert rows["从不"].open == 0 == rows["没开的"].open
    assert [row.name for row in catalogue.catalogue(Wanted(DISTRICT, open_at=clock.now()))] == ["理发"]
    assert {row.name for row in catalogue.catalogue(Wanted(DISTRICT, area=OTHER_STREET))} == {
        "理发",
        "没开的",
    }
    [row] = catalogue.catalogue(Wanted(DISTRICT, words="lf", here=(near.lon, near.lat)))
    assert row.nearest == near.id and row.metres == 0
    assert [one.name for one in catalogue.catalogue(Wanted(DISTRICT, words="缝补"))] == ["没开的"]
    assert not catalogue.catalogue(Wanted(DISTRICT, category="none"))
    found = catalogue.places_of(row)
    assert [one.name for one in found] == ["友好食堂", "关着"]
    place_services.close_place(actor=SYSTEM, district=DISTRICT, place_id=near.id, reason="装修")
    assert not catalogue.catalogue(Wanted(DISTRICT, open_at=clock.now()))
    assert {one.name for one in catalogue.at_place(DISTRICT, near.id)} == {"理发", "从不"}


def test_meals_are_told_by_place_and_district() -> None:
    given_at(make_offer(), make_place())
    everywhere = Asked(DISTRICT, 0.0, 0.0)
    [meal] = catalogue.meals(everywhere)
    assert meal.place.name == "友好食堂" and meal.offers[0].audience[0].code == "courier"
    assert catalogue.meals(replace(everywhere, open_at=clock.now())) == [meal]
    assert catalogue.districts_with_meals(["110101", DISTRICT]) == [DISTRICT]


def test_an_offer_beyond_its_days_is_nobody_s() -> None:
    offer = make_service(valid_to=clock.today())
    assert catalogue.item(DISTRICT, offer.number).name == "理发"
    with clock.frozen(clock.now() + timedelta(days=1)), pytest.raises(NotFound):
        catalogue.item(DISTRICT, offer.number)
    for number in ("\0", "F-\0", "nothing"):
        with pytest.raises(NotFound):
            catalogue.district_of_number([DISTRICT], number)


def test_a_season_is_on_ahead_or_past_and_holds_its_offers() -> None:
    offer = make_service()
    held = {"actor": SYSTEM, "district": DISTRICT, "brand": "服务月", "offer_ids": [offer.id]}
    today = clock.today()
    season = services.hold_season(name="一", starts_on=today, ends_on=today, idempotency_key="a", **held)
    services.hold_season(
        name="二",
        starts_on=today + timedelta(days=9),
        ends_on=today + timedelta(days=9),
        idempotency_key="b",
        **held,
    )
    assert [one.state for one in catalogue.seasons(DISTRICT)] == ["now", "ahead"]
    assert [one.name for one in catalogue.season(DISTRICT, season.id)[1]] == ["理发"]
    assert {one.name for one in catalogue.seasons_of(catalogue.item(DISTRICT, offer.number))} == {"一", "二"}
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert [one.name for one in catalogue.seasons(DISTRICT)] == ["二"]
        assert [one.state for one in catalogue.seasons(DISTRICT, past=True)] == ["ahead", "past"]
    with pytest.raises(Conflict):
        services.hold_season(name="同日", starts_on=today, ends_on=today, idempotency_key="c", **held)
    for first, last in ((None, today), (today, None), (today, today - timedelta(days=1))):
        with pytest.raises(Invalid):
            services.hold_season(name="x", starts_on=first, ends_on=last, idempotency_key="d", **held)
    services.retire_season(actor=SYSTEM, district=DISTRICT, season_id=season.id)
    with pytest.raises(NotFound):
        catalogue.season(DISTRICT, season.id)


def test_declared_offers_keep_their_places_and_come_back() -> None:
    values = dict.fromkeys(declarations.FIELDS, "") | {
        "kind": "service",
        "category": "daily",
        "name": "测血压",
        "price": 0,
        "usual_price": None,
        "audience": [],
        "position": 3,
        **dict.fromkeys(("per_person_day", "per_person_month", "per_place_day", "in_total")),
    }
    declare = {"actor": SYSTEM, "district": DISTRICT, "programme": "t"}
    declarations.declare(declared={"bp": values}, **declare)
    offer = Offer.objects.get(code="bp")
    given_at(offer, make_place())
    assert declarations.standing(DISTRICT)["bp"].values == values
    declarations.declare(declared={"bp": values}, **declare)
    assert len(journal.entries_for(offer)) == 2, "declared again it is the same"
    declarations.retire(actor=SYSTEM, district=DISTRICT, codes=["bp"])
    assert declarations.standing(DISTRICT)["bp"].retired
    declarations.declare(declared={"bp": values | {"name": "测血糖"}}, **declare)
    offer.refresh_from_db()
    assert offer.retired_at is None and offer.name == "测血糖" and offer.given.count() == 1

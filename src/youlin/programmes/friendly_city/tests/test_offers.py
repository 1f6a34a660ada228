"""Meals and services at their published scale: every figure is counted from rows, and one row less breaks it."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from youlin.apps.areas import selectors as areas
from youlin.apps.areas import services as area_services
from youlin.apps.offers import catalogue, declarations, figures, services
from youlin.apps.offers.catalogue import Wanted
from youlin.apps.offers.models import Entitlement, Offer, OfferPlace, Redemption, Tally
from youlin.apps.places import declarations as words
from youlin.apps.places.finding import Asked
from youlin.apps.places.models import Place
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM
from youlin.programmes import loader, planning, reference
from youlin.programmes import services as programmes
from youlin.programmes.demo import files, friendly, offers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.scenario, pytest.mark.slow]

DISTRICT = "110102"
HERE = Path(__file__).resolve().parent.parent


def every_district() -> list[str]:
    return [area.code for area in areas.districts()]


def items() -> list[catalogue.OfferRow]:
    return catalogue.catalogue(Wanted(DISTRICT))


def categories_with_items() -> int:
    known = {row.category.code for row in items() if row.category}
    return len(known & {word.code for word in catalogue.categories(DISTRICT)})


def one_restaurant_less() -> None:
    offer = Offer.objects.filter(district="110107", kind__code="friendly_meal").get()
    rows = OfferPlace.objects.filter(district="110107", offer=offer, ended_at=None).order_by("id")
    left = list(rows.values_list("place_id", flat=True))[1:]
    services.give_at(actor=SYSTEM, district="110107", offer_id=offer.id, place_ids=left)


def one_district_less() -> None:
    offer = Offer.objects.filter(district="110105", kind__code="friendly_meal").get()
    services.retire_offer(actor=SYSTEM, district="110105", offer_id=offer.id, reason="试停")


def one_item_less() -> None:
    services.retire_offer(actor=SYSTEM, district=DISTRICT, offer_id=items()[0].id, reason="试停")


def one_category_less() -> None:
    given = {"actor": SYSTEM, "district": DISTRICT, "codes": ["culture"]}
    words.retire(declarations.CATEGORIES, **given)


def the_smallest_count_less() -> None:
    row = Tally.objects.filter(district=DISTRICT, undone_at=None).order_by("times", "id").first()
    assert row is not None
    with clock.frozen(row.at):
        services.undo_count(actor=SYSTEM, district=DISTRICT, tally_id=row.id)


def one_season_less() -> None:
    season = catalogue.seasons(DISTRICT, past=True)[0]
    services.retire_season(actor=SYSTEM, district=DISTRICT, season_id=season.id)


COUNTS: dict[str, tuple[Callable[[], int], Callable[[], None]]] = {
    "friendly_restaurants": (
        lambda: sum(len(catalogue.meals(Asked(code, 0.0, 0.0))) for code in every_district()),
        one_restaurant_less,
    ),
    "meal_districts": (lambda: len(catalogue.districts_with_meals(every_district())), one_district_less),
    "service_items": (lambda: len(items()), one_item_less),
    "service_categories": (categories_with_items, one_category_less),
    "service_times": (lambda: figures.served(DISTRICT), the_smallest_count_less),
    "service_brands": (
        lambda: len({one.brand for one in catalogue.seasons(DISTRICT, past=True)}),
        one_season_less,
    ),
}
"""By figure: how it is counted, and what takes one row away."""


def the_offers() -> None:
    """Six districts with their programmes; of the map only what meals and services stand on."""
    pack = files.read(loader.FOLDER / "demo_xicheng")
    points = {kind: pack.friendly.points[kind] for kind in ("restaurant", *pack.offers.given_at)}
    points["rest_station"] = points["rest_station"].model_copy(update={"count": 20})
    small = pack.friendly.model_copy(
        update={"scenes": {}, "points": points, "spots": pack.friendly.spots.model_copy(update={"count": 0})}
    )
    declared = [loader.load(code) for code in ("city_management", "friendly_city")]
    area_services.import_bundled(actor=SYSTEM, prefix=DISTRICT)
    for one in declared:
        programmes.apply(actor=SYSTEM, district=DISTRICT, programme=one)
    offers.make_partners(pack, declared)
    friendly.make(replace(pack, friendly=small), loader.load("demo_xicheng"), DISTRICT, seed=1)
    made = offers.make(pack, DISTRICT, seed=1, rider=("李强", "13800001001"))
    assert made == figures.served(DISTRICT)


def test_the_published_figures_hold_and_one_row_less_breaks_each() -> None:
    the_offers()
    published = reference.read(HERE).figures
    assert planning.plan(DISTRICT, loader.load("friendly_city")) == [], "applied again it changes nothing"
    everything_is_what_it_says()
    for code, (count, _less) in COUNTS.items():
        assert published[code].holds(count()), (code, count())
    for code, (count, less) in COUNTS.items():
        less()
        assert not published[code].holds(count()), code
    assert journal.verify() == []


def everything_is_what_it_says() -> None:
    """Marked as demonstration; taken within its limits; every service has a place, every place its streets."""
    assert not Offer.objects.filter(code="", is_demo=False).exists()
    assert not Tally.objects.filter(is_demo=False).exists()
    assert not Redemption.objects.filter(is_demo=False).exists()
    assert not Place.objects.filter(district="110107", is_demo=False).exists()
    assert all(row.places for row in items())
    assert 20 <= Redemption.objects.filter(reversed_at=None).count() <= 28
    assert Entitlement.objects.filter(district=DISTRICT, ended_at=None).count() >= 12
    assert not Entitlement.objects.exclude(district=DISTRICT).exists()
    times = Tally.objects.filter(district=DISTRICT).values_list("times", flat=True)
    reached = sum(times)
    assert min(times) > reached - 62_000, "the smallest report is more than what is over"
    months = figures.months(DISTRICT)
    assert len(months) >= 6


def test_every_name_of_what_is_offered_is_in_both_languages() -> None:
    declared = loader.load("friendly_city").declarations
    named = [*declared.offers.values(), *declared.offer_kinds.values(), *declared.offer_categories.values()]
    named += list(declared.entitlement_kinds.values())
    for one in named:
        assert re.fullmatch(r"[\x20-\x7e]+", one.name_en) and re.search(r"[\u4e00-\u9fff]", one.name), one
    for offer in declared.offers.values():
        assert offer.what and offer.what_en and offer.how and offer.how_en, offer.name

"""Meals and services of the demonstration, made by the services: partner districts, restaurants, riders, counts."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from youlin.apps.areas import bundled
from youlin.apps.areas import selectors as areas
from youlin.apps.areas import services as area_services
from youlin.apps.areas.files import read_areas
from youlin.apps.offers import services
from youlin.apps.offers.models import Entitlement, Offer, OfferPlace
from youlin.apps.offers.rosters import services as rosters
from youlin.apps.offers.services.counting import Count
from youlin.apps.parties import services as parties
from youlin.apps.places import services as places
from youlin.apps.places.models import Place
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import YoulinError
from youlin.programmes import services as programmes
from youlin.programmes.demo.files import Pack
from youlin.programmes.demo.points import Points
from youlin.programmes.loader import Programme

RIDER = "li_qiang"
COURIER = "courier"
STREET_WIDTH = 9
LEAST = 60
"""Person-times of one report at least: with one report less the whole falls below what was reached."""
PHONES = 13700001000
ENTITLED = timedelta(days=20)
"""How long riders have been entitled."""


def make_partners(pack: Pack, programme: list[Programme]) -> None:
    """The districts that give meals and are not there yet: streets without communities, and the programmes."""
    known = {area.code for area in areas.districts()}
    missing = [code for code in pack.offers.partners if code not in known]
    rows = [
        {"code": row.code, "name": row.name}
        for row in read_areas(bundled.AREAS)
        if row.code[:6] in missing and len(row.code) <= STREET_WIDTH
    ]
    area_services.import_areas(actor=SYSTEM, rows=rows)
    for code in missing:
        for path in (bundled.DISTRICTS, bundled.STREETS):
            area_services.import_boundaries(actor=SYSTEM, path=path, source=bundled.SOURCE, prefix=code)
        for one in programme:
            programmes.apply(actor=SYSTEM, district=code, programme=one)


def make(pack: Pack, home: str, *, seed: int, rider: tuple[str, str] = ("", "")) -> int:
    """Meals in every district, riders and what they took at home, services with six months of counts; the counts."""
    return _Maker(pack, home, random.Random(seed), rider).make()


class _Maker:
    """Draws from a seed; what is drawn does not depend on when."""

    def __init__(self, pack: Pack, home: str, rng: random.Random, rider: tuple[str, str]) -> None:
        self.pack, self.told, self.home, self.rng, self.rider = pack, pack.offers, home, rng, rider
        self.now = clock.now()

    def make(self) -> int:
        self._meals(self.home, self._at_home(["restaurant"]))
        for district, count in self.told.partners.items():
            self._meals(district, self._restaurants(district, count))
        with clock.frozen(self.now - ENTITLED):
            self._riders()
        self._taken()
        given = self._given()
        self._seasons()
        return self._counts(given)

    def _restaurants(self, district: str, count: int) -> list[Place]:
        """Restaurants of a partner district, each in a street of its own."""
        points = Points(district, self.rng)
        streets = sorted(code for code in points.outlines if len(code) == STREET_WIDTH)
        values = []
        for street in self.rng.sample(streets, count):
            lon, lat = points.within(street)
            values.append(
                {
                    "kind": "restaurant",
                    "name": f"{areas.label(street)}{self.rng.choice(self.told.restaurant_names)}",
                    "name_en": f"Friendly restaurant, {areas.get(street).name_en}",
                    "lon": lon,
                    "lat": lat,
                    "address": f"{areas.short_name(street)}附近",
                    "hours": self.rng.choice(self.told.restaurant_hours),
                    "facilities": {"set_meal": {}, "water": {}},
                }
            )
        return places.register_many(actor=SYSTEM, district=district, values=values, is_demo=True)

    def _meals(self, district: str, given: Sequence[Place]) -> None:
        """What the restaurants of a district give: everywhere the first, at home the others too."""
        body = parties.register_organisation(
            actor=SYSTEM,
            district=district,
            code=self.told.giver.code,
            name=self.told.giver.name,
            kind="company",
            is_demo=True,
        )
        for meal in self.told.meals[: None if district == self.home else 1]:
            values = meal.model_dump() | {
                "kind": "friendly_meal",
                "giver_id": body.id,
                "audience": ["courier", "ride_driver", "guard"],
            }
            offer = services.register_offer(
                actor=SYSTEM,
                district=district,
                values=values,
                idempotency_key=f"demo:meal:{meal.name}",
                is_demo=True,
            )
            services.give_at(
                actor=SYSTEM, district=district, offer_id=offer.id, place_ids=[one.id for one in given]
            )

    def _riders(self) -> None:
        """A company's roster as it would send it, and the named rider with a name of their own."""
        parties.register_organisation(
            actor=SYSTEM,
            district=self.home,
            code=self.told.company.code,
            name=self.told.company.name,
            kind="company",
            is_demo=True,
        )
        names = self.pack.people
        lines = ["姓名,手机号"]
        for number in range(self.told.riders):
            name = self.rng.choice(names.surnames) + self.rng.choice(names.given_names)
            lines.append(f"{name},{PHONES + number}")
        found = rosters.keep_file(
            actor=SYSTEM,
            district=self.home,
            kind=COURIER,
            organisation=self.told.company.code,
            name="名单（演示）.csv",
            content="\n".join(lines).encode(),
            is_demo=True,
        )
        assert found.run is not None
        rosters.take(actor=SYSTEM, district=self.home, run_id=found.run)
        name, phone = self.rider
        if name:
            services.entitle(
                actor=SYSTEM,
                district=self.home,
                kind=COURIER,
                name=name,
                phone=phone,
                idempotency_key="demo:rider",
                is_demo=True,
            )

    def _taken(self) -> None:
        """Meals of the last days; where a limit was reached, one fewer."""
        given = list(
            OfferPlace.objects.filter(district=self.home, offer__kind__code="friendly_meal").order_by("id")
        )
        held = Entitlement.objects.filter(district=self.home, ended_at=None).order_by("id")
        numbers = list(held.values_list("number", flat=True))
        for number in range(self.told.meals_taken):
            days = (self.told.meals_taken - number - 1) // 6
            with clock.frozen(self.now - timedelta(days=days)):
                try:
                    services.redeem(
                        actor=SYSTEM,
                        district=self.home,
                        given_id=self.rng.choice(given).id,
                        said=self.rng.choice(numbers),
                        idempotency_key=f"demo:redeemed:{number}",
                        is_demo=True,
                    )
                except YoulinError:
                    continue

    def _at_home(self, kinds: Sequence[str]) -> list[Place]:
        rows = Place.objects.filter(district=self.home, kind__code__in=kinds, retired_at=None, is_demo=True)
        return list(rows.order_by("id"))

    def _given(self) -> list[OfferPlace]:
        """Each service at a few places."""
        candidates = self._at_home(self.told.given_at)
        fewest, most = self.told.places_per_item
        found = []
        offers = Offer.objects.filter(district=self.home, kind__code="service_item", retired_at=None)
        for offer in offers.order_by("position", "code"):
            drawn = self.rng.sample(candidates, self.rng.randint(fewest, most))
            found += services.give_at(
                actor=SYSTEM, district=self.home, offer_id=offer.id, place_ids=[one.id for one in drawn]
            )
        return found

    def _counts(self, given: Sequence[OfferPlace]) -> int:
        """What hosts reported month by month; how many person-times in all."""
        months = [self.now - timedelta(days=30 * back) for back in reversed(range(self.told.months))]
        reports = [(month, one) for month in months for one in given]
        times = self._shares(len(reports))
        for month in months:
            with clock.frozen(month):
                day = clock.today()
                counts = [
                    Count(one.id, times[place], day - timedelta(days=self.rng.randrange(0, 27)))
                    for place, (when, one) in enumerate(reports)
                    if when == month
                ]
                services.count_many(actor=SYSTEM, district=self.home, counts=counts, is_demo=True)
        return sum(times)

    def _shares(self, count: int) -> list[int]:
        """So many reports that make up the whole, none smaller than `LEAST`."""
        rest = self.told.person_times - LEAST * count
        weights = [self.rng.random() for _number in range(count)]
        shares = [LEAST + int(rest * weight / sum(weights)) for weight in weights]
        shares[-1] += self.told.person_times - sum(shares)
        return shares

    def _seasons(self) -> None:
        for one in self.told.seasons:
            first = clock.today() + timedelta(days=one.starts_in)
            chosen = Offer.objects.filter(district=self.home, category__code__in=one.categories)
            values: dict[str, Any] = one.model_dump(exclude={"starts_in", "days", "categories"})
            services.hold_season(
                actor=SYSTEM,
                district=self.home,
                starts_on=first,
                ends_on=first + timedelta(days=one.days - 1),
                offer_ids=list(chosen.order_by("position", "id").values_list("id", flat=True)),
                idempotency_key=f"demo:season:{one.brand}",
                is_demo=True,
                **values,
            )

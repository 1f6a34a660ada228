"""The friendly map of the demonstration: stewards, scenes, points and rest spots, made by the services in bulk.

Everything drawn is marked 演示; metro entrances and cafés come from open data and are loaded as what they are.
"""

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from pypinyin import lazy_pinyin

from youlin.apps.duties import services as duties
from youlin.apps.parties import services as parties
from youlin.apps.places import services as places
from youlin.apps.places.models import Place
from youlin.apps.places.photos import services as photos
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.programmes.demo.files import Pack, Sown
from youlin.programmes.demo.people import Peopled
from youlin.programmes.demo.points import METRES_PER_DEGREE, Points
from youlin.programmes.loader import Programme

STEWARD, OFFICE = "place_steward", "friendly_city_office"
OPEN_DATA = "open_places.csv"
OPEN_SOURCES = ("OpenStreetMap", "awesome-cn-cafe")
"""Where the real places come from; they are not marked 演示 and not anybody's own data either."""
NEAR = 90.0
"""Metres within which a scene holds the points of its street."""
GATE = 55.0
"""Metres from the middle of a scene to its gates, each on the side after which it is called."""
SIDES = {"东": (1, 0), "南": (0, -1), "西": (-1, 0), "北": (0, 1)}
STEPS = (True, True, False, None)
PICTURES = {
    "party_service_centre": ("service_centre", "绘制的党群服务中心门面：红门，两边有窗"),
    "all_day_station": ("station", "绘制的驿站门面：玻璃门，里面有长凳和饮水机"),
    "restaurant": ("restaurant", "绘制的餐厅门面：玻璃门，里面有小圆桌，墙上挂着套餐牌"),
}
"""The kinds of which the first place has a drawn picture, and what it shows."""
ACCESS = ("yes", "yes", "limited", "no", "")
OLDEST = 50
"""Days since the first street, that of the named cast, was confirmed: some places are due again."""

Values = dict[str, Any]


def make(pack: Pack, programme: Programme, district: str, *, seed: int) -> int:
    """Make the whole map as of now, street by street on different days before; how many places there are."""
    return Map(pack, programme, district, seed=seed).make()


def keepers(pack: Pack, district: str, people: Peopled) -> None:
    """A steward for each street but the vacant ones; the named cast has its posts already."""
    for number, street in enumerate(sorted(pack.places.streets), start=1):
        if street in (pack.people.home_street, *pack.friendly.vacant_streets):
            continue
        username = f"{STEWARD}_{number:02d}"
        person = parties.register_person(
            actor=SYSTEM,
            name=f"管{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰'[number - 1]}友",
            is_demo=True,
            account_username=username,
            district=district,
        )
        people.by_username[username] = person.id
        duties.assign(
            actor=SYSTEM, district=district, kind=STEWARD, holder=person, areas=[street], is_demo=True
        )


class Map:
    """Draws the places from a seed; where they stand does not depend on when they are made."""

    def __init__(self, pack: Pack, programme: Programme, district: str, *, seed: int) -> None:
        self.pack, self.friendly, self.district = pack, pack.friendly, district
        self.rng = random.Random(seed)
        self.points = Points(district, random.Random(seed + 1))
        self.gates = random.Random(seed + 2)
        self.kinds = programme.all_declared("place_kinds")
        home = pack.people.home_street
        self.streets = sorted(pack.places.streets, key=lambda code: (code != home, code))
        self.weights = [pack.places.streets[code].weight for code in self.streets]
        self.made: list[Place] = []

    def make(self) -> int:
        """Every street's places, on different days before now; how many there are then."""
        now = clock.now()
        scenes = self._shares(self.friendly.scenes)
        others = self._shares({**self.friendly.points, "rest_spot": self.friendly.spots})
        for number, street in enumerate(self.streets):
            days = 1 + OLDEST - number * OLDEST // len(self.streets)
            with clock.frozen(now - timedelta(days=days, hours=number)):
                self._street(street, scenes[number], others[number])
        self._register(list(_open_data(self.pack.folder)), confirmed=False, is_demo=False)
        self._out_of_turn()
        self._pictures()
        places.ask_for_confirmation()
        return len(self.made)

    def _shares(self, declared: Mapping[str, Sown]) -> list[list[tuple[str, Sown]]]:
        """What each street gets: one of a kind each, or drawn by weight."""
        found: list[list[tuple[str, Sown]]] = [[] for _street in self.streets]
        for kind, sown in declared.items():
            for number in range(sown.count):
                drawn = number if sown.each_street else self.rng.choices(range(len(found)), self.weights)[0]
                found[drawn % len(found)].append((kind, sown))
        return found

    def _street(self, street: str, scenes: list[tuple[str, Sown]], others: list[tuple[str, Sown]]) -> None:
        holding = self._register([self._place(kind, sown, street) for kind, sown in scenes])
        self._register([self._place(kind, sown, street, holding) for kind, sown in others])

    def _place(self, kind: str, sown: Sown, street: str, scenes: Sequence[Place] = ()) -> Values:
        """One place of a street: a few stand in a scene."""
        road = self.rng.choice(self.pack.places.streets[street].roads)
        name = self.rng.choice(sown.names)
        scene = self.rng.choice(scenes) if scenes and sown.always and self.rng.random() < 0.3 else None
        lon, lat = (
            self.points.near(scene.lon, scene.lat, street, NEAR) if scene else self.points.within(street)
        )
        has = [*sown.always, *(one for one in sown.often if self.rng.random() < 0.45)]
        gates = [self._entrance(one, lon, lat) for one in sown.entrances]
        level = self.rng.choice(ACCESS) if sown.hours else _level([one["step_free"] for one in gates])
        return {
            "kind": kind,
            "name": f"{road}{name}",
            "name_en": f"{''.join(lazy_pinyin(road)).capitalize()} {self.kinds[kind].name_en.lower()}",
            "lon": lon,
            "lat": lat,
            "address": f"{road}{self.rng.randrange(1, 180)}号",
            "hours": self.rng.choice(sown.hours) if sown.hours else "",
            "facilities": {code: {} for code in has},
            "accessibility": {"wheelchair": {"level": level, "note": ""}} if level else {},
            "within_id": scene.id if scene else None,
            "entrances": gates,
        }

    def _entrance(self, name: str, lon: float, lat: float) -> Values:
        """A gate on the side that its name says, the south where it says none; some have steps, some nobody looked."""
        east, north = next((way for side, way in SIDES.items() if side in name), SIDES["南"])
        far = GATE * self.gates.uniform(0.7, 1.3) / METRES_PER_DEGREE
        return {
            "name": name,
            "lon": round(lon + east * far, 6),
            "lat": round(lat + north * far, 6),
            "step_free": self.gates.choice(STEPS),
        }

    def _register(self, values: list[Values], *, confirmed: bool = True, is_demo: bool = True) -> list[Place]:
        made = places.register_many(
            actor=SYSTEM, district=self.district, values=values, confirmed=confirmed, is_demo=is_demo
        )
        self.made += made
        return made

    def _of_kind(self, kind: str) -> list[Place]:
        return [place for place in self.made if place.kind.code == kind]

    def _out_of_turn(self) -> None:
        """Stations lend umbrellas; a few rest stations are closed for a while."""
        for place in self._of_kind("all_day_station"):
            places.set_lendable(
                actor=SYSTEM,
                district=self.district,
                place_id=place.id,
                name="雨伞",
                name_en="Umbrella",
                total=self.rng.randrange(4, 13),
                hours_allowed=48,
            )
        for days, reason in enumerate(self.friendly.closures, start=2):
            place = self.rng.choice(self._of_kind("rest_station"))
            places.close_place(
                actor=SYSTEM,
                district=self.district,
                place_id=place.id,
                reason=reason,
                ends_at=clock.now() + timedelta(days=days),
            )

    def _pictures(self) -> None:
        """What a photo of a place looks like: drawn, said to be, and only for the first of a few kinds."""
        for kind, (stem, alt) in PICTURES.items():
            drawn = self.pack.folder / "photos" / f"{stem}.jpg"
            for place in self._of_kind(kind)[:1] if drawn.exists() else ():
                photos.add_photo(
                    actor=SYSTEM,
                    district=self.district,
                    place_id=place.id,
                    data=drawn.read_bytes(),
                    alt=alt,
                    caption="演示图，绘制的，不是照片",
                    looked=True,
                    idempotency_key=f"demo-picture-{place.id}",
                    name=f"演示-{stem}.jpg",
                )


def _level(step_free: Sequence[bool | None]) -> str:
    """How far a wheelchair gets, as whoever looked at these ways in would say; "" where nobody could tell."""
    if any(step_free):
        return "yes"
    return "no" if step_free and None not in step_free else ""


def _open_data(folder: Path) -> Iterator[Values]:
    """Real places: metro entrances of OpenStreetMap (named after the nearest station) and cafés."""
    with (folder / OPEN_DATA).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            level = row.pop("wheelchair")
            yield {
                **row,
                "accessibility": {"wheelchair": {"level": level}}
                if level in ("yes", "no", "limited")
                else {},
            }

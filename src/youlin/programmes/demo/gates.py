"""Compounds of the demonstration, made by the services: gates and rules in writing, No. 1 positions, a guard at work,
entries, a valid code that was refused, minutes from gate to door, a company's roster."""

import hashlib
import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.timezone import get_default_timezone, localtime

from youlin.apps.duties import services as duties
from youlin.apps.gates import services
from youlin.apps.gates.models import Compound
from youlin.apps.gates.rosters import services as rosters
from youlin.apps.gates.services import passing
from youlin.apps.gates.words import FIRM_KIND, PLACE_KIND, VEHICLE, VISIT
from youlin.apps.parties import selectors as people
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Organisation, Person
from youlin.apps.passes import codes, selectors
from youlin.apps.passes import services as passes
from youlin.apps.passes.services.binding import Bound
from youlin.apps.places import services as places
from youlin.apps.places.models import Place
from youlin.kernel import clock, ids
from youlin.kernel.actors import SYSTEM, Actor
from youlin.programmes.demo.files import Gated, Pack
from youlin.programmes.demo.friendly import GATE, SIDES
from youlin.programmes.demo.passes import COMPANY
from youlin.programmes.demo.people import Peopled
from youlin.programmes.demo.points import METRES_PER_DEGREE

RIDER, GUARD, HEAD = "li_qiang", "han_yong", "yi_weimin"
BUREAU = "zhujianwei"
LINKS = 480
ENTRY_DAYS = 5
WALK_DAYS = 10
"""Days before and since joining from which minutes are told."""
REFUSED = timedelta(hours=3)


class Phone(NamedTuple):
    """What a rider's phone of the demonstration shows on a day, until the real one takes over."""

    seed: bytes
    bound: Bound

    def code(self, at: datetime) -> str:
        """The code of this moment."""
        step = int((at - self.bound.starts_at).total_seconds()) // self.bound.period
        return f"{self.bound.token}.{codes.link_at(self.seed, self.bound.links, step)}"


def make(pack: Pack, district: str, made: Peopled, *, seed: int) -> int:
    """Everything, as of now and the weeks before; how many compounds there are."""
    return _Maker(pack, district, made, random.Random(seed)).make()


class _Maker:
    """Makes compound by compound. Nothing happens later than yesterday but one refusal of some hours ago."""

    def __init__(self, pack: Pack, district: str, made: Peopled, rng: random.Random) -> None:
        self.pack, self.district, self.made, self.rng = pack, district, made, rng
        self.now, self.home = clock.now(), pack.people.home_street
        self.given: dict[str, Any] = {"actor": SYSTEM, "district": district}
        self.firms: dict[str, Organisation] = {}
        self.heads: dict[str, Person] = {}
        self.riders = [self._person(made.by_username[RIDER]), *map(self._person, made.riders[1:4])]

    def make(self) -> int:
        """Compounds, then what happened at their gates."""
        with clock.frozen(self._noon(40)):
            rows = [self._compound(one) for one in self.pack.gates.compounds]
            body = people.organisation(district=self.district, code=COMPANY)
            for rider in self.riders[1:]:
                passes.issue(kind=VISIT, holder=rider, body=body, is_demo=True, **self.given)
        for row, declared in zip(rows, self.pack.gates.compounds, strict=True):
            self._walks(row, declared)
        with clock.frozen(self._noon(30)):
            self._roster(self.riders[1:])
        for days in range(ENTRY_DAYS, 0, -1):
            self._day(rows, days)
        with clock.frozen(self._noon(1)):
            self._roster(self.riders[1:-1])
        self._refused(rows[1])
        self._lent(rows[0])
        return len(rows)

    def _compound(self, one: Gated) -> Compound:
        """One with its gates, its firm, its No. 1 position, its rules and its vehicles."""
        place = places.register_place(
            values=self._place(one), idempotency_key=f"demo-{one.name}", is_demo=True, **self.given
        )
        row = services.join(
            place_id=place.id,
            firm=self._firm(one.firm).code,
            bureau=BUREAU,
            joined_on=self._joined(one),
            duties_text=self.pack.gates.duties,
            duties_text_en=self.pack.gates.duties_en,
            is_demo=True,
            **self.given,
        )
        if one.head:
            services.name_head(actor=SYSTEM, compound=row, holder=self._head(one), is_demo=True)
        for rule in one.rules:
            services.set_rule(compound_id=row.id, kind=str(rule["kind"]), form=rule, **self.given)
        if one.vehicles:
            places.set_lendable(
                place_id=place.id,
                name=VEHICLE,
                name_en="Rider vehicle",
                total=one.vehicles,
                hours_allowed=12,
                **self.given,
            )
        if one.guard:
            duties.assign(
                kind="gate_guard",
                holder=self._person(self.made.by_username[GUARD]),
                areas=[place.area_now],
                place=place.id,
                is_demo=True,
                **self.given,
            )
        return row

    def _place(self, one: Gated) -> dict[str, Any]:
        """On a road of its street, where something of the map stands already: that is sure to lie in the street."""
        beside = Place.objects.filter(
            district=self.district, area_now__startswith=one.street, is_demo=True, retired_at=None
        )
        lon, lat = beside.order_by("name", "number").values_list("lon", "lat")[7]
        road = self.pack.places.streets[one.street].roads[-1]
        return {
            "kind": PLACE_KIND,
            "name": one.name,
            "name_en": one.name_en,
            "lon": lon,
            "lat": lat,
            "address": f"{road}{self.rng.randrange(2, 90)}号院",
            "phone": "010-12345",
            "entrances": [_gate(name, lon, lat) for name in one.gates],
        }

    def _firm(self, name: str) -> Organisation:
        if name not in self.firms:
            self.firms[name] = parties.register_organisation(
                code=f"demo_firm_{len(self.firms) + 1}", name=name, kind=FIRM_KIND, is_demo=True, **self.given
            )
        return self.firms[name]

    def _head(self, one: Gated) -> Person:
        """The one of the cast, or somebody who may answer for two compounds."""
        if one.head == HEAD:
            return self._person(self.made.by_username[HEAD])
        if one.head not in self.heads:
            self.heads[one.head] = parties.register_person(name=one.head, is_demo=True, **self.given)
        return self.heads[one.head]

    def _walks(self, row: Compound, one: Gated) -> None:
        """Minutes of whoever told them: of some days before it joined and some since."""
        joined = row.joined_on
        if joined is None:
            return
        before = (joined - timedelta(days=1 + number % WALK_DAYS) for number in range(one.walks))
        since = (joined + timedelta(days=number % WALK_DAYS) for number in range(one.walks))
        for days, (least, most) in ((before, one.before), (since, one.since)):
            for day in days:
                self._walk(row, day, self.rng.uniform(least, most))

    def _walk(self, row: Compound, day: date, minutes: float) -> None:
        began = _at(day, 12)
        with clock.frozen(began + timedelta(minutes=minutes)):
            services.walked(
                compound_id=row.id,
                walk_id=ids.uuid7(),
                started_at=began,
                stopped_at=clock.now(),
                is_demo=True,
                **self.given,
            )

    def _day(self, rows: Sequence[Compound], days: int) -> None:
        """In and out of one rider where the guard of the cast stands, of others elsewhere, at noon of a day."""
        noon = self._noon(days)
        with clock.frozen(noon):
            phones = [self._phone(rider) for rider in self.riders[:2]]
        guard = Actor("person", person_id=self.made.by_username[GUARD], via="field")
        gates = self.pack.gates.compounds
        self._in_and_out(rows[0], guard, phones[0], noon, gates[0].gates[0])
        for number in range(days % 2, len(rows), 2):
            if rows[number].joined_on is not None and number:
                begins = noon + timedelta(minutes=20 * number)
                self._in_and_out(rows[number], SYSTEM, phones[1], begins, gates[number].gates[0])

    def _in_and_out(self, row: Compound, actor: Actor, phone: Phone, begins: datetime, gate: str) -> None:
        for direction, minutes in (("in", 2), ("out", 2 + self.rng.randrange(4, 12))):
            at = begins + timedelta(minutes=minutes)
            with clock.frozen(at):
                services.record(
                    actor=actor,
                    district=self.district,
                    compound_id=row.id,
                    direction=direction,
                    code=phone.code(at),
                    gate=gate,
                    vehicle="ebike",
                    idempotency_key=f"demo-{row.id}-{at:%d%H%M}",
                    is_demo=True,
                )

    def _refused(self, row: Compound) -> None:
        """A good code is refused against the rules: a case for the No. 1 position, a proof for the rider."""
        at = self.now - REFUSED
        rider = self.riders[0]
        with clock.frozen(at - timedelta(minutes=5)):
            phone = self._phone(rider)
        with clock.frozen(at):
            looked = services.look(
                compound_id=row.id, code=phone.code(at), gate="北门", is_demo=True, **self.given
            )
            assert looked.check_id is not None
            services.refuse(
                compound_id=row.id,
                check_id=looked.check_id,
                reason="order",
                gate="北门",
                is_demo=True,
                **self.given,
            )

    def _lent(self, row: Compound) -> None:
        """One of the compound's vehicles is out, with a rider who showed a code."""
        word = passing.vehicles_of(row)
        assert word is not None
        with clock.frozen(self.now - timedelta(minutes=20)):
            places.lend(
                lendable_id=word.id, idempotency_key="demo-lent", borrower_id=self.riders[1].id, **self.given
            )

    def _phone(self, rider: Person) -> Phone:
        """A chain that begins now, signed."""
        [held] = selectors.passes_of(district=self.district, person_id=rider.id, kinds=[VISIT])
        seed = hashlib.sha256(f"{rider.id}|{clock.now()}".encode()).digest()
        bound = passes.bind(
            actor=Actor("person", person_id=rider.id, via="portal"),
            district=self.district,
            pass_id=held.id,
            device="demonstration-phone",
            anchor=codes.anchor_of(seed, LINKS),
            links=LINKS,
        )
        return Phone(seed, bound)

    def _roster(self, riders: Sequence[Person]) -> None:
        """Whom the company lists this month; who is no more on it loses the code."""
        found = rosters.keep_file(
            organisation=COMPANY,
            name=f"小哥名单-{clock.today():%Y%m}.csv",
            content="\n".join(["姓名", *(one.name for one in riders)]).encode(),
            is_demo=True,
            **self.given,
        )
        rosters.take_kept(run_id=found.run, **self.given)

    def _person(self, person_id: UUID) -> Person:
        found = people.canonical(person_id)
        assert found is not None
        return found

    def _joined(self, one: Gated) -> date | None:
        return (
            localtime(self._noon(one.joined_days), get_default_timezone()).date() if one.joined_days else None
        )

    def _noon(self, days: int) -> datetime:
        """Noon, so many days ago: no day ends while this is made."""
        day = localtime(self.now, get_default_timezone()).date() - timedelta(days=days)
        return _at(day, 12)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=get_default_timezone())


def _gate(name: str, lon: float, lat: float) -> dict[str, Any]:
    """A gate on the side after which it is called."""
    east, north = next(way for side, way in SIDES.items() if side in name)
    far = GATE / METRES_PER_DEGREE
    return {
        "name": name,
        "lon": round(lon + east * far, 6),
        "lat": round(lat + north * far, 6),
        "step_free": True,
    }

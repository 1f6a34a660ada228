"""A compound with two gates, its No. 1 position and guard, the office above, and a rider whose phone shows a code."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.cast import DISTRICT, STREET, Member, give_duty, make_member, make_resident, point_in
from youlin.apps.duties import services as duties
from youlin.apps.gates import services
from youlin.apps.gates.models import Compound
from youlin.apps.gates.rosters import services as rosters
from youlin.apps.gates.words import BUREAU_KIND, FIRM_KIND, HEAD
from youlin.apps.linkage.tests.factories import make_house
from youlin.apps.parties import services as parties
from youlin.apps.passes import services as passes
from youlin.apps.passes.models import Pass
from youlin.apps.passes.tests.factories import Phone
from youlin.apps.places import services as places
from youlin.kernel import clock, ids
from youlin.kernel.actors import SYSTEM

FIRM, BUREAU = "wuye1", "fangguan"
GATES = ("南门", "东门")


@dataclass
class World:
    """Who is there."""

    compound: Compound
    head: Member
    guard: Member
    office: Member
    rider: Member
    held: Pass
    phone: Phone

    def code(self, at: datetime | None = None) -> str:
        """What the rider's phone shows at a moment."""
        return self.phone.code(at)

    def look(self, code: str | None = None, **values: Any) -> services.Answer:
        """The guard looks at the rider's code."""
        values.setdefault("actor", self.guard.actor)
        return services.look(
            district=DISTRICT, compound_id=self.compound.id, code=code or self.code(), **values
        )

    def record(self, direction: str = "in", **values: Any) -> Any:
        """The guard presses in or out."""
        values.setdefault("actor", self.guard.actor)
        values.setdefault("idempotency_key", str(ids.uuid7()))
        return services.record(district=DISTRICT, compound_id=self.compound.id, direction=direction, **values)

    def rule(self, kind: str, **form: Any) -> Any:
        """The No. 1 position writes a rule."""
        return services.set_rule(
            actor=self.head.actor, district=DISTRICT, compound_id=self.compound.id, kind=kind, form=form
        )


def bodies() -> None:
    """A property company and the bureau above it."""
    for code, name, kind in ((FIRM, "安居物业公司", FIRM_KIND), (BUREAU, "区住建委", BUREAU_KIND)):
        parties.register_organisation(actor=SYSTEM, district=DISTRICT, code=code, name=name, kind=kind)


def compound(name: str = "四川营小区", area: str = STREET, kind: str = "compound") -> Compound:
    """A compound in the tests' street that joined today."""
    lon, lat = point_in(area)
    gates = [{"name": gate, "lon": lon, "lat": lat} for gate in GATES]
    place = places.register_place(
        actor=SYSTEM,
        district=DISTRICT,
        values={"kind": kind, "name": name, "lon": lon, "lat": lat, "entrances": gates},
        idempotency_key=f"compound-{name}",
    )
    return services.join(
        actor=SYSTEM,
        district=DISTRICT,
        place_id=place.id,
        firm=FIRM,
        bureau=BUREAU,
        joined_on=clock.today(),
        duties_text="物业公司负责门岗培训，持有效到访码一律放行。",
    )


def guard_of(row: Compound, username: str = "menwei") -> Member:
    """Somebody who checks at this compound's gates alone."""
    member = make_member(username, "门卫")
    give_duty(member, "gate_guard", row.place.area_now, place=row.place_id, district=DISTRICT)
    return member


def head_of(row: Compound, username: str = "yihao") -> Member:
    """The compound's No. 1 position."""
    member = make_member(username, "易浩", phone="13800138021")
    services.name_head(actor=SYSTEM, compound=row, holder=member.person)
    return member


def make_world() -> World:
    """Programmes applied, and everybody in place."""
    make_house()
    bodies()
    row = compound()
    office = make_member("zhuanban", "专班")
    give_duty(office, "friendly_city_office", DISTRICT)
    rider = make_resident("李强", "13800138031")
    since = clock.now() - timedelta(minutes=1)
    held = passes.issue(actor=SYSTEM, district=DISTRICT, kind="visit", holder=rider.person, valid_from=since)
    phone = Phone(held).bind(links=480)
    return World(row, head_of(row), guard_of(row), office, rider, held, phone)


def stranger() -> Member:
    """Somebody who has to do with nothing."""
    return make_resident("钱路人", "13800138039")


def declare_beside(*, keeper: Member, office: Member, rider: Member) -> dict[str, str]:
    """A compound in a district with kinds of its own, kept by one in their street and by the other everywhere; a rider
    who holds a code was refused there, and the office has sent a roster. What may stand in an address: the compound's
    place, the refusal's number, the roster's id."""
    duties.declare_kind(
        actor=SYSTEM,
        district=DISTRICT,
        programme="g",
        code=HEAD,
        name=HEAD,
        level="street",
        verbs=["gate.keep", "gate.check", "gate.roster", "pass.check"],
    )
    give_duty(keeper, HEAD, STREET)
    give_duty(office, HEAD, DISTRICT)
    bodies()
    row = compound(kind="block")
    said = services.complain(actor=rider.actor, district=DISTRICT, compound_id=row.id)
    sent = rosters.keep_file(
        actor=office.actor,
        district=DISTRICT,
        organisation=FIRM,
        name="名单.csv",
        content="姓名\n李强".encode(),
    )
    return {"compound": row.place.number, "refusal": said.number, "riders": str(sent.run)}

"""A second, small district beside the first, so that looking at several and handing over can be tried."""

import random
from datetime import timedelta
from uuid import UUID

from youlin.apps.areas import selectors as areas
from youlin.apps.areas import services as area_services
from youlin.apps.cases import lookup, services
from youlin.apps.cases.crossing import answering, delivering
from youlin.apps.cases.models import Case
from youlin.apps.duties import services as duties
from youlin.apps.parties import services as parties
from youlin.kernel import clock, reactions
from youlin.kernel.actors import SYSTEM, Actor
from youlin.programmes import services as programmes
from youlin.programmes.demo.files import Crossing, Pack, Told
from youlin.programmes.demo.people import Peopled
from youlin.programmes.demo.photos import Photos
from youlin.programmes.demo.points import Points
from youlin.programmes.loader import Programme

SENDER = "sun_lixin"
DECIDER = "jin_yan"
NAMES = {"grid_worker": "崔", "street_dispatcher": "潘", "verifier": "董"}
"""Whoever holds a post in the streets of the neighbour is called by these and the number of the street."""
NUMBERS = "一二三四五六七八九"
NOTE = "已处理完，现场干净（演示）。"


def make_district(pack: Pack, programme: list[Programme]) -> dict[str, UUID]:
    """Areas, programmes and posts of the neighbour; who there is, by username. The clock stands where they begin."""
    district = pack.neighbour.district
    area_services.import_bundled(actor=SYSTEM, prefix=district)
    for one in programme:
        programmes.apply(actor=SYSTEM, district=district, programme=one)
    made = {}
    for member in (one for one in pack.people.cast if one.district == district):
        made[member.username] = _post(member.name, member.username, member.duty, district, district)
    for number, street in enumerate(pack.neighbour.streets):
        for kind, surname in NAMES.items():
            username = f"east_{kind}_{number + 1:02d}"
            made[username] = _post(f"{surname}{NUMBERS[number]}东", username, kind, street, district)
    return made


def play(pack: Pack, home: str, home_people: Peopled, people: dict[str, UUID], *, seed: int) -> None:
    """What happened there so far, and what was handed over from the home district. The clock stands at the present."""
    district, now = pack.neighbour.district, clock.now()
    east, west = Points(district, random.Random(seed + 3)), Points(home, random.Random(seed + 4))
    photos = Photos(pack.folder, district, random.Random(seed + 5))
    for number, told in enumerate(pack.neighbour.cases):
        reporter = _actor(home_people.residents[number], "portal")
        at = now - timedelta(hours=told.hours_ago)
        with clock.frozen(at):
            case = _reported(told, told.street, east, reporter, f"demo:east:{number}")
        for step, act in enumerate(told.acts, start=1):
            with clock.frozen(at + timedelta(hours=step / 2)):
                _act(
                    case, act, people[f"east_verifier_{_number(pack, told):02d}"], photos, f"{number}:{step}"
                )
    for number, crossing in enumerate(pack.neighbour.crossings):
        _cross(crossing, pack.people.home_street, west, home_people, people[DECIDER], district, number)


def _number(pack: Pack, told: Told) -> int:
    """Which of the neighbour's streets it is, from 1."""
    return pack.neighbour.streets.index(told.street) + 1


def _reported(told: Told | Crossing, street: str, points: Points, reporter: Actor, key: str) -> Case:
    lon, lat = points.within(street)
    receipt = services.report(
        actor=reporter,
        category=told.category,
        text=told.text,
        lon=lon,
        lat=lat,
        address=f"{areas.short_name(street)}附近",
        channel="portal",
        idempotency_key=key,
        is_demo=True,
    )
    reactions.drain_all()
    return receipt.case


def _act(case: Case, act: str, verifier: UUID, photos: Photos, key: str) -> None:
    """One act by whoever may: the holder, the verifier of the street, the system for closing."""
    holder = lookup.with_number(case.number, district=case.district).holder_id
    actor = SYSTEM if act == "close" else _actor(verifier if act == "verify" else holder, "field")
    services.act(
        actor=actor,
        case_id=case.id,
        act=act,
        note=NOTE,
        media_ids=photos.of_deed(actor) if act == "feedback" else [],
        idempotency_key=f"demo:east:{key}",
    )
    reactions.drain_all()


def _cross(
    told: Crossing, street: str, points: Points, home: Peopled, decider: UUID, to: str, number: int
) -> None:
    """Reported at home, handed over an hour later, and answered if it was."""
    at = clock.now() - timedelta(hours=told.hours_ago)
    with clock.frozen(at):
        reporter = _actor(home.residents[-1 - number], "portal")
        case = _reported(told, street, points, reporter, f"demo:crossing:{number}")
    with clock.frozen(at + timedelta(hours=1)):
        services.hand_over(
            actor=_actor(home.by_username[SENDER], "desk"),
            case_id=case.id,
            to_district=to,
            reason=told.reason,
            idempotency_key=f"demo:crossing:{number}",
        )
        delivering.deliver_due()
        reactions.drain_all()
    if told.answer == "accept":
        there = Case.objects.get(district=to, external_number=case.number)
        with clock.frozen(at + timedelta(hours=2)):
            services.accept_arrival(
                actor=_actor(decider, "desk"), case_id=there.id, idempotency_key=f"demo:arrival:{number}"
            )
            answering.answer_due()
            reactions.drain_all()


def _post(name: str, username: str, kind: str, area: str, district: str) -> UUID:
    """Somebody with an account and a duty."""
    person = parties.register_person(
        actor=SYSTEM, name=name, is_demo=True, account_username=username, district=district
    )
    duties.assign(actor=SYSTEM, district=district, kind=kind, holder=person, areas=[area], is_demo=True)
    return person.id


def _actor(person_id: UUID | None, via: str) -> Actor:
    return Actor("person", person_id=person_id, via=via)

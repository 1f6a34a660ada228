"""The world the table is checked in: the cast, two cases, and a browser for each."""

import io
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.test import Client
from PIL import Image

from tests.access.outcomes import CAST
from tests.cast import DISTRICT, OTHER_DISTRICT, STREET, give_duty, make_cast, make_district, point_in
from youlin.apps.cases.hotline import calls
from youlin.apps.cases.tests import factories as cases
from youlin.apps.duties import services as duties
from youlin.apps.exchange import services as exchange
from youlin.apps.gates.tests import factories as gated
from youlin.apps.indicators.publishing.tests import published
from youlin.apps.indicators.tests import aims
from youlin.apps.linkage.tests import factories as linkage
from youlin.apps.notices import services as notices
from youlin.apps.offers import services as offers
from youlin.apps.offers.rosters import services as rosters
from youlin.apps.offers.tests import factories as offered
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.passes.subjects import importing, keeping
from youlin.apps.passes.tests import factories as coded
from youlin.apps.places.imports import services as place_imports
from youlin.apps.places.photos import services as place_photos
from youlin.apps.places.tests import factories as places
from youlin.apps.responders.models import Responder
from youlin.apps.responders.tests import factories as responders
from youlin.apps.rewards.services import redeeming
from youlin.apps.rewards.tests import factories as rewarded
from youlin.kernel import jobs, reactions
from youlin.kernel.actors import SYSTEM
from youlin.kernel.media import services as media


@dataclass
class World:
    """Who asks, and what stands in the addresses."""

    clients: dict[str, Client] = field(default_factory=dict)
    subjects: dict[str, dict[str, str]] = field(default_factory=dict)


def make_world() -> World:
    """The cast signed in, li's public report in wang's hands, li's tip-off in the confidant's."""
    make_district()
    cast = make_cast()
    cases.make_tables()
    cases.make_tables(OTHER_DISTRICT)
    world = World()
    for name in CAST:
        world.clients[name] = Client()
        if name != "nobody":
            world.clients[name].force_login(getattr(cast, name).account, backend=BACKEND)
    notice = notices.notify(district=DISTRICT, person_id=cast.li.id, kind="t", key="t", title="t")
    call = calls.begin(actor=cast.zhao.actor, district=DISTRICT)
    shared = {"notice": str(notice.id), "category": cases.GARBAGE, "call": str(call.id)} | _exchanged()
    places.declare_words()
    place = places.make_place()
    shared["place"] = place.number
    shared["place_photo"] = str(_photo_of(place).id)
    shared |= _kept(cast)
    shared |= _offered(cast)
    shared |= _coded(cast, place)
    shared |= gated.declare_beside(keeper=cast.zhao, office=cast.sun, rider=cast.li)
    shared |= _rewarded(cast)
    shared |= linkage.declare_beside(owner=cast.zhao, office=cast.sun)
    shared |= aims.declare_beside(proposer=cast.zhao, approver=cast.sun)
    shared |= _called(cast)
    world.subjects = {
        "event": shared | _dispatched(cast),
        "secret": shared | _dispatched(cast, category=cases.TIP_OFF, protected=True),
        "fresh": shared | _reported(cast)[1],
    }
    jobs.run_pending()
    published.put_one(DISTRICT)
    return world


def _kept(cast: Any) -> dict[str, str]:
    """Zhao keeps the places of his street, sun those of the district: one table waits, another was taken in."""
    places.steward_kind()
    give_duty(cast.zhao, "place_steward", STREET)
    give_duty(cast.sun, "place_steward", DISTRICT)
    lon, lat = point_in(STREET)
    table = f"名称,种类,经度,纬度\n新驿站,station,{lon + 0.001},{lat}\n".encode()
    waiting, _outcome = place_imports.keep_file(
        actor=cast.sun.actor, district=DISTRICT, name="a.csv", content=table, crs="wgs84"
    )
    other, _outcome = place_imports.keep_file(
        actor=SYSTEM, district=DISTRICT, name="b.csv", content=table, crs="wgs84"
    )
    place_imports.take_kept(actor=SYSTEM, district=DISTRICT, run_id=other)
    return {"waiting": str(waiting), "taken": str(other)}


def _rewarded(cast: Any) -> dict[str, str]:
    """Zhao gives rewards in his street, sun keeps points and rewards: li has points and took one."""
    rewarded.declare()
    rewarded.duty_kinds()
    give_duty(cast.zhao, "reward_counter", STREET)
    give_duty(cast.sun, "points_keeper", DISTRICT)
    shop = rewarded.make_shop()
    reward = rewarded.make_reward(shop)
    rewarded.points(cast.li.id, 100)
    taken = redeeming.give(actor=SYSTEM, reward=reward, person_id=cast.li.id, key="t")
    return {
        "shop": str(shop.id),
        "reward": str(reward.id),
        "reward_number": reward.number,
        "taken_reward": str(taken.row.id),
        "posted": str(rewarded.points(cast.li.id, 1)),
    }


def _offered(cast: Any) -> dict[str, str]:
    """Zhao is a host in his street, sun keeps what is offered: a meal that li may have and took, a service."""
    offered.declare_words()
    offered.duty_kinds()
    give_duty(cast.zhao, "service_host", STREET)
    give_duty(cast.sun, "offer_keeper", DISTRICT)
    restaurant = offered.make_place()
    meal, service = offered.make_offer(), offered.make_service()
    given, counted = offered.given_at(meal, restaurant), offered.given_at(service, restaurant)
    held = offered.rider(cast.li.person.name, "13800138001")
    taken = offered.redeem(given, held.number)
    tally = offers.count(
        actor=cast.zhao.actor, district=DISTRICT, given_id=counted.id, times=1, idempotency_key="t"
    )
    today = tally.day
    season = offers.hold_season(
        actor=SYSTEM,
        district=DISTRICT,
        brand="服务月",
        name="服务月",
        starts_on=today,
        ends_on=today,
        offer_ids=[service.id],
        idempotency_key="t",
    )
    return {
        "restaurant": restaurant.number,
        "offer": meal.number,
        "meal": str(given.id),
        "counted": str(counted.id),
        "tally": str(tally.id),
        "taken_meal": str(taken.row.id),
        "entitlement": str(held.id),
        "said": held.number,
        "season": str(season.id),
        **_listed(cast),
    }


def _listed(cast: Any) -> dict[str, str]:
    """A company's roster that sun looked at waits, another was taken in."""
    body = offered.company()
    waiting, other = (
        rosters.keep_file(
            actor=who,
            district=DISTRICT,
            kind="courier",
            organisation=body,
            name="a.csv",
            content="姓名,手机号\n张华,13800002002\n".encode(),
        ).run
        for who in (cast.sun.actor, SYSTEM)
    )
    rosters.take(actor=SYSTEM, district=DISTRICT, run_id=other)
    return {"roster": str(waiting), "taken_roster": str(other)}


def _called(cast: Any) -> dict[str, str]:
    """Zhao calls responders in his street, sun everywhere: li is called, qian waits to be verified."""
    responders.declare_words()
    for code, more in (("responder_clerk", []), ("responder_office", ["responder.count"])):
        duties.declare_kind(
            actor=SYSTEM,
            district=DISTRICT,
            programme="t",
            code=code,
            name=code,
            level="street",
            verbs=["responder.verify", "responder.call", "responder.organise", *more],
        )
    give_duty(cast.zhao, "responder_clerk", STREET)
    give_duty(cast.sun, "responder_office", DISTRICT)
    for who in (cast.li, cast.qian):
        who.person.born_on = date(1990, 1, 1)
        responders.enrol(who=who.person, verified=who is cast.li)
    waits = Responder.objects.get(person=cast.qian.id)
    row = responders.call_out(wanted=1, emergency=True, why="演练")
    call = responders.call_to(row, Responder.objects.get(person=cast.li.id))
    return {"called": row.number, "call_to_li": str(call.id), "responder": str(waits.id)} | _standing(cast)


def _standing(cast: Any) -> dict[str, str]:
    """A watch that has begun, with li; what li served before; the story of a team that waits, with a photo."""
    mine = Responder.objects.get(person=cast.li.id)
    turn = responders.begun_turn(mine)
    story = responders.story(photo=_photo())
    return {"turn": turn.number, "service": str(responders.served(mine).id), "story": str(story.id)}


def _coded(cast: Any, place: Any) -> dict[str, str]:
    """Zhao checks in his street, sun issues; li has a visit code and a card, the place a code for its door."""
    coded.declare_kinds()
    coded.duty_kinds()
    give_duty(cast.zhao, "gate_guard", STREET)
    give_duty(cast.sun, "pass_office", DISTRICT)
    visit, card = (coded.issue(kind, cast.li.person) for kind in ("visit", "card"))
    door = coded.issue("place", place)
    said = {"kind": "shop", "name": "面馆", "area": STREET}
    table = "类型,名称,街道或社区\n商户,茶馆,椿树街道".encode()
    brought = importing.keep_file(actor=cast.sun.actor, district=DISTRICT, name="主体.csv", content=table)
    return {
        "subject": keeping.register(actor=SYSTEM, district=DISTRICT, given=said).code,
        "brought": str(brought.run),
        "visit": str(visit.id),
        "card": card.number,
        "card_code": card.number[2:],
        "place_code": door.number[2:],
    }


def _photo_of(place: Any) -> Any:
    """A photo of a place that is shown to everybody."""
    return place_photos.add_photo(
        actor=SYSTEM,
        district=DISTRICT,
        place_id=place.id,
        data=_photo(),
        alt="门口",
        looked=True,
        idempotency_key="photo-of-the-table",
    )


def _exchanged() -> dict[str, str]:
    """An outside system with a case on its way there, and a subscription with an event on its way."""
    nowhere = {"actor": SYSTEM, "district": DISTRICT, "name": "外部", "url": "https://outside.invalid/v2"}
    system = exchange.add_system(code="outside", services={"*": "1"}, **nowhere)
    hook, _secret = exchange.subscribe(**nowhere)
    case = cases.reported().case
    sent = exchange.forward(actor=SYSTEM, district=DISTRICT, case_id=case.id, system=system.code)
    event = exchange.test_hook(actor=SYSTEM, district=DISTRICT, hook_id=hook.id)
    return {"system": str(system.id), "hook": str(hook.id), "sent": str(sent.id), "event": str(event.id)}


def _dispatched(cast: Any, **fields: Any) -> dict[str, str]:
    case, values = _reported(cast, **fields)
    cases.do(case, "file" if case.case_type.code == "city_event" else "accept")
    cases.do(case, "dispatch")
    reactions.drain_all()
    return values


def _reported(cast: Any, **fields: Any) -> tuple[Any, dict[str, str]]:
    """A case that li reported with a photo, and what may stand in an address about it."""
    photo = media.receive(district=DISTRICT, actor=cast.li.actor, name="a.jpg", data=_photo(), purpose="case")
    receipt = cases.reported(actor=cast.li.actor, media_ids=[photo.id], **fields)
    reporter = receipt.case.reporters.get()
    return receipt.case, {
        "number": receipt.number,
        "token": receipt.token,
        "reporter": str(reporter.id),
        "media": str(photo.id),
    }


def _photo() -> bytes:
    image = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 90)).save(image, "JPEG")
    return image.getvalue()

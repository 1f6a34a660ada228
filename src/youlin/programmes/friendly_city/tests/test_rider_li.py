"""A rider's day, from one registration to the statement: every figure at its end is counted from rows, and one step left
out breaks the figure that stands for it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import (
    COMMUNITY,
    DISTRICT,
    GRID,
    STREET,
    Member,
    give_duty,
    make_member,
    make_resident,
    point_in,
)
from youlin.apps.cases.models import Case
from youlin.apps.gates import figures as gate_figures
from youlin.apps.gates import services as gates
from youlin.apps.gates.models import Compound, Passage
from youlin.apps.gates.tests import factories as gated
from youlin.apps.ledger import proving
from youlin.apps.ledger.models import Account, Earning
from youlin.apps.linkage.tests.factories import company, make_house
from youlin.apps.notices.adapters import fake
from youlin.apps.offers import figures as offer_figures
from youlin.apps.offers.models import OfferPlace
from youlin.apps.offers.rosters import services as rosters
from youlin.apps.offers.tests import factories as offered
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.passes.models import Pass
from youlin.apps.passes.tests.factories import Phone
from youlin.apps.responders import choosing, mine
from youlin.apps.responders import figures as responder_figures
from youlin.apps.responders.models import Call, CallOut, Responder, Service
from youlin.apps.rewards.models import Redemption, Reward, Settlement, Shop
from youlin.apps.rewards.tests import factories as rewarded
from youlin.kernel import clock, ids, journal, reactions
from youlin.kernel.actors import SYSTEM
from youlin.kernel.tests import databases

pytestmark = [pytest.mark.scenario, pytest.mark.slow]

DAY = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
"""Ten in the morning of a Wednesday in Beijing: nothing is about what time it is when it runs."""
PHONE = "13800138031"
SPOKEN = Path(databases.__file__).with_name("recordings") / "opus.webm"
LIMITS = {
    "born_on": "1992-03-01",
    "occupation": "courier",
    "areas": [GRID, COMMUNITY],
    "languages": ["zh"],
    "most_week": "3",
    "rest_hours": "0",
    "reach_m": "3000",
    "agree": "1",
}
WHOLE: dict[str, Any] = {
    "codes": 1,
    "entries": [("四川营小区", "南门", False), ("椿树园", "东门", True)],
    "minutes saved": [("四川营小区", 4.0), ("椿树园", None)],
    "meals": 1,
    "voices": [True],
    "responders": 1,
    "hours": 90,
    "earned": [(18, "志愿服务 90 分钟（18 时起，每 10 分钟 1 分，晚 6 点至早 7 点加倍）")],
    "spent": [("充电宝", 15)],
    "wallet": 3,
    "stock": 2,
    "settled": [(1, 15)],
    "till": 0,
    "thanks": ["李大爷说：上楼稳稳当当"],
}
"""What the day comes to."""


@dataclass
class World:
    """Who is there, and what Li's phone holds."""

    compounds: list[Compound]
    guards: list[Member]
    given: OfferPlace
    shop: Shop
    reward: Reward
    li: Member
    staff: dict[str, Member]
    rider: Client = field(default_factory=Client)
    phone: Phone | None = None
    pages: dict[str, str] = field(default_factory=dict)

    def code(self) -> str:
        """What Li's phone shows now, bound anew: the last time it was on line is hours ago."""
        return self.phone.bind(links=480).code() if self.phone else "nothing"


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.account, backend=BACKEND)  # type: ignore[arg-type]
    client.cookies["youlin-district"] = DISTRICT
    return client


def key() -> str:
    return str(ids.uuid7())


def make_world() -> World:
    """The programmes applied, everybody at their post, two compounds of which the first was timed before it joined."""
    make_house()
    gated.bodies()
    compounds = [gated.compound("四川营小区"), gated.compound("椿树园")]
    for number in range(5):
        walk(compounds[0], 10, clock.now() - timedelta(days=1, minutes=20 * number))
    posts = {
        "grid_worker": GRID,
        "service_host": STREET,
        "responder_clerk": STREET,
        "reward_counter": STREET,
        "street_leader": STREET,
        "points_keeper": DISTRICT,
    }
    staff = {kind: make_member(kind, f"{number}某") for number, kind in enumerate(posts)}
    for kind, area in posts.items():
        give_duty(staff[kind], kind, area)
    li = make_resident("李强", PHONE)
    company("p1")
    roster = rosters.keep_file(
        actor=SYSTEM,
        district=DISTRICT,
        kind="courier",
        organisation="p1",
        name="a.csv",
        content=f"姓名,手机号\n李强,{PHONE}\n".encode(),
    )
    assert roster.run is not None
    rosters.take(actor=SYSTEM, district=DISTRICT, run_id=roster.run)
    meal = offered.make_offer(kind="friendly_meal")
    shop = rewarded.make_shop()
    return World(
        compounds=compounds,
        guards=[gated.guard_of(one, f"menwei{number}") for number, one in enumerate(compounds)],
        given=offered.given_at(meal, offered.make_place()),
        shop=shop,
        reward=rewarded.make_reward(shop, stock=3, points=15),
        li=li,
        staff=staff,
    )


def walk(row: Compound, minutes: int, begins: datetime) -> None:
    """Somebody's way from the gate to the door."""
    gates.walked(
        actor=SYSTEM,
        district=DISTRICT,
        compound_id=row.id,
        walk_id=ids.uuid7(),
        started_at=begins,
        stopped_at=begins + timedelta(minutes=minutes),
    )


@pytest.fixture(scope="module")
def _seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with databases.around_all_tests(django_db_blocker):
        with clock.frozen(DAY - timedelta(days=2)):
            made = make_world()
        with clock.frozen(DAY - timedelta(hours=3)):
            for number in range(4):
                walk(made.compounds[0], 6, clock.now() - timedelta(minutes=15 * (number + 1)))
        with django_db_blocker.block():
            yield made


@pytest.fixture
def world(_seeded: World, db: None, settings: Any) -> Iterator[World]:
    """The day begins; Li has nothing in his hands yet."""
    settings.SMS_ADAPTER = "youlin.apps.notices.adapters.fake.send_sms"
    fake.reset()
    choosing.forget()
    _seeded.rider, _seeded.phone, _seeded.pages = Client(), None, {}
    _seeded.rider.cookies["youlin-district"] = DISTRICT
    with clock.frozen(DAY):
        yield _seeded
    fake.reset()


def registers(w: World) -> None:
    """By a code sent to his phone, once; asked for another code there is none to take."""
    w.rider.post("/sign-in/", {"phone": PHONE})
    sent = re.search(r"\d{6}", fake.outbox[-1].text)
    w.rider.post("/sign-in/code/", {"code": sent[0] if sent else ""})
    for _twice in range(2):
        w.rider.post("/me/passes/take/", {"district": DISTRICT, "kind": "visit"})
    w.phone = Phone(Pass.objects.get(district=DISTRICT, person_id=w.li.id))


def goes_through_the_first_gate(w: World) -> None:
    """The guard looks and lets in; the page knows no name."""
    clock.advance(timedelta(minutes=10))
    guard, gate = signed_in(w.guards[0]), f"/gates/{w.compounds[0].place.number}/check/"
    page = guard.post(gate, {"code": w.code(), "gate": "南门"}).content.decode()
    assert "李强" not in page and PHONE not in page
    looked = re.search(r'name="check" value="([^"]+)"', page)
    sent = {"check": looked[1] if looked else "", "direction": "in", "gate": "南门", "idempotency_key": key()}
    guard.post(f"{gate}record/", sent)


def taps_at_the_gate_and_at_the_door(w: World) -> None:
    began = int(clock.now().timestamp() * 1000)
    clock.advance(timedelta(minutes=5))
    sent = {"walk": key(), "started": began, "stopped": began + 240_000}
    w.rider.post(f"/gates/{w.compounds[0].place.number}/walked/", sent)


def goes_through_the_second_without_a_network(w: World) -> None:
    """The guard's phone finds the code good by itself; the outbox tells it an hour and a half later, twice."""
    clock.advance(timedelta(minutes=45))
    code, then = w.code(), clock.now().replace(microsecond=0)
    sent = {
        "code": code,
        "direction": "in",
        "gate": "东门",
        "told": "valid",
        "at": str(int(then.timestamp() * 1000)),
        "idempotency_key": key(),
    }
    clock.advance(timedelta(minutes=90))
    guard, gate = signed_in(w.guards[1]), f"/gates/{w.compounds[1].place.number}/check/record/"
    for _twice in range(2):
        guard.post(gate, sent, headers={"accept": "application/json"})


def eats(w: World) -> None:
    """He reads his number from his page and says it at the counter."""
    number = re.search(
        r'portal-number"[^>]*>\s*(?:<span[^>]*>[^<]*</span>)?([\w-]+)',
        w.rider.get("/my/meals/").content.decode(),
    )
    host = signed_in(w.staff["service_host"])
    counter = reverse("field:meal", args=[w.given.place.number, w.given.id])
    host.post(counter, {"said": number[1] if number else "", "idempotency_key": key()})


def says_what_is_broken(w: World) -> None:
    """A lamp, by voice, nothing typed."""
    lon, lat = point_in(GRID)
    spoken = SimpleUploadedFile("a.webm", SPOKEN.read_bytes(), "audio/webm")
    w.rider.post(
        reverse("portal:respond-word"), {"audio": spoken, "lon": lon, "lat": lat, "idempotency_key": key()}
    )


def joins(w: World) -> None:
    """He enrols, and the street verifies him."""
    w.rider.post(reverse("portal:respond-join"), LIMITS)
    clerk = signed_in(w.staff["responder_clerk"])
    for row in Responder.objects.filter(district=DISTRICT):
        clerk.post(reverse("desk:responders-decide", args=[row.id]))


def is_called_out(w: World) -> None:
    """To carry an old man upstairs, at six in the evening; there for an hour and a half."""
    clock.advance(DAY + timedelta(hours=8) - clock.now())
    lon, lat = point_in(GRID)
    said = {"kind": "elder_help", "wanted": "1", "what": "抬一位老人上楼", "where": "2 号楼", "lon": lon}
    clerk = signed_in(w.staff["responder_clerk"])
    clerk.post(reverse("desk:responders-new"), {**said, "lat": lat, "send": "1", "idempotency_key": key()})
    row = CallOut.objects.filter(district=DISTRICT).first()
    for step, minutes in (("accept", 5), ("arrive", 10), ("finish", 90)):
        clock.advance(timedelta(minutes=minutes))
        if row is not None:
            w.rider.post(reverse("portal:respond-answer", args=[row.number, step]))


def is_confirmed(w: World) -> None:
    """The street confirms the minutes; what they earn is for the rule to say."""
    call = Call.objects.filter(district=DISTRICT).select_related("call_out").first()
    if call is not None:
        clerk = signed_in(w.staff["responder_clerk"])
        address = reverse("desk:responders-confirm", args=[call.call_out.number, call.id])
        clerk.post(address, {"minutes": "90"})


def is_thanked(w: World) -> None:
    service = Service.objects.filter(district=DISTRICT).select_related("call__call_out").first()
    if service is not None and service.call is not None:
        clerk = signed_in(w.staff["responder_clerk"])
        address = reverse("desk:responders-thank", args=[service.call.call_out.number, service.id])
        clerk.post(address, {"said": "李大爷说：上楼稳稳当当"})


def earns(_w: World) -> None:
    """Reactions run: the case of the lamp finds its worker, the service its points."""
    while reactions.drain():
        pass


def redeems(w: World) -> None:
    """One scan of the same code, twice under one key."""
    counter = signed_in(w.staff["reward_counter"])
    sent = {"reward": str(w.reward.id), "code": w.code(), "idempotency_key": key()}
    for _twice in range(2):
        counter.post(reverse("field:shop", args=[w.shop.id]), sent)


def is_looked_at(w: World) -> None:
    """He reads his statement and his record; the street's leader looks at the evening of the day."""
    leader = signed_in(w.staff["street_leader"])
    w.pages = {
        "points": w.rider.get("/my/points/").content.decode(),
        "record": w.rider.get("/respond/record/").content.decode(),
        "leader": leader.get(f"/cockpit/{STREET}/friendly/").content.decode(),
        "overview": leader.get(f"/cockpit/{STREET}/").content.decode(),
    }


def the_shop_settles(w: World) -> None:
    """When the month is over, once."""
    clock.advance(timedelta(days=32))
    keeper = signed_in(w.staff["points_keeper"])
    for _twice in range(2):
        keeper.post(reverse("desk:shop-step", args=[w.shop.id, "settle"]), {"month": f"{DAY:%Y-%m}"})


STEPS: dict[Callable[[World], None], str] = {
    registers: "codes",
    goes_through_the_first_gate: "entries",
    taps_at_the_gate_and_at_the_door: "minutes saved",
    goes_through_the_second_without_a_network: "entries",
    eats: "meals",
    says_what_is_broken: "voices",
    joins: "responders",
    is_called_out: "hours",
    is_confirmed: "hours",
    is_thanked: "thanks",
    earns: "earned",
    redeems: "spent",
    is_looked_at: "",
    the_shop_settles: "settled",
}
"""The day in its order, and which figure stands for each step."""


def live(w: World, without: Callable[[World], None] | None = None) -> None:
    for step in STEPS:
        if step is not without:
            step(w)


def numbers(w: World) -> dict[str, Any]:
    """Everything counted from rows, as whoever leads the street sees it where somebody does."""
    leader, first, last = w.staff["street_leader"].actor, DAY.date(), DAY.date()
    passed = Passage.objects.filter(district=DISTRICT, direction="in", valid=True).order_by("at")
    record = mine.record(w.li.actor, DISTRICT)
    voices = Case.objects.filter(district=DISTRICT, category="street_word", media__isnull=False)
    return {
        "codes": Pass.objects.filter(district=DISTRICT, person_id=w.li.id, revoked_at=None).count(),
        "entries": [(one.compound.place.name, one.gate, one.late) for one in passed],
        "minutes saved": sorted(
            (one.row.place.name, one.saved) for one in gate_figures.in_area(leader, STREET, first, last)
        ),
        "meals": offer_figures.in_area(leader, STREET, first, last).meals,
        "voices": [one.holder_id == w.staff["grid_worker"].id for one in voices.distinct()],
        "responders": Responder.objects.filter(district=DISTRICT, verified_at__isnull=False).count(),
        "hours": record.minutes if record else 0,
        "earned": list(Earning.objects.filter(district=DISTRICT).values_list("given", "words")),
        "spent": list(
            Redemption.objects.filter(district=DISTRICT, reversed_at=None).values_list(
                "reward__name", "points"
            )
        ),
        "wallet": has("points_wallet", w.li.id),
        "stock": has("goods_stock", w.reward.id),
        "settled": list(Settlement.objects.filter(district=DISTRICT).values_list("taken", "points")),
        "till": has("points_shop", w.shop.organisation_id),
        "thanks": responder_figures.thanks(leader, STREET, days=60),
    }


def has(kind: str, owner: Any) -> int:
    found = Account.objects.filter(district=DISTRICT, kind__code=kind, owner_id=owner).first()
    return found.balance if found else 0


def test_a_rider_s_day_comes_to_what_its_rows_say(world: World) -> None:
    live(world)
    assert numbers(world) == WHOLE
    assert proving.prove() == [] and journal.verify() == []
    points, record, leader = (world.pages[name] for name in ("points", "record", "leader"))
    assert "晚 6 点至早 7 点加倍" in points and "充电宝" in points
    assert re.search(r"[+＋]\s*18\b", points) and re.search(r"[-−–]\s*15\b", points)
    assert "1.5 小时" in record and "李大爷说：上楼稳稳当当" in record
    told = [re.sub(r"<[^>]+>|\s", "", one) for one in re.findall(r'stat-value">(.*?)</p>', leader, re.S)]
    assert told == ["2人次", "4分钟", "1人次", "1人次", "1句"]
    assert "李大爷说：上楼稳稳当当" in leader and "/friendly/" in world.pages["overview"]
    for person in ("李强", "李*", PHONE, Responder.objects.get(district=DISTRICT).number):
        assert person not in leader
    assert not re.search(r"排行|名次|第一名|leaderboard|ranking", leader)


@pytest.mark.parametrize(
    "step", [one for one, figure in STEPS.items() if figure], ids=lambda one: one.__name__
)
def test_a_day_without_one_of_its_steps_comes_to_something_else(
    world: World, step: Callable[[World], None]
) -> None:
    live(world, without=step)
    found = numbers(world)
    assert found[STEPS[step]] != WHOLE[STEPS[step]], "the figure of what was left out"
    assert proving.prove() == []

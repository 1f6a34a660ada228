"""Responders in tests: words, people who have enrolled, somebody who calls and organises."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.cast import DISTRICT, GRID, STREET, give_duty, make_member, point_in
from youlin.apps.duties import services as duties
from youlin.apps.parties import services as parties
from youlin.apps.places import declarations as places
from youlin.apps.responders import declarations, services
from youlin.apps.responders.models import Call, CallOut, Responder, Service, Shift, Story, TaskKind
from youlin.apps.responders.services import CallFor, Plan, Telling
from youlin.kernel import clock, ids
from youlin.kernel.actors import SYSTEM, Actor

MONDAY = datetime(2026, 11, 23, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
PLAIN = {"name_en": "x", "icon": "", "position": 0}
TASK = {"what": "", "what_en": "", "skills": [], "verified": True, "within_m": 4000, "emergency": True}
RULES = {
    "name": "召集规则",
    "name_en": "Rules",
    "position": 0,
    "night": "22:00-07:00",
    "wave_factor": 2,
    "wave_minutes": 3,
    "most_waves": 3,
    "open_minutes": 60,
    "call_cost": 400,
    "unverified_cost": 1000,
    "adult_age": 18,
    "stars": [100, 300, 600, 1000, 1500],
}


def declare_words(**rules: Any) -> None:
    """Two occupations, two skills, three scenes, the rules."""
    given = {"actor": SYSTEM, "district": DISTRICT, "programme": "t"}
    for words, names in (
        (declarations.OCCUPATIONS, {"courier": "外卖快递员", "guard": "保安"}),
        (declarations.SKILLS, {"first_aid": "急救", "carrying": "搬抬"}),
    ):
        places.declare(
            words, **given, declared={code: {**PLAIN, "name": name} for code, name in names.items()}
        )
    tasks = {
        "elder_help": {"name": "助老服务", "way": "call"},
        "first_aid": {"name": "应急救护", "way": "call", "skills": ["first_aid"], "named": False},
        "safety_watch": {"name": "平安守护", "way": "session", "emergency": False},
    }
    places.declare(
        declarations.TASKS,
        **given,
        declared={code: {**PLAIN, **TASK, "named": True, **values} for code, values in tasks.items()},
    )
    places.declare(declarations.RULES, **given, declared={"calling": {**RULES, **rules}})


_numbers = iter(range(10_000))


def person(name: str = "", born_on: date | None = date(1990, 5, 1)) -> Any:
    """Somebody with a phone."""
    number = next(_numbers)
    return parties.register_person(
        actor=SYSTEM,
        name=name or f"志愿{number}",
        phone=f"137{number:08d}",
        born_on=born_on,
        contacts_verified=True,
    )


def enrol(*, verified: bool = True, who: Any = None, **values: Any) -> Responder:
    """Somebody who has enrolled and usually is in the tests' grid, unless `values` say otherwise."""
    said = {"occupation": "courier", "areas": [GRID], "rest_hours": 0, "most_week": 7, **values}
    [row] = services.register_many(actor=SYSTEM, district=DISTRICT, said=[(who or person(), said)])
    if verified:
        services.verify(actor=SYSTEM, district=DISTRICT, responder_id=row.id)
    return Responder.objects.select_related("person").get(district=DISTRICT, id=row.id)


def actor_of(row: Responder) -> Actor:
    """The responder as they act."""
    return Actor("person", person_id=row.person_id, via="test")


def on_duty(area: str = STREET, username: str = "zu", verbs: tuple[str, ...] = ()) -> Actor:
    """Somebody who verifies, calls and organises in an area."""
    duties.declare_kind(
        actor=SYSTEM,
        district=DISTRICT,
        programme="t",
        code="responder_clerk",
        name="响应人专员",
        level="street",
        verbs=list(verbs) or ["responder.verify", "responder.call", "responder.organise"],
    )
    member = make_member(username, "祖专员")
    give_duty(member, "responder_clerk", area)
    return member.actor


def call_for(**values: Any) -> CallFor:
    """Two people to help an old man in the tests' grid."""
    lon, lat = point_in(GRID)
    return CallFor(
        **{
            "kind": "elder_help",
            "wanted": 2,
            "what": "帮一位老人把轮椅抬下楼",
            "where": "2 号楼 3 单元",
            "lon": lon,
            "lat": lat,
            **values,
        }
    )


def call_out(actor: Actor = SYSTEM, **values: Any) -> CallOut:
    """A call-out, its first wave called."""
    return services.call_out(
        actor=actor, district=DISTRICT, call_for=call_for(**values), idempotency_key=str(ids.uuid7())
    )


def call_to(row: CallOut, responder: Responder) -> Call:
    """The call of a call-out to one responder."""
    return Call.objects.get(district=DISTRICT, call_out=row, responder=responder)


def called(row: CallOut) -> list[Call]:
    """All calls of a call-out, in their order."""
    rows = Call.objects.filter(district=DISTRICT, call_out=row).select_related("responder__person")
    return list(rows.order_by("wave", "metres", "id"))


def open_turns(actor: Actor = SYSTEM, **values: Any) -> list[Shift]:
    """A watch of two hours that begins in an hour, two seats, in the tests' grid."""
    start = values.pop("starts_at", clock.now() + timedelta(hours=1))
    given = {
        "kind": "safety_watch",
        "what": "看护路口",
        "where": "东口红绿灯下",
        "area": GRID,
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "seats": 2,
        **values,
    }
    return services.open_shifts(
        actor=actor, district=DISTRICT, plan=Plan(**given), idempotency_key=str(ids.uuid7())
    )


def take_seat(turn: Shift, one: Responder) -> Any:
    """The seat, or the place in the waiting list, that a responder taps for."""
    return services.join(actor=actor_of(one), district=DISTRICT, shift_id=turn.id)


def begun_turn(*people: Responder) -> Shift:
    """A watch that began a quarter of an hour ago, with these people."""
    [turn] = open_turns()
    for one in people:
        take_seat(turn, one)
    start = clock.now() - timedelta(minutes=15)
    Shift.objects.filter(id=turn.id).update(starts_at=start, ends_at=start + timedelta(hours=2))
    return Shift.objects.get(id=turn.id)


def served(one: Responder, minutes: int = 60, days: int = 2, **values: Any) -> Service:
    """What somebody served days ago, at the hour at which the test runs."""
    return services.record(
        actor=SYSTEM,
        responder=one,
        kind=TaskKind.objects.get(district=DISTRICT, code=values.pop("kind", "safety_watch")),
        began_at=clock.now() - timedelta(days=days),
        minutes=minutes,
        area=GRID,
        evidence="organiser",
        **values,
    )


def story(actor: Actor = SYSTEM, photo: bytes | None = None, **values: Any) -> Story:
    """The story of a team, which waits for somebody to look at it."""
    given = {
        "area": STREET,
        "team": "晚高峰小队",
        "title": "路口的灯",
        "text": "放学时有人在，家长心里踏实。",
        "alt": "路口" if photo else "",
    }
    return services.write_story(
        actor=actor,
        district=DISTRICT,
        telling=Telling(**{**given, **values}),
        photo=photo,
        idempotency_key=str(ids.uuid7()),
    )

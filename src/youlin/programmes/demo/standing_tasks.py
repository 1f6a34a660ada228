"""Standing tasks of the demonstration, made by the services: a watch that was, with its roll called; three to come, one
of them full with somebody waiting; and the story of a team, written by one coordinator and shown by another."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.utils import timezone

from youlin.apps.responders import services
from youlin.apps.responders.models import Responder, Shift
from youlin.apps.responders.services import Plan, Telling
from youlin.kernel import clock
from youlin.kernel.actors import Actor

WATCH = "safety_watch"
WHAT, WHERE = "晚高峰在路口提醒行人和骑手走斑马线，搀一把老人", "东口红绿灯下"
SEATS = 3
BEFORE = timedelta(days=5)
STORY = Telling(
    area="",
    team="外卖骑手晚高峰小队",
    title="路口有了一盏“人灯”",
    text="九月起，几位骑手把送餐间隙让给了学校门口的路口。家长说，放学时有人在，心里踏实；骑手说，站一会儿，也认识了街坊。",
)


def make(district: str, area: str, clerk: Actor, office: Actor, people: Sequence[Responder]) -> None:
    """All of it, as of now; `people` are verified responders, at least five."""
    now = clock.now()
    with clock.frozen(now - BEFORE):
        [past] = _open(district, area, clerk, _evening(now, -1), "past", weeks=1)
        coming = _open(district, area, clerk, _evening(now, +1), "coming", weeks=3)
        for one in people[:2]:
            _join(district, past, one)
        for one in people[: SEATS + 1]:
            _join(district, coming[0], one)
        _join(district, coming[1], people[SEATS + 1])
    with clock.frozen(past.ends_at + timedelta(minutes=10)):
        minutes = {seat.id: 120 for seat in past.roll.filter(responder=people[0])}
        services.close(actor=clerk, district=district, shift_id=past.id, minutes=minutes)
    _tell(district, area, clerk, office, now)


def _evening(now: datetime, days: int) -> datetime:
    """Half past five, so many days from now."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    return datetime.combine(local.date() + timedelta(days=days), time(17, 30), local.tzinfo)


def _open(
    district: str, area: str, clerk: Actor, starts_at: datetime, key: str, *, weeks: int
) -> list[Shift]:
    plan = Plan(
        kind=WATCH,
        what=WHAT,
        where=WHERE,
        area=area,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        seats=SEATS,
        weeks=weeks,
    )
    return services.open_shifts(
        actor=clerk, district=district, plan=plan, idempotency_key=f"demo:watch:{key}", is_demo=True
    )


def _join(district: str, shift: Shift, one: Responder) -> None:
    services.join(actor=Actor("person", person_id=one.person_id), district=district, shift_id=shift.id)


def _tell(district: str, area: str, clerk: Actor, office: Actor, now: datetime) -> None:
    telling = Telling(area=area, team=STORY.team, title=STORY.title, text=STORY.text)
    with clock.frozen(now - timedelta(days=3)):
        story = services.write_story(
            actor=clerk, district=district, telling=telling, idempotency_key="demo:story", is_demo=True
        )
    with clock.frozen(now - timedelta(days=2)):
        services.decide_story(actor=office, district=district, story_id=story.id, show=True)

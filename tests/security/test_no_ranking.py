"""Nobody is ranked by hours or points (national rules): not on any page where people who served stand, in any order.

Five volunteers with different hours and other points are put everywhere the pages of responders, points, rewards and the
cockpit list people. Then every such address of the access table is opened by everybody who gets in.
"""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.utils.html import strip_tags

from tests.access.outcomes import CAST, OK
from tests.access.table import TABLE, Row
from tests.access.world import World, make_world
from tests.security.asking import path_of, query_of, undone
from youlin.apps.responders import history, services
from youlin.apps.responders.models import Responder, Shift
from youlin.apps.responders.tests import factories as responders
from youlin.apps.rewards.models import Reward
from youlin.apps.rewards.services import redeeming
from youlin.apps.rewards.tests import factories as rewarded
from youlin.kernel.actors import SYSTEM

PEOPLE = {"欧阳晨": (70, 45), "丁一": (20, 90), "岑山": (110, 35), "麦冬": (40, 60), "辛夷": (90, 40)}
"""By name: minutes served and points. No order by time, name or distance is one of these."""
REDEEM = 4
"""So many of them take the reward, which is in stock no oftener."""
MASKED = re.compile("|".join(f"{name[0]}[*＊]+" for name in PEOPLE))
PAGES = (
    "respond/",
    "desk/responders/",
    "desk/points",
    "desk/rewards",
    "my/points/",
    "field/rewards/",
    "cockpit/",
)
RANK = re.compile(
    r"(?<!不)排名|排行|名次|榜单|光荣榜|积分榜|第\s*[0-9一二三四五]+\s*名"
    r"|leaderboard|\branked\b|\branking\b|\btop (?:ten|\d+)\b",
    re.IGNORECASE,
)
ALLOWED = re.compile(r"nobody is ranked|no ranking|never ranked|not ranked|no ranks?", re.IGNORECASE)


def order_of(page: str) -> list[str]:
    """The volunteers in the order in which the page names them first."""
    found = [one[0] for one in MASKED.findall(strip_tags(page))]
    return list(dict.fromkeys(found))


def follows(order: Sequence[str], values: dict[str, int]) -> bool:
    """Whether people stand by these values, up or down; two say nothing."""
    found = [values[one] for one in order]
    return len(found) > 2 and found in (sorted(found), sorted(found, reverse=True))


def faults(page: str) -> list[str]:
    """What on a page ranks people."""
    order = order_of(page)
    told = [
        f"by {what}: {order}"
        for what, number in (("minutes", 0), ("points", 1))
        if follows(order, {name[0]: values[number] for name, values in PEOPLE.items()})
    ]
    return told + RANK.findall(ALLOWED.sub("", strip_tags(page)))


def volunteers(world: World) -> None:
    """Everybody has served, has points, has a seat in the turn, was called, redeemed something."""
    turn = Shift.objects.get(number=world.subjects["event"]["turn"])
    Shift.objects.filter(id=turn.id).update(seats=20)
    reward = Reward.objects.get(id=world.subjects["event"]["reward"])
    people = []
    for number, (name, (minutes, points)) in enumerate(PEOPLE.items()):
        person = responders.person(name)
        one = responders.enrol(who=person, skills=["carrying"])
        people.append(one)
        row = responders.served(one, minutes, days=2 + number)
        services.thank(actor=SYSTEM, district=one.district, service_id=row.id, said="谢谢")
        rewarded.points(person.id, points)
        if number < REDEEM:
            redeeming.give(actor=SYSTEM, reward=reward, person_id=person.id, key=name)
        responders.take_seat(turn, one)
    world.subjects["event"]["called"] = responders.call_out(
        wanted=5, skills=("carrying",), emergency=True, why="演练"
    ).number
    for one in Responder.objects.filter(id__in=[one.id for one in people]):
        assert one.busy, "everybody was called"


def rows() -> list[Row]:
    return [
        row
        for row in TABLE
        if row.method == "GET"
        and row.on == "event"
        and row.pattern.startswith(PAGES)
        and OK in row.expected.values()
    ]


def pages(world: World) -> Any:
    """Every page with who sees it."""
    for row in rows():
        for name in CAST:
            if row.expected[name] == OK:
                answer = undone(
                    world.clients[name], "get", path_of(row, world), query_params=query_of(row, world)
                )
                if answer.status_code == 200 and "html" in answer.headers.get("Content-Type", ""):
                    yield row.pattern, name, answer.content.decode()


@pytest.mark.django_db
@pytest.mark.slow
def test_nobody_is_ranked_on_any_page_and_a_ranking_that_is_planted_is_found(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PACE_VISITOR = settings.PACE_ADDRESS = ""
    world = make_world()
    volunteers(world)
    seen, told = set(), []
    for pattern, name, page in pages(world):
        told += [(pattern, name, fault) for fault in faults(page)]
        if len(order_of(page)) == len(PEOPLE):
            seen.add(pattern)
    assert told == []
    listing = {"records/", "shifts/<str:number>/", "calls/<str:number>/"}
    assert {f"desk/responders/{one}" for one in listing} <= seen, "an order would show on these"
    honest = history.services
    for down in (True, False):
        planted = lambda *given: sorted(honest(*given), key=lambda line: line.minutes, reverse=down)  # noqa: B023, E731
        with monkeypatch.context() as patched:
            patched.setattr(history, "services", planted)
            page = undone(world.clients["sun"], "get", "/desk/responders/records/").content.decode()
        assert faults(page)


@pytest.mark.parametrize(
    "words", ["志愿时长排行榜", "您排第 3 名", "本月排名", "Leaderboard", "Top 10 volunteers"]
)
def test_words_of_rank_are_found_and_the_promise_not_to_rank_is_none(words: str) -> None:
    assert faults(f"<p>{words}</p>") and not faults("<p>这里没有姓名，也不排名。Nobody is ranked.</p>")

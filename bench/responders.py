"""Whom to call among 51,000 responders: the choice beside an exhaustive search, and a whole call-out as it is made.

The people are rows put straight into the tables, past the services: nothing that enrols is measured by them. The
exhaustive search is the rule for one responder (`choosing.rule`), asked of all of them, already in memory. What is
told is CPU of the process that answers.
"""

import json
import random
import statistics
import sys
import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bench import databases

RESPONDERS, QUICK = 51_000, 2_000
TIMES, SEARCHED = 100, 5
SEED = 20260301
DISTRICT = "110102"
MONDAY = datetime(2026, 3, 2, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
AIM_CHOICE, AIM_TIMES, AIM_CALL = 50.0, 20.0, 200.0


def run(server: str, quick: bool = False) -> list[dict[str, Any]]:
    """The rows of one database."""
    with databases.empty(server) as environment:
        found = databases.in_process("bench.responders", environment, *(["--quick"] if quick else []))
    faster = found["searched"] / found["chosen"]
    count = f"{found['responders']:,}"
    rows = [
        {
            "work": f"whom to call among {count} responders",
            "figure": round(found["chosen"], 2),
            "unit": "CPU-ms",
            "beside": f"exhaustive search {found['searched']:.0f}, same people in {found['same']} of {found['of']}",
            "ratio": round(faster, 1),
            "aim": f"same, and ≥ {AIM_TIMES:g} × or ≤ {AIM_CHOICE:g} CPU-ms",
            "met": found["same"] == found["of"] and (faster >= AIM_TIMES or found["chosen"] <= AIM_CHOICE),
        },
        {
            "work": f"a call-out for 5 among {count}: chosen, locked, called, told",
            "figure": round(found["called"], 1),
            "unit": "CPU-ms",
            "beside": f"{found['queries']} queries; a process's first look at all reads {found['cold']:.0f} CPU-ms",
            "ratio": None,
            "aim": f"≤ {AIM_CALL:g} CPU-ms",
            "met": found["called"] <= AIM_CALL,
        },
        {
            "work": "the same: how long the caller waits, median",
            "figure": round(found["waited"], 1),
            "unit": "ms",
            "beside": f"slowest of 20: {found['slowest']:.0f}",
            "ratio": None,
            "aim": f"≤ {AIM_CALL:g} ms",
            "met": found["waited"] <= AIM_CALL,
        },
    ]
    return [{"database": found["database"], **row} for row in rows]


def _inside(quick: bool) -> dict[str, Any]:
    """In a process of its own: makes the people, then chooses among them."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from youlin.kernel import clock

    with clock.frozen(MONDAY):
        return _measured(QUICK if quick else RESPONDERS)


def _measured(count: int) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from youlin.apps.responders import choosing
    from youlin.apps.responders.choosing import rule
    from youlin.apps.responders.models import Responder

    chance = random.Random(SEED)
    points = made(chance, count)
    asks = [_asked(chance, points) for _number in range(TIMES)]
    cold = _timed(lambda: choosing.choose(asks[0]))
    spent = [_timed(lambda asked=asked: choosing.choose(asked)) for asked in asks]
    everybody = list(Responder.objects.filter(district=DISTRICT))
    searches, same = [], 0
    for asked in asks[:SEARCHED]:
        start = time.process_time()
        found = [one for one in (rule.cost(row, asked) for row in everybody) if one is not None]
        found.sort(key=lambda one: (one.cost, one.id))
        searches.append((time.process_time() - start) * 1000)
        same += found[: asked.limit] == choosing.choose(asked).chosen
    del everybody
    calls, waits = [], []
    for number in range(20):
        start = time.perf_counter()
        calls.append(_timed(lambda number=number: _call_out(points, number)))
        waits.append((time.perf_counter() - start) * 1000)
    with CaptureQueriesContext(connection) as caught:
        _call_out(points, 99)
    return {
        "database": connection.vendor,
        "responders": count,
        "cold": cold,
        "chosen": statistics.median(spent),
        "searched": statistics.median(searches),
        "same": same,
        "of": SEARCHED,
        "called": statistics.median(calls),
        "waited": statistics.median(waits),
        "slowest": max(waits),
        "queries": len(caught),
    }


def _timed(work: Any) -> float:
    """CPU-milliseconds of this process."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def _asked(chance: random.Random, points: list[tuple[float, float]]) -> Any:
    from youlin.apps.responders.choosing import Asked

    lon, lat = chance.choice(points)
    return Asked(
        DISTRICT,
        lon,
        lat,
        MONDAY,
        "elder_help",
        3000,
        skills=tuple(chance.sample(["carrying", "care"], chance.randrange(3))),
        language=chance.choice(["", "", "en"]),
        verified=True,
        night="22:00-07:00",
        limit=chance.choice([4, 10, 40]),
    )


def _call_out(points: list[tuple[float, float]], number: int) -> None:
    from youlin.apps.responders import services
    from youlin.kernel.actors import SYSTEM

    lon, lat = points[number]
    wanted = services.CallFor(kind="elder_help", wanted=5, what="帮老人下楼", lon=lon, lat=lat)
    services.call_out(actor=SYSTEM, district=DISTRICT, call_for=wanted, idempotency_key=f"bench:{number}")


def made(chance: random.Random, count: int) -> list[tuple[float, float]]:
    """So many people who have enrolled, spread over the district; points at which somebody could be needed."""
    from bench import world
    from youlin.apps.areas import services
    from youlin.apps.parties.models import Person
    from youlin.apps.responders import revisions
    from youlin.kernel import rows
    from youlin.kernel.actors import SYSTEM
    from youlin.programmes import loader
    from youlin.programmes import services as programmes

    services.import_bundled(actor=SYSTEM, prefix=DISTRICT)
    for code in ("city_management", "friendly_city"):
        programmes.apply(actor=SYSTEM, district=DISTRICT, programme=loader.load(code))
    drawn = _Drawn(chance)
    for start in range(0, count, 5_000):
        people = [Person() for _number in range(min(5_000, count - start))]
        rows.insert_many(people)
        rows.insert_many([drawn.responder(person) for person in people])
    revisions.take(DISTRICT)
    world.settle()
    return drawn.points


class _Drawn:
    """Draws responders; what all of them share is drawn once."""

    def __init__(self, chance: random.Random) -> None:
        from youlin.apps.responders.choosing import times
        from youlin.apps.responders.models import Occupation
        from youlin.programmes.demo.points import Points

        self.chance = chance
        self.occupations = list(Occupation.objects.filter(district=DISTRICT))
        drawn = Points(DISTRICT, chance)
        self.streets = sorted(code for code in drawn.outlines if len(code) == 9)
        self.points = [drawn.within(chance.choice(self.streets)) for _number in range(300)]
        windows = [_windows(chance) for _number in range(200)]
        self.shifts = [(one, times.bits(one, "22:00-07:00")) for one in windows]

    def responder(self, person: Any) -> Any:
        """One row, as it would stand after enrolling."""
        from youlin.apps.responders.models import Responder
        from youlin.kernel import ids

        chance, now = self.chance, int(MONDAY.timestamp())
        (windows, slots), street = chance.choice(self.shifts), chance.choice(self.streets)
        lately = [now - chance.randrange(3 * 86_400, 60 * 86_400) for _ in range(chance.randrange(4))]
        return Responder(
            district=DISTRICT,
            number=ids.new_number("R"),
            person=person,
            occupation=chance.choice(self.occupations),
            area_now=street,
            areas=[street],
            stands=[list(chance.choice(self.points)) for _ in range(chance.randrange(1, 4))],
            skills=[one for one in ("carrying", "care", "first_aid") if chance.random() < 0.4],
            languages=["zh", *(["en"] if chance.random() < 0.1 else [])],
            windows=windows,
            quiet="22:00-07:00",
            slots=slots,
            most_week=chance.randrange(1, 6),
            consented_at=MONDAY - timedelta(days=90),
            verified_at=MONDAY - timedelta(days=80) if chance.random() < 0.8 else None,
            called=sorted(lately, reverse=True),
            reach_m=chance.choice([1000, 3000, 5000]),
            revision=1,
        )


def _windows(chance: random.Random) -> list[list[int]]:
    if chance.random() < 0.3:
        return []
    return [
        [day, chance.randrange(12, 24), chance.randrange(26, 44)] for day in range(7) if chance.random() < 0.8
    ]


if __name__ == "__main__":
    json.dump(_inside("--quick" in sys.argv), sys.stdout)

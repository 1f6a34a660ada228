"""The nearest 20 places that are open now and have two things, among 100,000: the search itself, and its page's list.

The search (`selectors.find`) is measured in one process, the list as a browser fetches it from the platform's own
server by 4 clients. CPU is that of the processes that answer.
"""

import itertools
import json
import random
import statistics
import sys
import time
from typing import Any
from urllib.parse import urlencode

from bench import clients, databases

PLACES, QUICK_PLACES = 100_000, 3_000
BATCH = 2_000
TIMES = 200
SEED = 20260201
DISTRICT = "110102"
AIM_RATE, AIM_CPU, AIM_P99 = 120, 8.0, 80.0
NEEDS = ("water", "toilet", "microwave", "phone_charging", "seats", "wifi")
KINDS = ("rest_station", "friendly_shop", "restaurant", "public_toilet", "charging_point")
PEER = "a municipal service map: 6 requests/s, 276 CPU-ms with 2,000 points and no opening hours"


def run(server: str, quick: bool = False) -> list[dict[str, Any]]:
    """The rows of one database."""
    with databases.empty(server) as environment:
        found = databases.in_process("bench.places", environment, *(["--quick"] if quick else []))
        asked = [f"/places/?{urlencode(one, doseq=True)}" for one in found.pop("asked")]
        ask = lambda number: ("GET", asked[number % len(asked)], None, {"HX-Request": "true"})  # noqa: E731
        with clients.served(environment) as (port, pid):
            clients.load(port, ask, clients=16, seconds=3 if quick else 12)  # both processes read the places
            before = clients.cpu_of(pid)
            done = clients.load(port, ask, clients=4, seconds=3 if quick else 15)
            cpu = (clients.cpu_of(pid) - before) / len(done.seconds) * 1000
    return _rows(found, done, cpu)


def _rows(found: dict[str, Any], done: clients.Load, cpu: float) -> list[dict[str, Any]]:
    p99 = clients.percentile(done.seconds, 0.99) * 1000
    work = f"nearest 20 open now with two needs among {found['places']:,} places"
    rows = [
        {
            "work": f"{work}: the search and its rows",
            "figure": round(found["cpu"], 2),
            "unit": "CPU-ms",
            "beside": f"{found['queries']} queries, {found['hours']} distinct hours; {PEER}",
            "ratio": round(276 / found["cpu"], 1),
            "aim": f"≤ {AIM_CPU:g} CPU-ms",
            "met": found["cpu"] <= AIM_CPU,
        },
        {
            "work": f"{work}: the page's list, 4 clients, 2 processes",
            "figure": round(done.rate, 1),
            "unit": "requests/s",
            "beside": f"{cpu:.1f} CPU-ms, {len(done.bodies[-1]) / 1000:.0f} kB, clients on the same machine",
            "ratio": round(done.rate / 6, 1),
            "aim": f"≥ {AIM_RATE} requests/s",
            "met": done.rate >= AIM_RATE,
        },
        {
            "work": f"{work}: the page's list, p99",
            "figure": round(p99, 1),
            "unit": "ms",
            "beside": "",
            "ratio": None,
            "aim": f"≤ {AIM_P99:g} ms",
            "met": p99 <= AIM_P99,
        },
    ]
    return [{"database": found["database"], **row} for row in rows]


def _inside(quick: bool) -> dict[str, Any]:
    """In a process of its own: makes the places through the services, then searches them."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from youlin.apps.places import finding, selectors
    from youlin.kernel import clock

    chance = random.Random(SEED)
    points = made(chance, QUICK_PLACES if quick else PLACES)
    asked: list[dict[str, Any]] = [
        {"lon": f"{lon:.6f}", "lat": f"{lat:.6f}", "open": "now", "need": chance.sample(NEEDS, 2)}
        for lon, lat in chance.sample(points, 100)
    ]
    looked = [
        finding.Asked(
            DISTRICT, float(one["lon"]), float(one["lat"]), needs=tuple(one["need"]), open_at=clock.now()
        )
        for one in asked
    ]
    selectors.find(looked[0])
    with CaptureQueriesContext(connection) as caught:
        selectors.find(looked[0])
    spent = []
    for one in itertools.islice(itertools.cycle(looked), TIMES):
        start = time.process_time()
        selectors.find(one)
        spent.append((time.process_time() - start) * 1000)
    return {
        "database": connection.vendor,
        "places": len(points),
        "hours": len(finding.columns_of(DISTRICT).hours_list),
        "queries": len(caught),
        "cpu": statistics.median(spent),
        "asked": asked,
    }


def made(chance: random.Random, count: int) -> list[tuple[float, float]]:
    """So many places, evenly over the district; where they stand."""
    import numpy as np

    from bench import world
    from youlin.apps.areas import selectors as areas
    from youlin.apps.areas import services
    from youlin.apps.places import services as places
    from youlin.kernel.actors import SYSTEM
    from youlin.programmes import loader
    from youlin.programmes import services as programmes

    services.import_bundled(actor=SYSTEM, prefix=DISTRICT)
    for code in ("city_management", "friendly_city"):
        programmes.apply(actor=SYSTEM, district=DISTRICT, programme=loader.load(code))
    boundary = areas.boundary(DISTRICT)
    assert boundary is not None
    dice = np.random.default_rng(SEED)
    lons = dice.uniform(boundary.min_lon, boundary.max_lon, count * 4)
    lats = dice.uniform(boundary.min_lat, boundary.max_lat, count * 4)
    inside = np.flatnonzero(areas.locate_many(lons, lats, prefix=DISTRICT) != "")[:count]
    points = list(zip(lons[inside].tolist(), lats[inside].tolist(), strict=True))
    for start in range(0, count, BATCH):
        rows = [
            _values(chance, number, *points[number]) for number in range(start, min(start + BATCH, count))
        ]
        places.register_many(actor=SYSTEM, district=DISTRICT, values=rows)
    world.settle()
    return points


def _values(chance: random.Random, number: int, lon: float, lat: float) -> dict[str, Any]:
    opens, closes = chance.randrange(5, 11), chance.randrange(16, 24)
    days, rest = chance.choice(("Mo-Fr", "Mo-Su", "Mo-Sa", "Tu-Su")), chance.choice(("", "; PH off"))
    hours = chance.choice((f"{days} {opens:02}:00-{closes:02}:30{rest}", "24/7", ""))
    return {
        "kind": chance.choice(KINDS),
        "name": f"地点 {number}",
        "lon": lon,
        "lat": lat,
        "hours": hours,
        "facilities": {code: {} for code in NEEDS if chance.random() < 0.5},
    }


if __name__ == "__main__":
    print(json.dumps(_inside("--quick" in sys.argv)))

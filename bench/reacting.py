"""What the worker does for a report: filed, dispatched, the holder told. CPU and queries, in one process.

Reports are taken in first; then their reactions are drained and nothing else. PostgreSQL's own CPU is not counted.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from typing import Any

from bench import databases

REPORTS, FEW = 400, 10
AIM_CPU, AIM_GROWTH = 8.0, 10
DISTRICT = "110102"


def run(server: str, quick: bool = False) -> list[dict[str, Any]]:
    """The rows of one database."""
    with databases.empty(server) as environment:
        found = databases.in_process("bench.reacting", environment, str(50 if quick else REPORTS))
    more = found["queries_for_50"] - found["queries_for_10"]
    return [
        {
            "work": "worker: a report filed, dispatched, its holder told",
            "database": found["database"],
            "figure": round(found["cpu_ms"], 1),
            "unit": "CPU-ms",
            "beside": f"{found['reports']} reports drained, {found['queries']:.1f} queries each",
            "ratio": None,
            "aim": f"≤ {AIM_CPU:g}",
            "met": found["cpu_ms"] <= AIM_CPU,
        },
        {
            "work": "the same for 50 reports at once instead of 10: further queries",
            "database": found["database"],
            "figure": more,
            "unit": "queries",
            "beside": f"10 reports: {found['queries_for_10']}",
            "ratio": round(found["queries_for_50"] / found["queries_for_10"], 2),
            "aim": f"≤ {AIM_GROWTH}",
            "met": more <= AIM_GROWTH,
        },
    ]


def measure(reports: int) -> dict[str, Any]:
    """In a process of its own: CPU of draining `reports`, and the queries of few and of many."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench import world
    from youlin.kernel import reactions

    call_command("migrate", verbosity=0)
    world.found()
    report = _reporter()
    report(FEW)
    reactions.drain_all()
    counted = {number: _counted(report, number)[1] for number in (FEW, 50)}
    seconds, queries = _counted(report, reports)
    return {
        "database": connection.vendor,
        "reports": reports,
        "cpu_ms": seconds * 1000 / reports,
        "queries": queries / reports,
        "queries_for_10": counted[FEW],
        "queries_for_50": counted[50],
    }


def _reporter() -> Callable[[int], None]:
    """What takes in so many reports, spread over the grids of the district."""
    from bench.intake import CATEGORIES, TEXTS
    from youlin.apps.areas import selectors as areas
    from youlin.apps.cases import services
    from youlin.kernel import ids
    from youlin.kernel.actors import ANONYMOUS
    from youlin.programmes.demo.points import Points

    chance = random.Random(1)
    points = Points(DISTRICT, chance)
    grids = [area.code for area in areas.subtree(DISTRICT, level="grid")]
    places = [points.within(code) for code in chance.choices(grids, k=100)]

    def report(count: int) -> None:
        for _number in range(count):
            lon, lat = chance.choice(places)
            services.report(
                actor=ANONYMOUS,
                category=chance.choice(CATEGORIES),
                text=chance.choice(TEXTS),
                lon=lon,
                lat=lat,
                idempotency_key=ids.uuid7().hex,
            )

    return report


def _counted(report: Callable[[int], None], reports: int) -> tuple[float, int]:
    """CPU seconds and queries of draining what so many reports set off."""
    from django.db import connection

    from youlin.kernel import reactions

    report(reports)
    count = 0

    def tally(execute: Callable[..., Any], *call: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*call)

    began = time.process_time()
    with connection.execute_wrapper(tally):
        reactions.drain_all()
    return time.process_time() - began, count


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))

"""Vector tiles of a district with 100,000 places: CPU and size of each, at the zooms at which a map is looked at.

Made in one process, every tile anew: what a server spends when no browser has the tile yet.
"""

import json
import random
import statistics
import sys
import time
from typing import Any

from bench import clients, databases

ZOOMS = range(9, 17)
TIMES = 40
SEED = 20260202
AIM_CPU, AIM_BYTES = 50.0, 200_000


def run(server: str, quick: bool = False) -> list[dict[str, Any]]:
    """The rows of one database."""
    with databases.empty(server) as environment:
        found = databases.in_process("bench.tiles", environment, *(["--quick"] if quick else []))
    work = f"a vector tile among {found['places']:,} places"
    slowest = max(found["zooms"], key=lambda one: one["p99"])
    largest = max(found["zooms"], key=lambda one: one["bytes"])
    medians = ", ".join(f"{one['zoom']}: {one['median']:.1f}" for one in found["zooms"])
    rows = [
        {
            "work": f"{work}: CPU, p99 of the slowest zoom ({slowest['zoom']})",
            "figure": round(slowest["p99"], 1),
            "unit": "CPU-ms",
            "beside": f"median by zoom {medians}",
            "ratio": round(AIM_CPU / slowest["p99"], 1),
            "aim": f"≤ {AIM_CPU:g} CPU-ms",
            "met": slowest["p99"] <= AIM_CPU,
        },
        {
            "work": f"{work}: the largest (zoom {largest['zoom']}), not packed",
            "figure": round(largest["bytes"] / 1000, 1),
            "unit": "kB",
            "beside": f"{TIMES} tiles a zoom",
            "ratio": None,
            "aim": f"≤ {AIM_BYTES // 1000} kB",
            "met": largest["bytes"] <= AIM_BYTES,
        },
    ]
    return [{"database": found["database"], **row} for row in rows]


def _inside(quick: bool) -> dict[str, Any]:
    """In a process of its own: makes the places through the services, then tiles around some of them."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection

    from bench import places

    chance = random.Random(SEED)
    points = places.made(chance, places.QUICK_PLACES if quick else places.PLACES)
    zooms = [_zoom(zoom, chance.sample(points, TIMES)) for zoom in ZOOMS]
    return {"database": connection.vendor, "places": len(points), "zooms": zooms}


def _zoom(zoom: int, points: list[tuple[float, float]]) -> dict[str, Any]:
    """What tiles of a zoom cost; the first is not counted: it reads what a server reads once."""
    from bench.places import DISTRICT
    from youlin.doors.open.tiles import grid, making

    made, spent = [], []
    for lon, lat in [points[0], *points]:
        address = grid.at(lon, lat, zoom)
        start = time.process_time()
        made.append(making.tile(DISTRICT, address))
        spent.append((time.process_time() - start) * 1000)
    return {
        "zoom": zoom,
        "median": statistics.median(spent[1:]),
        "p99": clients.percentile(spent[1:], 0.99),
        "bytes": max(map(len, made)),
    }


if __name__ == "__main__":
    print(json.dumps(_inside("--quick" in sys.argv)))

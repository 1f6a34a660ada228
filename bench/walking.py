"""The nearest 20 of 2,000 places by their paths through real streets: a part of the middle of Helsinki; no database.

All places are put on their streets once; then each start asks how far along the streets each of them is. Beside it: how
many of the 20 the straight line would have named.
"""

import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench import databases

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "src/youlin/apps/places/tests/data/helsinki_part.geojson"
PLACES, STARTS, QUICK_STARTS = 2_000, 200, 20
NEAREST = 20
SEED = 20260201


def run(quick: bool = False) -> list[dict[str, Any]]:
    """One row, from a process of its own."""
    with tempfile.TemporaryDirectory(prefix="youlin-bench-") as home:
        (Path(home) / "static").mkdir()
        environment = databases.environment(Path(home), "")
        found = databases.in_process("bench.walking", environment, *(["--quick"] if quick else []))
    return [
        {
            "work": f"nearest {NEAREST} of {PLACES:,} places on foot, {found['pieces']:,} pieces of Helsinki's streets",
            "database": "",
            "figure": round(found["cpu"], 2),
            "unit": "CPU-ms",
            "beside": f"of the {NEAREST} the straight line names {found['same']:.1f}",
            "ratio": None,
            "aim": "–",
            "met": True,
        }
    ]


def _measure(quick: bool) -> dict[str, Any]:
    import django

    django.setup()
    from youlin.apps.places.walking import reading

    network = reading.read_file(SAMPLE).network
    lons, lats = _beside_streets(network, np.random.default_rng(SEED), PLACES)
    ends, plane = network.snap(lons, lats, "walk"), network.plane(lons, lats)
    spent, same = [], []
    for number in random.Random(SEED).sample(range(PLACES), QUICK_STARTS if quick else STARTS):
        start = time.process_time()
        here = network.snap(lons[number : number + 1], lats[number : number + 1], "walk")
        by_path = np.argsort(network.paths(here, ends, "walk"), kind="stable")[:NEAREST]
        spent.append((time.process_time() - start) * 1000)
        by_line = np.argsort(np.hypot(*(plane - plane[number]).T), kind="stable")[:NEAREST]
        same.append(len(set(by_path.tolist()) & set(by_line.tolist())))
    return {"pieces": len(network.a), "cpu": statistics.median(spent), "same": statistics.mean(same)}


def _beside_streets(network: Any, dice: np.random.Generator, count: int) -> tuple[Any, Any]:
    """Points up to some 20 m beside pieces of street that one may walk."""
    pieces = dice.choice(np.flatnonzero(network.open("walk")[0]), count)
    share = dice.uniform(0, 1, count)
    a, b = network.a[pieces], network.b[pieces]
    lons = network.lons[a] + share * (network.lons[b] - network.lons[a]) + dice.uniform(-4e-4, 4e-4, count)
    lats = network.lats[a] + share * (network.lats[b] - network.lats[a]) + dice.uniform(-2e-4, 2e-4, count)
    return lons, lats


if __name__ == "__main__":
    print(json.dumps(_measure("--quick" in sys.argv)))

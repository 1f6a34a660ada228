"""Import of 100,000 places from a CSV file through the services: rows a second, and whether memory stays flat."""

import csv
import json
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import databases, reporting

ROWS = 100_000
QUICK_ROWS = 3_000
AIM_ROWS = 3_000
"""Rows a second."""
AIM_MEGABYTES = 50
"""How much the process may grow between the first batches and the end."""
WARM_BATCHES = 10
DISTRICT = "110102"
HOURS = ("周一至周五 9:00-17:00，节假日休息", "24/7", "Mo-Su 08:00-20:00", "每天 7:00-22:00", "")
FACILITIES = ("饮水", "微波炉", "手机充电", "卫生间", "座椅", "午休")


def run(server: str, quick: bool = False) -> list[dict[str, Any]]:
    """One process of its own on an empty database."""
    with databases.empty(server) as environment:
        found = databases.in_process("bench.import_places", environment, *(["--quick"] if quick else []))
    rate = found["rows"] / found["seconds"]
    return [
        {
            "work": f"import of {found['rows']:,} places from CSV through the services",
            "database": found["database"],
            "figure": round(rate),
            "unit": "rows/s",
            "beside": f"{found['cpu'] / found['rows'] * 1000:.2f} CPU-ms a row; again, all there: "
            f"{found['rows'] / found['again']:,.0f} rows/s",
            "ratio": None,
            "aim": f"≥ {AIM_ROWS:,} rows/s",
            "met": rate >= AIM_ROWS,
        },
        reporting.memory(found, AIM_MEGABYTES, "the first batches"),
    ]


def _measure(quick: bool) -> dict[str, Any]:
    """Runs in the process of its own."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", verbosity=0)
    from youlin.apps.areas import services as areas
    from youlin.apps.places.imports import services
    from youlin.kernel.actors import SYSTEM
    from youlin.programmes import loader
    from youlin.programmes import services as programmes

    areas.import_bundled(actor=SYSTEM, prefix=DISTRICT)
    for code in ("city_management", "friendly_city"):
        programmes.apply(actor=SYSTEM, district=DISTRICT, programme=loader.load(code))
    count = QUICK_ROWS if quick else ROWS
    held: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "places.csv"
        _write(path, count)
        cpu, start = time.process_time(), time.perf_counter()
        outcome = services.take(
            actor=SYSTEM, district=DISTRICT, path=path, progress=lambda rows: held.append(_memory())
        )
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        start = time.perf_counter()
        again = services.take(actor=SYSTEM, district=DISTRICT, path=path)
        seconds_again = time.perf_counter() - start
    assert outcome.counts == {"new": count}, outcome
    assert again.counts == {"same": count}, again
    return {
        "database": connection.vendor,
        "rows": count,
        "seconds": seconds,
        "cpu": cpu,
        "again": seconds_again,
        "growth": max(held) - held[min(WARM_BATCHES, len(held)) - 1],
        "peak": max(held),
    }


def _write(path: Path, count: int) -> None:
    """Rows with a key at their source, drawn over the middle of the district."""
    rng = random.Random(7)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("来源编号", "来源", "名称", "种类", "经度", "纬度", "地址", "开放时间", "设施"))
        for number in range(count):
            writer.writerow(
                (
                    number,
                    "bench",
                    f"第{number}号暖心驿站",
                    "暖心驿站",
                    f"{rng.uniform(116.355, 116.385):.6f}",
                    f"{rng.uniform(39.892, 39.935):.6f}",
                    f"煤市街{number % 300}号",
                    rng.choice(HOURS),
                    "、".join(rng.sample(FACILITIES, 3)),
                )
            )


def _memory() -> float:
    """What this process holds in memory now, in megabytes (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


if __name__ == "__main__":
    print(json.dumps(_measure("--quick" in sys.argv)))

"""Reports through HTTP: four clients, two server processes, the worker running; beside a bare view.

The bare view makes the same inserts in the same run, in a server with the same number of processes. CPU is that
of the server's processes. How soon the holder is told is measured at the rate that the aim names.
"""

import json
import random
import sys
import time
import uuid
from collections.abc import Mapping
from typing import Any

from bench import clients, databases, progress

CLIENTS, PROCESSES = 4, 2
PACE = 60
"""Reports a second while notices are timed."""
AIM_RATIO, AIM_QUERIES, AIM_RATE, AIM_NOTICE, AIM_DRAIN = 2.5, 15, 60, 3.0, 10.0
SECONDS = 20
DISTRICT = "110102"
TEXTS = (
    "垃圾桶满了没人收，味道很大。",
    "路灯坏了两盏，晚上看不见路。",
    "墙上贴满小广告。",
    "井盖松动，车过就响。",
)
CATEGORIES = ("event.sanitation.exposed_garbage", "event.advertising.flyers")


def run(server: str, quick: bool = False) -> list[dict[str, Any]]:
    """The rows of one database."""
    seconds = 2 if quick else SECONDS
    where = "postgresql" if server else "sqlite"
    with databases.empty(server) as environment:
        progress.step(f"intake, {where}: a district is made")
        prepared = databases.in_process("bench.intake", environment, "prepare")
        places = prepared["places"]
        progress.step(f"intake, {where}: the bare view")
        with clients.served(
            {**environment, "DJANGO_SETTINGS_MODULE": "bench.bare_settings"}, processes=PROCESSES
        ) as (
            port,
            pid,
        ):
            bare, bare_cpu = _costs(port, pid, "/bare/", places, seconds)
        progress.step(f"intake, {where}: ours, with its worker")
        worker = [sys.executable, "-m", "youlin.config.cli", "worker"]
        with (
            clients.served(environment, processes=PROCESSES) as (port, pid),
            clients.running(worker, environment),
        ):
            ours, cpu = _costs(port, pid, "/api/v1/cases", places, seconds)
            progress.step(f"intake, {where}: the backlog of that load")
            databases.in_process("bench.intake", environment, "drain")
            progress.step(f"intake, {where}: {PACE} reports a second, and when notices come")
            paced = _load(port, "/api/v1/cases", places, seconds, pace=PACE)
            ended = time.time()
            told = databases.in_process("bench.intake", environment, "notices", json.dumps(_answered(paced)))
            drained = told["drained_at"] - ended
    rows = _speed(prepared, bare, bare_cpu, ours, cpu) + _waiting(paced, told["waits"], drained)
    return [{"database": prepared["database"], **row} for row in rows]


def _costs(port: int, pid: int, path: str, places: list[Any], seconds: float) -> tuple[clients.Load, float]:
    """A load after one that warms up every process and thread, and the CPU seconds of each request."""
    _load(port, path, places, 2.0)
    before = clients.cpu_of(pid)
    found = _load(port, path, places, seconds)
    return found, (clients.cpu_of(pid) - before) / len(found.seconds)


def _load(port: int, path: str, places: list[Any], seconds: float, pace: float = 0.0) -> clients.Load:
    chance = random.Random(1)

    def request(number: int) -> tuple[str, str, bytes, Mapping[str, str]]:
        area, lon, lat = places[number % len(places)]
        body = {
            "category": CATEGORIES[number % len(CATEGORIES)],
            "text": f"{TEXTS[number % len(TEXTS)]}{chance.randrange(10**6)}",
            "lon": lon,
            "lat": lat,
            "district": DISTRICT,
        }
        headers = {
            "Content-Type": "application/json",
            "X-API-Key": "demo",
            "Idempotency-Key": str(uuid.uuid4()),
        }
        return "POST", path, json.dumps(body).encode(), headers

    return clients.load(port, request, clients=CLIENTS, seconds=seconds, pace=pace, expect=201)


def _answered(found: clients.Load) -> list[tuple[str, float]]:
    return [(json.loads(body)["number"], at) for body, at in zip(found.bodies, found.ended, strict=True)]


def _speed(
    prepared: dict[str, Any], bare: clients.Load, bare_cpu: float, ours: clients.Load, cpu: float
) -> list[dict[str, Any]]:
    """What a report costs beside the bare view."""
    work = f"create a case through HTTP, {CLIENTS} clients, {PROCESSES} processes, worker running"
    return [
        {
            "work": work,
            "figure": round(cpu * 1000, 1),
            "unit": "CPU-ms",
            "beside": f"bare view, same inserts: {bare_cpu * 1000:.1f} CPU-ms, {bare.rate:.0f} requests/s",
            "ratio": round(cpu / bare_cpu, 2),
            "aim": f"≤ {AIM_RATIO} × the bare view",
            "met": cpu <= AIM_RATIO * bare_cpu,
        },
        {
            "work": "the same",
            "figure": round(ours.rate, 1),
            "unit": "requests/s",
            "beside": "a comparable Django system: 14.9 as shipped, 30.7 tuned and without its worker",
            "ratio": round(ours.rate / bare.rate, 2),
            "aim": f"≥ {AIM_RATE}",
            "met": ours.rate >= AIM_RATE,
        },
        {
            "work": "the same",
            "figure": prepared["queries"],
            "unit": "queries",
            "beside": "the comparable system: 48",
            "ratio": round(prepared["queries"] / 48, 2),
            "aim": f"≤ {AIM_QUERIES}",
            "met": prepared["queries"] <= AIM_QUERIES,
        },
    ]


def _waiting(paced: clients.Load, waits: list[float], drained: float) -> list[dict[str, Any]]:
    """How long the holder and the backlog wait."""
    late = clients.percentile(waits, 0.95)
    return [
        {
            "work": f"acknowledged report → the holder's notice, p95 at {paced.rate:.0f} reports/s",
            "figure": round(late, 2),
            "unit": "s",
            "beside": f"median {clients.percentile(waits, 0.5):.2f} s",
            "ratio": None,
            "aim": f"≤ {AIM_NOTICE:g} s at ≥ {PACE}/s",
            "met": late <= AIM_NOTICE and paced.rate >= PACE * 0.95,
        },
        {
            "work": "the backlog of reactions is empty after that load",
            "figure": round(drained, 2),
            "unit": "s",
            "beside": f"{len(waits):,} reports",
            "ratio": None,
            "aim": f"≤ {AIM_DRAIN:g} s",
            "met": drained <= AIM_DRAIN,
        },
    ]


def _inside() -> Any:
    """In a process of its own: `prepare`, `drain` or `notices`."""
    import django

    django.setup()
    from bench import inside

    return {"prepare": inside.prepare, "drain": inside.drained_at, "notices": inside.notices}[sys.argv[1]](
        *sys.argv[2:]
    )


if __name__ == "__main__":
    print(json.dumps(_inside()))

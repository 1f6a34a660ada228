"""Reading among many cases: the desk's list, a search of two characters, the map; and how it grows from 10⁴ to 10⁶.

The cases are made by `bench.world`. CPU is that of the process that answers; PostgreSQL's own comes on top and is
in the wall time. Everything is asked through the application as a browser would, by the demonstration's street
dispatcher, and by the dispatcher of the district where all cases are to be in scope.
"""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from bench import clients, databases, worlds

SIZES, QUICK_SIZES = (10_000, 100_000, 1_000_000), (2_000, 10_000)
TIMES = 30
WORDS = {"rare": "鸟窝", "medium": "绿化", "often": "楼道", "very often": "垃圾"}
"""One word in 2,000 texts, in 60, in 15, in 5."""
STREET, WHOLE = "zhao_min", "sun_lixin"
AIM_QUERIES, AIM_CPU, AIM_RATE, AIM_SEARCH, AIM_TILE, AIM_BYTES = 10, 10.0, 100, 150.0, 50.0, 200_000
LISTS = {20: "/api/v1/inbox?size=20", 100: "/api/v1/inbox?size=100"}
PAGES = {"the desk's page of 30": "/desk/?view=open", "its list alone (htmx)": "/desk/rows/?view=open"}
SEARCH = "/api/v1/inbox?size=20&status={}&text={}"
POINTS = "/desk/points.geojson"


def run(server: str, quick: bool = False) -> list[dict[str, Any]]:
    """The rows of one database; the growth is kept for the plot."""
    growth: list[dict[str, Any]] = []
    with worlds.of(server) as grown:
        for size in QUICK_SIZES if quick else SIZES:
            environment = grown.at(size)
            found = databases.in_process("bench.reading", environment)
            growth.append({"cases": size, **found["works"]})
        with clients.served(environment) as (port, pid):
            for length, path in LISTS.items():
                found[f"list {length}"] |= _rate(port, pid, path, found["cookie"], 3 if quick else 10)
    GROWTH[found["database"]] = found["growth"] = growth
    return _rows(found)


GROWTH: dict[str, list[dict[str, Any]]] = {}
"""By database: milliseconds of CPU and wall at each size."""


def _rate(port: int, pid: int, path: str, cookie: str, seconds: float) -> dict[str, float]:
    ask = lambda number: ("GET", path, None, {"Cookie": cookie})  # noqa: E731
    clients.load(port, ask, clients=4, seconds=1)
    before = clients.cpu_of(pid)
    done = clients.load(port, ask, clients=4, seconds=seconds)
    return {"rate": done.rate, "served_cpu": (clients.cpu_of(pid) - before) / len(done.seconds) * 1000}


def _rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    database, cases = found["database"], f"{found['cases']:,}"
    rows = [one for size in LISTS for one in _list_rows(found, size, cases)]
    rows += [_page_row(name, one, cases) for name, one in found["pages"].items()]
    search, tile, first, kept = found["search"], found["tile"], found["first"], found["kept"]
    rows += [
        {
            "work": f"search of two characters among {cases} cases in scope, p95",
            "figure": round(search["p95"], 1),
            "unit": "ms",
            "beside": f"plain scan: {search['scan']:.0f} ms; median {search['wall']:.0f} ms; CPU-ms: median "
            f"{search['cpu']:.0f}, p95 {search['cpu95']:.0f}; by word: {search['words']}",
            "ratio": round(search["scan"] / search["p95"], 1),
            "aim": f"≤ {AIM_SEARCH:g} ms",
            "met": search["p95"] <= AIM_SEARCH,
        },
        {
            "work": f"map of {found['open']:,} open cases: first data",
            "figure": round(first["bytes"] / 1000, 1),
            "unit": "kB",
            "beside": f"{first['wall']:.0f} ms, {first['cpu']:.0f} CPU-ms",
            "ratio": None,
            "aim": f"≤ {AIM_BYTES // 1000} kB",
            "met": first["bytes"] <= AIM_BYTES,
        },
        {
            "work": "the same: clusters of a part that is looked at (a street), p95",
            "figure": round(tile["p95"], 1),
            "unit": "ms",
            "beside": f"median {tile['wall']:.0f} ms, {tile['cpu']:.0f} CPU-ms, {tile['bytes'] / 1000:.0f} kB",
            "ratio": None,
            "aim": f"≤ {AIM_TILE:g} ms",
            "met": tile["p95"] <= AIM_TILE,
        },
        {
            "work": "the same: clusters of all of it, looked at again within 15 s, p95",
            "figure": round(kept["p95"], 1),
            "unit": "ms",
            "beside": f"computed anew: {first['wall']:.0f} ms, {first['cpu']:.0f} CPU-ms; kept: {kept['cpu']:.0f} CPU-ms",
            "ratio": round(first["cpu"] / kept["cpu"], 1),
            "aim": f"≤ {AIM_TILE:g} ms",
            "met": kept["p95"] <= AIM_TILE,
        },
        _growth_row(found),
    ]
    return [{"database": database, **row} for row in rows]


def _list_rows(found: dict[str, Any], size: int, cases: str) -> list[dict[str, Any]]:
    one = found[f"list {size}"]
    work = f"desk list of {size} among {cases} cases, as a street dispatcher"
    theirs = {20: "180 CPU-ms, 113 queries, 7 requests/s", 100: "1.9 requests/s"}[size]
    aims = {20: (AIM_CPU, AIM_RATE), 100: (None, None)}[size]
    queries = {
        "work": work,
        "figure": one["queries"],
        "unit": "queries",
        "beside": f"a comparable Django system: {theirs}",
        "ratio": None,
        "aim": f"≤ {AIM_QUERIES}",
        "met": one["queries"] <= AIM_QUERIES,
    }
    cpu = {
        "work": work,
        "figure": round(one["served_cpu"], 1),
        "unit": "CPU-ms",
        "beside": f"in one process, one after another: {one['cpu']:.1f} CPU-ms, {one['wall']:.1f} ms",
        "ratio": None,
        "aim": f"≤ {aims[0]:g} CPU-ms" if aims[0] else "",
        "met": aims[0] is None or one["served_cpu"] <= aims[0],
    }
    rate = {
        "work": work,
        "figure": round(one["rate"], 1),
        "unit": "requests/s",
        "beside": "4 clients, 2 processes, clients on the same machine",
        "ratio": None,
        "aim": f"≥ {aims[1]}" if aims[1] else "",
        "met": aims[1] is None or one["rate"] >= aims[1],
    }
    return [queries, cpu, rate]


def _page_row(name: str, one: dict[str, Any], cases: str) -> dict[str, Any]:
    return {
        "work": f"{name}, among {cases} cases, as a street dispatcher",
        "figure": round(one["cpu"], 1),
        "unit": "CPU-ms",
        "beside": f"{one['queries']} queries, {one['bytes'] / 1000:.0f} kB, {one['wall']:.0f} ms",
        "ratio": None,
        "aim": "",
        "met": True,
    }


def _growth_row(found: dict[str, Any]) -> dict[str, Any]:
    """The greatest growth of CPU from the smallest size to the largest; the logarithm itself grows by half."""
    first, last = found["growth"][0], found["growth"][-1]
    works = [name for name in first if name != "cases"]
    worst = max(works, key=lambda name: last[name]["cpu"] / max(first[name]["cpu"], 1.0))
    ratio = last[worst]["cpu"] / max(first[worst]["cpu"], 1.0)
    cpu = f"{first[worst]['cpu']:.1f} → {last[worst]['cpu']:.1f} CPU-ms"
    return {
        "work": f"CPU from {first['cases']:,} to {last['cases']:,} cases, the work that grows most: {worst}",
        "figure": round(ratio, 2),
        "unit": "×",
        "beside": f"{cpu}; cases × {last['cases'] // first['cases']}",
        "ratio": round(ratio, 2),
        "aim": "≤ 2 ×",
        "met": ratio <= 2,
    }


def _inside() -> dict[str, Any]:
    """In a process of its own: what every work costs at the present size."""
    import django

    django.setup()
    from django.db import connection

    from bench import looking

    works = looking.works(TIMES)
    return {
        "database": connection.vendor,
        "cases": looking.cases(),
        "open": looking.open_cases(),
        "cookie": looking.cookie(STREET),
        "works": works,
        **{
            f"list {n}": {**works[f"list of {n}"], "queries": looking.queries(STREET, LISTS[n])}
            for n in LISTS
        },
        "pages": {
            name: {**works[name], "queries": looking.queries(STREET, path)} for name, path in PAGES.items()
        },
        "search": {**works["search"], "scan": looking.scan(), "words": looking.words()},
        "first": works["first map"],
        "kept": works["map kept"],
        "tile": works["part of the map"],
    }


def timed(ask: Callable[[int], Any], times: int) -> dict[str, float]:
    """Median CPU and wall, and the 95th percentile of the wall, in milliseconds; bytes of the last answer."""
    cpu, wall = [], []
    answer = ask(0)
    for number in range(times):
        begun, start = time.process_time(), time.perf_counter()
        answer = ask(number)
        cpu.append((time.process_time() - begun) * 1000)
        wall.append((time.perf_counter() - start) * 1000)
    return {
        "cpu": statistics.median(cpu),
        "cpu95": clients.percentile(cpu, 0.95),
        "wall": statistics.median(wall),
        "p95": clients.percentile(wall, 0.95),
        "bytes": len(answer.content),
    }


if __name__ == "__main__":
    print(json.dumps(_inside()))

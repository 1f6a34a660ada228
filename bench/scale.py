"""The same figures by DuckDB, PostgreSQL and Spark over 20 million cases; point → area by Spark beside one process.

Spark is a master and two workers of one core each on loopback (`scripts/with-spark`), so all three have the same two
cores: what is measured is what each engine costs, not what a cluster gains. Seconds are of the clock, CPU is that of all
processes of an engine. Answers are compared cell by cell, and point by point. Not in the run of all measurements: it
takes the group `spark`, Java 17 and half an hour. `YOULIN_BENCH_ROWS` takes fewer rows.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bench import databases

ROWS, QUICK_ROWS = 20_000_000, 200_000
POINTS, QUICK_POINTS = 5_000_000, 100_000
WIDTHS = (6, 9, 12)
STARTER = Path(__file__).resolve().parents[1] / "scripts" / "with-spark"
MEMORY = "3g"
"""What each worker gives to the work."""
SORTING = "work_mem=256MB"
TICK = os.sysconf("SC_CLK_TCK")


def run(quick: bool = False) -> list[dict[str, Any]]:
    """The rows; an engine that is not installed is named and left out."""
    rows, points = (QUICK_ROWS, QUICK_POINTS) if quick else (ROWS, POINTS)
    if "YOULIN_BENCH_ROWS" in os.environ:
        rows = int(os.environ["YOULIN_BENCH_ROWS"])
        points = min(points, rows // 4)
    with (
        databases.servers() as (servers, _missing),
        spark() as (master, keeper),
        databases.empty("") as environment,
    ):
        words = (str(rows), str(points), servers.get("postgresql", ""), master, str(keeper))
        found = databases.in_process("bench.scale", environment, *words)
    told = [_figures(name, found["figures"]) for name in found["figures"]]
    return [*told, *_points(found["points"]), *_left_out(found["figures"])]


def _figures(name: str, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    one, duck = found[name], found["duckdb"]
    load = f", {one['load']:.0f} s to load" if name == "postgres" else ""
    same = "all equal" if one["equal"] else "NOT EQUAL"
    return {
        "work": f"{one['rows']:,} cases × area level × month × category: on-time rate, median hours",
        "database": name,
        "figure": round(one["seconds"], 1),
        "unit": f"s ({one['cpu']:.0f} s CPU{load})",
        "beside": f"{one['cells']:,} cells, {same}, farthest median {one['farthest']:.1g} of itself",
        "ratio": round(one["seconds"] / duck["seconds"], 1),
        "aim": "equal cells",
        "met": one["equal"],
    }


def _points(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "work": f"point → area, {one['points']:,} points in {one['polygons']:,} polygons",
            "database": name,
            "figure": round(one["points"] / one["seconds"]),
            "unit": f"points a second ({one['cpu']:.0f} s CPU, {one['sent']:.0f} MB sent to each executor)",
            "beside": f"one process {one['points'] / one['alone']:,.0f}",
            "ratio": round(one["alone"] / one["seconds"], 2),
            "aim": "equal on every point",
            "met": one["equal"],
        }
        for name, one in found.items()
    ]


def _left_out(found: dict[str, Any]) -> list[dict[str, Any]]:
    needs = {
        "postgres": "Debian's postgresql package or DATABASE_URL",
        "spark": "make spark-setup, and openjdk-17-jre-headless",
    }
    return [
        {
            "work": "the same",
            "database": name,
            "figure": "not measured",
            "beside": f"needs {need}",
            "met": True,
        }
        for name, need in needs.items()
        if name not in found
    ]


@contextmanager
def spark() -> Iterator[tuple[str, int]]:
    """The address of a master with two workers and the process that keeps them; "" and 0 where there is no Spark."""
    keeper = subprocess.Popen(
        [str(STARTER), "sh", "-c", "echo $SPARK_MASTER; exec cat >/dev/null"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHON": sys.executable, "SPARK_WORKER_MEMORY": MEMORY},
    )
    assert keeper.stdin and keeper.stdout
    try:
        master = keeper.stdout.readline().strip()
        yield master, keeper.pid if master else 0
    finally:
        keeper.stdin.close()
        keeper.wait()


def _inside(rows: int, points: int, server: str, master: str, keeper: int) -> dict[str, Any]:
    """In a process of its own."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from bench.indicators_world import declare, fill
    from youlin.apps.indicators import scaling

    declare()
    fill(rows)
    engines: dict[str, tuple[Any, list[int]]] = {"duckdb": (scaling.Duck(), [os.getpid()])}
    if master:
        engines["spark"] = _spark(master), [os.getpid(), keeper]
    if server:
        engines["postgres"] = _postgres(server)
    found: dict[str, Any] = {}
    yardstick: list[Any] = []
    for name, (engine, processes) in engines.items():
        found[name], answers = _measured(engine, processes)
        yardstick = yardstick or answers
        found[name] |= _compared(yardstick, answers) | {"rows": rows}
        print(name, json.dumps(found[name]), file=sys.stderr, flush=True)
    return {"figures": found, "points": {"spark": _located(master, keeper, points)} if master else {}}


def _postgres(server: str) -> tuple[Any, list[int]]:
    """The engine, and the server's first process, whose descendants do the work."""
    import psycopg

    from youlin.kernel.engines.postgres import Postgres

    with psycopg.connect(server) as connection:
        first = int(_stat(connection.info.backend_pid)[1])
    mark = "&" if "?" in server else "?"
    return Postgres(f"{server}{mark}options=-c%20{SORTING.replace('=', '%3D')}"), [os.getpid(), first]


def _spark(master: str) -> Any:
    from youlin.kernel.engines.spark import Spark

    options = {
        "spark.executor.memory": MEMORY,
        "spark.driver.memory": "2g",
        "spark.driver.maxResultSize": "0",
    }
    return Spark(master, options={**options, "spark.sql.shuffle.partitions": "32"})


def _measured(engine: Any, processes: Sequence[int]) -> tuple[dict[str, Any], list[Any]]:
    """Seconds and CPU of the three questions, after the rows are open; and the answers."""
    from bench.indicators import DISTRICT, evaluating_definitions
    from youlin.apps.indicators import compiling, evaluating, scaling

    members = evaluating_definitions()
    source = evaluating.source("cases.cases", DISTRICT)
    assert source is not None
    import pyarrow.parquet as pq

    schema = scaling._needed(members, "cases.cases", pq.read_schema(source.files[0]))

    def ask(width: int) -> Callable[[Any], Any]:
        return lambda table: compiling.aggregated(
            members,
            compiling.prepared(members[0].rule, table, as_of=source.as_of),
            width=width,
            grain="month",
            by="category",
        )

    begun = time.perf_counter()
    with engine.opened([str(one) for one in source.files], schema) as answer:
        load, cpu, begun = time.perf_counter() - begun, _cpu(processes), time.perf_counter()
        answers = [answer(ask(width)) for width in WIDTHS]
        seconds = time.perf_counter() - begun
        return {"load": load, "seconds": seconds, "cpu": _cpu(processes) - cpu}, answers


def _compared(ours: Sequence[Any], theirs: Sequence[Any]) -> dict[str, Any]:
    """Whether two lists of tables have the same cells, and how far medians are apart, as a share of themselves."""
    import pyarrow.compute as pc

    from youlin.apps.indicators import scaling

    equal, farthest, cells = True, 0.0, 0
    for one, other in zip(ours, theirs, strict=True):
        order = [(name, "ascending") for name in ("area", "start", "key")]
        one, other = one.sort_by(order), other.sort_by(order).select(one.column_names)
        cells += one.num_rows
        exact = [name for name in one.column_names if name != "hours__v"]
        if one.num_rows != other.num_rows or not one.select(exact).equals(other.select(exact)):
            equal = False
            continue
        apart = pc.abs(pc.subtract(one["hours__v"], other["hours__v"]))
        share = pc.max(pc.divide(apart, pc.max_element_wise(pc.abs(one["hours__v"]), 1.0))).as_py() or 0.0
        empty = pc.equal(pc.is_null(one["hours__v"]), pc.is_null(other["hours__v"]))
        equal = equal and share <= scaling.NEARLY and bool(pc.all(empty).as_py())
        farthest = max(farthest, share)
    return {"equal": equal, "farthest": farthest, "cells": cells}


def _located(master: str, keeper: int, points: int) -> dict[str, Any]:
    """Points of a file to areas in another, by two workers and by one process that reads and writes as they do."""
    import pickle

    import numpy as np
    import pyarrow.parquet as pq

    from bench.point_to_area import BOX, SEED, honeycomb
    from youlin.apps.areas import on_spark
    from youlin.apps.areas.geometry import finding
    from youlin.apps.areas.geometry.locator import Locator
    from youlin.kernel.engines import spark as engine

    home, chance = Path(os.environ["YOULIN_HOME"]), np.random.default_rng(SEED)
    polygons = honeycomb(100, 50, chance)
    codes = np.array([f"{number:012d}" for number in range(len(polygons))], dtype=finding.CODE)
    parts = [finding.Ready(BOX, Locator(polygons), codes)]
    _scatter(home / "points.parquet", BOX, chance, points)
    here, alone = _in_one_process(home, parts)
    session = engine.session(master)
    frame = session.read.parquet(f"file://{home}/points.parquet")
    on_spark.located(frame.limit(1000), parts).collect()  # Python has started on the executors
    cpu, begun = _cpu([os.getpid(), keeper]), time.perf_counter()
    on_spark.located(frame, parts).write.parquet(f"file://{home}/there", mode="overwrite")
    seconds, cpu = time.perf_counter() - begun, _cpu([os.getpid(), keeper]) - cpu
    there = pq.read_table(home / "there").sort_by("id")["area"].combine_chunks()
    session.stop()
    shutil.rmtree(home / "there")
    return {
        "points": points,
        "polygons": len(polygons),
        "seconds": seconds,
        "cpu": cpu,
        "alone": alone,
        "sent": len(pickle.dumps(parts)) / 1e6,
        "equal": there.equals(here),
    }


def _scatter(file: Path, box: tuple[float, float, float, float], chance: Any, points: int) -> None:
    """Points by chance over the box and a little around it."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    west, south, east, north = box
    table = pa.table(
        {
            "id": pa.array(np.arange(points)),
            "lon": chance.uniform(west - 0.02, east + 0.02, points),
            "lat": chance.uniform(south - 0.02, north + 0.02, points),
        }
    )
    pq.write_table(table, file, row_group_size=max(points // 16, 1))


def _in_one_process(home: Path, parts: Sequence[Any]) -> tuple[Any, float]:
    """The area of each point, null where there is none, and the seconds from file to file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from youlin.apps.areas.geometry import finding

    begun = time.perf_counter()
    read = pq.read_table(home / "points.parquet")
    found = finding.find(read["lon"].to_numpy(), read["lat"].to_numpy(), parts)
    areas = pa.array(found.tolist(), mask=found == "")
    pq.write_table(read.append_column("area", areas), home / "here.parquet")
    return areas, time.perf_counter() - begun


def _cpu(processes: Sequence[int]) -> float:
    """CPU seconds of processes with all their descendants, those that ended with them."""
    total, waiting, seen = 0, list(processes), set()
    while waiting:
        process = waiting.pop()
        if process in seen:
            continue
        seen.add(process)
        with suppress(OSError):
            total += sum(int(field) for field in _stat(process)[11:15])
            for task in Path(f"/proc/{process}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
    return total / TICK


def _stat(process: int) -> list[str]:
    """What the system tells of a process, from its state on: state, parent, …"""
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


if __name__ == "__main__":
    print(json.dumps(_inside(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5]))))

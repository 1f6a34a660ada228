"""Figures as cases grow from one million to a hundred: seconds, CPU and memory of the same answer, shown as a plot.

Each number of cases in a process of its own, on made-up cases of sixty months as the exporter writes them. Not in the run
of all measurements: the largest takes ten minutes and eight gigabytes of disk. `YOULIN_BENCH_ROWS` ends with fewer.
"""

import json
import math
import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench import databases, progress

ROWS = (1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000)
QUICK_ROWS = (100_000, 300_000)
WIDTHS = (6, 9, 12)
AIM = 1.1
"""How much more than so many times the first a size may cost: what is measured twice is not twice the same."""
PLOT = Path(__file__).resolve().parents[1] / "docs" / "images" / "performance-growth-figures.svg"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 320, 64, 24, 20, 48
COLOUR, BESIDE = "#0b6e5f", "#6b7280"


def run(quick: bool = False) -> list[dict[str, Any]]:
    """A row for each number of cases, and how the last grew beside the first; draws the plot of a whole run."""
    most = int(os.environ.get("YOULIN_BENCH_ROWS", ROWS[-1]))
    found = []
    for rows in QUICK_ROWS if quick else [size for size in ROWS if size <= most]:
        progress.step(f"growth {rows:,}")
        with databases.empty("") as environment:
            found.append(databases.in_process("bench.growth", environment, str(rows)))
    if not quick:
        PLOT.write_text(plot(found), encoding="utf-8")
    return [_told(one, found[0]) for one in found]


def _told(one: dict[str, Any], first: dict[str, Any]) -> dict[str, Any]:
    times, dearer = one["rows"] / first["rows"], one["cpu"] / first["cpu"]
    return {
        "work": f"{one['rows']:,} cases × area level × month × category: on-time rate, median hours",
        "figure": round(one["seconds"], 2),
        "unit": f"s ({one['cpu']:.1f} CPU-s, peak {one['peak']:.0f} MB)",
        "beside": f"{times:g} × the cases for {dearer:.1f} × the CPU of {first['rows']:,}; {one['cells']:,} cells",
        "ratio": round(dearer / times, 2),
        "aim": "at most linear",
        "met": dearer <= AIM * times,
    }


def _inside(rows: int) -> dict[str, Any]:
    """In a process of its own: the better of two times, once everything is compiled and read."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from bench.indicators import DISTRICT, evaluating_definitions
    from bench.indicators_world import declare, fill
    from youlin.apps.indicators import evaluating

    declare()
    fill(rows)
    definitions = evaluating_definitions()
    source = evaluating.source("cases.cases", DISTRICT)
    assert source is not None
    best: dict[str, Any] = {"seconds": math.inf}
    with evaluating.engine() as duck:
        view = evaluating.opened(duck, source, definitions[0].rule, area=DISTRICT)
        for _time in range(2):
            begun, cpu = time.perf_counter(), time.process_time()
            cells = sum(
                evaluating.aggregated(
                    view, definitions, evaluating.Shape(width, "month", "category")
                ).num_rows
                for width in WIDTHS
            )
            seconds, spent = time.perf_counter() - begun, time.process_time() - cpu
            if seconds < best["seconds"]:
                best = {"seconds": seconds, "cpu": spent, "cells": cells}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": rows, "peak": peak, **best}


def plot(found: Sequence[dict[str, Any]]) -> str:
    """Seconds of the clock and of the CPUs by number of cases, both scales logarithmic; dashed: exactly linear."""
    sizes = [one["rows"] for one in found]
    floor = 10 ** math.floor(math.log10(min(one["seconds"] for one in found)))
    ceiling = 10 ** math.ceil(math.log10(max(one["cpu"] for one in found)))
    x = _scale(sizes[0], sizes[-1], LEFT, WIDTH - RIGHT)
    y = _scale(floor, ceiling, HEIGHT - BOTTOM, TOP)
    named = "Seconds by number of cases, from " + " to ".join(f"{size:,}" for size in (sizes[0], sizes[-1]))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
            f'font-size="12" role="img" aria-label="{named}">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            *_grid(sizes, floor, ceiling, x, y),
            *_lines(found, x, y),
            "</svg>\n",
        ]
    )


def _scale(low: float, high: float, begin: float, end: float) -> Any:
    width = math.log10(high) - math.log10(low)
    return lambda value: begin + (end - begin) * (math.log10(value) - math.log10(low)) / width


def _grid(sizes: Sequence[int], floor: float, ceiling: float, x: Any, y: Any) -> Iterator[str]:
    for power in range(round(math.log10(floor)), round(math.log10(ceiling)) + 1):
        at = y(10.0**power)
        yield f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>'
    for size in sizes:
        yield f'<text x="{x(size):.1f}" y="{HEIGHT - 26}" text-anchor="middle">{size / 1e6:g} M</text>'
    yield f'<text x="{LEFT}" y="{HEIGHT - 6}">cases · seconds of the clock (line), of CPU (dots), linear (dashes)</text>'


def _lines(found: Sequence[dict[str, Any]], x: Any, y: Any) -> Iterator[str]:
    first, last = found[0], found[-1]
    linear = first["seconds"] * last["rows"] / first["rows"]
    straight = f"{x(first['rows']):.1f},{y(first['seconds']):.1f} {x(last['rows']):.1f},{y(linear):.1f}"
    yield f'<polyline points="{straight}" fill="none" stroke="{BESIDE}" stroke-dasharray="5 4"/>'
    places = " ".join(f"{x(one['rows']):.1f},{y(one['seconds']):.1f}" for one in found)
    yield f'<polyline points="{places}" fill="none" stroke="{COLOUR}" stroke-width="2"/>'
    for one in found:
        yield f'<circle cx="{x(one["rows"]):.1f}" cy="{y(one["cpu"]):.1f}" r="3.5" fill="{COLOUR}"/>'


if __name__ == "__main__":
    print(json.dumps(_inside(int(sys.argv[1]))))

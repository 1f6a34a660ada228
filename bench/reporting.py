"""What a run leaves in `docs/`: the table of figures, and the growth from few cases to many as a plot."""

import math
import os
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import reading

DOCS = Path(__file__).resolve().parents[1] / "docs"
FIGURES, PLOT = DOCS / "performance-figures.md", DOCS / "images" / "performance-growth-{}.svg"
COLUMNS = ("bench", "work", "database", "figure", "unit", "beside", "ratio", "aim", "met")
WIDTH, HEIGHT, EDGE = 640, 320, 56
COLOURS = ("#0b6e5f", "#b4541f", "#3656a8", "#8a3c8f", "#6b6f12")


def write(rows: list[dict[str, Any]], order: Sequence[str]) -> None:
    """The figures of this run in the place of older ones of the same measurements; the others stay, with their day.

    Plots only of databases whose growth was measured.
    """
    measured = {str(row["bench"]) for row in rows}
    today = f"{datetime.now(UTC).date()}"
    lines = [line for line in _written() if line[0] not in measured]
    lines += [[*(_cell(row.get(name)) for name in COLUMNS), today] for row in rows]
    lines.sort(key=lambda line: order.index(line[0]) if line[0] in order else len(order))
    table = ["| " + " | ".join((*COLUMNS, "on")) + " |", "|" + "---|" * (len(COLUMNS) + 1)]
    table += ["| " + " | ".join(line) + " |" for line in lines]
    head = (
        f"Made by `make bench` ({platform.machine()}, {_processors()} processors, Python"
        f" {platform.python_version()}); *on* says when each was measured."
        " `python -m bench NAME --docs` measures one anew."
    )
    FIGURES.write_text(f"# Figures\n\n{head}\n\n" + "\n".join(table) + "\n", encoding="utf-8")
    for database, growth in reading.GROWTH.items():
        Path(str(PLOT).format(database)).write_text(plot(database, growth), encoding="utf-8")


def _written() -> Iterator[list[str]]:
    """The lines of the table as it stands, cell by cell."""
    for line in FIGURES.read_text(encoding="utf-8").splitlines() if FIGURES.exists() else ():
        cells = [cell.strip() for cell in line[1:-1].split(" | ")]
        if line.startswith("| ") and cells[0] != COLUMNS[0]:
            yield cells


def plot(database: str, growth: list[dict[str, Any]]) -> str:
    """CPU (line) and the 95th percentile of latency (dashes) of each work, cases on a logarithmic scale."""
    works = [name for name in growth[0] if name != "cases"]
    sizes = [one["cases"] for one in growth]
    highest = max(max(one[name]["cpu"], one[name]["p95"]) for one in growth for name in works)
    top = _round_up(highest)
    x = lambda cases: EDGE + (WIDTH - 190 - EDGE) * _share(math.log10(cases), sizes)  # noqa: E731
    y = lambda value: HEIGHT - EDGE + 14 - (HEIGHT - EDGE - 14) * value / top  # noqa: E731
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12" role="img" aria-label="CPU and latency by number of cases on {database}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for step in range(5):
        value = top * step / 4
        parts.append(f'<path d="M{EDGE} {y(value):.1f}H{WIDTH - 180}" stroke="#ddd"/>')
        parts.append(f'<text x="{EDGE - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>')
    for size in sizes:
        parts.append(f'<text x="{x(size):.1f}" y="{HEIGHT - 18}" text-anchor="middle">{size:,}</text>')
    parts += _lines(works, growth, x, y)
    parts.append(
        f'<text x="{EDGE}" y="{HEIGHT - 2}">cases · ms of CPU (line), 95 % answered within (dashes) · {database}</text>'
    )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _lines(works: list[str], growth: list[dict[str, Any]], x: Any, y: Any) -> Iterator[str]:
    for number, name in enumerate(works):
        colour = COLOURS[number % len(COLOURS)]
        for kind, dashes in (("cpu", ""), ("p95", ' stroke-dasharray="5 4"')):
            places = " ".join(f"{x(one['cases']):.1f},{y(one[name][kind]):.1f}" for one in growth)
            yield f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
        at = 26 + 18 * number
        yield f'<path d="M{WIDTH - 170} {at - 4}h18" stroke="{colour}" stroke-width="2"/>'
        yield f'<text x="{WIDTH - 146}" y="{at}">{name}</text>'


def _share(value: float, sizes: list[int]) -> float:
    low, high = math.log10(sizes[0]), math.log10(sizes[-1])
    return (value - low) / (high - low)


def _round_up(value: float) -> float:
    unit = 10.0 ** math.floor(math.log10(value))
    return next(step * unit for step in (1, 2, 4, 5, 8, 10) if step * unit >= value)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "**no**"
    return f"{value:,}" if isinstance(value, int | float) else "" if value is None else str(value)


def _processors() -> int:
    return os.cpu_count() or 1


def memory(found: dict[str, Any], most: float, since: str) -> dict[str, Any]:
    """The row of how many megabytes a process grew `since` it was warm, of its `peak`; aim: at most `most`."""
    return {
        "work": f"the same: growth of memory after {since}",
        "database": found["database"],
        "figure": round(found["growth"], 1),
        "unit": "MB",
        "beside": f"peak {found['peak']:.0f} MB",
        "ratio": round(found["growth"] / found["peak"], 2),
        "aim": f"≤ {most:g} MB",
        "met": found["growth"] <= most,
    }

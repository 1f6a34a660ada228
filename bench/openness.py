"""Small cells withheld: 15 streets, 24 months and their years, 30 categories, every sum published beside.

The share of cells that is withheld, small ones and those that would tell them, and the seconds that it takes: once a
refresh, in a job. That what is withheld is safe is checked here as well: every move that proves it must keep every sum.
"""

import time
from typing import Any

import numpy as np

STREETS, MONTHS, CATEGORIES = 15, 24, 30
AIM_SECONDS = 60.0
AIM_BESIDE = 0.15
"""Of all cells, how many may be withheld that are not small themselves."""


def run(quick: bool = False) -> list[dict[str, Any]]:
    """Two rows. `quick` takes one year of five categories in five streets."""
    from youlin.apps.indicators.openness.figures import At, Figure, Series
    from youlin.apps.indicators.openness.suppressing import suppress
    from youlin.apps.indicators.openness.tables import families

    shape = (5, 12, 5) if quick else (STREETS, MONTHS, CATEGORIES)
    told = {At(*at): Figure(number, None, number) for at, number in _cells(shape).items()}
    [family] = families([Series("cases", "count", told, number="cases")], {})
    begun = time.process_time()
    found = suppress(family.table)
    seconds = time.process_time() - begun
    _check(family.table, found)
    counts = family.table.counts
    small, withheld = float(family.table.small.mean()), float(found.cells.mean())
    words = f"{counts.size:,} cells of streets × months and years × categories, with all sums"
    return [
        _row(
            f"small cells withheld, and those that would tell them: {words}",
            seconds,
            "CPU-s",
            "",
            AIM_SECONDS,
        ),
        _row(
            f"cells withheld that are not small themselves ({small:.0%} of all are)",
            round(withheld - small, 3),
            "of all cells",
            f"{float(found.cells[counts > 0].mean()):.0%} of those that are not nought are withheld in all",
            AIM_BESIDE,
        ),
    ]


def _cells(shape: tuple[int, int, int]) -> dict[tuple[str, str, str, str], float]:
    """Counts as a district has them: streets of different size, few categories with most of the cases."""
    random = np.random.default_rng(110102)
    streets, months, categories = shape
    size = random.dirichlet(np.full(streets, 3.0))[:, None, None]
    kinds = random.pareto(1.0, categories) + 0.05
    mean = size * (kinds / kinds.sum())[None, None, :] * 3 * streets * categories
    interior = random.poisson(np.broadcast_to(mean, shape))
    area = {"11": slice(None)} | {f"11{n:03}": slice(n, n + 1) for n in range(streets)}
    period = {f"{2024 + n // 12}-{n % 12 + 1:02}": slice(n, n + 1) for n in range(months)}
    period |= {str(2024 + n): slice(12 * n, 12 * n + 12) for n in range(months // 12)}
    key = {("", ""): slice(None)} | {("category", f"c{n:02}"): slice(n, n + 1) for n in range(categories)}
    return {
        (a, p, *k): float(interior[one, two, three].sum())
        for a, one in area.items()
        for p, two in period.items()
        for k, three in key.items()
    }


def _check(table: Any, found: Any) -> None:
    """Every withheld cell can be any of at least k numbers: the moves keep every sum and touch nothing that is shown."""
    from youlin.apps.indicators.openness.suppressing import equations, stretches

    sums = list(equations(table))
    for move in found.moves:
        steps = np.zeros(table.counts.size)
        steps[move.cells] = move.steps
        assert found.cells.flat[move.cells].all() and (table.counts.flat[move.cells] + move.steps >= 1).all()
        assert all(abs(steps[whole] - steps[list(parts)].sum()) < 1e-6 for whole, parts in _near(sums, move))
    assert (stretches(table, found.moves)[found.cells] >= table.k).all()
    assert not (table.small & ~found.cells).any()


def _near(sums: list[tuple[int, tuple[int, ...]]], move: Any) -> list[tuple[int, tuple[int, ...]]]:
    """The sums that a move touches."""
    cells = set(move.cells.tolist())
    return [(whole, parts) for whole, parts in sums if whole in cells or not cells.isdisjoint(parts)]


def _row(what: str, figure: float, unit: str, beside: str, aim: float) -> dict[str, Any]:
    return {
        "work": what,
        "database": "none",
        "figure": round(figure, 3),
        "unit": unit,
        "beside": beside,
        "ratio": None,
        "aim": f"≤ {aim:g} {unit}",
        "met": figure <= aim,
    }

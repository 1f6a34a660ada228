"""Point → area: 5 million points in 5,000 polygons of 60 corners, beside shapely's STRtree in the same run.

The polygons are a seeded honeycomb of wiggling borders, each cell of exactly 60 corners, neighbours sharing
theirs. Every point is asked of both and the answers must be the same for each. The unit is points a second of
this process's CPU time. Making shapely's point objects is not charged to STRtree. It is measured in both ways
that it can be used: as a tree of polygons asked by points, and as a tree of points asked by prepared polygons;
the row holds the faster of the two against us.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from youlin.apps.areas.geometry.locator import Locator

SEED = 20260101
BOX = (115.4, 39.4, 117.5, 41.1)
AIM, AIM_WITH_BUILD = 10.0, 5.0
CHUNK = 250_000

Floats = NDArray[np.float64]
Answer = NDArray[np.int64]


def run(quick: bool = False) -> list[dict[str, Any]]:
    """The rows: answering alone, and building the index as well. `quick` takes a tenth of the work."""
    columns, rows, points = (40, 25, 500_000) if quick else (100, 50, 5_000_000)
    random = np.random.default_rng(SEED)
    polygons = honeycomb(columns, rows, random)
    west, south, east, north = BOX
    x = random.uniform(west - 0.02, east + 0.02, points)
    y = random.uniform(south - 0.02, north + 0.02, points)
    locator, build = _timed(lambda: Locator(polygons))
    ours, answer = _timed(lambda: locator.index(x, y).astype(np.int64))
    theirs = {"tree of polygons": _by_points(polygons, x, y), "tree of points": _by_polygons(polygons, x, y)}
    same = all((answer_of == ours).all() for answer_of, _, _ in theirs.values())
    name, (_, tree_build, tree_answer) = min(theirs.items(), key=lambda item: item[1][2])
    work = f"point → area, {points:,} points in {len(polygons):,} polygons of {corners(polygons)}"
    both = tree_build + tree_answer
    return [
        _row(f"{work}, equal on every point: {same}", name, points, answer, tree_answer, same, AIM),
        _row(
            "the same, building counted on both sides",
            name,
            points,
            build + answer,
            both,
            same,
            AIM_WITH_BUILD,
        ),
    ]


def _row(
    work: str, name: str, points: int, ours: float, theirs: float, same: bool, aim: float
) -> dict[str, Any]:
    ratio = theirs / ours
    return {
        "work": work,
        "database": "none",
        "figure": round(points / ours),
        "unit": "points per CPU second",
        "beside": f"STRtree ({name}): {points / theirs:,.0f}",
        "ratio": round(ratio, 1),
        "aim": f"≥ {aim:g} × STRtree, equal on every point",
        "met": bool(same and ratio >= aim),
    }


def honeycomb(columns: int, rows: int, random: np.random.Generator) -> NDArray[np.object_]:
    """A partition of the box into cells with six neighbours and 60 corners each, neighbours sharing corners."""
    width, height = 2 * columns + 2, rows + 1
    lattice = np.stack(np.meshgrid(np.arange(width, dtype=float), np.arange(height, dtype=float)), axis=-1)
    lattice += random.uniform(-0.2, 0.2, lattice.shape)
    step = np.array([(BOX[2] - BOX[0]) / (width - 1), (BOX[3] - BOX[1]) / (height - 1)])
    places = np.array(BOX[:2]) + lattice * step
    borders: dict[tuple[int, int], Floats] = {}

    def border(start: int, end: int) -> Floats:
        low, high = min(start, end), max(start, end)
        if (low, high) not in borders:
            a, b = places[divmod(low, width)], places[divmod(high, width)]
            line = a + (b - a) * np.linspace(0, 1, 11)[:, None]
            line[1:-1] += random.uniform(-0.025, 0.025, (9, 2)) * step
            borders[low, high] = line
        line = borders[low, high]
        return (line if start == low else line[::-1])[:-1]

    cells = []
    for row in range(rows):
        for column in range(columns):
            first = row * width + 2 * column + row % 2
            ring = [first, first + 1, first + 2, first + width + 2, first + width + 1, first + width]
            sides = [border(ring[i], ring[(i + 1) % 6]) for i in range(6)]
            cells.append(shapely.Polygon(np.concatenate(sides)))
    return np.array(cells, dtype=object)


def corners(polygons: NDArray[np.object_]) -> int:
    """Corners of each polygon, which all have the same number."""
    counts = np.unique(shapely.get_num_coordinates(polygons) - 1)
    assert len(counts) == 1
    return int(counts[0])


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def _by_points(polygons: NDArray[np.object_], x: Floats, y: Floats) -> tuple[Answer, float, float]:
    """Every point asks a tree of polygons: (answers, seconds to build, seconds to answer)."""
    tree, build = _timed(lambda: shapely.STRtree(polygons))
    answer = np.full(len(x), -1, dtype=np.int64)
    spent = 0.0
    for begin in range(0, len(x), CHUNK):
        points = shapely.points(x[begin : begin + CHUNK], y[begin : begin + CHUNK])
        (point, polygon), seconds = _timed(lambda asked=points: tree.query(asked, predicate="within"))
        answer[begin + point] = polygon
        spent += seconds
    return answer, build, spent


def _by_polygons(polygons: NDArray[np.object_], x: Floats, y: Floats) -> tuple[Answer, float, float]:
    """Every polygon, prepared, asks trees of points."""
    answer = np.full(len(x), -1, dtype=np.int64)
    build = spent = 0.0
    for begin in range(0, len(x), CHUNK):
        points = shapely.points(x[begin : begin + CHUNK], y[begin : begin + CHUNK])
        tree, more = _timed(lambda asked=points: shapely.STRtree(asked))
        (polygon, point), seconds = _timed(lambda grown=tree: grown.query(polygons, predicate="contains"))
        answer[begin + point] = polygon
        build, spent = build + more, spent + seconds
    return answer, build, spent


if __name__ == "__main__":
    import json
    import sys

    print(json.dumps(run("--quick" in sys.argv), ensure_ascii=False, indent=2))

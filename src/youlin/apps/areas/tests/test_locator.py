"""The locator equals the ray cast over every edge; in a partition each point has one owner."""

from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from youlin.apps.areas.geometry.locator import Locator

SMALL = st.integers(min_value=-6, max_value=6)
ODD = st.sampled_from([0.1, 0.3, 1 / 3, 0.7, 1e-9, 1.1, 2.2, -0.7])
COORDINATE = st.one_of(SMALL.map(float), SMALL.map(lambda v: v / 7), ODD)
POINT = st.tuples(COORDINATE, COORDINATE)
RING = st.lists(POINT, min_size=3, max_size=9)


def rational_ray_cast(rings: list[list[tuple[float, float]]], x: float, y: float) -> bool:
    """The yardstick: even-odd ray cast to the east in rational numbers, half-open."""
    px, py = Fraction(x), Fraction(y)
    odd = False
    for ring in rings:
        corners = [(Fraction(a), Fraction(b)) for a, b in ring]
        for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
            if (ay <= py) != (by <= py) and px < ax + (py - ay) * (bx - ax) / (by - ay):
                odd = not odd
    return odd


def points_of(rings: list[list[tuple[float, float]]], more: list[tuple[float, float]]) -> np.ndarray:
    corners = [corner for ring in rings for corner in ring]
    middles = [((a + c) / 2, (b + d) / 2) for (a, b), (c, d) in zip(corners, corners[1:], strict=False)]
    return np.array(corners + middles + more)


@settings(max_examples=40, deadline=None)
@given(rings=st.lists(RING, min_size=1, max_size=5), more=st.lists(POINT, min_size=1, max_size=30))
@pytest.mark.parametrize("cells", [4, 60, 3000])
def test_every_answer_is_the_rational_one(cells, rings, more):
    polygons = [shapely.Polygon(ring) for ring in rings]
    points = points_of(rings, more)
    expected = [
        next((i for i, ring in enumerate(rings) if rational_ray_cast([ring], x, y)), -1) for x, y in points
    ]
    locator = Locator(polygons, cells=cells)
    assert locator.index(points[:, 0], points[:, 1]).tolist() == expected
    assert [locator.brute_force(float(x), float(y)) for x, y in points] == expected


@settings(max_examples=10, deadline=None)
@given(more=st.lists(POINT, min_size=1, max_size=30), seed=st.integers(0, 1000))
def test_each_point_of_a_partition_has_one_owner(more, seed):
    """Squares split along a diagonal: on every border and corner still exactly one polygon answers."""
    random = np.random.default_rng(seed)
    lattice = {
        (i, j): (i + random.uniform(-0.3, 0.3), j + random.uniform(-0.3, 0.3))
        for i in range(-3, 5)
        for j in range(-3, 5)
    }
    polygons = []
    for i, j in [(i, j) for i, j in lattice if i < 4 and j < 4]:
        a, b, c, d = lattice[i, j], lattice[i + 1, j], lattice[i + 1, j + 1], lattice[i, j + 1]
        polygons += [shapely.Polygon([a, b, c]), shapely.Polygon([a, c, d])]
    points = points_of([list(lattice.values())], more)
    points = points[(np.abs(points) < 2.4).all(axis=1)]
    owners = sum(
        (Locator([one], cells=64).index(points[:, 0], points[:, 1]) >= 0).astype(int) for one in polygons
    )
    assert (owners == 1).all()
    assert (Locator(polygons).index(points[:, 0], points[:, 1]) >= 0).all()


def test_holes_and_parts_are_respected():
    ring = shapely.Point(0, 0).buffer(4).difference(shapely.Point(0, 0).buffer(2))
    two = shapely.union_all([shapely.box(5, 5, 6, 6), shapely.box(7, 7, 8, 8)])
    locator = Locator([ring, two])
    assert locator.index([0, 3, 5.5, 7.5, 6.5, 99], [0, 0, 5.5, 7.5, 6.5, 0]).tolist() == [
        -1,
        0,
        1,
        1,
        -1,
        -1,
    ]


def test_the_lowest_index_wins_an_overlap():
    boxes = [shapely.box(2, 2, 6, 6), shapely.box(0, 0, 4, 4), shapely.box(1, 1, 9, 9)]
    assert Locator(boxes).index([3, 1.5, 8, 0.5], [3, 1.5, 8, 0.5]).tolist() == [0, 1, 2, 1]


def test_a_cell_of_more_polygons_than_it_has_bits_is_still_exact():
    thin = [shapely.Polygon([(0, 0), (1, i / 100), (1, (i + 1) / 100)]) for i in range(100)]
    locator = Locator([*thin, shapely.box(50, 50, 60, 60)], cells=16)
    y = np.arange(100) / 100 * 0.9 + 0.0045
    assert locator.index(np.full(100, 0.9), y).tolist() == list(range(100))


def test_what_is_no_number_lies_nowhere():
    locator = Locator([shapely.box(0, 0, 1, 1)])
    assert locator.index([np.nan, np.inf, -np.inf, 0.5], [0.5, 0.5, 0.5, np.nan]).tolist() == [-1, -1, -1, -1]


def test_no_polygons_means_nowhere():
    assert Locator([]).index([1.0], [2.0]).tolist() == [-1]


def test_random_points_equal_shapely():
    random = np.random.default_rng(3)
    seeds = shapely.MultiPoint(random.uniform(0, 1, (300, 2)))
    cells = np.array(shapely.get_parts(shapely.voronoi_polygons(seeds)), dtype=object)
    x, y = random.uniform(-0.5, 1.5, (2, 20_000))
    found = shapely.STRtree(cells).query(shapely.points(x, y), predicate="intersects")
    expected = np.full(len(x), -1)
    expected[found[0]] = found[1]
    assert (Locator(cells).index(x, y) == expected).all()

"""What is divided has neither gap nor overlap, whatever its form."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from youlin.apps.areas.geometry import metric, partition
from youlin.apps.areas.geometry.locator import Locator

RADII = st.lists(st.floats(0.3, 1.0), min_size=5, max_size=24)


def star(radii, hole):
    """A star-shaped polygon of about two kilometres, perhaps with a hole."""
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    x, y = 116.4 + 0.012 * np.array(radii) * np.cos(angles), 39.9 + 0.01 * np.array(radii) * np.sin(angles)
    shape = shapely.Polygon(np.stack([x, y], axis=1))
    return shape.difference(shapely.Point(116.4, 39.9).buffer(0.001)) if hole else shape


def assert_partition(whole, parts):
    assert shapely.is_valid(parts).all()
    assert shapely.coverage_is_valid(parts)
    union = shapely.coverage_union_all(parts)
    assert (
        union.symmetric_difference(whole).area < 1e-10 * whole.area
    )  # coordinates are rounded in the last bit
    west, south, east, north = whole.bounds
    points = np.random.default_rng(1).uniform((west, south), (east, north), (400, 2))
    points = points[shapely.contains_xy(whole, points)]
    assert (owners(parts, points) == 1).all()


def owners(parts, points):
    """How many of the parts hold each point, each asked alone."""
    return sum(
        (Locator([part], cells=64).index(points[:, 0], points[:, 1]) >= 0).astype(int) for part in parts
    )


@settings(max_examples=15, deadline=None)
@given(radii=RADII, hole=st.booleans(), count=st.integers(1, 12), seed=st.integers(0, 99))
def test_compact_parts_are_a_partition(radii, hole, count, seed):
    whole = star(radii, hole)
    parts = partition.voronoi(whole, count, seed)
    assert len(parts) == count
    assert_partition(whole, parts)


@settings(max_examples=15, deadline=None)
@given(radii=RADII, hole=st.booleans(), size=st.floats(250, 900))
def test_squares_are_a_partition(radii, hole, size):
    whole = star(radii, hole)
    parts = partition.lattice(whole, size)
    assert_partition(whole, parts)
    assert {part.geom_type for part in parts} == {"Polygon"}


def test_the_same_seed_gives_the_same_parts_and_another_other_ones():
    whole = star([1.0] * 12, False)
    first, again, other = (partition.voronoi(whole, 6, seed) for seed in (3, 3, 4))
    assert shapely.equals_identical(first, again).all()
    assert not shapely.equals_identical(first, other).all()


def test_parts_are_of_like_size():
    sizes = metric.areas_m2(partition.voronoi(shapely.box(116, 39, 116.05, 39.03), 15, 1))
    assert sizes.max() < 2.5 * sizes.min()


def test_squares_run_west_to_east_and_north_to_south():
    parts = partition.lattice(shapely.box(116, 39, 116.03, 39.02), 900)
    middle = shapely.get_coordinates(shapely.centroid(parts))
    assert len(parts) == 6
    assert (np.diff(middle[:3, 0]) > 0).all() and (np.diff(middle[3:, 0]) > 0).all()
    assert middle[:3, 1].min() > middle[3:, 1].max()


def test_a_scrap_joins_the_neighbour_with_the_longest_common_border():
    faces = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 1.2, 1), shapely.box(1.2, 0, 2, 0.3)])
    least = metric.areas_m2([faces[1]])[0] * 1.1
    group = partition.merge_scraps(faces[:2], least)
    assert group.tolist() == [0, 0]


def test_islands_stay_with_what_is_nearest():
    whole = shapely.MultiPolygon(
        [shapely.box(116, 39, 116.02, 39.02), shapely.box(116.03, 39, 116.031, 39.001)]
    )
    parts = partition.voronoi(whole, 4, 1)
    assert len(parts) == 4
    assert_partition(whole, parts)


def test_too_many_parts_for_a_torn_polygon_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        partition.voronoi(shapely.box(0, 0, 1, 1), 0, 1)


def test_every_point_of_a_divided_polygon_is_located():
    whole = star([1.0, 0.5] * 6, True)
    locator = Locator(partition.lattice(whole, 200))
    points = np.random.default_rng(2).uniform((116.38, 39.88), (116.42, 39.92), (5000, 2))
    inside = shapely.contains_xy(whole, points)
    assert ((locator.index(points[:, 0], points[:, 1]) >= 0) == inside).all()

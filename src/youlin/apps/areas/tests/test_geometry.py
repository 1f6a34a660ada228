"""Coordinate systems, square metres, drawings: the pure rules."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, example, given
from hypothesis import strategies as st

from youlin.apps.areas.geometry import crs, metric, svg
from youlin.apps.areas.geometry.svg import Projection

CHINA = {
    "lon": st.floats(73.5, 135.0, allow_nan=False),
    "lat": st.floats(3.9, 53.5, allow_nan=False),
}
CONTROL = [
    (crs.wgs84_to_gcj02, (116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    (crs.gcj02_to_bd09, (116.404, 39.915), (116.41036949371029, 39.92133699351021)),
]
"""Values that the widely used implementations of the same formulas publish."""


@pytest.mark.parametrize(("convert", "given_point", "expected"), CONTROL)
def test_control_points_are_met(convert, given_point, expected):
    assert convert(*given_point) == pytest.approx(expected, abs=1e-13)


def metres(a, b):
    return np.hypot((a[0] - b[0]) * np.cos(np.radians(a[1])), a[1] - b[1]) * metric.METRES_PER_DEGREE


@given(**CHINA)
@example(lon=105.0, lat=35.0)
@example(lon=105.0, lat=4.0)
def test_the_inverse_of_gcj02_is_exact_to_a_hundredth_of_a_micrometre(lon, lat):
    assume(lon == 105 or abs(lon - 105) > 1e-10)
    assert metres(crs.gcj02_to_wgs84(*crs.wgs84_to_gcj02(lon, lat)), (lon, lat)) < 1e-8


@given(**CHINA)
def test_the_inverse_of_bd09_is_exact_to_a_hundredth_of_a_micrometre(lon, lat):
    assume(abs(lon - 105) > 1e-10)
    assert metres(crs.bd09_to_wgs84(*crs.wgs84_to_bd09(lon, lat)), (lon, lat)) < 1e-8


def test_arrays_and_numbers_convert_alike():
    lons, lats = np.array([116.4, 91.1]), np.array([39.9, 29.7])
    x, y = crs.bd09_to_wgs84(lons, lats)
    assert (x[1], y[1]) == crs.bd09_to_wgs84(91.1, 29.7)


def test_beyond_china_nothing_is_moved():
    assert crs.wgs84_to_gcj02(-87.6, 41.8) == (-87.6, 41.8)


def test_a_square_degree_has_the_surface_of_the_ellipsoid():
    """Snyder's closed form for the zone between two parallels of WGS84, for 1° × 1° at 39–40° N."""
    size = metric.areas_m2([shapely.segmentize(shapely.box(116, 39, 117, 40), 0.001)])[0]
    assert size == pytest.approx(9_550_700_000, rel=2e-4)
    halves = metric.areas_m2([shapely.box(116, 39, 117, 39.5), shapely.box(116, 39.5, 117, 40)])
    assert halves.sum() == pytest.approx(size, rel=1e-9)


def test_a_length_in_degrees_and_back():
    lon_degrees, lat_degrees = metric.degrees(1000, 39.9)
    square = shapely.box(116, 39.9, 116 + lon_degrees, 39.9 + lat_degrees)
    assert metric.areas_m2([square])[0] == pytest.approx(1e6, rel=2e-4)


def test_a_projection_fits_and_inverts():
    at = Projection.fit((116, 39, 117, 40), 800, 600)
    x, y = at.xy(116.2, 39.7)
    assert at.lonlat(x, y) == pytest.approx((116.2, 39.7))
    corners = [at.xy(lon, lat) for lon in (116, 117) for lat in (39, 40)]
    assert all(4 <= x <= 796 and 3.99 <= y <= 596.01 for x, y in corners)


def test_paths_hold_every_ring_and_shared_corners_stay_shared():
    left = shapely.Polygon([(0, 0), (5, 0), (5.04, 5.1), (0, 5)], [[(1, 1), (2, 1), (2, 2)]])
    right = shapely.Polygon([(5, 0), (9, 0), (9, 5), (5.04, 5.1)])
    assert svg.path_d(left) == "M0 0l5 0 0 5.1-5-.1zM1 1l1 0 0 1z"
    assert svg.path_d(right) == "M5 0l4 0 0 5-4 .1z"


def test_paths_of_many_parts_are_drawn():
    parts = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(3, 3, 4, 4)])
    assert svg.path_d(parts).count("M") == 2


def test_neighbours_keep_a_common_border_when_simplified():
    wiggle = [(5 + np.sin(i) / 3, i / 10) for i in range(101)]
    left = shapely.Polygon([(0, 0), *wiggle, (0, 10)])
    right = shapely.Polygon([*wiggle, (10, 10), (10, 0)])
    fewer = svg.simplified(np.array([left, right], dtype=object), 1.0)
    assert shapely.get_num_coordinates(fewer).sum() < 80
    assert shapely.coverage_is_valid(fewer)
    assert fewer[0].intersection(fewer[1]).area == 0


def test_a_budget_is_kept_by_simplifying_more():
    wiggle = [(116 + i / 1e4, 39 + (i % 7) / 1e4) for i in range(3000)]
    shape = np.array([shapely.Polygon([*wiggle, (116.3, 39.5), (116, 39.5)])], dtype=object)
    at = Projection.fit((116, 39, 116.3, 39.5), 2000, 2000)
    assert len(svg.paths(shape, at, 3000)[0]) <= 3000

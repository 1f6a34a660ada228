"""Point → area on Spark answers for every point what the locator answers here."""

import numpy as np
import pytest

from tests.cast import DISTRICT, rectangle
from youlin.apps.areas import on_spark, selectors

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("made")]


def test_every_point_lies_where_it_lies_here(cluster):
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    chance = np.random.default_rng(7)
    west, south, east, north = rectangle(DISTRICT).bounds
    lons = chance.uniform(west - 0.01, east + 0.01, 5000).tolist()
    lats = chance.uniform(south - 0.01, north + 0.01, 5000).tolist()
    # On borders and corners, and without a place.
    lons += [west, west, float("nan"), None, 181.0]
    lats += [south, (south + north) / 2, south, south, 91.0]
    points = list(zip(range(len(lons)), lons, lats, strict=True))
    frame = session.createDataFrame(points, "number int, x double, y double").repartition(4)
    found = on_spark.located(frame, on_spark.ready(), lon="x", lat="y", column="code").collect()
    ours = selectors.locate_many(np.array(lons, float), np.array(lats, float))
    assert [row.code or "" for row in sorted(found)] == ours.tolist()
    assert 0 < sum(row.code is None for row in found) < 4000
    assert len({row.code for row in found}) > 8

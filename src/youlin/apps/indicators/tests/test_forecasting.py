"""Forecasts on histories whose futures are known: how often they are right, and when nothing is said."""

import json
import math

import numpy as np
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from youlin.apps.indicators import forecasting
from youlin.apps.indicators.forecasting import FEWEST, Forecast, Point, forecast

MONTHS = 12


def points(values, bases=None) -> list[Point]:
    """A history."""
    return [Point(float(value), None if bases is None else float(bases[n])) for n, value in enumerate(values)]


def noise(random: np.random.Generator, n: int):
    """A level and nothing else."""
    return 50 + random.normal(0, 5, n), None


def wandering(random: np.random.Generator, n: int):
    """Every month begins where the last one ended."""
    return 200 + np.cumsum(random.normal(0, 5, n)), None


def rising(random: np.random.Generator, n: int):
    """A line."""
    return 100 + 1.5 * np.arange(n) + random.normal(0, 5, n), None


def seasonal(random: np.random.Generator, n: int):
    """A line and a year."""
    year = 30 * np.sin(np.arange(n) * 2 * np.pi / MONTHS)
    return 200 + 0.5 * np.arange(n) + year + random.normal(0, 8, n), None


def counted(random: np.random.Generator, n: int):
    """Cases as they come."""
    return random.poisson(40, n).astype(float), None


def solved(random: np.random.Generator, n: int):
    """A rate of about 86 % that differs more than chance from month to month."""
    bases = random.integers(80, 160, n)
    shares = 1 / (1 + np.exp(-(1.8 + random.normal(0, 0.15, n))))
    return random.binomial(bases, shares) / bases, bases


@pytest.mark.parametrize(
    ("world", "kind", "known", "ahead"),
    [
        (noise, "number", 12, 3),
        (noise, "number", 30, 3),
        (wandering, "number", 24, 3),
        (rising, "count", 14, 3),
        (seasonal, "count", 30, 3),
        (counted, "count", 20, 3),
        (solved, "rate", 14, 3),
    ],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_about_four_of_five_futures_lie_in_the_interval(world, kind, known, ahead) -> None:
    inside = said = 0
    for seed in range(40):
        values, bases = world(np.random.default_rng(1000 + seed), known + ahead)
        found = forecast(points(values, bases)[:known], steps=ahead, kind=kind)
        said += len(found.steps)
        inside += sum(
            one.low <= value <= one.high for one, value in zip(found.steps, values[known:], strict=True)
        )
    assert said == 40 * ahead
    assert 0.70 <= inside / said <= 0.97


def test_what_a_year_will_have_brought_lies_in_the_interval() -> None:
    inside = 0
    for seed in range(40):
        values, _bases = counted(np.random.default_rng(seed), 24)
        found = forecast(points(values)[:20], steps=4, kind="count", so_far=(values[12:20].sum(), 0))
        assert found.whole is not None
        inside += found.whole.low <= values[12:].sum() <= found.whole.high
    assert 0.70 <= inside / 40 <= 0.99


def test_a_season_is_seen_with_two_full_years_and_not_before() -> None:
    values, _bases = seasonal(np.random.default_rng(3), 24)
    assert forecast(points(values), steps=3, kind="count").method == "seasonal"
    assert forecast(points(values)[1:], steps=3, kind="count").method == "trend"


def test_a_season_takes_the_forecast_to_where_the_year_turns() -> None:
    values, _bases = seasonal(np.random.default_rng(3), 48)
    found = forecast(points(values[:36]), steps=12, kind="count")
    missed = np.abs(np.array([one.value for one in found.steps]) - values[36:])
    assert missed.mean() < 15


def test_where_there_is_no_season_none_is_made_up() -> None:
    seen = [
        forecast(points(noise(np.random.default_rng(seed), 36)[0]), steps=1, kind="number").method
        for seed in range(40)
    ]
    assert seen.count("seasonal") <= 4


@given(known=st.integers(0, FEWEST - 1))
def test_a_short_history_gives_nothing_and_says_so(known: int) -> None:
    found = forecast(points(range(known)), steps=3, kind="count")
    assert (found.method, found.steps, found.whole, found.why) == ("none", (), None, "short")
    assert str(known) in forecasting.in_words(found)


def test_what_lies_before_a_gap_is_no_history() -> None:
    long = points(range(30))
    found = forecast([*long, Point(None), *long[:5]], steps=2, kind="number")
    assert (found.why, found.points) == ("short", 5)
    assert forecast([*long, Point(math.nan)], steps=2, kind="number").points == 0


def test_a_period_that_is_over_and_one_that_is_far_get_no_forecast() -> None:
    history = points(range(20))
    assert forecast(history, steps=0, kind="count").why == "over"
    assert forecast(history, steps=forecasting.FARTHEST + 1, kind="count").why == "far"


@settings(max_examples=40)
@given(
    shares=st.lists(st.floats(0, 1), min_size=FEWEST, max_size=20),
    base=st.integers(1, 500),
    steps=st.integers(1, 6),
)
def test_a_rate_stays_between_nothing_and_all(shares: list[float], base: int, steps: int) -> None:
    found = forecast(
        [Point(one, base) for one in shares], steps=steps, kind="rate", so_far=(0.5 * base, base)
    )
    assert found.whole is not None
    for one in (*found.steps, found.whole):
        assert 0 <= one.low <= one.value <= one.high <= 1


@settings(max_examples=40)
@given(st.lists(st.integers(0, 6), min_size=FEWEST, max_size=20))
def test_a_count_is_never_below_nothing_nor_the_year_below_what_it_has(values: list[int]) -> None:
    found = forecast(points(values), steps=3, kind="count", so_far=(17, 0))
    assert found.whole is not None
    assert all(one.low >= 0 for one in found.steps)
    assert found.whole.low >= 17


def test_what_was_always_the_same_is_not_certain() -> None:
    three = forecast([Point(3.0)] * 12, steps=2, kind="count")
    assert three.method == "constant"
    assert three.steps[0].low < three.steps[0].value == 3 < three.steps[0].high
    half = forecast([Point(0.5, 40)] * 12, steps=2, kind="rate")
    assert half.steps[0].low < 0.5 < half.steps[0].high
    assert forecast([Point(7.5)] * 12, steps=1, kind="number").steps[0].low == 7.5


def test_the_same_history_gives_the_same_forecast() -> None:
    values, bases = solved(np.random.default_rng(8), 15)
    first, again = (forecast(points(values, bases), steps=3, kind="rate") for _ in range(2))
    assert first == again


def test_a_forecast_is_kept_as_json_and_comes_back() -> None:
    values, bases = solved(np.random.default_rng(8), 15)
    for found in (forecast(points(values, bases), steps=3, kind="rate"), forecast([], steps=3, kind="rate")):
        assert Forecast.from_data(json.loads(json.dumps(found.as_data()))) == found


def test_the_words_say_by_what_and_from_how_much() -> None:
    values, bases = solved(np.random.default_rng(8), 15)
    with translation.override("zh-hans"):
        assert "15 期" in forecasting.in_words(forecast(points(values, bases), steps=3, kind="rate"))

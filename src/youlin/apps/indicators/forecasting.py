"""Where a figure goes until its period ends: exponential smoothing over its own history, with how sure that is.

Pure: numbers in, numbers out, nothing is read. For jobs, never for a request: the first call imports statsmodels,
which takes seconds. Method: innovations state space models with additive errors (Hyndman et al., *Forecasting with
Exponential Smoothing*, 2008). With two full years of points and a season that pays for itself (Akaike), level, season
and damped trend; else level and damped trend; with fewer than eight points nothing at all. Rates are forecast as
their logits, so that nothing leaves 0 to 1.
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

Kind = Literal["rate", "count", "number"]
"""A rate lies in 0 to 1, a count is at least 0 and adds up over a period, a number is neither."""

Method = Literal["seasonal", "trend", "constant", "none"]

FEWEST = 8
"""Points without a gap below which nothing is forecast."""

LEVEL = 0.8
"""The share of futures between `low` and `high`."""

NO_BASE = 100.0
"""What a rate is taken to rest on where nobody says."""

SAME = 1e-6
"""Of its own size: by less than this a history does not move."""

PATHS = 2000
FARTHEST = 60
"""Steps ahead beyond which nobody knows anything."""

FOLLOWS = (0.02, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)
"""How quickly a level may follow what happens: the smoothing that is looked at beside the fitted one."""

PARAMETERS = 5
"""What is fitted without a season: how level and trend follow, how the trend is damped, where both begin."""

SHIFT = 4.0
"""Variance of the level where a line was drawn through n points: 4/n of that of one point at its end."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Point:
    """One closed week or month: its value, and what it rests on where it is a rate (the denominator)."""

    value: float | None
    base: float | None = None


@dataclass(frozen=True)
class Ahead:
    """One step ahead, or the whole period: what is expected, and between what it lies in four of five futures."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Forecast:
    """The steps ahead, and the period as it will be when it is over; without steps `why` says why not.

    `why`: `short` (too few points), `far` (too many steps), `over` (no step is left).
    """

    method: Method
    steps: tuple[Ahead, ...] = ()
    whole: Ahead | None = None
    points: int = 0
    why: Literal["", "short", "far", "over"] = ""

    def as_data(self) -> dict[str, Any]:
        """Ready for JSON."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Forecast":
        """What `as_data` made."""
        whole = Ahead(**data["whole"]) if data["whole"] else None
        steps = tuple(Ahead(**one) for one in data["steps"])
        return cls(data["method"], steps, whole, data["points"], data["why"])


@dataclass(frozen=True)
class _Scale:
    """How values stand on the scale that is smoothed, and how they come back."""

    kind: Kind

    def forth(self, points: Sequence[Point]) -> Numbers:
        values = np.array([point.value for point in points], dtype=np.float64)
        if self.kind != "rate":
            return values
        bases = np.array([point.base or NO_BASE for point in points], dtype=np.float64)
        kept = (np.clip(values, 0, 1) * bases + 0.5) / (bases + 1)
        return np.log(kept / (1 - kept))

    def back(self, values: Numbers) -> Numbers:
        if self.kind == "rate":
            return 1 / (1 + np.exp(-values))
        return np.maximum(values, 0) if self.kind == "count" else values


def forecast(
    history: Sequence[Point],
    *,
    steps: int,
    kind: Kind,
    season: int = 12,
    so_far: tuple[float, float] = (0.0, 0.0),
    seed: int = 0,
) -> Forecast:
    """The next `steps` after a history of closed weeks (`season` 52) or months (12), oldest first.

    Only what follows the last gap counts. `so_far` is what the period has already: sum and denominator for a rate,
    sum and 0 for a count; a number has no whole. The same history gives the same answer.
    """
    points = _since_the_last_gap(history)
    if steps < 1:
        return Forecast("none", points=len(points), why="over")
    if len(points) < FEWEST:
        return Forecast("none", points=len(points), why="short")
    if steps > FARTHEST:
        return Forecast("none", points=len(points), why="far")
    random = np.random.default_rng(seed)
    method: Method
    scale = _Scale(kind)
    values = scale.forth(points)
    if np.ptp(values) <= SAME * (1 + np.abs(values).max()):
        method, futures = "constant", _unchanged(points, kind, steps, random)
    else:
        method, paths = _paths(values, steps, season, random)
        futures = scale.back(paths)
    whole = _whole(futures, points, kind, so_far)
    return Forecast(method, tuple(_summed_up(row) for row in futures), whole, len(points))


def in_words(found: Forecast) -> str:
    """How it was forecast, or why it was not, in one sentence."""
    if found.why == "over":
        return _("本期已经结束，不用预测。")
    if found.why == "far":
        return _("离期末太远，不作预测。")
    if found.method == "none":
        return _("连续的历史只有 %(n)d 期，不足 %(fewest)d 期，不作预测。") % {
            "n": found.points,
            "fewest": FEWEST,
        }
    how = {
        "seasonal": _("按季节和趋势推算"),
        "trend": _("按趋势推算"),
        "constant": _("历来一样，照此推算"),
    }[found.method]
    return _("%(how)s，根据此前 %(n)d 期；区间有八成把握。") % {"how": how, "n": found.points}


def _since_the_last_gap(history: Sequence[Point]) -> list[Point]:
    found: list[Point] = []
    for point in reversed(history):
        if point.value is None or not math.isfinite(point.value):
            break
        found.append(point)
    return found[::-1]


def _unchanged(points: Sequence[Point], kind: Kind, steps: int, random: np.random.Generator) -> Numbers:
    """Futures of what was always the same: chance still plays (Jeffreys' prior), but for a mere number."""
    value, shape = float(points[0].value or 0), (steps, PATHS)
    if kind == "number":
        return np.full(shape, value)
    if kind == "count":
        means = random.gamma(value * len(points) + 0.5, 1 / len(points), PATHS)
        return random.poisson(means, shape).astype(np.float64)
    base = max(round(float(np.median([point.base or NO_BASE for point in points]))), 1)
    hits, whole = value * base * len(points), base * len(points)
    shares = random.beta(hits + 0.5, max(whole - hits, 0) + 0.5, PATHS)
    return random.binomial(base, shares, shape) / base


def _paths(values: Numbers, steps: int, season: int, random: np.random.Generator) -> tuple[Method, Numbers]:
    """Futures by chance, a column each, on the scale of `values`.

    Beside what is to happen by chance they carry what is not known of the past: how quickly the level follows
    (models with other smoothing, each as often as it is likely) and where the level stands (a shift of each path).
    """
    spread, middle = float(values.std()), float(values.mean())
    method, fitted = _fitted((values - middle) / spread, season)
    free = max(len(values) - PARAMETERS - (season if method == "seasonal" else 0), 2)
    found = []
    for model, share in _likely(fitted):
        paths = round(PATHS * share)
        if paths:
            sigma = math.sqrt(float(model.sse) / free)
            errors = random.standard_t(free, (steps, paths)) * sigma
            drawn = model.simulate(nsimulations=steps, repetitions=paths, anchor="end", random_errors=errors)
            shift = random.standard_t(free, paths) * sigma * math.sqrt(SHIFT / len(values))
            found.append(np.asarray(drawn, dtype=np.float64).reshape(steps, paths) + shift)
    return method, np.concatenate(found, axis=1) * spread + middle


def _likely(fitted: Any) -> list[tuple[Any, float]]:
    """The fitted model with the level following more slowly or quickly, each with its share of the likelihood."""
    names, count = list(fitted.model.param_names), fitted.model.nobs
    level, trend = names.index("smoothing_level"), names.index("smoothing_trend")
    seasonal = names.index("smoothing_seasonal") if "smoothing_seasonal" in names else None
    found = []
    for follows in (*FOLLOWS, float(fitted.params[level])):
        params = np.array(fitted.params, dtype=np.float64)
        params[level], params[trend] = follows, min(params[trend], follows * 0.999)
        if seasonal is not None:
            params[seasonal] = min(params[seasonal], (1 - follows) * 0.999)
        found.append(fitted.model.smooth(params))
    logs = np.array([-count / 2 * math.log(max(float(model.sse), 1e-12)) for model in found])
    weights = np.exp(logs - logs.max())
    return [(model, float(share)) for model, share in zip(found, weights / weights.sum(), strict=True)]


def _fitted(scaled: Numbers, season: int) -> tuple[Method, Any]:
    """The model that is worth its parameters (Akaike, a season counting as so many)."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    given = {"error": "add", "trend": "add", "damped_trend": True}
    with warnings.catch_warnings():
        # A fit that stops early is still a forecast, and its errors say how good it is.
        warnings.simplefilter("ignore")
        plain = ETSModel(scaled, **given).fit(disp=False)
        if len(scaled) < 2 * season:
            return "trend", plain
        # The first season is read off the data: to fit each of its months costs twenty times as much.
        known = {"seasonal": "add", "seasonal_periods": season, "initialization_method": "heuristic"}
        seasonal = ETSModel(scaled, **given, **known).fit(disp=False)
    worth = 2 * float(plain.llf - seasonal.llf) + 2 * season < 0
    return ("seasonal", seasonal) if worth else ("trend", plain)


def _whole(
    futures: Numbers, points: Sequence[Point], kind: Kind, so_far: tuple[float, float]
) -> Ahead | None:
    """The period when it is over: what it has, and what is to come."""
    done, base = so_far
    if kind == "count":
        return _summed_up(done + futures.sum(axis=0))
    if kind == "number":
        return None
    recent = [point.base for point in points[-12:] if point.base]
    if not recent:
        return None
    weight = float(np.median(recent))
    return _summed_up((done + weight * futures.sum(axis=0)) / (base + weight * len(futures)))


def _summed_up(futures: Numbers) -> Ahead:
    low, middle, high = np.quantile(futures, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
    return Ahead(float(middle), float(low), float(high))

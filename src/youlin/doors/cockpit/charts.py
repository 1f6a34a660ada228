"""Trends drawn on the server: axes, target, points with their values. Numbers go through attributes, never `style`."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from youlin.apps.indicators import saying
from youlin.apps.indicators.definitions import Grain
from youlin.apps.indicators.forecasting import Ahead
from youlin.apps.indicators.selectors.ahead import Outlook, Step
from youlin.apps.indicators.selectors.rows import Figure, Point
from youlin.kernel import numerals

WIDTH, HEIGHT = 640.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 12.0, 14.0, 26.0
MARKS = 6
"""Days that are written under a trend, at most."""


@dataclass(frozen=True)
class Mark:
    """A line of the scale, or a word under it: where, and what it says."""

    at: float
    text: str


@dataclass(frozen=True)
class Dot:
    """One point, and what it says when asked."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Row:
    """The same in the table behind the trend; `at`, `raw`, `low` and `high` are for scripts."""

    start: str
    value: str
    n: str
    d: str
    at: date
    raw: str
    expected: bool = False
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Trend:
    """A drawn trend. `lines` are its unbroken stretches; a stretch without a value breaks it.

    `band` is between what four of five futures lie, `middle_way` what is expected in the middle of it; "" for none.
    """

    lines: tuple[str, ...]
    dots: tuple[Dot, ...]
    scale: tuple[Mark, ...]
    days: tuple[Mark, ...]
    target: float | None
    target_text: str
    aim: str
    rows: tuple[Row, ...]
    band: str = ""
    middle_way: str = ""
    middle: float = (TOP + HEIGHT - BOTTOM) / 2
    view_box: str = f"0 0 {WIDTH:g} {HEIGHT:g}"
    left: float = LEFT
    right: float = WIDTH - RIGHT
    foot: float = HEIGHT - 8


def trend(
    figure: Figure, points: Sequence[Point], grain: Grain, ahead: Outlook | None = None
) -> Trend | None:
    """The trend of a figure, with what is expected where it goes on; None where there is not a single value."""
    drawn = [None if one.value is None else _shown(figure, one.value) for one in points]
    known = [value for value in drawn if value is not None]
    if not known:
        return None
    steps = _going_on(points, ahead)
    futures = [_shown(figure, value) for one in steps for value in (one.ahead.low, one.ahead.high)]
    low, high, step = scale(
        [*known, *futures, *([figure.aim] if figure.aim is not None else [])], figure.unit
    )
    days = [*(one.start for one in points), *(one.start for one in steps[1:])]

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - TOP), 1)

    def x(place: int) -> float:
        share = place / (len(days) - 1) if len(days) > 1 else 0.5
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    dots = [
        Dot(x(place), y(value), f"{day(points[place].start, grain)} {_said(figure, points[place].value)}")
        for place, value in enumerate(drawn)
        if value is not None
    ]
    every = max(1, math.ceil(len(days) / MARKS))
    band, middle_way = _band(figure, steps, lambda n: x(len(points) - 1 + n), y)
    return Trend(
        lines=tuple(
            _stretches([(x(place), y(v)) if v is not None else None for place, v in enumerate(drawn)])
        ),
        dots=tuple(dots),
        scale=tuple(Mark(y(value), numerals.short(value)) for value in _steps(low, high, step)),
        days=tuple(Mark(x(p), day(days[p], grain)) for p in range(0, len(days), every)),
        target=None if figure.aim is None else y(figure.aim),
        target_text="" if figure.aim is None else numerals.lean(figure.aim, figure.decimals),
        aim="" if figure.aim is None else _digits(figure.aim),
        rows=(
            *(_row(figure, one, grain) for one in points),
            *(_row_ahead(figure, one, grain) for one in steps),
        ),
        band=band,
        middle_way=middle_way,
    )


def said_ahead(figure: Figure, ahead: Outlook) -> list[str]:
    """What is expected, in sentences: of the present week or month, and of the year."""
    found = []
    if ahead.steps:
        first = ahead.steps[0]
        when = (
            date_format(first.start, "m-d")
            if ahead.by == "week"
            else date_format(first.start, "YEAR_MONTH_FORMAT")
        )
        told = _between(figure, first.ahead) | {"when": when}
        found.append(
            _("预计 %(when)s 起的一周 %(value)s（80 %% 区间 %(low)s 至 %(high)s）") % told
            if ahead.by == "week"
            else _("预计 %(when)s %(value)s（80 %% 区间 %(low)s 至 %(high)s）") % told
        )
    if ahead.year is not None:
        found.append(_("预计全年 %(value)s（80 %% 区间 %(low)s 至 %(high)s）") % _between(figure, ahead.year))
    return found


def _between(figure: Figure, ahead: Ahead) -> dict[str, str]:
    return {
        "value": _said(figure, ahead.value),
        "low": _said(figure, ahead.low),
        "high": _said(figure, ahead.high),
    }


def _going_on(points: Sequence[Point], ahead: Outlook | None) -> Sequence[Step]:
    """The steps that go on from where a trend ends: the first is the stretch that is not over."""
    if ahead is None or not ahead.steps or not points or points[-1].start != ahead.steps[0].start:
        return ()
    return ahead.steps


def _band(
    figure: Figure, steps: Sequence[Step], x: Callable[[int], float], y: Callable[[float], float]
) -> tuple[str, str]:
    """The outline of what is expected and the way through its middle, as paths."""
    if not steps:
        return "", ""
    high = [f"{x(n):g} {y(_shown(figure, one.ahead.high)):g}" for n, one in enumerate(steps)]
    low = [f"{x(n):g} {y(_shown(figure, one.ahead.low)):g}" for n, one in enumerate(steps)]
    middle = [f"{x(n):g} {y(_shown(figure, one.ahead.value)):g}" for n, one in enumerate(steps)]
    return f"M{'L'.join([*high, *reversed(low)])}Z", f"M{'L'.join(middle)}"


def scale(values: Sequence[float], unit: str) -> tuple[float, float, float]:
    """Lowest and highest mark and the step between them: round numbers around the values.

    Counts begin at nought, so that twice as much stands twice as high; percentages end at a hundred.
    """
    low, high = min(values), max(values)
    if unit != "percent":
        low = min(low, 0.0)
    span = (high - low) or max(abs(high), 1.0)
    rough = span / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * one for one in (1, 2, 2.5, 5, 10) if power * one >= rough * 0.999)
    first, last = math.floor(low / step) * step, math.ceil(high / step) * step
    if last == first:
        first, last = first - step, last + step
    if unit == "percent" and high <= 100:
        last = min(last, 100.0)
        first = max(first, 0.0)
        if last <= first:
            first = last - step
    return first, last, step


def day(start: date, grain: Grain) -> str:
    """How a stretch is called under a trend: 11-23, or 2026-11."""
    return f"{start:%Y-%m}" if grain in ("month", "quarter", "year") else date_format(start, "m-d")


def _steps(low: float, high: float, step: float) -> list[float]:
    count = round((high - low) / step)
    found = [round(low + step * place, 6) for place in range(count + 1)]
    return [one for one in found if one <= high + step / 100]


def _stretches(points: Sequence[tuple[float, float] | None]) -> list[str]:
    found: list[list[str]] = [[]]
    for point in points:
        if point is None:
            found.append([])
        else:
            found[-1].append(f"{point[0]:g} {point[1]:g}")
    return ["M" + "L".join(one) for one in found if len(one) > 1]


def _row(figure: Figure, one: Point, grain: Grain) -> Row:
    below = "" if one.d is None else saying.plain(one.d)
    said = _said(figure, one.value)
    raw = "" if one.value is None else _raw(figure, one.value)
    return Row(day(one.start, grain), said, saying.plain(one.n), below, one.start, raw)


def _row_ahead(figure: Figure, one: Step, grain: Grain) -> Row:
    told = _between(figure, one.ahead)
    between = _("%(low)s 至 %(high)s") % told
    value, low, high = (_raw(figure, part) for part in (one.ahead.value, one.ahead.low, one.ahead.high))
    return Row(
        day(one.start, grain), told["value"], between, "", one.start, value, expected=True, low=low, high=high
    )


def _raw(figure: Figure, value: float) -> str:
    """A value as it is drawn, for scripts: no names, no thousands set apart."""
    return _digits(_shown(figure, value))


def _digits(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _shown(figure: Figure, value: float) -> float:
    return 100 * value if figure.unit == "percent" else value


def _said(figure: Figure, value: float | None) -> str:
    return saying.said(value, figure.unit, figure.decimals)  # type: ignore[arg-type]

"""What is expected of figures, computed behind the pages and kept beside the ready figures.

Of the district and of each street, by weeks to the end of the fourth and by months to the end of the year. A forecast
is made again only when the closed weeks or months it rests on are others than before, so few figures at a time; those
of a run that is killed are made in the next one. The file of an indicator is replaced in one step.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from youlin.apps.areas import profiles
from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import declarations, kept, periods, reading
from youlin.apps.indicators.asking import Asked, Number, Numbers, of_nothing
from youlin.apps.indicators.definitions import Definition
from youlin.apps.indicators.forecasting import Forecast, Kind, Point, forecast
from youlin.kernel import clock

Step = Literal["week", "month"]
STEPS: tuple[Step, ...] = ("week", "month")
SEASON = {"week": 52, "month": 12}
"""How many steps make a year."""
BACK = {"week": 104, "month": 36}
"""How many closed steps are looked at."""
WEEKS_AHEAD = 4
MOST = 120
"""Forecasts that are made in one run: about fifteen seconds of one core. The rest follows in the next ones."""
MADE_BY = 1
"""Changes with the way forecasts are made, so that none of the old way stays."""
FOLDER = "ahead"


@dataclass(frozen=True)
class Expected:
    """A forecast of one figure of one area: its first step begins on `start`; made of a history (its digest)."""

    start: date
    version: int
    history: str
    forecast: Forecast


@dataclass(frozen=True)
class _Wanted:
    """One forecast that could be made."""

    definition: Definition
    area: str
    step: Step
    history: tuple[Point, ...]
    so_far: tuple[float, float]
    steps: int

    @property
    def digest(self) -> str:
        """Equal digests, equal forecasts."""
        told = [MADE_BY, self.steps, self.so_far, [[one.value, one.base] for one in self.history]]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]


def foresee(district: str, *, most: int = MOST) -> int:
    """Make the forecasts whose history is another than before, at most so many; answers how many were made.

    Derived data alone: nothing is journalled. Costs about a tenth of a second each, nothing where nothing changed.
    """
    held = kept.read(district)
    if held is None:
        return 0
    mark = _mark(held)
    if _read(district, "_done").get("of") == mark:
        return 0
    before: dict[str, dict[str, Any]] = {}
    changed: set[str] = set()
    made = 0
    for one in _wanted(district):
        code = one.definition.code
        known = before.setdefault(code, _read(district, code))
        key = f"{one.area}.{one.step}"
        told = known.get(key)
        if told and told["history"] == one.digest and told["version"] == one.definition.rule.version:
            continue
        if made == most:
            mark = ""
            break
        known[key] = _told(one)
        made += known[key]["forecast"]["method"] != "none"
        changed.add(code)
    for code in sorted(changed):
        _write(district, code, before[code])
    if mark:
        _write(district, "_done", {"of": mark})
    return made


def foresee_all() -> int:
    """The same for every district."""
    return sum(foresee(one.code) for one in areas.districts())


def expected(district: str, area: str, definition: Definition, step: Step) -> Expected | None:
    """What is expected of a figure from this week or month on; None where nothing was computed of it yet."""
    told = _read(district, definition.code).get(f"{area}.{step}")
    start = periods.begin_of(clock.today(), step)
    if told is None or told["start"] != start.isoformat() or told["version"] != definition.rule.version:
        return None
    return Expected(start, told["version"], told["history"], Forecast.from_data(told["forecast"]))


def starts(step: Step, first: date, number: int) -> list[date]:
    """The first days of so many steps."""
    found = [first]
    while len(found) < number:
        found.append(periods.border_after(found[-1], step))
    return found[:number]


def foreseeable(definition: Definition) -> bool:
    """Whether its course can be gone on with: rows counted or divided over time, not what is derived or stands apart."""
    rule = definition.rule
    return bool(rule.dataset and rule.measure.additive and (rule.time or rule.stock))


def _wanted(district: str) -> Iterator[_Wanted]:
    """Every forecast that could be made, the district's first, those of the first page before the others."""
    known = [one for one in declarations.in_force(district).values() if foreseeable(one)]
    known.sort(key=lambda one: not one.indicator.headline)
    width = profiles.active().width(profiles.STREET)
    for cut in (None, width):
        for step in STEPS:
            start = periods.begin_of(clock.today(), step)
            span = (_back(start, step), start - timedelta(days=1))
            before = declarations.in_force(district, span[1])
            same = [one for one in known if before.get(one.code) == one]
            asked = Asked(district, district, span, width=cut, grain=step)
            found = reading.numbers(asked, [one.code for one in same])
            for one in same:
                yield from _of_one(one, found.get(one.code, {}), asked, step)


def _of_one(definition: Definition, found: Numbers, asked: Asked, step: Step) -> Iterator[_Wanted]:
    """The forecasts of one indicator, of each area that has rows."""
    assert asked.period is not None
    start = asked.period[1] + timedelta(days=1)
    stretches = [one for one, _end in periods.stretches(asked.period, step)]
    # What lies in the district and in no street belongs to the district alone.
    for area in sorted({area for area, _start, _key in found if len(area) == (asked.width or 0)}):
        numbers = [found.get((area, day, ""), of_nothing(definition)) for day in stretches]
        begun = next((place for place, one in enumerate(numbers) if one.n or one.d), None)
        if begun is None:
            continue
        # The stretch in which rows begin is rarely whole, and would look like growth.
        history = [Point(one.value, one.d) for one in numbers[begun + 1 :]]
        this_year = [one for day, one in zip(stretches, numbers, strict=True) if day.year == start.year]
        yield _Wanted(
            definition,
            area or asked.area,
            step,
            tuple(history),
            _so_far(definition, this_year) if step == "month" else (0.0, 0.0),
            WEEKS_AHEAD if step == "week" else 13 - start.month,
        )


def _told(one: _Wanted) -> dict[str, Any]:
    found = forecast(
        one.history,
        steps=one.steps,
        kind=_kind(one),
        season=SEASON[one.step],
        so_far=one.so_far,
    )
    told = found.as_data()
    if one.step == "week" or one.definition.rule.stock:
        # Four weeks are no period of their own, and what is there at the end of months does not add up.
        told["whole"] = None
    start = periods.begin_of(clock.today(), one.step).isoformat()
    return {"start": start, "version": one.definition.rule.version, "history": one.digest, "forecast": told}


def _kind(one: _Wanted) -> Kind:
    """Whether its course is that of a share, of a number of things, or of anything else."""
    measure = one.definition.rule.measure
    if measure.share is not None:
        return "rate"
    below = any(point.value is not None and point.value < 0 for point in one.history)
    return "number" if measure.fraction or below else "count"


def _so_far(definition: Definition, numbers: list[Number]) -> tuple[float, float]:
    """What the year has already: sum and denominator of a share, of all else the sum of its values."""
    if definition.rule.measure.share is not None:
        return float(sum(one.n for one in numbers)), float(sum(one.d or 0 for one in numbers))
    return float(sum(one.value or 0 for one in numbers)), 0.0


def _back(start: date, step: Step) -> date:
    """The first day of the earliest stretch that is looked at."""
    if step == "week":
        return start - timedelta(weeks=BACK[step])
    months = start.year * 12 + start.month - 1 - BACK[step]
    return date(months // 12, months % 12 + 1, 1)


def _mark(held: kept.Kept) -> str:
    """What forecasts were made of: the ready figures, and the week and month that are not over."""
    told = {name: [one.day, one.rules] for name, one in sorted(held.groups.items())}
    today = clock.today()
    text = json.dumps([MADE_BY, told, *(periods.begin_of(today, step).isoformat() for step in STEPS)])
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _path(district: str, name: str) -> Path:
    return kept.folder(district) / FOLDER / f"{name}.json"


def _read(district: str, name: str) -> dict[str, Any]:
    """What a file holds; nothing where it is not there, or was cut short by a failing disk."""
    try:
        found: dict[str, Any] = json.loads(_path(district, name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _write(district: str, name: str, told: Mapping[str, Any]) -> None:
    kept.replace(_path(district, name), json.dumps(told, ensure_ascii=False).encode())

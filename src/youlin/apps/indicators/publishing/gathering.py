"""The figures of a district's public indicators as they are before anything is withheld.

Published are months and years that are over: what is still running changes by one case at a time, and two releases of
it would tell that case. Communities are not published, only the district and its streets. A breakdown with very many
values is published for the district alone.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from youlin.apps.areas import profiles
from youlin.apps.indicators import declarations, periods, reading
from youlin.apps.indicators.asking import Asked, Number
from youlin.apps.indicators.definitions import Definition
from youlin.apps.indicators.openness.figures import At, Figure, Kind, Series
from youlin.apps.indicators.periods import Period
from youlin.kernel import clock

YEARS = 2
"""Whole years before the present one."""
LEAST = 5
"""A smaller `k` is not heeded: national statistics withhold below 3 to 10."""
MOST_KEYS = 40
"""Values of a breakdown that are told apart in each street."""

Found = dict[At, Figure]


def public(district: str) -> dict[str, Definition]:
    """The definitions that are published, by code, in the order of the programmes."""
    return {code: one for code, one in declarations.in_force(district).items() if one.indicator.public}


def months_over(today: date | None = None) -> list[Period]:
    """The months that are published: of the present year those that are over, and the whole years before."""
    now = (today or clock.today()).replace(day=1)
    first = date(now.year - YEARS, 1, 1)
    return periods.stretches((first, now - timedelta(days=1)), "month") if first < now else []


def series(district: str) -> list[Series]:
    """Every public indicator with all its figures, and those it is derived of; without periods before the first row."""
    known = declarations.in_force(district)
    wanted = public(district)
    codes = list(dict.fromkeys([*wanted, *_bases(wanted, known)]))
    found: dict[str, Found] = {code: {} for code in codes}
    for period in _stretches(district, codes):
        _gather(found, district, codes, known, period, "month")
    for year in _years():
        same = [code for code in codes if _one_rule(known[code], year) and not known[code].rule.stock]
        _gather(found, district, same, known, year, "year")
    return [_series(known[code], _begun(found[code], district)) for code in codes]


def kind_of(definition: Definition, figures: Iterable[Figure] = ()) -> Kind:
    """How its numbers hang together. A ratio whose numerator never exceeds its denominator is taken for a share."""
    measure = definition.rule.measure
    if measure.others():
        return "derived"
    if measure.share is not None or measure.coverage:
        return "share"
    if measure.ratio:
        sums = measure.ratio.numerator.sum or measure.ratio.denominator.sum
        within = all(one.n <= (one.d or 0) for one in figures)
        return "share" if within and not sums else "ratio"
    if measure.mean:
        return "mean"
    return "value" if measure.median or measure.quantile else "count"


def _series(definition: Definition, figures: Mapping[At, Figure]) -> Series:
    growth = definition.rule.measure.growth
    number, base = _counted(definition)
    return Series(
        code=definition.code,
        kind=kind_of(definition, figures.values()),
        figures=figures,
        number=number,
        base=base,
        k=max(LEAST, definition.indicator.k),
        of=definition.rule.measure.others(),
        back=0 if growth is None else 12 if growth.over == "year" else 1,
    )


def _counted(definition: Definition) -> tuple[str, str]:
    """What the number (the numerator) and the denominator count, as names: the same name, the same rows counted."""
    rule, measure = definition.rule, definition.rule.measure
    rows = [rule.dataset, rule.time, rule.stock and rule.stock.model_dump(), rule.where]
    if measure.count:
        return _name(rows), ""
    if measure.share is not None:
        return _name([*rows[:3], {**rule.where, **_without(measure.share, rule.where)}]), _name(rows)
    told = measure.model_dump(mode="json", exclude_none=True)
    return _name([*rows, told, "number"]), _name([*rows, told, "base"])


def _without(more: Mapping[str, Any], held: Mapping[str, Any]) -> dict[str, Any]:
    """Conditions that are added; on a column that has one already under a name of their own, as both must hold."""
    return {(f"{name}+" if name in held else name): value for name, value in more.items()}


def _name(what: object) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()[:20]


def _bases(wanted: Mapping[str, Definition], known: Mapping[str, Definition]) -> Iterator[str]:
    """The indicators that public ones are derived of, also where these are not public themselves."""
    for one in wanted.values():
        others = [code for code in one.rule.measure.others() if code in known]
        yield from others
        yield from _bases({code: known[code] for code in others}, known)


def _stretches(district: str, codes: Sequence[str]) -> Iterator[Period]:
    """The published months in stretches within which no rule changes, years apart."""
    months = months_over()
    if not months:
        return
    first, last = months[0][0], months[-1][1]
    borders = {first, last + timedelta(days=1), *(start for start, _end in months if start.month == 1)}
    known = declarations.in_force(district)
    for code in codes:
        begins = (one.valid_from for one in known[code].indicator.versions)
        borders |= {begin.replace(day=1) for begin in begins if first < begin <= last}
    yield from ((one, other - timedelta(days=1)) for one, other in pairwise(sorted(borders)))


def _years() -> list[Period]:
    return [year for year in periods.stretches((_first(), clock.today()), "year") if year[1] < clock.today()]


def _first() -> date:
    return date(clock.today().year - YEARS, 1, 1)


def _one_rule(definition: Definition, year: Period) -> bool:
    """Whether one version holds all year: else its months are counted by another rule than the year."""
    return not any(year[0] < one.valid_from <= year[1] for one in definition.indicator.versions)


def _gather(
    found: dict[str, Found],
    district: str,
    codes: Sequence[str],
    known: Mapping[str, Definition],
    period: Period,
    grain: Any,
) -> None:
    """Add the figures of a stretch: of the district and its streets, together and by each breakdown."""
    street = profiles.active().width(profiles.STREET)
    breakdowns: dict[str, list[str]] = {"": list(codes)}
    for code in codes:
        for by in known[code].indicator.breakdowns:
            breakdowns.setdefault(by, []).append(code)
    for by, concerned in breakdowns.items():
        whole = reading.numbers(Asked(district, district, period, grain=grain, by=by), concerned)
        few = [code for code in concerned if len({key for _a, _s, key in whole.get(code, {})}) <= MOST_KEYS]
        asked = Asked(district, district, period, width=street, grain=grain, by=by)
        for width, numbers in ((0, whole), (street, reading.numbers(asked, few))):
            for code, mine in numbers.items():
                for (area, start, key), one in mine.items():
                    # What lies in the district and in no street is part of the whole alone.
                    if len(area) == width and start is not None and start >= period[0]:
                        at = At(area or district, _period(start, grain), by, key if by else "")
                        found[code][at] = _figure(one)


def _figure(one: Number) -> Figure:
    return Figure(one.n, one.d, one.value)


def _period(start: date, grain: str) -> str:
    return f"{start:%Y}" if grain == "year" else f"{start:%Y-%m}"


def _begun(figures: Found, district: str) -> Found:
    """The figures from the first month on in which the district has a row."""
    there = [at.period for at, one in figures.items() if at.area == district and (one.n or one.d)]
    begun = min((period for period in there if len(period) == 7), default="")
    return {
        at: one
        for at, one in figures.items()
        if begun and (at.period >= begun if len(at.period) == 7 else at.period >= begun[:4])
    }

"""Answers from ready figures: sums over the kept files for any period, and values kept for whole months and years."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from youlin.apps.areas import profiles
from youlin.apps.indicators import compiling, evaluating, kept, periods
from youlin.apps.indicators.asking import Asked, Key, Number, Numbers
from youlin.apps.indicators.definitions import Definition, Grain
from youlin.apps.indicators.kept import Group
from youlin.apps.indicators.periods import Period
from youlin.kernel import clock

LEVELS = (profiles.DISTRICT, profiles.STREET, profiles.COMMUNITY)
"""Levels of areas for which values that do not add up are kept; the last is the finest of all that is kept."""
GRAINS: tuple[Grain, ...] = ("month", "quarter", "year")


def answers(asked: Asked, definitions: Sequence[Definition], group: Group) -> dict[str, Numbers]:
    """What the kept files of a group tell, by code; a code is missing where they do not tell it."""
    if max(asked.width or 0, len(asked.area)) > profiles.active().width(LEVELS[-1]):
        return {}
    additive = [one for one in definitions if one.rule.measure.additive and _told(asked, one)]
    others = [one for one in definitions if not one.rule.measure.additive]
    return _sums(asked, additive, group) | _values(asked, others, group)


def running(changes: Iterable[tuple[str, date, str, float]], asked: Asked) -> Numbers:
    """Changes by area, day and key, as what is there at the end of each stretch of the period."""
    last = asked.period[1] if asked.period else clock.today()
    ends = periods.stretches(asked.period or (last, last), asked.grain)
    there: dict[tuple[str, str], list[tuple[date, float]]] = {}
    for area, day, key, change in sorted(changes, key=lambda one: (one[0], one[2], one[1])):
        there.setdefault((area, key), []).append((day, change))
    found: Numbers = {}
    for (area, key), mine in there.items():
        total, place = 0.0, 0
        for start, end in ends:
            while place < len(mine) and mine[place][0] <= end:
                total += mine[place][1]
                place += 1
            found[area, None if asked.grain == "whole" else start, key] = Number(total, None, total)
    return found


def _told(asked: Asked, definition: Definition) -> bool:
    """Whether sums are kept under this breakdown: by month, so for whole months alone."""
    if not asked.by:
        return True
    if asked.by not in definition.indicator.breakdowns or asked.grain in ("day", "week"):
        return False
    timed = definition.rule.time or definition.rule.stock
    return not timed or (asked.period is not None and periods.whole(asked.period, "month"))


def _sums(asked: Asked, definitions: Sequence[Definition], group: Group) -> dict[str, Numbers]:
    names = group.by if asked.by else group.day
    if not definitions or not names:
        return {}
    rule = definitions[0].rule
    if rule.stock:
        return {one.code: _stock(asked, one, names) for one in definitions}
    timed = bool(rule.time)
    sums = []
    for one in definitions:
        n, d, _value = compiling.parts_of(one.code)
        sums.append(f'sum("{n}"), ' + (f'sum("{d}")' if one.rule.measure.fraction else "NULL"))
    start = _start(asked.grain) if timed else "NULL::DATE"
    rows = _asked(
        asked, names, f"{_area(asked)}, {start}, {_key(asked)}, {', '.join(sums)}", timed, grouped=True
    )
    found: dict[str, Numbers] = {one.code: {} for one in definitions}
    for area, begin, key, *parts in rows:
        for place, one in enumerate(definitions):
            n, d = parts[2 * place], parts[2 * place + 1]
            if n is not None or d is not None:
                value = evaluating.value_of(one, n, d, None)
                found[one.code][area, begin, key] = Number(
                    float(n or 0), None if d is None else float(d), value
                )
    return found


def _stock(asked: Asked, definition: Definition, names: Sequence[str]) -> Numbers:
    """What is there at the end of each stretch: every change until then, added up."""
    last = asked.period[1] if asked.period else clock.today()
    n = compiling.parts_of(definition.code)[0]
    upto = Asked(asked.district, asked.area, (date(1, 1, 1), last), asked.width, asked.grain, asked.by)
    rows = _asked(upto, names, f'{_area(asked)}, start, {_key(asked)}, sum("{n}")', True, grouped=True)
    return running(((area, day, key, float(change or 0)) for area, day, key, change in rows), asked)


def _values(asked: Asked, definitions: Sequence[Definition], group: Group) -> dict[str, Numbers]:
    """Medians and the like, which are kept for whole months, quarters and years, by level."""
    width = asked.width or len(asked.area)
    if not definitions or not group.values or width not in [profiles.active().width(one) for one in LEVELS]:
        return {}
    timed = bool(definitions[0].rule.time)
    grain = kept_grain(asked) if timed else "whole"
    if grain is None or (asked.by and grain not in ("month", "whole")):
        return {}
    told = [one for one in definitions if not asked.by or asked.by in one.indicator.breakdowns]
    found: dict[str, Numbers] = {one.code: {} for one in told}
    more = ('grain = ? AND width = ? AND "by" = ?', [grain, width, asked.by])
    rows = _asked(asked, group.values, "code, area, start, key, n, d, v", timed, more=more)
    for code, area, start, key, n, d, value in rows:
        if code in found:
            place: Key = (area if asked.width else "", None if asked.grain == "whole" else start, key)
            found[code][place] = Number(n, d, value)
    return found


def kept_grain(asked: Asked) -> Grain | None:
    """The stretch of time for which a value that does not add up is kept, if the period is made of such; else None."""
    if asked.period is None:
        return None
    if asked.grain != "whole":
        return asked.grain if asked.grain in GRAINS and periods.whole(asked.period, asked.grain) else None
    one_stretch = (
        grain
        for grain in GRAINS
        if periods.whole(asked.period, grain) and len(periods.stretches(asked.period, grain)) == 1
    )
    return next(one_stretch, None)


def _area(asked: Asked) -> str:
    return f"substr(area, 1, {int(asked.width)})" if asked.width else "''"


def _key(asked: Asked) -> str:
    return "key" if asked.by else "''"


def _start(grain: Grain) -> str:
    if grain == "whole":
        return "NULL::DATE"
    return "start" if grain == "day" else f"date_trunc('{grain}', start)::DATE"


def _asked(
    asked: Asked,
    names: Sequence[str],
    what: str,
    timed: bool,
    *,
    grouped: bool = False,
    more: tuple[str, list[Any]] = ("", []),
) -> list[tuple[Any, ...]]:
    """Rows of kept files inside the area and the period."""
    conditions, values = ["area >= ?", "area < ?"], [asked.area, f"{asked.area}~"]
    if grouped and asked.by:
        conditions.append('"by" = ?')
        values.append(asked.by)
    if timed and asked.period is not None:
        conditions.append("start BETWEEN ? AND ?")
        values += _days(asked.period)
    if more[0]:
        conditions.append(more[0])
        values += more[1]
    paths = [str(kept.folder(asked.district) / name) for name in names]
    sql = f"SELECT {what} FROM read_parquet(?, union_by_name = true) WHERE {' AND '.join(conditions)}"
    return kept.fetch(sql + (" GROUP BY ALL" if grouped else ""), [paths, *values])


def _days(period: Period) -> list[Any]:
    return [max(period[0], date(1, 1, 1)), period[1]]

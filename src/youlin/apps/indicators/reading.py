"""Figures of a district: ready ones where there are, else straight from the exported rows; derived ones from both.

Periods are (first, last) local days. A figure of a period that ends before the present version of its definition
holds is computed by the version of then.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import declarations, deriving, kept, ready
from youlin.apps.indicators.asking import NOTHING, Asked, Number, Numbers
from youlin.apps.indicators.definitions import Definition
from youlin.apps.indicators.evaluating import Cell, evaluate
from youlin.apps.indicators.kept import Kept
from youlin.kernel import clock

Evaluate = Callable[..., dict[str, list[Cell]]]
"""What computes cells of the rows: `evaluating.evaluate`, or another engine that takes and gives the same."""


def numbers(asked: Asked, codes: Iterable[str]) -> dict[str, Numbers]:
    """The figures asked for, by code and by what tells them apart; codes that hold nowhere are left out."""
    day = asked.period[1] if asked.period else clock.today()
    current = declarations.in_force(asked.district)
    known = current if day >= clock.today() else declarations.in_force(asked.district, day)
    wanted = [known[code] for code in dict.fromkeys(codes) if code in known]
    held = kept.read(asked.district)
    found = _kept(asked, [one for one in wanted if current.get(one.code) == one], held) if held else {}
    rest = [one for one in wanted if one.code not in found and one.rule.dataset]
    found |= straight(asked, rest) if rest else {}
    for one in wanted:
        if one.rule.dataset is None:
            found[one.code] = deriving.derived(asked, one, numbers)
        elif one.rule.measure.coverage:
            found[one.code] = _covered(asked, one, found[one.code])
    return found


def computed(
    asked: Asked, known: Mapping[str, Definition], codes: Iterable[str], engine: Evaluate = evaluate
) -> dict[str, Numbers]:
    """The same whatever is kept: of the exported rows, by an engine, derived ones of what it answers."""

    def ask(asked: Asked, codes: Iterable[str]) -> dict[str, Numbers]:
        wanted = [known[code] for code in codes if code in known]
        found = straight(asked, [one for one in wanted if one.rule.dataset], engine)
        for one in wanted:
            if one.rule.dataset is None:
                found[one.code] = deriving.derived(asked, one, ask)
            elif one.rule.measure.coverage:
                found[one.code] = _covered(asked, one, found[one.code], engine)
        return found

    return ask(asked, codes)


def straight(
    asked: Asked, definitions: Sequence[Definition], engine: Evaluate = evaluate
) -> dict[str, Numbers]:
    """The same, computed of the exported rows now."""
    stocks = [one for one in definitions if one.rule.stock]
    others = [one for one in definitions if not one.rule.stock]
    found = _evaluated(asked, others, engine) if others else {}
    return found | _stocks(asked, stocks, engine) if stocks else found


def as_of(district: str, codes: Iterable[str] = ()) -> datetime | None:
    """The moment until which the figures of these indicators (of all) tell everything; None: never computed."""
    held = kept.read(district)
    if held is None:
        return None
    groups = [group for code in codes if (group := held.group_of(code))] or list(held.groups.values())
    return min((group.as_of for group in groups), default=held.refreshed_at)


def total(found: Numbers) -> Number:
    """Additive figures as one: sums above and below the line, never a mean of rates."""
    if not found:
        return NOTHING
    above = sum(one.n for one in found.values())
    below = [one.d for one in found.values() if one.d is not None]
    if not below:
        return Number(above, None, above)
    return Number(above, sum(below), above / sum(below) if sum(below) else None)


def _kept(asked: Asked, definitions: Sequence[Definition], held: Kept) -> dict[str, Numbers]:
    found: dict[str, Numbers] = {}
    by_group: dict[str, list[Definition]] = {}
    for one in definitions:
        group = held.groups.get(one.group) if one.rule.dataset else None
        if group is not None and one.code in group.codes:
            by_group.setdefault(one.group, []).append(one)
    for name, members in by_group.items():
        found |= ready.answers(asked, members, held.groups[name])
    return found


def _evaluated(asked: Asked, definitions: Sequence[Definition], engine: Evaluate) -> dict[str, Numbers]:
    cells = engine(
        definitions,
        district=asked.district,
        area=asked.area,
        width=asked.width,
        grain=asked.grain,
        period=asked.period,
        by=asked.by,
    )
    return {
        code: {
            (one.area if asked.width else "", one.start, one.key): Number(one.n, one.d, one.value)
            for one in found
        }
        for code, found in cells.items()
    }


def _stocks(asked: Asked, definitions: Sequence[Definition], engine: Evaluate) -> dict[str, Numbers]:
    last = asked.period[1] if asked.period else clock.today()
    days = Asked(asked.district, asked.area, (date(1, 1, 1), last), asked.width, "day", asked.by)
    return {
        code: ready.running(
            ((area, day or last, key, float(one.n)) for (area, day, key), one in changes.items()), asked
        )
        for code, changes in _evaluated(days, definitions, engine).items()
    }


def _covered(asked: Asked, definition: Definition, found: Numbers, engine: Evaluate = evaluate) -> Numbers:
    """Coverage by its denominator: how many areas or subjects there are, also where none of them has a row."""
    sizes = _population(asked, definition, engine)
    keys = set(found)
    if asked.grain == "whole" and not asked.by:
        keys |= {(area, None, "") for area in sizes}
    result = {}
    for key in keys:
        covered, size = found.get(key, NOTHING).n, sizes.get(key[0], 0)
        result[key] = Number(covered, size, covered / size if size else None)
    return result


def _population(asked: Asked, definition: Definition, engine: Evaluate) -> dict[str, float]:
    coverage = definition.rule.measure.coverage
    assert coverage is not None
    if coverage.level:
        found: dict[str, float] = {}
        for code in areas.subtree(asked.area, coverage.level).values_list("code", flat=True):
            group = code[: asked.width] if asked.width else ""
            found[group] = found.get(group, 0) + 1
        return found
    counted = definition.rule.model_copy(
        update={
            "dataset": coverage.of,
            "time": "",
            "where": coverage.where,
            "measure": type(definition.rule.measure)(distinct=coverage.key),
        }
    )
    everything = Asked(asked.district, asked.area, width=asked.width)
    there = _evaluated(everything, [definition.model_copy(update={"rule": counted})], engine)[definition.code]
    return {area: one.n for (area, _start, _key), one in there.items()}

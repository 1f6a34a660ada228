"""Why rates changed, in a sentence each: from which part it comes and where, where chance alone does not explain it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import declarations, explaining, naming, permission, reading, telling
from youlin.apps.indicators.asking import Asked, Numbers
from youlin.apps.indicators.definitions import Definition
from youlin.apps.indicators.explaining import Explained, Pair, Pairs
from youlin.apps.indicators.periods import Period
from youlin.kernel import clock
from youlin.kernel.actors import Actor

PREFERRED = ("category_class", "category", "channel", "case_type")
"""By which breakdown a change is explained, the first that an indicator has."""


@dataclass(frozen=True)
class Told:
    """One rate's change: the sentence, whether more than chance, and the part that brings most of it about."""

    code: str
    name: str
    sentence: str
    told: bool
    change: float | None
    by: str
    key: str
    where: str


def explained(
    actor: Actor, *, area: str, codes: Sequence[str], period: Period, compare: Period
) -> list[Told]:
    """A sentence for each of the named shares, in their order; other kinds of figures are left out.

    As many questions for many indicators as for one with the same breakdown.
    """
    district = permission.demand(actor, area)
    known = declarations.in_force(district, min(period[1], clock.today()))
    wanted = [known[code] for code in codes if code in known and known[code].rule.measure.share is not None]
    by_column: dict[str, list[Definition]] = {}
    for one in wanted:
        if column := breakdown_of(one):
            by_column.setdefault(column, []).append(one)
    below = areas.children(area)
    first = next(iter(below), None)
    places = {one.code: one.short_name for one in below}
    found: dict[str, Told] = {}
    for column, members in by_column.items():
        asked = Asked(district, area, period, width=len(first.code) if first else None, by=column)
        names = [one.code for one in members]
        now, before = reading.numbers(asked, names), reading.numbers(asked.at(compare), names)
        for one in members:
            parts = naming.names(str(one.rule.dataset), column, district, ())
            found[one.code] = _told(
                one, column, before.get(one.code, {}), now.get(one.code, {}), parts, places
            )
    return [found[one.code] for one in wanted if one.code in found]


def breakdown_of(definition: Definition) -> str:
    """The breakdown by which a change is explained; "" where there is none."""
    there = definition.indicator.breakdowns
    return next((one for one in PREFERRED if one in there), there[0] if there else "")


def _told(
    one: Definition,
    column: str,
    before: Numbers,
    now: Numbers,
    parts: Mapping[str, str],
    places: Mapping[str, str],
) -> Told:
    within = {
        key: (_pairs(before, key), _pairs(now, key))
        for key in {key for _area, _start, key in (*before, *now)}
    }
    found = explaining.explain_ratio(_parts(before), _parts(now), within=within)
    sentence = telling.in_words(
        found,
        name=one.title,
        unit="percent",
        decimals=one.indicator.decimals,
        parts=parts,
        places=places,
    )
    key = found.named[0] if found.named else ""
    return Told(one.code, one.title, sentence, found.told, found.change, column, key, _where(found, key))


def _where(found: Explained, key: str) -> str:
    return (found.where or {}).get(key, "")


def _parts(found: Numbers) -> Pairs:
    """Numerators and denominators by value of the breakdown, all areas together."""
    sums: dict[str, Pair] = {}
    for (_area, _start, key), one in found.items():
        held = sums.get(key, Pair(0, 0))
        sums[key] = Pair(held.n + one.n, held.d + (one.d or 0))
    return sums


def _pairs(found: Numbers, wanted: str) -> Pairs:
    """The same of one value, by area."""
    return {
        area: Pair(one.n, one.d or 0) for (area, _start, key), one in found.items() if key == wanted and area
    }

"""Areas below one another made comparable: rates as with the same mix of cases, counts for each thousand people."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import declarations, deriving, permission, reading
from youlin.apps.indicators.asking import Asked, Numbers
from youlin.apps.indicators.definitions import Definition
from youlin.apps.indicators.periods import Period
from youlin.apps.indicators.scorecards import comparing
from youlin.apps.indicators.scorecards.comparing import Part
from youlin.apps.indicators.selectors.explained import breakdown_of
from youlin.kernel import clock
from youlin.kernel.actors import Actor

EACH = 1000
ADDED_UP = ("count", "sum")


@dataclass(frozen=True)
class Alike:
    """What stands beside the plain figures of areas: `mix` (a rate, 0 to 1) or `people` (for each thousand).

    Areas without a value have too few cases expected, or nobody knows how many people live there; `source` says where
    the numbers of people are published.
    """

    kind: Literal["mix", "people"]
    values: Mapping[str, float]
    source: str = ""


def alike(actor: Actor, *, area: str, code: str, period: Period) -> Alike | None:
    """The areas directly below `area` made comparable by code; None where there is nothing to make it by.

    Rates are standardised indirectly by their breakdown (category before channel): all areas together are the standard.
    """
    district = permission.demand(actor, area)
    definition = declarations.in_force(district, min(period[1], clock.today())).get(code)
    first = next(iter(areas.children(area)), None)
    if definition is None or first is None:
        return None
    measure, width = definition.rule.measure, len(first.code)
    if measure.share is not None and (by := breakdown_of(definition)):
        found = reading.numbers(Asked(district, area, period, width=width, by=by), [code]).get(code, {})
        return _some("mix", _by_mix(found))
    if measure.kind in ADDED_UP:
        people = _some("people", _by_people(Asked(district, area, period, width=width), definition))
        return people and replace(people, source=str(first.extra.get("population_source", "")))
    return None


def _some(kind: Literal["mix", "people"], values: dict[str, float]) -> Alike | None:
    return Alike(kind, values) if values else None


def _by_mix(found: Numbers) -> dict[str, float]:
    own: dict[str, dict[str, Part]] = {}
    standard: dict[str, Part] = {}
    for (area, _start, key), one in found.items():
        part = Part(float(one.n), float(one.d or 0))
        own.setdefault(area, {})[key] = part
        before = standard.get(key, Part(0, 0))
        standard[key] = Part(before.n + part.n, before.d + part.d)
    adjusted = {area: comparing.indirect(parts, standard).value for area, parts in own.items() if area}
    return {area: value for area, value in adjusted.items() if value is not None}


def _by_people(asked: Asked, definition: Definition) -> dict[str, float]:
    heads = deriving.populations(asked, "population")
    if not heads:
        return {}
    found = reading.numbers(asked, [definition.code]).get(definition.code, {})
    per = {
        area: comparing.per(one.value, heads.get(area), each=EACH) for (area, _s, _k), one in found.items()
    }
    return {area: value for area, value in per.items() if value is not None}

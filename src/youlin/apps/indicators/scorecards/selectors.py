"""Scorecards as they stand for a period, and as they would stand with other weights and targets; never of persons."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.indicators import declarations, reading
from youlin.apps.indicators.acts import READ
from youlin.apps.indicators.asking import Asked, Number, of_nothing
from youlin.apps.indicators.definitions import Definition
from youlin.apps.indicators.scorecards import comparing, scoring
from youlin.apps.indicators.scorecards.declarations import Scorecard, in_force
from youlin.apps.indicators.scorecards.scoring import Card, Item, Value
from youlin.apps.indicators.targets import selectors as targets
from youlin.apps.indicators.targets import spans
from youlin.apps.parties import selectors as parties
from youlin.kernel import clock, datasets
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed, NotFound

LEVEL = "street"
UNIT = {"cases.cases": "lead_unit"}
"""The column that names the department answering; `unit` in every other dataset of cases."""


@dataclass(frozen=True)
class Named:
    """A card with the name of its area or department."""

    name: str
    card: Card


@dataclass(frozen=True)
class Appraisal:
    """A scorecard over a period: a card for each area or department, in the order of their codes.

    `definitions` by code say how values are named and said. `changed`: whether it is a what-if, which nobody keeps.
    """

    scorecard: Scorecard
    items: tuple[Item, ...]
    period: spans.Span
    cards: tuple[Named, ...]
    definitions: Mapping[str, Definition]
    as_of: datetime | None
    changed: bool


def scorecards(actor: Actor, district: str) -> list[Scorecard]:
    """The scorecards of a district in a part of which the actor sees figures. Raises `NotAllowed`."""
    if district not in duties.access(actor).districts(READ):
        raise NotAllowed()
    return list(in_force(district).values())


def appraisal(
    actor: Actor,
    district: str,
    code: str,
    *,
    start: date,
    weights: Mapping[str, float] | None = None,
    aims: Mapping[str, float] | None = None,
) -> Appraisal:
    """A scorecard over the period that begins on `start`, with other weights and targets where these are given.

    Whoever sees the figures of a street sees its card, of the district all of them. Raises `NotAllowed`, `NotFound`.
    """
    if district not in duties.access(actor).districts(READ):
        raise NotAllowed()
    scorecard = in_force(district).get(code)
    if scorecard is None:
        raise NotFound()
    period = spans.span(scorecard.period, spans.start_of(scorecard.period, start))
    items = scoring.what_if(scorecard.items, weights=weights or {}, targets=aims or {})
    known = declarations.in_force(district, min(period[1], clock.today()))
    wanted = [item for item in items if item.indicator in known]
    names = _seen(actor, district, scorecard.of)
    moment = reading.as_of(district, [item.indicator for item in wanted])
    by_item = {
        item.indicator: _values(district, item, known[item.indicator], period, scorecard.of, list(names))
        for item in wanted
        if moment is not None
    }
    held = _targets(district, list(names), known, period, scorecard.of)
    cards = tuple(
        Named(
            name,
            scoring.card(key, items, {one: found[key] for one, found in by_item.items()}, held.get(key, {})),
        )
        for key, name in sorted(names.items())
    )
    return Appraisal(scorecard, items, period, cards, known, moment, items != scorecard.items)


def _seen(actor: Actor, district: str, of: str) -> dict[str, str]:
    """The areas or departments whose cards the actor sees."""
    access = duties.access(actor)
    if of == "department":
        return _departments(district) if access.may(READ, district=district, area=district) else {}
    return {
        code: name
        for code, name in _streets(district).items()
        if access.may(READ, district=district, area=code)
    }


def _streets(district: str) -> dict[str, str]:
    return {one.code: one.short_name for one in areas.subtree(district, level=LEVEL)}


def _departments(district: str) -> dict[str, str]:
    return {one.code: one.name for one in parties.organisations(district=district) if one.closed_on is None}


def _targets(
    district: str, keys: list[str], known: Mapping[str, Definition], period: spans.Span, of: str
) -> dict[str, dict[str, float]]:
    """The targets in force, by area or department and indicator; a department has the district's."""
    wanted = [district] if of == "department" else keys
    found = targets.in_force(district, wanted, known, period)
    values = {area: {code: one.value for code, one in held.items()} for area, held in found.items()}
    return {key: values.get(district, {}) for key in keys} if of == "department" else values


def _values(
    district: str, item: Item, definition: Definition, period: spans.Span, of: str, keys: list[str]
) -> dict[str, Value]:
    """The value of an item by area or department; where its mix is made alike, with the plain one beside it."""
    if of == "department":
        return _of_departments(district, definition, period, keys)
    asked = Asked(district, district, period, width=len(keys[0]) if keys else None)
    found, nothing = reading.numbers(asked, [item.indicator])[item.indicator], of_nothing(definition)
    plain = {key: _value(found.get((key, None, ""), nothing)) for key in keys}
    if not item.adjust:
        return plain
    own: dict[str, dict[str, comparing.Part]] = {}
    standard: dict[str, comparing.Part] = {}
    apart = reading.numbers(replace(asked, by=item.adjust), [item.indicator])[item.indicator]
    for (key, _start, part), one in apart.items():
        if one.d is not None:
            own.setdefault(key, {})[part] = comparing.Part(one.n, one.d)
            before = standard.get(part, comparing.Part(0, 0))
            standard[part] = comparing.Part(before.n + one.n, before.d + one.d)
    return {
        key: Value(comparing.indirect(own.get(key, {}), standard).value, value.base, value.value)
        for key, value in plain.items()
    }


def _of_departments(
    district: str, definition: Definition, period: spans.Span, keys: list[str]
) -> dict[str, Value]:
    dataset = definition.rule.dataset
    column = UNIT.get(dataset or "", "unit")
    if dataset is None or column not in {one.name for one in datasets.get(dataset).columns}:
        return dict.fromkeys(keys, Value(None))
    found = reading.numbers(Asked(district, district, period, by=column), [definition.code])[definition.code]
    nothing = of_nothing(definition)
    return {key: _value(found.get(("", None, key), nothing)) for key in keys}


def _value(one: Number) -> Value:
    return Value(one.value, one.d)

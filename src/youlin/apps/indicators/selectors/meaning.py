"""What a figure means: the rule that made it, in words, of which rows, of when, and what of it was told anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import declarations, permission, reading
from youlin.apps.indicators.definitions import Definition
from youlin.apps.indicators.naming import Named
from youlin.apps.indicators.periods import Period
from youlin.apps.indicators.publishing import wording
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.datasets import store
from youlin.kernel.errors import NotFound
from youlin.kernel.languages import in_language

RESTATED_SHOWN = 6


@dataclass(frozen=True)
class Restated:
    """Rows of an earlier month that changed after it was over."""

    month: str
    rows: int
    at: datetime


@dataclass(frozen=True)
class Meaning:
    """An indicator in words. `versions` are all of its rules: number and the day from which it holds, newest first."""

    code: str
    name: str
    about: str
    version: int
    valid_from: date
    versions: Sequence[tuple[int, date]]
    source: str
    formula: str
    dataset: str
    breakdowns: Sequence[tuple[str, str]]
    as_of: datetime | None
    restated: Sequence[Restated]


def meaning(actor: Actor, *, area: str, code: str, period: Period) -> Meaning:
    """The rule by which a figure of a period is computed, for who may see the figure. Raises `NotFound`."""
    district = permission.demand(actor, area)
    known = declarations.in_force(district, min(period[1], clock.today()))
    if code not in known:
        raise NotFound()
    one = known[code]
    names = {other: known[other].title for other in one.rule.measure.others() if other in known}
    return Meaning(
        code=code,
        name=one.title,
        about=one.about,
        version=one.rule.version,
        valid_from=one.rule.valid_from,
        versions=[(rule.version, rule.valid_from) for rule in reversed(one.indicator.versions)],
        source=in_language(*one.rule.origin),
        formula=wording.formula(one.rule, names, Named(district)),
        dataset=wording.dataset_name(one.rule.dataset),
        breakdowns=[(name, wording.column_name(one, name)) for name in one.indicator.breakdowns],
        as_of=reading.as_of(district, [code]),
        restated=_restated(district, one, period),
    )


def _restated(district: str, definition: Definition, period: Period) -> list[Restated]:
    """Of the months in the period, those whose rows changed after they were over."""
    if not definition.rule.dataset:
        return []
    first, last = (f"{day:%Y-%m}" for day in period)
    found = [
        Restated(one.month, one.rows, one.at)
        for shard in areas.shards(district)
        if (manifest := store.manifest(shard, definition.rule.dataset))
        for one in manifest.restated
        if first <= one.month <= last
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:RESTATED_SHOWN]

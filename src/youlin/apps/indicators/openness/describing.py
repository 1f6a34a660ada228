"""What is told of an indicator and its release besides the figures: plain data, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from youlin.apps.indicators.openness.figures import Shown

Names = tuple[str, str]
"""Chinese and English."""


@dataclass(frozen=True)
class VersionTold:
    """One version of the rule. `formula` in words, `rule` as the programme declares it."""

    version: int
    valid_from: date
    formula: Names
    source: Names
    rule: Mapping[str, object]


@dataclass(frozen=True)
class Entry:
    """One indicator in the data dictionary. `versions` stand newest first; the first is in force."""

    code: str
    name: Names
    about: Names
    unit: str
    unit_name: Names
    decimals: int
    direction: str
    k: int
    kind: str
    dataset: Names
    versions: tuple[VersionTold, ...]
    breakdowns: tuple[tuple[str, Names], ...] = ()

    @property
    def now(self) -> VersionTold:
        """The version in force."""
        return self.versions[0]


@dataclass(frozen=True)
class Restated:
    """Figures of an area over a stretch of days that were computed anew because an appeal was upheld on `at`.

    Without both values: what lies between them would be told of the few cases that were left out.
    """

    area: str
    first_day: date
    last_day: date
    version: int
    at: date


@dataclass(frozen=True)
class Release:
    """What is published of one indicator of one district, and of when.

    `as_of`: the moment until which the figures tell everything. `areas` and `keys` name codes. `demo`: made-up data.
    """

    entry: Entry
    district: str
    district_name: Names
    as_of: datetime
    licence: str
    demo: bool
    figures: tuple[Shown, ...]
    areas: Mapping[str, Names]
    keys: Mapping[tuple[str, str], Names]
    restated: tuple[Restated, ...] = ()

    @property
    def withheld(self) -> int:
        """How many figures are withheld."""
        return sum(one.withheld for one in self.figures)

    def value(self, shown: Shown) -> float | int | None:
        """The figure in the unit it is published in, with its decimals: a share in percent."""
        if shown.value is None:
            return None
        number = shown.value * (100 if self.entry.unit == "percent" else 1)
        return round(number, self.entry.decimals) if self.entry.decimals else round(number)


def count(number: float | None) -> float | int | None:
    """A count as a whole number, a sum as it is."""
    return None if number is None else int(number) if float(number).is_integer() else round(number, 6)


WITHHELD, EMPTY, SHOWN = "withheld", "no value", "shown"


def status(shown: Shown) -> str:
    """`withheld`, `no value` (nothing to divide by) or `shown`."""
    return WITHHELD if shown.withheld else EMPTY if shown.value is None else SHOWN


def rule_in_words(k: int) -> Names:
    """What is withheld, and why."""
    return (
        f"1 至 {k - 1} 的数（包括比例的分子、分母及两者之差）不公布；能由合计推算出它们的数也不公布，"
        f"使每个未公布的数至少有 {k} 个可能的取值。零照常公布。"
        "两种原因不加区分；比例、平均数和中位数随其基数一并不公布。",
        f"Counts from 1 to {k - 1} are withheld, numerators, denominators and what is between them alike, and so are "
        f"those from which they could be computed: each withheld number can be any of at least {k}. Noughts are shown. "
        "Which of the two reasons it was is not told. Rates, means and medians are withheld with what they rest on.",
    )

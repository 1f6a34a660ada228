"""What an indicator is: of which rows, of whom, when, by which rule, in which version. Data, typed and closed.

A programme declares indicators under `indicators:`; the versions of one stand in order, each with the day from which
it holds, so that a figure of last year can be computed again as it was then.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from youlin.kernel.languages import in_language

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
DatasetName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=64)]
ColumnName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Day = Annotated[date, BeforeValidator(lambda day: date.fromisoformat(day) if isinstance(day, str) else day)]
Where = dict[ColumnName, Any]
"""`{column: value | [values] | {not|null|at_least|at_most|above|below|begins: …}}`, all of which must hold.

`not` also holds where there is no value at all.
"""
OPERATORS = ("not", "null", "at_least", "at_most", "above", "below", "begins")
Unit = Literal[
    "percent", "cases", "times", "people", "person_times", "places", "items", "organisations", "areas", "hours",
    "working_hours", "minutes", "days", "points", "yuan", "per_1000", "ratio", "calls", "posts",
]  # fmt: skip
Grain = Literal["day", "week", "month", "quarter", "year", "whole"]


class Declared(BaseModel):
    """Strict and closed: no conversion of types, no unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Part(Declared):
    """One side of a ratio: the rows that belong to it, counted, or a column of them added up or told apart."""

    where: Where = Field(default_factory=dict)
    sum: ColumnName | None = None
    distinct: ColumnName | None = None


class Ratio(Declared):
    """One part by another; the parts need not contain one another."""

    numerator: Part
    denominator: Part


class Quantile(Declared):
    """The value below which the share `at` of rows lies, interpolated."""

    of: ColumnName
    at: Annotated[float, Field(gt=0, lt=1)]


class Coverage(Declared):
    """The share of a population that has at least one row.

    The population are living areas of a level (`level`), or the rows of a dataset that meet `where`, told apart by
    `key`, with which the rows' column `by` is compared.
    """

    level: Literal["street", "community", "grid"] | None = None
    of: DatasetName | None = None
    where: Where = Field(default_factory=dict)
    key: ColumnName | None = None
    by: ColumnName | None = None

    @model_validator(mode="after")
    def _one_population(self) -> "Coverage":
        if (self.level is None) == (self.of is None) or (self.of is not None and not (self.key and self.by)):
            raise ValueError("say either `level`, or `of` with `key` and `by`")
        return self


class Per(Declared):
    """Another indicator for each so many people, households or other numbers that areas carry."""

    of: Code
    population: Literal["population", "households"]
    each: Annotated[int, Field(ge=1)] = 1000


class Growth(Declared):
    """How much another indicator has grown against the same period a month or a year before: 0 is no change.

    The growth of a value that became 84.2 times as large is 83.2; the ratio of the periods is 84.2 (`ratio`).
    """

    of: Code
    over: Literal["month", "year"]
    ratio: bool = False


class Measure(Declared):
    """What is computed of the rows: exactly one of these."""

    count: Literal[True] | None = None
    distinct: ColumnName | None = None
    sum: ColumnName | None = None
    mean: ColumnName | None = None
    share: Where | None = None
    ratio: Ratio | None = None
    median: ColumnName | None = None
    quantile: Quantile | None = None
    coverage: Coverage | None = None
    per: Per | None = None
    growth: Growth | None = None
    ratio_of: Annotated[list[Code], Field(min_length=2, max_length=2)] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "Measure":
        if len(self._said()) != 1:
            raise ValueError("exactly one measure: " + ", ".join(type(self).model_fields))
        return self

    def _said(self) -> list[str]:
        return [name for name in type(self).model_fields if getattr(self, name) is not None]

    @property
    def kind(self) -> str:
        """Its name."""
        return self._said()[0]

    @property
    def additive(self) -> bool:
        """Whether the figure of a whole follows from the parts: from numerators and denominators added up."""
        if self.ratio:
            return not (self.ratio.numerator.distinct or self.ratio.denominator.distinct)
        return self.kind in ("count", "sum", "mean", "share")

    @property
    def fraction(self) -> bool:
        """Whether it has a denominator; without one there is no value."""
        return self.kind in ("mean", "share", "ratio", "coverage", "ratio_of", "growth", "per")

    def others(self) -> tuple[str, ...]:
        """The codes of the indicators it is derived from."""
        if self.ratio_of:
            return tuple(self.ratio_of)
        found = self.per or self.growth
        return (found.of,) if found else ()


class Stock(Declared):
    """Rows that are there from one moment until another, counted at the end of a period."""

    since: ColumnName
    until: ColumnName


class Version(Declared):
    """One version of the rule. `time`: the moment that must lie in the period; "" for what is only true now.

    `scale`: by how much what is measured (seconds, cents) is divided to be told in the indicator's unit.
    """

    version: Annotated[int, Field(ge=1)] = 1
    valid_from: Day = date(1900, 1, 1)
    dataset: DatasetName | None = None
    time: Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]*)?$")] = ""
    stock: Stock | None = None
    where: Where = Field(default_factory=dict)
    measure: Measure
    scale: Annotated[float, Field(gt=0)] = 1
    source: Annotated[str, StringConstraints(min_length=1)]
    source_en: str = ""

    @property
    def origin(self) -> tuple[str, str]:
        """Where the rule comes from, in Chinese and in English (in Chinese where nobody translated it)."""
        return self.source, self.source_en or self.source

    @field_validator("measure", mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"count": True} if value == "count" else value

    @model_validator(mode="after")
    def _rows_or_others(self) -> "Version":
        if bool(self.measure.others()) == (self.dataset is not None):
            raise ValueError("a derived indicator has no `dataset`, every other one has")
        if self.stock and (self.time or self.measure.kind != "count"):
            raise ValueError("`stock` goes with `measure: count` and without `time`")
        return self


class Indicator(Declared):
    """An indicator with all its versions, oldest first, and how it is said and shown.

    `target` is what the programme aims at where nobody set a target; `headline` puts it on the cockpit's first page; `k`
    is the least count that may be published.
    """

    name: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    name_en: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    about: str = ""
    about_en: str = ""
    unit: Unit
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    direction: Literal["up", "down", "none"] = "none"
    breakdowns: list[ColumnName] = Field(default_factory=list)
    target: float | None = None
    headline: bool = False
    public: bool = False
    k: Annotated[int, Field(ge=1)] = 5
    versions: Annotated[list[Version], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> "Indicator":
        order = [(one.valid_from, one.version) for one in self.versions]
        if order != sorted(set(order)) or len({one.version for one in self.versions}) != len(order):
            raise ValueError("versions stand oldest first, each with a number and a day of its own")
        return self


class Definition(Declared):
    """One version of one indicator, with everything needed to compute and to say it."""

    code: Code
    indicator: Indicator
    rule: Version
    programme: str = ""

    @property
    def title(self) -> str:
        """The name in the language of the request."""
        return in_language(self.indicator.name, self.indicator.name_en)

    @property
    def about(self) -> str:
        """What it counts, in the language of the request."""
        return in_language(self.indicator.about, self.indicator.about_en)

    @property
    def group(self) -> str:
        """Definitions of one group are computed in one pass: the same rows by the same moment."""
        moment = f"{self.rule.stock.since}-{self.rule.stock.until}" if self.rule.stock else self.rule.time
        return f"{self.rule.dataset}@{moment or 'now'}"


LEVELS = ("district", "street", "community", "grid")
"""Columns that every dataset with areas has besides: the part of the code that names an area of this level."""


def in_force(indicators: Mapping[str, Indicator], day: date) -> dict[str, Definition]:
    """The version of each indicator that holds on a day, by code."""
    found = {}
    for code, indicator in indicators.items():
        holding = [one for one in indicator.versions if one.valid_from <= day]
        if holding:
            found[code] = Definition(code=code, indicator=indicator, rule=holding[-1])
    return found


def columns_of(rule: Version) -> Iterator[tuple[Sequence[str | int], str]]:
    """Every column of its dataset that a rule names, with the place of the name inside the rule."""
    measure = rule.measure
    if rule.time:
        yield ("time",), rule.time
    if rule.stock:
        yield ("stock", "since"), rule.stock.since
        yield ("stock", "until"), rule.stock.until
    yield from ((("where", name), name) for name in rule.where)
    for kind in ("distinct", "sum", "mean", "median"):
        if name := getattr(measure, kind):
            yield ("measure", kind), name
    if measure.quantile:
        yield ("measure", "quantile", "of"), measure.quantile.of
    yield from ((("measure", "share", name), name) for name in measure.share or ())
    for side in ("numerator", "denominator") if measure.ratio else ():
        part = getattr(measure.ratio, side)
        at = ("measure", "ratio", side)
        yield from (((*at, "where", name), name) for name in part.where)
        yield from (((*at, kind), getattr(part, kind)) for kind in ("sum", "distinct") if getattr(part, kind))
    if measure.coverage and measure.coverage.by:
        yield ("measure", "coverage", "by"), measure.coverage.by

"""What is published of an indicator: its figures before anything is withheld, and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["count", "share", "ratio", "mean", "value", "derived"]
"""`count`: one number. `share`: a part of a whole, so that the rest is told as well. `ratio`: two numbers that need not
contain one another. `mean`: a sum by a count. `value`: a median or the like of so many. `derived`: of others."""


class At(NamedTuple):
    """Where a figure stands: its area, its period (2026, 2026-Q4, 2026-11), and the value of a breakdown."""

    area: str
    period: str
    by: str = ""
    key: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure: the number itself (or the numerator), the denominator, the value."""

    n: float
    d: float | None = None
    value: float | None = None


@dataclass(frozen=True)
class Series:
    """All figures of one indicator.

    `number` and `base` name what is counted: two indicators with the same base share those counts, and what is withheld
    of one is withheld of the other. `of` names the indicators a derived one is made of, `back` by how many months it
    looks back.
    """

    code: str
    kind: Kind
    figures: Mapping[At, Figure]
    number: str = ""
    base: str = ""
    k: int = 5
    of: tuple[str, ...] = ()
    back: int = 0


@dataclass(frozen=True)
class Shown:
    """A figure as it is published: numbers that are withheld are None, and the value with them."""

    at: At
    value: float | None
    n: float | None
    d: float | None
    withheld: bool


Key = tuple[str, At]
"""A count and where it stands."""


class Told(NamedTuple):
    """What was made of a count at the last time: its number, and whether it was withheld."""

    number: float
    withheld: bool

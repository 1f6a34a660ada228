"""What is asked of a district's figures, and how an answer is told apart."""

from dataclasses import dataclass, replace
from datetime import date

from youlin.apps.indicators.definitions import Definition, Grain
from youlin.apps.indicators.periods import Period

Key = tuple[str, date | None, str]
"""Area, first day of the stretch, value of the breakdown; "" or None where not told apart."""


@dataclass(frozen=True)
class Number:
    """A figure before anybody says it: its parts and its value (None: nothing to divide by, or no rows to look at)."""

    n: float = 0
    d: float | None = None
    value: float | None = None


NOTHING = Number()
Numbers = dict[Key, Number]


def of_nothing(definition: Definition) -> Number:
    """The figure of no rows: a count is nought, a fraction has nothing to divide by, a median no middle."""
    measure = definition.rule.measure
    if measure.fraction:
        return Number(0, 0, None)
    return Number(0, None, None if measure.median or measure.quantile else 0.0)


@dataclass(frozen=True)
class Asked:
    """What is asked. `width` tells areas below `area` apart by so many characters of their codes; None: together."""

    district: str
    area: str
    period: Period | None = None
    width: int | None = None
    grain: Grain = "whole"
    by: str = ""

    def at(self, period: Period) -> "Asked":
        """The same of another period."""
        return replace(self, period=period)

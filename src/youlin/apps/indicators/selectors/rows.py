"""What selectors answer with."""

from dataclasses import dataclass
from datetime import date, datetime

from youlin.apps.indicators import saying
from youlin.apps.indicators.definitions import Definition


@dataclass(frozen=True)
class Figure:
    """One figure with all that is needed to read it: of what, of when, by which version of which rule.

    `value` is raw: a rate is 0 to 1. `before` is the value of the period it is compared with (`d_before` its
    denominator). `n` and `d` are the numerator (or the number itself) and the denominator. `target_mark` says where the
    target comes from, "" where it is the area's own.
    """

    code: str
    name: str
    about: str
    value: float | None
    n: float
    d: float | None
    before: float | None
    d_before: float | None
    unit: str
    decimals: int
    direction: str
    version: int
    source: str
    target: float | None
    status: str
    as_of: datetime | None
    target_mark: str = ""

    @property
    def text(self) -> str:
        """The number as it is said, without its unit."""
        return saying.number(self.value, self.unit, self.decimals)  # type: ignore[arg-type]

    @property
    def said(self) -> str:
        """The number with its unit."""
        return saying.said(self.value, self.unit, self.decimals)  # type: ignore[arg-type]

    @property
    def unit_name(self) -> str:
        """The unit in the reader's language."""
        return saying.unit_name(self.unit)  # type: ignore[arg-type]

    @property
    def unit_behind(self) -> str:
        """The unit as it follows a number without more ado: %, 件, in English with a space before it."""
        return saying.behind(self.unit)  # type: ignore[arg-type]

    @property
    def shown(self) -> float | None:
        """The number to be drawn: a rate in percent."""
        return None if self.value is None else 100 * self.value if self.unit == "percent" else self.value

    @property
    def aim(self) -> float | None:
        """The target to be drawn."""
        return None if self.target is None else 100 * self.target if self.unit == "percent" else self.target

    @property
    def change(self) -> float | None:
        """How much more than before; of a rate in percentage points."""
        if self.value is None or self.before is None:
            return None
        return (self.value - self.before) * (100 if self.unit == "percent" else 1)


@dataclass(frozen=True)
class Point:
    """One figure of a series: of the stretch that begins on `start`."""

    start: date
    value: float | None
    n: float
    d: float | None


@dataclass(frozen=True)
class Slice:
    """One figure of a breakdown."""

    key: str
    name: str
    value: float | None
    n: float
    d: float | None


@dataclass(frozen=True)
class Entry:
    """One line of the data dictionary."""

    definition: Definition
    dataset: str
    dataset_name: str
    formula: str
    as_of: datetime | None

"""What changed between two periods, in words: only what is large enough to be worth a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

from youlin.apps.indicators.selectors.rows import Figure

LEAST_POINTS = 2.0
"""Percentage points a rate must have moved."""
LEAST_CASES = 5
"""Cases a rate must rest on, in both periods: below that, chance speaks."""
MOST = 4


@dataclass(frozen=True)
class Change:
    """One rate of one area that moved by `points` (percentage points, negative is down)."""

    code: str
    area: str
    indicator: str
    rate: str
    now: float
    before: float
    cases: int

    @property
    def points(self) -> float:
        return round(self.now - self.before, 1)

    @property
    def moved(self) -> float:
        """How far, whichever way."""
        return abs(self.points)


def told(below: Mapping[str, Mapping[str, Figure]], names: Mapping[str, str]) -> list[Change]:
    """The largest moves of rates by area, downward ones first; `names` are those of the areas by code."""
    found = [
        Change(
            code, names[code], one.code, one.name, one.shown or 0, 100 * (one.before or 0), int(one.d or 0)
        )
        for code, figures in below.items()
        for one in figures.values()
        if one.unit == "percent"
        and one.change is not None
        and (one.d or 0) >= LEAST_CASES <= (one.d_before or 0)
    ]
    large = [change for change in found if abs(change.points) >= LEAST_POINTS]
    return sorted(large, key=lambda change: change.points)[:MOST]

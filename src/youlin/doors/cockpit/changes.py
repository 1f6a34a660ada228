"""What changed between two periods, in words: only what is large enough to be worth a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from youlin.apps.cases.selectors.rows import AreaFigures

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


def told(
    below: Iterable[AreaFigures], earlier: Mapping[str, AreaFigures], rates: Sequence[str]
) -> list[Change]:
    """The largest moves, downward ones first."""
    found = []
    for area in below:
        before = earlier.get(area.code)
        for code in rates:
            change = _moved(area, before, code)
            if change and abs(change.points) >= LEAST_POINTS:
                found.append(change)
    return sorted(found, key=lambda change: change.points)[:MOST]


def _moved(area: AreaFigures, before: AreaFigures | None, code: str) -> Change | None:
    now, then = area.rates.get(code), before.rates.get(code) if before else None
    if now is None or then is None or now.value is None or then.value is None:
        return None
    if min(now.denominator, then.denominator) < LEAST_CASES:
        return None
    return Change(area.code, area.name, now.name, 100 * now.value, 100 * then.value, now.denominator)

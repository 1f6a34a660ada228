"""Counts of requests by month and kind, with how many days each took to be closed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Group = tuple[str, str]
"""Month (`2013-05`) and kind (category code); "" in either place stands for all of them."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One line of a table. `median_days` is None when nothing is closed."""

    requests: int
    open: int
    closed: int
    median_days: float | None


@dataclass
class Tally:
    """For each month and kind, how many took how many days; None counts those still open."""

    counts: dict[Group, Counter[int | None]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, month: str, kind: str, days: int | None) -> None:
        """Count one request."""
        self.counts[month, kind][days] += 1

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        both = Tally()
        for tally in (self, other):
            for group, days in tally.counts.items():
                both.counts[group].update(days)
        return both

    def figures(self) -> dict[Group, Figures]:
        """Every cell, every month, every kind, and the whole."""
        rules: tuple[Callable[[str, str], Group], ...] = (
            lambda month, kind: (month, kind),
            lambda month, kind: (month, ""),
            lambda month, kind: ("", kind),
            lambda month, kind: ("", ""),
        )
        grouped: dict[Group, Counter[int | None]] = defaultdict(Counter)
        for (month, kind), days in self.counts.items():
            for rule in rules:
                grouped[rule(month, kind)].update(days)
        return {group: _figures(days) for group, days in sorted(grouped.items())}


def _figures(days: Counter[int | None]) -> Figures:
    waiting = days.get(None, 0)
    closed = {d: n for d, n in days.items() if d is not None}
    total = sum(closed.values())
    return Figures(waiting + total, waiting, total, _median(closed, total))


def _median(counts: dict[int, int], total: int) -> float | None:
    if not total:
        return None
    lower, upper = (total - 1) // 2, total // 2
    found = [_nth(counts, place) for place in (lower, upper)]
    return sum(found) / 2


def _nth(counts: dict[int, int], place: int) -> int:
    for value, seen in _running(counts):
        if seen > place:
            return value
    raise IndexError(place)


def _running(counts: dict[int, int]) -> Iterator[tuple[int, int]]:
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        yield value, seen

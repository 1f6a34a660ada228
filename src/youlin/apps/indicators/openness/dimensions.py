"""What the cells of a table are told apart by, what adds up to what, and the smallest shifts that keep every sum.

A dimension is a list of members and of splits: a whole, and the parts that add up to it. A whole may be split several
ways (all cases by category, and again by channel), and a part may be a whole itself (a street of a district).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_SHIFTS = 600
"""Of a member, the shortest ones; without a bound a whole that is split many ways would have all combinations."""
DEEPEST = 9
"""Members that one shift may touch: the depth of a tree of areas, twice, and one for the common whole."""

Shift = Mapping[int, int]


class Split(NamedTuple):
    """The parts add up to the whole."""

    whole: str
    parts: tuple[str, ...]


class Shifts(NamedTuple):
    """Shifts of one member, one a row: members by their place, and +1, -1, or 0 where the row has ended."""

    members: NDArray[np.int64]
    signs: NDArray[np.int64]


@dataclass(frozen=True)
class Dimension:
    """Members in order. `hidden` ones are never shown, but follow from others: what has no street, what is not met."""

    name: str
    members: tuple[str, ...]
    splits: tuple[Split, ...] = ()
    hidden: frozenset[str] = frozenset()
    flat: bool = False
    """Whether a whole is worth no more than a part: numerators and denominators."""

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each member stands."""
        return {member: place for place, member in enumerate(self.members)}

    @cached_property
    def sums(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """The splits by places."""
        at = self.places
        return tuple((at[one.whole], tuple(at[part] for part in one.parts)) for one in self.splits)

    @cached_property
    def heights(self) -> NDArray[np.int64]:
        """How many splits lie under each member, at the deepest: 0 for what is not split."""
        found = np.zeros(len(self.members), np.int64)
        for _round in self.sums:
            for whole, parts in self.sums:
                found[whole] = max(found[whole], 1 + max(found[list(parts)], default=0))
        return found

    def shifts(self, member: int) -> Shifts:
        """The shortest shifts that raise a member by one and keep every sum, in an order that is always the same."""
        found: dict[tuple[tuple[int, int], ...], None] = {}
        waiting: list[dict[int, int]] = [{member: 1}]
        while waiting and len(found) < MOST_SHIFTS:
            shift = waiting.pop(0)
            broken = next((one for one in self.sums if _error(one, shift)), None)
            if broken is None:
                found[tuple(sorted(shift.items(), key=lambda one: (one[0] != member, one[0])))] = None
            elif len(shift) < DEEPEST:
                waiting += [shift | change for change in _repairs(broken, shift)]
        return _stacked(list(found))


def _error(sum_: tuple[int, tuple[int, ...]], shift: Shift) -> int:
    """By how much the parts of a sum rise more than the whole."""
    whole, parts = sum_
    if shift.keys().isdisjoint((whole, *parts)):
        return 0
    return sum(shift.get(part, 0) for part in parts) - shift.get(whole, 0)


def _repairs(sum_: tuple[int, tuple[int, ...]], shift: Shift) -> list[dict[int, int]]:
    """What can be moved besides so that a sum is true again: the whole with the parts, or one part against another."""
    whole, parts = sum_
    error = _error(sum_, shift)
    if abs(error) > 1:
        return []
    found: list[dict[int, int]] = [] if whole in shift else [{whole: error}]
    return found + [{part: -error} for part in parts if part not in shift]


def _stacked(shifts: list[Any]) -> Shifts:
    longest = max(len(one) for one in shifts)
    members, signs = (np.zeros((len(shifts), longest), np.int64) for _side in range(2))
    for row, one in enumerate(shifts):
        members[row, : len(one)] = [member for member, _sign in one]
        members[row, len(one) :] = one[0][0]
        signs[row, : len(one)] = [sign for _member, sign in one]
    return Shifts(members, signs)

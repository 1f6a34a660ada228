"""Numbers on a map that never hide each other: neighbours share one, the others step aside with a line to their point.

Everything in millimetres on the sheet, x to the right, y down.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

Point = tuple[float, float]

HEIGHT = 6.4
"""Of a number's badge: black on white, read at arm's length."""
CHARACTER, PADDING = 1.95, 3.0
"""How wide a character is in it, and what is left free on both sides together."""
LABEL = 3.4
"""Size of a character in the name of a part of the street."""
GAP = 0.7
"""What stays free between two badges, and between a badge and the edge."""
TOGETHER = 1.4
"""Points nearer than this are one to the eye."""
DOT = 0.9
"""Radius of the dot that marks the point of a number that stepped aside."""
RINGS = (5.5, 8.0, 11.0, 15.0, 20.0)
TURNS = 16
BAND = 34.0
"""Height of the bands in which numbers run, like lines of text that turn at each end."""


class Box(NamedTuple):
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by: float) -> "Box":
        """The same with a margin."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def meets(self, other: "Box") -> bool:
        """Whether the two share any of the sheet."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.left < x < self.right and self.top < y < self.bottom


@dataclass(frozen=True)
class Badge:
    """The numbers `first` to `last` at one spot: their badge, and the point it stands for.

    `members` are the points, by their place in what was given, in the order of their numbers.
    """

    first: int
    last: int
    at: Point
    box: Box
    members: tuple[int, ...]

    @property
    def text(self) -> str:
        """What is written in it."""
        return _text(self.first, len(self.members))

    @property
    def aside(self) -> bool:
        """Whether it stepped aside, so that a line leads to its point."""
        return not self.box.holds(*self.at)


@lru_cache(maxsize=128)
def place(points: tuple[Point, ...], width: float, height: float) -> tuple[Badge, ...]:
    """A badge for every point within a sheet of `width` × `height`; no two overlap, and all lie on the sheet.

    Where there is no room for a badge its points share that of their nearest neighbours, so each round has fewer and
    the last has one at most. Numbers run from 1 in bands from the top, turning at each end.
    """
    bunches = _joined(points)
    while bunches:
        badges, homeless = _round(points, bunches, Box(0.0, 0.0, width, height))
        if not homeless or len(bunches) == 1:
            return tuple(badges)
        bunches = _merged(points, bunches, homeless)
    return ()


class Label(NamedTuple):
    """A name on the map, by its middle."""

    text: str
    x: float
    y: float


def labels(names: Sequence[tuple[str, Point]], badges: Sequence[Badge]) -> list[Label]:
    """The names that find room between the badges, a little above or below where they belong; the others are left out."""
    standing = [one.box.grown(GAP) for one in badges]
    standing += [Box(x, y, x, y).grown(DOT + GAP) for x, y in (one.at for one in badges if one.aside)]
    found = []
    for text, (x, y) in names:
        width = len(text) * LABEL
        for step in (0.0, -LABEL * 1.6, LABEL * 1.6, -LABEL * 3.2, LABEL * 3.2):
            box = Box(x - width / 2, y + step - LABEL * 0.7, x + width / 2, y + step + LABEL * 0.7)
            if not any(box.meets(other) for other in standing):
                standing.append(box)
                found.append(Label(text, round(x, 2), round(y + step, 2)))
                break
    return found


def _text(first: int, many: int) -> str:
    return f"{first}" if many == 1 else f"{first}–{first + many - 1}"


def _middle(points: Sequence[Point], members: Sequence[int]) -> Point:
    """The member nearest to the middle of all: a badge stands at a true point."""
    x = sum(points[one][0] for one in members) / len(members)
    y = sum(points[one][1] for one in members) / len(members)
    return min((points[one] for one in members), key=lambda point: math.dist(point, (x, y)))


def _joined(points: Sequence[Point]) -> list[list[int]]:
    """Points that are one to the eye."""
    bunches: list[list[int]] = []
    for number, point in enumerate(points):
        near = next((one for one in bunches if math.dist(points[one[0]], point) < TOGETHER), None)
        if near is None:
            bunches.append([number])
        else:
            near.append(number)
    return bunches


def _ordered(points: Sequence[Point], bunches: list[list[int]]) -> list[list[int]]:
    def along(members: list[int]) -> tuple[int, float, float]:
        x, y = _middle(points, members)
        band = int(y // BAND)
        return band, -x if band % 2 else x, y

    return [sorted(one, key=lambda n: (points[n], n)) for one in sorted(bunches, key=along)]


def _round(
    points: Sequence[Point], bunches: list[list[int]], sheet: Box
) -> tuple[list[Badge], list[list[int]]]:
    """The badges that find room, and the bunches that do not."""
    ordered = _ordered(points, bunches)
    dots = [_middle(points, members) for members in ordered]
    badges: list[Badge] = []
    homeless, first = [], 1
    for members, dot in zip(ordered, dots, strict=True):
        box = _room(_text(first, len(members)), dot, dots, badges, sheet)
        if box is None:
            homeless.append(members)
        else:
            badges.append(Badge(first, first + len(members) - 1, dot, box, tuple(members)))
        first += len(members)
    return badges, homeless


def _room(text: str, dot: Point, dots: Sequence[Point], badges: Sequence[Badge], sheet: Box) -> Box | None:
    """Where a badge may stand: on its point, else around it, nearest first."""
    width = max(HEIGHT, len(text) * CHARACTER + PADDING)
    for dx, dy in _around(width):
        box = _centred(dot[0] + dx, dot[1] + dy, width)
        if _free(box, dot, dots, badges, sheet):
            return box
    return None


def _centred(x: float, y: float, width: float) -> Box:
    return Box(x - width / 2, y - HEIGHT / 2, x + width / 2, y + HEIGHT / 2)


@lru_cache(maxsize=32)
def _around(width: float) -> tuple[Point, ...]:
    """Steps from a point: none, then rings; wide badges go further to the sides."""
    steps = [(0.0, 0.0)]
    for ring in RINGS:
        for turn in range(TURNS):
            angle = 2 * math.pi * turn / TURNS
            side = ring + (width - HEIGHT) / 2
            steps.append((side * math.cos(angle), ring * math.sin(angle)))
    return tuple(steps)


def _free(box: Box, dot: Point, dots: Sequence[Point], badges: Sequence[Badge], sheet: Box) -> bool:
    inner = box.grown(GAP)
    if (
        inner.left < sheet.left
        or inner.top < sheet.top
        or inner.right > sheet.right
        or inner.bottom > sheet.bottom
    ):
        return False
    if any(inner.meets(one.box) for one in badges):
        return False
    covered = box.grown(DOT)
    if any(covered.holds(*other) for other in dots if other != dot):
        return False
    if box.holds(*dot):
        return not any(_crosses(_middle_of(one.box), one.at, box) for one in badges if one.aside)
    line = _middle_of(box)
    return not any(_crosses(line, dot, one.box) for one in badges) and not any(
        _crosses(_middle_of(one.box), one.at, box) for one in badges if one.aside
    )


def _middle_of(box: Box) -> Point:
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


def _crosses(start: Point, end: Point, box: Box) -> bool:
    """Whether the line from `start` to `end` goes through a box (Liang–Barsky)."""
    low, high = 0.0, 1.0
    for axis, (least, most) in enumerate(((box.left, box.right), (box.top, box.bottom))):
        begin, along = start[axis], end[axis] - start[axis]
        if abs(along) < 1e-9:
            if not least <= begin <= most:
                return False
            continue
        one, other = sorted(((least - begin) / along, (most - begin) / along))
        low, high = max(low, one), min(high, other)
        if low > high:
            return False
    return True


def _merged(points: Sequence[Point], bunches: list[list[int]], homeless: list[list[int]]) -> list[list[int]]:
    """Each bunch without room joins its nearest neighbour."""
    standing = [list(one) for one in bunches]
    for lost in homeless:
        at = next((n for n, one in enumerate(standing) if lost[0] in one), None)
        if at is None or len(standing) == 1:
            continue
        members = standing.pop(at)
        here = _middle(points, members)
        nearest = min(standing, key=lambda one: math.dist(_middle(points, one), here))
        nearest += members
    return standing

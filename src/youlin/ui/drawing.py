"""Small pictures drawn on the server as SVG: trends, bars, the district by value.

Presentation attributes only, no `style`: the content policy allows none.
"""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from youlin.kernel import numerals

SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 100.0, 30.0, 3.0
BUCKETS = 5


@dataclass(frozen=True)
class Spark:
    """A trend in a box of 100 × 30: the line, the area below it, the last point, the target's height."""

    line: str
    area: str
    last: str
    target: float | None


def spark(values: Sequence[float | None], target: float | None = None) -> Spark | None:
    """The trend of `values`, oldest first; gaps (None) are bridged. None for fewer than two values."""
    known = [(i, float(v)) for i, v in enumerate(values) if v is not None]
    if len(known) < 2:
        return None
    all_values = [v for _, v in known] + ([target] if target is not None else [])
    low, high = min(all_values), max(all_values)
    first, last = known[0][0], known[-1][0]

    def x(i: int) -> float:
        return round((i - first) / (last - first) * SPARK_WIDTH, 1)

    def y(v: float) -> float:
        share = (v - low) / (high - low) if high > low else 0.5
        return round(SPARK_HEIGHT - SPARK_MARGIN - share * (SPARK_HEIGHT - 2 * SPARK_MARGIN), 1)

    points = [f"{x(i)} {y(v)}" for i, v in known]
    line = "M" + "L".join(points)
    return Spark(
        line=line,
        area=f"{line}V{SPARK_HEIGHT}H0Z",
        last=f"M{points[-1]}h0.01",
        target=None if target is None else y(target),
    )


def share(value: float | None, maximum: float) -> float:
    """`value` as a percentage of `maximum`, held within 0 to 100."""
    if value is None or maximum <= 0:
        return 0.0
    return round(min(max(value / maximum, 0.0), 1.0) * 100, 2)


ROUND = (1.0, 2.0, 2.5, 5.0)
CROWDED = 0.6
"""What share of the areas one class of equal steps may hold; beyond it the classes hold equally many areas instead."""


@dataclass(frozen=True)
class Classes:
    """The classes of a map: the borders between them (a border belongs to the class above it), how they were cut."""

    edges: tuple[float, ...]
    step: float | None
    """The width of a class where all are equally wide; None where each holds about as many areas."""
    low: float = 0.0
    high: float = 0.0
    whole: bool = False
    """Whether all values are whole numbers."""

    def heat(self, value: float | None) -> int | None:
        """The colour of a value, 0 (least) to 4 (most); None without a value."""
        if value is None:
            return None
        return self.heats()[bisect_right(self.edges, value)]

    def heats(self) -> list[int]:
        """The colours of the classes, spread over all there are."""
        if not self.edges:
            return [BUCKETS // 2]
        return [round(place * (BUCKETS - 1) / len(self.edges)) for place in range(len(self.edges) + 1)]

    def spans(self) -> list[tuple[float, float]]:
        """The lowest and highest value that each class may hold; of whole numbers the last before the border."""
        ends = [self.low, *self.edges, self.high]
        below = 1 if self.whole and all(float(edge).is_integer() for edge in self.edges) else 0
        last = len(self.edges)
        return [(ends[place], ends[place + 1] - (below if place < last else 0)) for place in range(last + 1)]


def classes(values: Iterable[float | None]) -> Classes:
    """At most five classes with round borders; where most areas would be of one class, as many areas in each."""
    known = sorted(float(value) for value in values if value is not None)
    if not known or known[0] == known[-1]:
        found = known[:1] or [0.0]
        return Classes((), None, found[0], found[0])
    whole = all(value.is_integer() for value in known)
    even = _even(known, whole)
    crowd = max(Counter(bisect_right(even.edges, value) for value in known).values())
    if len(known) >= BUCKETS and crowd > CROWDED * len(known):
        edges = sorted({known[len(known) * part // BUCKETS] for part in range(1, BUCKETS)} - {known[0]})
        if edges:
            return replace(even, edges=tuple(edges), step=None)
    return even


def _even(known: Sequence[float], whole: bool) -> Classes:
    """Steps of one round width, no finer than the values themselves are told."""
    low, high = known[0], known[-1]
    finest = 1.0 if whole else 0.1 if all(round(value, 1) == value for value in known) else 0.0
    power = 10.0 ** math.floor(math.log10((high - low) / BUCKETS))
    widths = [round(power * one * size, 9) for size in (1, 10, 100) for one in ROUND]
    for step in widths:
        if finest and not round(step / finest, 6).is_integer():
            continue
        places = range(math.floor(low / step) + 1, math.ceil(high / step))
        edges = tuple(one for one in (round(step * place, 9) for place in places) if low < one < high)
        if len(edges) < BUCKETS:
            return Classes(edges or (high,), step, low, high, whole)
    return Classes((high,), high - low, low, high, whole)


def buckets(values: Mapping[str, float | None]) -> dict[str, str]:
    """For each key the class of its value: `heat-0` (least) … `heat-4` (most), `heat-none` without a value.

    The classes are those of `classes`, so that a map and its legend say the same; all equal → the middle step.
    """
    cut = classes(values.values())
    heats = {key: cut.heat(value) for key, value in values.items()}
    return {key: "heat-none" if heat is None else f"heat-{heat}" for key, heat in heats.items()}


@dataclass(frozen=True)
class Shape:
    """One area as the map draws it."""

    code: str
    name: str
    path: str
    x: float
    y: float
    heat: str = ""
    value: str = ""
    href: str = ""
    on: bool = False


def shapes(
    areas: Iterable[Any],
    *,
    values: Mapping[str, float | None] | None = None,
    unit: str = "",
    href: str = "",
    on: str = "",
) -> list[Shape]:
    """Areas for the map. Each is a tuple (code, name, path, x, y), a mapping or an object of those names.

    `href` is an address with `{code}` in it; `on` is the code of the chosen area.
    """
    heats = buckets(values) if values else {}
    result = []
    for area in areas:
        code, name, path, x, y = _parts(area)
        value = values.get(code) if values else None
        result.append(
            Shape(
                code, name, path, x, y,
                heat=heats.get(code, "heat-none") if values else "",
                value="" if value is None else f"{numerals.lean(value)}{unit}",
                href=href.replace("{code}", code) if href else "",
                on=code == on,
            )
        )  # fmt: skip
    return result


def _parts(area: Any) -> tuple[str, str, str, float, float]:
    if isinstance(area, Mapping):
        return (area["code"], area["name"], area["path"], area["x"], area["y"])
    if isinstance(area, tuple | list):
        code, name, path, x, y = area[:5]
        return (code, name, path, x, y)
    return (area.code, area.name, area.path, area.x, area.y)


Box = tuple[float, float, float, float]
SHIFTS = (0.0, 1.5, -1.5, 2.2, -2.2)
"""How far, in heights of the letters, a name may move down or up to find room."""


def labels(shapes_drawn: Sequence[Shape], font_size: float, taken: Iterable[Box] = ()) -> list[Shape]:
    """The shapes whose name finds room, moved where needed; the chosen area's name comes first.

    `taken`: boxes (left, top, right, bottom) of marks that no name may cover. A full-width character is as
    wide as the font is high, any other about 0.6 of that.
    """
    boxes = list(taken)
    kept = []
    for shape in sorted(shapes_drawn, key=lambda s: not s.on):
        half = sum(font_size if ord(c) > 0x2E7F else 0.6 * font_size for c in shape.name) / 2
        for shift in SHIFTS:
            y = shape.y + shift * font_size
            box = (shape.x - half, y - 0.6 * font_size, shape.x + half, y + 0.6 * font_size)
            if not any(_overlap(box, other) for other in boxes):
                boxes.append(box)
                kept.append(replace(shape, y=round(y, 6)))
                break
    return kept


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]

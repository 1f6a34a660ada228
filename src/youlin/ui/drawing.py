"""Small pictures drawn on the server as SVG: trends, bars, the district by value.

Presentation attributes only, no `style`: the content policy allows none.
"""

from bisect import bisect_right
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


def buckets(values: Mapping[str, float | None]) -> dict[str, str]:
    """For each key the class of its value: `heat-0` (least) … `heat-4` (most), `heat-none` without a value.

    Five steps of equal width between the least and the greatest value; all equal → the middle step.
    """
    known = [v for v in values.values() if v is not None]
    if not known:
        return dict.fromkeys(values, "heat-none")
    low, high = min(known), max(known)
    edges = [low + (high - low) * step / BUCKETS for step in range(1, BUCKETS)]

    def bucket(value: float | None) -> str:
        if value is None:
            return "heat-none"
        return f"heat-{bisect_right(edges, value) if high > low else BUCKETS // 2}"

    return {key: bucket(value) for key, value in values.items()}


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

"""From values to points, every step shown. Pure: what is scored is handed in.

An item gives its weight times how far the value has come from floor to target, at least nothing, at most `cap` times
the weight. An item without a value or a target gives no points and takes its weight out of what can be had: the card
says so, nothing is filled in. Cards are of areas and departments and stand in the order of their codes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.utils.translation import gettext as _

Why = Literal["", "no_value", "no_target", "few", "flat"]


@dataclass(frozen=True)
class Item:
    """What is looked at, how much it weighs, from where to where it gives points.

    `target` None: the target in force for the area. `adjust`: the breakdown whose mix is made alike, "" for none.
    `least`: the denominator below which chance speaks and no points are given. A floor above the target says that
    less is better.
    """

    indicator: str
    weight: float
    floor: float
    target: float | None = None
    cap: float = 1.0
    adjust: str = ""
    least: int = 5


@dataclass(frozen=True)
class Value:
    """What an area has: the value, its denominator where it is a rate, the plain one where it was adjusted."""

    value: float | None
    base: float | None = None
    plain: float | None = None


@dataclass(frozen=True)
class Row:
    """One item of a card: what went in and what came out."""

    item: Item
    value: Value
    target: float | None
    reached: float | None
    points: float | None
    why: Why = ""


@dataclass(frozen=True)
class Card:
    """One area's or department's card: `points` of the `of` that could be had, `without` weighing what has none."""

    code: str
    rows: tuple[Row, ...]
    points: float | None
    of: float
    without: float


def scored(item: Item, value: Value, target: float | None) -> Row:
    """One item. `target` is the one in force, for items that name none."""
    aim = target if item.target is None else item.target
    if value.value is None:
        return Row(item, value, aim, None, None, "no_value")
    if value.base is not None and value.base < item.least:
        return Row(item, value, aim, None, None, "few")
    if aim is None:
        return Row(item, value, None, None, None, "no_target")
    if aim == item.floor:
        return Row(item, value, aim, None, None, "flat")
    reached = (value.value - item.floor) / (aim - item.floor)
    points = item.weight * min(max(reached, 0.0), item.cap)
    return Row(item, value, aim, reached, points)


def card(code: str, items: Sequence[Item], values: Mapping[str, Value], targets: Mapping[str, float]) -> Card:
    """The card of one area from its values and its targets in force, both by indicator."""
    rows = tuple(
        scored(item, values.get(item.indicator, Value(None)), targets.get(item.indicator)) for item in items
    )
    given = [row for row in rows if row.points is not None]
    of = math.fsum(row.item.weight for row in given)
    points = math.fsum(row.points or 0.0 for row in given) if given else None
    return Card(code, rows, points, of, math.fsum(row.item.weight for row in rows) - of)


def what_if(
    items: Sequence[Item], *, weights: Mapping[str, float], targets: Mapping[str, float]
) -> tuple[Item, ...]:
    """The items with other weights and targets, by indicator; nothing is kept of it."""
    return tuple(
        replace(
            item,
            weight=weights.get(item.indicator, item.weight),
            target=targets.get(item.indicator, item.target),
        )
        for item in items
    )


def in_words(row: Row, *, scale: float = 1.0, decimals: int = 1) -> str:
    """How the points came about: (82.0 − 60.0) ÷ (90.0 − 60.0) × 30 = 22.0. `scale` is 100 for a share."""
    if row.why:
        return _WHY[row.why]() % {"least": row.item.least}
    value, target = (row.value.value or 0.0) * scale, (row.target or 0.0) * scale
    floor, weight = row.item.floor * scale, row.item.weight
    shown = f"({value:.{decimals}f} − {floor:.{decimals}f}) ÷ ({target:.{decimals}f} − {floor:.{decimals}f}) × {weight:g}"
    reached = row.reached or 0.0
    points = f"{row.points or 0.0:.1f}"
    if reached < 0:
        return _("%(steps)s，低于起点，记 0 分") % {"steps": shown}
    if reached > row.item.cap:
        return _("%(steps)s，超过上限，记 %(points)s 分") % {"steps": shown, "points": points}
    return f"{shown} = {points}"


_WHY = {
    "no_value": lambda: _("没有数据，不计分"),
    "few": lambda: _("不足 %(least)s 件，不计分"),
    "no_target": lambda: _("没有目标，不计分"),
    "flat": lambda: _("起点和目标相同，不计分"),
}

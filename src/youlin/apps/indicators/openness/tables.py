"""Figures as tables of counts: which belong together, what adds up to what, and what follows without being shown.

Indicators that count the same thing share its cells. What a sum leaves over (cases without a street, those of a share
that do not meet it) is a cell of its own: nobody prints it, anybody can subtract.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from youlin.apps.indicators.openness.dimensions import Dimension, Split
from youlin.apps.indicators.openness.figures import At, Key, Series, Told
from youlin.apps.indicators.openness.moving import Mask
from youlin.apps.indicators.openness.programs import Cells
from youlin.apps.indicators.openness.suppressing import Table

REST = "rest of "
ENOUGH = 1e-6
AREA, PERIOD, KEY, COUNT = range(4)


@dataclass(frozen=True)
class Family:
    """Counts that hang together, as one table."""

    table: Table
    places: Mapping[Key, tuple[int, int, int, int]]


def counts_of(series: Series) -> dict[str, dict[At, float]]:
    """The counts that an indicator tells, by what they count. A mean tells how many it is of, a median too."""
    if series.kind == "derived":
        return {}
    if series.kind == "mean":
        return {series.base: {at: one.d or 0 for at, one in series.figures.items()}}
    found = {series.number: {at: one.n for at, one in series.figures.items()}}
    if series.kind in ("share", "ratio"):
        found[series.base] = {at: one.d or 0 for at, one in series.figures.items()}
    return found


def families(series: Sequence[Series], before: Mapping[Key, Told]) -> list[Family]:
    """The tables of all indicators, so that what two of them share is in one. `before`: what was told last time."""
    groups: list[tuple[set[str], list[Series]]] = []
    for one in sorted(series, key=lambda one: one.code):
        names, members = set(counts_of(one)), [one]
        if not names:
            continue
        for held in [group for group in groups if group[0] & names]:
            groups.remove(held)
            names, members = names | held[0], held[1] + members
        groups.append((names, members))
    return [_family(members, before) for _names, members in groups]


def _family(members: Sequence[Series], before: Mapping[Key, Told]) -> Family:
    counted: dict[str, dict[At, float]] = {}
    for one in members:
        for name, figures in counts_of(one).items():
            counted.setdefault(name, {}).update(figures)
    places = {at for figures in counted.values() for at in figures}
    dimensions: tuple[Dimension, ...] = (
        _areas({at.area for at in places}),
        _periods({at.period for at in places}),
        _keys({(at.by, at.key) for at in places if at.by}),
        _counted(members, sorted(counted)),
    )
    counts = _filled(dimensions, counted)
    for axis in range(len(dimensions)):
        dimensions, counts = _with_rests(dimensions, counts, axis)
    index = {(name, at): _place(dimensions, name, at) for name, figures in counted.items() for at in figures}
    told, held = (np.zeros(counts.shape, np.bool_) for _side in range(2))
    for key, place in index.items():
        last = before.get(key)
        if last is not None and abs(last.number - counts[place]) < ENOUGH:
            (held if last.withheld else told)[place] = True
    k = max(one.k for one in members)
    return Family(Table(dimensions, counts, k, PERIOD, told, held), index)


def _areas(codes: set[str]) -> Dimension:
    """Areas by their codes: an area's parts are those that begin with its code, one level down."""
    wholes: dict[str, list[str]] = {}
    for code in sorted(codes):
        above = max((one for one in codes if code != one and code.startswith(one)), key=len, default="")
        if above:
            wholes.setdefault(above, []).append(code)
    return Dimension("area", tuple(sorted(codes)), _splits(wholes))


def _periods(periods: set[str]) -> Dimension:
    """Years of quarters of months, where all of them are there."""
    wholes: dict[str, list[str]] = {}
    for one in sorted(periods):
        quarter = f"{one[:4]}-Q{(int(one[5:7]) + 2) // 3}" if len(one) == 7 and "Q" not in one else ""
        above = next((whole for whole in (quarter, one[:4]) if whole in periods and whole != one), "")
        if above:
            wholes.setdefault(above, []).append(one)
    return Dimension("period", tuple(sorted(periods)), _splits(wholes))


def _keys(pairs: set[tuple[str, str]]) -> Dimension:
    """The values of every breakdown; each breakdown adds up to the whole, which is ""."""
    wholes = [
        Split("", tuple(_key(by, key) for other, key in sorted(pairs) if other == by))
        for by in sorted({by for by, _key in pairs})
    ]
    return Dimension("key", ("", *(member for split in wholes for member in split.parts)), tuple(wholes))


def _counted(members: Iterable[Series], names: Sequence[str]) -> Dimension:
    """What is counted. A share's numerator is a part of its denominator; the rest follows."""
    pairs = sorted({(one.base, one.number) for one in members if one.kind == "share"})
    splits = tuple(Split(base, (number,)) for base, number in pairs if base != number)
    return Dimension("count", tuple(names), splits, flat=True)


def _splits(wholes: Mapping[str, Sequence[str]]) -> tuple[Split, ...]:
    return tuple(Split(whole, tuple(parts)) for whole, parts in wholes.items())


def _key(by: str, key: str) -> str:
    return f"{by}={key}" if by else ""


def _place(dimensions: Sequence[Dimension], name: str, at: At) -> tuple[int, int, int, int]:
    area, period, key, count = (one.places for one in dimensions)
    return area[at.area], period[at.period], key[_key(at.by, at.key)], count[name]


def _filled(dimensions: tuple[Dimension, ...], counted: Mapping[str, Mapping[At, float]]) -> Cells:
    """The counts; what is missing of a level, a length of period and a breakdown of which others are there is nought."""
    counts = np.full([len(one.members) for one in dimensions], np.nan)
    area, period, key, count = (one.places for one in dimensions)
    for name, figures in counted.items():
        for level, length, by in {(len(at.area), _length(at.period), at.by) for at in figures}:
            mine = np.ix_(
                [place for code, place in area.items() if len(code) == level],
                [place for one, place in period.items() if _length(one) == length],
                [place for one, place in key.items() if one.partition("=")[0] == by],
                [count[name]],
            )
            counts[mine] = 0
        for at, number in figures.items():
            counts[_place(dimensions, name, at)] = number
    return counts


def _length(period: str) -> tuple[int, bool]:
    return len(period), "Q" in period


def _with_rests(
    dimensions: tuple[Dimension, ...], counts: Cells, axis: int
) -> tuple[tuple[Dimension, ...], Cells]:
    """The table with what the parts of each whole leave over, where they leave anything.

    Where parts overlap (people who are counted in two streets) there is no rest: that the parts and the whole differ
    by what overlaps is then taken for known, which is more than anybody outside knows.
    """
    mine, places = dimensions[axis], dimensions[axis].places
    members, splits, hidden, columns = list(mine.members), [], set(mine.hidden), [counts]
    for number, split in enumerate(mine.splits):
        whole = counts.take(places[split.whole], axis)
        parts = counts.take([places[part] for part in split.parts], axis)
        rest = whole - parts.sum(axis)
        known = rest[~np.isnan(rest)]
        if (known > ENOUGH).any() and not (known < -ENOUGH).any():
            name = f"{REST}{split.whole}#{number}"
            members.append(name)
            hidden.add(name)
            split = Split(split.whole, (*split.parts, name))
            columns.append(np.expand_dims(np.where(rest < ENOUGH, 0, rest), axis))
        splits.append(split)
    changed = Dimension(mine.name, tuple(members), tuple(splits), frozenset(hidden), mine.flat)
    return (*dimensions[:axis], changed, *dimensions[axis + 1 :]), np.concatenate(columns, axis=axis)


def withheld_of(family: Family, cells: Mask) -> set[Key]:
    """The counts that are withheld."""
    return {key for key, place in family.places.items() if cells[place]}

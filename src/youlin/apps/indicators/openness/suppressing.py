"""Which cells of published tables are withheld: small ones, and those from which the small ones could be computed.

A count from 1 to k-1 is small. It is withheld, and with it as few others as can be, so that whoever knows everything
that is published, that counts are whole and not negative, which sums hold, and even that no nought is ever withheld,
can tell of no withheld cell more than that it lies somewhere in a stretch of at least k.

How: for each small cell the cheapest move is looked for that raises it by k and leaves all sums as they are; the cells
of the move are withheld. The moves are kept: they prove what is promised without a further program, because the table
and the moved tables look the same from outside. Unlike a bound from a linear program, they are whole numbers.

Noughts stay shown: most of them everybody knows (there is no such thing in this street), and a nought that is to
protect a neighbour protects it from nobody who knows.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from youlin.apps.indicators.openness import moving
from youlin.apps.indicators.openness.dimensions import Dimension
from youlin.apps.indicators.openness.moving import Field, Mask, Move
from youlin.apps.indicators.openness.programs import Cells

TOLD = 1e5
"""What it costs more to withhold a number that was published before: it is known."""
LEVEL = 6.0
"""What a whole is dearer than a part."""
ENOUGH = 1e-6


@dataclass(frozen=True)
class Table:
    """Counts by several dimensions; NaN where there is no such cell. `k`: the least count that may be shown.

    `told` are cells published before with the same number, `held` those withheld before that have the same number
    still: shown now, they would tell what else was withheld then. `along` is the dimension of time.
    """

    dimensions: tuple[Dimension, ...]
    counts: Cells
    k: int = 5
    along: int = 1
    told: Mask | None = None
    held: Mask | None = None

    @property
    def small(self) -> Mask:
        """The cells nobody outside may know."""
        return (self.counts > 0) & (self.counts < self.k)

    @property
    def hidden(self) -> Mask:
        """Cells that are never shown but may follow from others."""
        found = np.zeros(self.counts.shape, np.bool_)
        for axis, dimension in enumerate(self.dimensions):
            concealed = np.array([member in dimension.hidden for member in dimension.members], np.bool_)
            found |= concealed.reshape(_along(axis, found.ndim))
        return found


@dataclass(frozen=True)
class Withheld:
    """Which cells are withheld, and the moves that prove that each of them is safe."""

    cells: Mask
    moves: tuple[Move, ...]


def suppress(table: Table) -> Withheld:
    """The cells of a table that are withheld. Nothing at all where no count is small. Raises `ValueError` where the
    sums of the table do not hold, or a count is negative."""
    if (table.counts < 0).any():
        raise ValueError("a count is negative")
    need = table.small.copy()
    if table.held is not None:
        need |= table.held & (table.counts > 0)
    field = _field(table, need)
    low, high = np.zeros(table.counts.size), np.zeros(table.counts.size)
    moves: list[Move] = []
    waiting = _in_order(table, need)
    for cell in waiting:
        if high[cell] - low[cell] >= table.k - ENOUGH:
            continue
        for move in _protecting(field, cell, table.k):
            moves.append(move)
            high[move.cells] = np.maximum(high[move.cells], move.steps)
            low[move.cells] = np.minimum(low[move.cells], move.steps)
            new = move.cells[(field.weights.flat[move.cells] > 0) & ~need.flat[move.cells]]
            field.weights.flat[move.cells] = 0
            waiting += [int(one) for one in new]
    kept = _needed(moves, need, table.k)
    cells = np.zeros(table.counts.shape, np.bool_)
    for move in kept:
        cells.flat[move.cells] = True
    return Withheld(cells, kept)


def stretches(table: Table, moves: Sequence[Move]) -> Cells:
    """How far apart the least and the greatest number are that the moves show to be possible for each cell."""
    low, high = np.zeros(table.counts.size), np.zeros(table.counts.size)
    for move in moves:
        high[move.cells] = np.maximum(high[move.cells], move.steps)
        low[move.cells] = np.minimum(low[move.cells], move.steps)
    return (high - low).reshape(table.counts.shape)


def _protecting(field: Field, cell: int, k: int) -> tuple[Move, ...]:
    """The cheapest move that can be found: a box where it costs nothing more, else the better of it and a program's.

    Raises `Unprotected` where neither finds one.
    """
    try:
        cost, moves = moving.box(field, cell, k)
    except moving.Unprotected as error:
        if moves := _by_program(field, cell, k):
            return moves
        raise error
    if cost == 0:
        return moves
    found = moving.flow(field, cell, k, "up")
    if found is None and field.room.flat[cell] >= k:
        found = moving.flow(field, cell, k, "down")
    if (min(cost, found[0]) if found else cost) and field.held is not None and field.held.flat[cell]:
        found = moving.flow(field, cell, k, "both") or found
    return found[1] if found is not None and found[0] <= cost else moves


def _by_program(field: Field, cell: int, k: int) -> tuple[Move, ...]:
    """What a program finds where the few shortest boxes do not do: a whole that is split in many ways."""
    for way in ("up", "both", "down"):
        if found := moving.flow(field, cell, k, way):
            return found[1]
    return ()


def _field(table: Table, need: Mask) -> Field:
    """The table as moves see it. Cells are lowered to 1 at the least: noughts are shown, what is withheld is none."""
    blank = np.isnan(table.counts)
    weights = 1 + np.log2(1 + np.where(blank, 0, table.counts))
    for axis, dimension in enumerate(table.dimensions):
        height = np.zeros_like(dimension.heights) if dimension.flat else dimension.heights
        weights = weights * (LEVEL**height).reshape(_along(axis, weights.ndim))
    if table.told is not None:
        weights[table.told] *= TOLD
    weights[table.hidden | need | blank] = 0
    weights[table.counts == 0] = np.inf
    room = np.where(blank, np.inf, np.maximum(table.counts - 1, 0))
    whole_numbers = bool((np.mod(table.counts[~blank], 1) == 0).all())
    return Field(table.dimensions, table.counts, weights, room, table.along, whole_numbers, table.held)


def _in_order(table: Table, need: Mask) -> list[int]:
    """Wholes first: what is withheld for them often protects their parts."""
    height = np.zeros(need.shape, np.int64)
    for axis, dimension in enumerate(table.dimensions):
        height = height + dimension.heights.reshape(_along(axis, height.ndim))
    cells = np.flatnonzero(need)
    return [int(cell) for cell in cells[np.argsort(-height.flat[cells], kind="stable")]]


def _needed(moves: Sequence[Move], need: Mask, k: int) -> tuple[Move, ...]:
    """The moves without those that the others make needless, beginning with the first."""
    by_cell: dict[int, dict[int, float]] = defaultdict(dict)
    for number, move in enumerate(moves):
        for cell, steps in zip(move.cells.tolist(), move.steps.tolist(), strict=True):
            by_cell[cell][number] = steps
    kept = dict(enumerate(moves))
    for number, move in enumerate(moves):
        if all(
            _safe_without(by_cell[cell], number, bool(need.flat[cell]), k) for cell in move.cells.tolist()
        ):
            del kept[number]
            for cell in move.cells.tolist():
                del by_cell[cell][number]
    return tuple(kept.values())


def _safe_without(steps: dict[int, float], number: int, needed: bool, k: int) -> bool:
    """Whether a cell is protected by its other moves, or by none because it need not be withheld then."""
    others = [one for move, one in steps.items() if move != number]
    if not others:
        return not needed
    return max(0.0, *others) - min(0.0, *others) >= k - ENOUGH


def _along(axis: int, dimensions: int) -> list[int]:
    return [-1 if place == axis else 1 for place in range(dimensions)]


def equations(table: Table) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Every sum of the table whose cells are all there: the whole and the parts, by their places in the flat table."""
    return moving.equations(table.dimensions, ~np.isnan(table.counts))

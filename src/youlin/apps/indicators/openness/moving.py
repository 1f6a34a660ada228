"""How a table could be another one: moves of cells that leave every sum as it is, and the cheapest of them.

A move is a whole number of steps for each of its cells. Added to the table it gives another table with the same sums,
without a negative number; somebody who is not shown the cells of the move cannot tell the two apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from youlin.apps.indicators.openness import programs
from youlin.apps.indicators.openness.dimensions import Dimension, Shifts
from youlin.apps.indicators.openness.programs import Cells, Program, Sides

if TYPE_CHECKING:
    import scipy.sparse as sparse

CLOSEST = 2
"""Partners in time that are tried for a move besides the wholes."""

Places = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Move:
    """Cells by their places in the flat table, and by how much each is moved."""

    cells: Places
    steps: Cells


@dataclass
class Field:
    """A table as moves see it. NaN where there is no cell.

    `weights`: what it costs to withhold a cell, infinite for one that must stay; 0 once it is withheld. `room`: how far
    a cell can be lowered. `along`: the axis of time, along which a move is tried with one partner after another.
    `held`: cells that were withheld before; what protected them then is sought harder for.
    """

    dimensions: tuple[Dimension, ...]
    counts: Cells
    weights: Cells
    room: Cells
    along: int
    whole_numbers: bool
    held: Mask | None = None
    shifts: dict[tuple[int, int], Shifts] = field(default_factory=dict)
    models: "dict[bytes, tuple[sparse.csr_matrix, Places]]" = field(default_factory=dict)

    def shifts_of(self, axis: int, member: int) -> Shifts:
        """The shifts of a member, found once."""
        if (axis, member) not in self.shifts:
            self.shifts[axis, member] = self.dimensions[axis].shifts(member)
        return self.shifts[axis, member]


def equations(dimensions: tuple[Dimension, ...], there: Mask) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Every sum of a table whose cells are all there: the whole and its parts, by their places in the flat table."""
    shape = there.shape
    for axis, dimension in enumerate(dimensions):
        others = [range(size) if place != axis else range(1) for place, size in enumerate(shape)]
        for whole, parts in dimension.sums:
            for at in product(*others):
                line = [(*at[:axis], member, *at[axis + 1 :]) for member in (whole, *parts)]
                if all(there[cell] for cell in line):
                    first, *rest = (int(np.ravel_multi_index(cell, shape)) for cell in line)
                    yield first, tuple(rest)


def flow(table: Field, cell: int, k: float, sides: Sides) -> tuple[float, tuple[Move, ...]] | None:
    """The cheapest move that raises a cell by k, lowers it by k, or one move of each that are k apart together.

    Found by a linear program in each slice of time, that of Kelly, Golden and Assad (1992). Where sums run over time as
    well, the same slice moves the other way in another month, or the same way in the whole: one program for each
    partner. Answers its cost first, None where there is none.
    """
    place = [int(one) for one in np.unravel_index(cell, table.counts.shape)]
    best: tuple[float, tuple[Move, ...]] | None = None
    for times, signs in _partners(table, place, sides):
        found = _slice_flow(table, place, k, sides, times, signs)
        if found is not None and (best is None or found[0] < best[0] - 1e-9):
            best = found
    return best


def _partners(table: Field, place: list[int], sides: Sides) -> list[tuple[Places, Places]]:
    """Shifts along time: those with the wholes, and of the others the few that most is withheld of already."""
    shifts = table.shifts_of(table.along, place[table.along])
    pairs = [
        (members[signs != 0], signs[signs != 0])
        for members, signs in zip(shifts.members, shifts.signs, strict=True)
    ]
    if len(pairs) <= CLOSEST + 1:
        return pairs
    slices = np.moveaxis(table.weights, table.along, 0).reshape(table.weights.shape[table.along], -1)
    at = int(np.ravel_multi_index(_without(place, table.along), _without(table.weights.shape, table.along)))
    free = slices == 0

    def cost(pair: tuple[Places, Places]) -> tuple[float, int]:
        members, _signs = pair
        return float(slices[members, at].sum()), -int(free[members].all(axis=0).sum())

    most = len(pairs) if sides == "both" else CLOSEST + 1
    return sorted((pair for pair in pairs if np.isfinite(cost(pair)[0])), key=cost)[:most]


def _slice_flow(
    table: Field, place: list[int], k: float, sides: Sides, times: Places, signs: Places
) -> tuple[float, tuple[Move, ...]] | None:
    weights, room, counts = (
        np.moveaxis(one, table.along, 0)[times].reshape(len(times), -1)
        for one in (table.weights, table.room, table.counts)
    )
    there = ~np.isnan(counts)
    cost = np.where(there, weights, 0).sum(axis=0)
    lowered = np.where(there & (signs > 0)[:, None], room, np.inf).min(axis=0)
    raised = np.where(there & (signs < 0)[:, None], room, np.inf).min(axis=0)
    usable = np.flatnonzero(np.isfinite(cost) & there.any(axis=0))
    shape = _without(table.counts.shape, table.along)
    own = int(np.ravel_multi_index(_without(place, table.along), shape))
    at = int(np.searchsorted(usable, own))
    if at == len(usable) or usable[at] != own:
        return None
    everywhere: Mask = np.asarray(there.all(axis=0))
    matrix = _model(table, everywhere)[:, usable]
    program = Program(matrix, cost[usable], lowered[usable], raised[usable], at, k, sides)
    steps = programs.solved(program, table.whole_numbers)
    if steps is None:
        return None
    moves = tuple(
        _whole_move(table, shape, usable[np.flatnonzero(one)], one[np.flatnonzero(one)], times, signs)
        for one in steps
        if one.any()
    )
    return float(cost[usable][np.any([one != 0 for one in steps], axis=0)].sum()), moves


def _model(table: Field, there: Mask) -> "sparse.csr_matrix":
    """The sums inside a slice of time, as a matrix; made once for slices that have the same cells."""
    key = there.tobytes()
    if key not in table.models:
        import scipy.sparse as sparse

        others = tuple(one for axis, one in enumerate(table.dimensions) if axis != table.along)
        sums = list(equations(others, there.reshape([len(one.members) for one in others])))
        rows = [row for row, (_whole, parts) in enumerate(sums) for _cell in range(1 + len(parts))]
        cells = [cell for whole, parts in sums for cell in (whole, *parts)]
        signs = [sign for _whole, parts in sums for sign in (-1.0, *[1.0] * len(parts))]
        table.models[key] = sparse.csr_matrix((signs, (rows, cells)), shape=(len(sums), there.size)).tocsc()
    return table.models[key]


def _whole_move(
    table: Field, shape: Sequence[int], cells: Places, steps: Cells, times: Places, signs: Places
) -> Move:
    """The move of a slice in all its times, as places of the whole table; where there is no cell, nothing moves."""
    at = list(np.unravel_index(cells, tuple(shape)))
    places, moved = [], []
    for time, sign in zip(times, signs, strict=True):
        index = [*at[: table.along], np.full(len(cells), time), *at[table.along :]]
        flat = np.ravel_multi_index(index, table.counts.shape)
        there = ~np.isnan(table.counts.flat[flat])
        places.append(flat[there])
        moved.append(sign * steps[there])
    return Move(np.concatenate(places), np.concatenate(moved))


class Unprotected(ValueError):
    """A cell that no move protects."""


def box(table: Field, cell: int, k: float) -> tuple[float, tuple[Move, ...]]:
    """The cheapest box with a cell as a corner whose corners can be moved by k in all: up, down, or a part of each.

    A box is a shift in each dimension (a pair, or a member with its wholes): the corners of hypercube methods
    (R. D. Repsilber 1994; GHMITER in tau-ARGUS). It is always whole numbers, also where a linear program's are not.
    Answers its cost first. Raises `Unprotected` where there is none: the sums of the table do not hold.
    """
    place = np.unravel_index(cell, table.counts.shape)
    chosen = [table.shifts_of(axis, int(member)) for axis, member in enumerate(place)]
    size = len(chosen)
    flat: Places = np.zeros([1] * (2 * size), np.int64)
    signs: Places = np.ones([1] * (2 * size), np.int64)
    for axis, one in enumerate(chosen):
        shape = [1] * (2 * size)
        shape[axis], shape[size + axis] = one.members.shape
        flat = flat + one.members.reshape(shape) * int(np.prod(table.counts.shape[axis + 1 :]))
        signs = signs * one.signs.reshape(shape)
    corners, room = tuple(range(size, 2 * size)), table.room.ravel()[flat]
    down = np.where(signs > 0, room, np.inf).min(axis=corners)
    up = np.where(signs < 0, room, np.inf).min(axis=corners)
    costs = np.where(signs != 0, table.weights.ravel()[flat], 0).sum(axis=corners)
    costs[down + up < k] = np.inf
    best = np.unravel_index(int(np.argmin(costs)), costs.shape)
    if not np.isfinite(costs[best]):
        raise Unprotected(f"no box protects cell {tuple(map(int, place))}: the sums of the table do not hold")
    cells, sign = flat[best].ravel(), np.broadcast_to(signs, flat.shape)[best].ravel()
    there = (sign != 0) & ~np.isnan(table.counts.flat[cells])
    lifted = min(float(up[best]), k)
    steps = [one for one in (lifted, lifted - k) if one]
    moves = tuple(Move(cells[there], one * sign[there].astype(float)) for one in steps)
    return float(costs[best]), moves


def _without(values: Sequence[int], axis: int) -> tuple[int, ...]:
    return (*values[:axis], *values[axis + 1 :])

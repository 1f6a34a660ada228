"""The linear program behind a move: which cells of a slice to move, and by how much, so that it costs least."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

STEP_COST = 1e-3
"""What each step costs besides: of two equally dear moves the shorter one."""
ENOUGH = 1e-6

Cells = NDArray[np.float64]
Sides = Literal["up", "down", "both"]
"""Whether a cell is raised, lowered, or raised by one move and lowered by another."""


@dataclass(frozen=True)
class Program:
    """The sums of a slice (`matrix` times the steps is nought), what each cell costs, how far it can be lowered and
    raised; the cell it is about, and how far that must be moved."""

    matrix: Any
    cost: Cells
    lowered: Cells
    raised: Cells
    at: int
    k: float
    sides: Sides


def solved(program: Program, whole_numbers: bool) -> tuple[Cells, ...] | None:
    """The steps of each move; None where there is no such move, or none of whole numbers that is found at once.

    The corner that the simplex method ends in is whole where the sums are those of a plain table. Where it is not, only
    a search over whole numbers tells; it is made for `both` alone, where nothing else will do.
    """
    from scipy.optimize import Bounds, LinearConstraint, linprog, milp  # 50 MB that a page never needs

    price, matrix, goal, bounds = _written(program)
    found = linprog(price, A_eq=matrix, b_eq=goal, bounds=bounds, method="highs-ds")
    if not found.success:
        return None
    answer = found.x
    if whole_numbers and program.sides == "both" and np.abs(answer - np.rint(answer)).max() > ENOUGH:
        within = Bounds(bounds[:, 0], bounds[:, 1])
        ones = np.ones(len(price))
        answer = milp(
            price, constraints=LinearConstraint(matrix, goal, goal), bounds=within, integrality=ones
        ).x
        if answer is None:
            return None
    size, whole = len(program.cost), np.rint(answer)
    if whole_numbers and np.abs(answer - whole).max() > ENOUGH:
        return None
    answer = whole if whole_numbers else np.where(answer > ENOUGH, answer, 0)
    return tuple(one[:size] - one[size:] for one in answer.reshape(-1, 2 * size))


def _written(program: Program) -> tuple[Cells, Any, Cells, Cells]:
    """Price, sums with what is wanted as their last row, right sides, and bounds: each step is a rise less a fall."""
    import scipy.sparse as sparse

    directions = {"up": (1,), "down": (-1,), "both": (1, -1)}[program.sides]
    size, rows = len(program.cost), program.matrix.shape[0]
    one = sparse.hstack([program.matrix, -program.matrix])
    wanted = np.zeros((1, 2 * size * len(directions)))
    bounds = np.zeros((2 * size * len(directions), 2))
    for block, direction in enumerate(directions):
        rises, falls = 2 * size * block, 2 * size * block + size
        bounds[rises:falls, 1], bounds[falls : falls + size, 1] = program.raised, program.lowered
        mine, other = (rises, falls) if direction > 0 else (falls, rises)
        wanted[0, mine + program.at] = 1
        bounds[other + program.at, 1] = 0
    sums = sparse.block_diag([one] * len(directions)) if len(directions) > 1 else one
    price = np.tile(program.cost, 2 * len(directions)) + STEP_COST
    goal = np.append(np.zeros(rows * len(directions)), program.k)
    return price, sparse.vstack([sums, sparse.csr_matrix(wanted)]).tocsc(), goal, bounds

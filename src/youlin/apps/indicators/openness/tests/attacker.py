"""Somebody outside who knows all that is published, written without any of the code that decides what is withheld.

They know that counts are whole numbers and not negative, that what is withheld is none of the noughts (those are shown),
and every sum: areas by their codes, periods by their names, breakdowns by their values, a share and its rest.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Cell = tuple[str, str, str, str]
"""What is counted, of which area, of which period, of which value of a breakdown ("" for all)."""


class Attacker:
    """`published`: every count anybody prints, None where it is withheld. `sums`: wholes with their parts."""

    def __init__(self, published: Mapping[Cell, float | None], sums: list[tuple[Cell, list[Cell]]]) -> None:
        self.cells = sorted(published)
        self.index = {cell: place for place, cell in enumerate(self.cells)}
        self.published = published
        self.withheld = [cell for cell in self.cells if published[cell] is None]
        self.matrix = np.zeros((len(sums), len(self.cells)))
        for row, (whole, parts) in enumerate(sums):
            self.matrix[row, self.index[whole]] = -1
            for part in parts:
                self.matrix[row, self.index[part]] += 1

    def interval(self, cell: Cell, *, whole_numbers: bool = True, least: float = 1) -> tuple[float, float]:
        """The least and the greatest number that is possible for a cell; infinite where nothing bounds it."""
        known = np.array(
            [np.nan if self.published[one] is None else self.published[one] for one in self.cells]
        )
        low = np.where(np.isnan(known), least, known)
        high = np.where(np.isnan(known), np.inf, known)
        found = []
        for sign in (1, -1):
            aim = np.zeros(len(self.cells))
            aim[self.index[cell]] = sign
            answer = milp(
                aim,
                constraints=LinearConstraint(self.matrix, 0, 0),
                bounds=Bounds(low, high),
                integrality=np.full(len(self.cells), int(whole_numbers)),
            )
            assert answer.status in (0, 3, 4), answer.message
            found.append(sign * answer.fun if answer.status == 0 else sign * -np.inf)
        return found[0], found[1]

    def widths(self, **how: object) -> Iterator[tuple[Cell, float]]:
        """How wide the interval of each withheld cell is."""
        for cell in self.withheld:
            least, greatest = self.interval(cell, **how)  # type: ignore[arg-type]
            yield cell, greatest - least

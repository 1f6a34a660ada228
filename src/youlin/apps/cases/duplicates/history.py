"""Past filings in memory, found by place: for evaluation and training on whole files."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

from youlin.apps.cases.duplicates.scorer import (
    METRES_PER_DEGREE,
    REACH_DAYS,
    REACH_METRES,
    Filing,
    is_earlier,
    is_open,
    metres,
)

_CELL = REACH_METRES / METRES_PER_DEGREE


class History:
    """Filings by address and by cells of about 100 m; `candidates` gives those that were there before."""

    def __init__(self, filings: Iterable[Filing], *, days_only: bool = False) -> None:
        """`days_only`: do not trust the numbers within a day; only an earlier day is earlier."""
        self._days_only = days_only
        self._by_address: dict[str, list[Filing]] = defaultdict(list)
        self._by_cell: dict[tuple[int, int], list[Filing]] = defaultdict(list)
        for filing in sorted(filings, key=lambda f: (f.day, f.sequence)):
            if filing.address:
                self._by_address[filing.address].append(filing)
            if filing.lon is not None and filing.lat is not None:
                self._by_cell[_cell(filing.lon, filing.lat)].append(filing)

    def candidates(self, new: Filing) -> list[Filing]:
        """Earlier filings at the same address or within reach, open or filed within `REACH_DAYS`."""
        found = {id(old): old for old in self._near(new) if self._reaches(new, old)}
        return list(found.values())

    def _reaches(self, new: Filing, old: Filing) -> bool:
        if not is_earlier(old, new) or (self._days_only and old.day == new.day):
            return False
        return _within_reach(new, old)

    def _near(self, new: Filing) -> Iterator[Filing]:
        if new.address:
            yield from self._by_address.get(new.address, ())
        if new.lon is None or new.lat is None:
            return
        column, row = _cell(new.lon, new.lat)
        wide = math.ceil(1 / max(0.05, math.cos(math.radians(new.lat))))
        for dx in range(-wide, wide + 1):
            for dy in (-1, 0, 1):
                yield from self._by_cell.get((column + dx, row + dy), ())


def _cell(lon: float, lat: float) -> tuple[int, int]:
    return math.floor(lon / _CELL), math.floor(lat / _CELL)


def _within_reach(new: Filing, old: Filing) -> bool:
    if new.day - old.day > REACH_DAYS and not is_open(old, new):
        return False
    if new.address and new.address == old.address:
        return True
    distance = metres(new, old)
    return distance is not None and distance <= REACH_METRES

"""Bringing figures up to date: rows that changed are exported, and what follows from them is computed anew."""

from collections.abc import Callable

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import declarations, kept, refreshing
from youlin.apps.indicators.contesting import services as contesting
from youlin.kernel import datasets
from youlin.kernel.errors import Conflict
from youlin.kernel.progress import nobody

Progress = Callable[[str, int], None]
"""Which dataset is being written, and how many rows are."""


def refresh(district: str, *, progress: Progress = nobody) -> kept.Kept | None:
    """Export what changed in a district and compute its figures anew; None where nothing is declared.

    Derived data alone: nothing is journalled but the new value of a figure that was contested. Raises `Conflict` while
    another process exports the district.
    """
    used = {one.rule.dataset for one in declarations.in_force(district).values() if one.rule.dataset}
    if not used:
        return None
    for shard in areas.shards(district):
        datasets.export(shard, sorted(used | _populations(district)), progress=progress)
    found = refreshing.refresh(district)
    kept.clean(district)
    contesting.recalculate(district)
    return found


def refresh_all() -> list[str]:
    """The same for every district; answers which were refreshed. One that is being exported is left to that."""
    done = []
    for one in areas.districts():
        try:
            if refresh(one.code):
                done.append(one.code)
        except Conflict:
            continue
    return done


def _populations(district: str) -> set[str]:
    """Datasets that are asked how many there are."""
    rules = (one.rule for one in declarations.in_force(district).values())
    return {rule.measure.coverage.of for rule in rules if rule.measure.coverage and rule.measure.coverage.of}

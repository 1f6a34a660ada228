"""Figures straight from the exported rows: definitions compiled and run by DuckDB over the Parquet files that matter."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import compiling
from youlin.apps.indicators.definitions import Definition, Grain, Version
from youlin.kernel.datasets import store

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

Period = tuple[date, date]
"""Two local days, both included."""
THREADS, MEMORY = 2, "800MB"


@dataclass(frozen=True)
class Cell:
    """One figure: of which area, from which day on, under which value of a breakdown.

    `n` is the numerator, or the number itself; `d` the denominator, None where there is none.
    """

    area: str
    start: date | None
    key: str
    n: float
    d: float | None
    value: float | None


@dataclass(frozen=True)
class Source:
    """The rows of a dataset as they were exported: its files and the moment until which they tell everything."""

    files: tuple[Path, ...]
    as_of: datetime


NOWHERE = Source((), datetime.max)
"""The rows of what was never exported."""


def source(dataset: str, district: str, *, moment: str = "", period: Period | None = None) -> Source | None:
    """The files of a dataset in all districts whose rows may lie in this one now; None where nothing was exported.

    With `moment` and `period`, files in which that moment never lies in the period are left out.
    """
    files: list[Path] = []
    moments: list[datetime] = []
    for shard in areas.shards(district):
        manifest = store.manifest(shard, dataset)
        if manifest is None:
            continue
        moments.append(manifest.as_of)
        files += [one.path for one in manifest.partitions if _overlaps(one.days, moment, period)]
    return Source(tuple(files), min(moments)) if moments else None


def evaluate(
    definitions: Sequence[Definition],
    *,
    district: str,
    area: str = "",
    width: int | None = None,
    grain: Grain = "whole",
    period: Period | None = None,
    by: str = "",
    as_of: datetime | None = None,
) -> dict[str, list[Cell]]:
    """The cells of each definition, by code; definitions of one group in one pass over the rows.

    `area` is a prefix of codes (default: the district); `width` tells areas apart by so many characters.
    """
    found: dict[str, list[Cell]] = {one.code: [] for one in definitions}
    for members in compiling.grouped(definitions).values():
        rule = members[0].rule
        rows = source(str(rule.dataset), district, moment=rule.time, period=None if rule.stock else period)
        if rows is None or not rows.files:
            continue
        with engine() as backend:
            table = prepared_rows(backend, rows, rule, area=area or district, period=period, as_of=as_of)
            expression = compiling.aggregated(members, table, width=width, grain=grain, by=by)
            for code, cells in cells_of(members, backend.to_pyarrow(expression)).items():
                found[code] += cells
    return found


def prepared_rows(
    backend: "Backend",
    rows: Source,
    rule: Version,
    *,
    area: str = "",
    period: Period | None = None,
    as_of: datetime | None = None,
) -> "Table":
    """The rows of one group of definitions inside an area and a period, ready to be aggregated."""
    table = backend.read_parquet([str(path) for path in rows.files])
    if area and "area" in table.columns:
        table = table.filter(table["area"].startswith(area))
    table = compiling.prepared(rule, table, as_of=as_of or rows.as_of)
    if period is None or not (rule.time or rule.stock):
        return table
    day = table[compiling.DAY]
    return table.filter(day <= period[1] if rule.stock else day.between(*period))


def cells_of(definitions: Iterable[Definition], result: "pa.Table") -> dict[str, list[Cell]]:
    """What an aggregation answered, as cells by code. Cells without a single row have no value."""
    columns: Mapping[str, list[Any]] = result.to_pydict()
    size = result.num_rows
    blank: list[Any] = [None] * size
    wheres = columns.get(compiling.AREA, [""] * size)
    starts, keys = columns.get(compiling.START, blank), columns.get("key", [""] * size)
    found: dict[str, list[Cell]] = {}
    for one in definitions:
        n, d, v = (columns.get(name, blank) for name in compiling.parts_of(one.code))
        found[one.code] = [
            Cell(
                wheres[row] or "",
                starts[row],
                keys[row] or "",
                n[row] or 0,
                d[row],
                value_of(one, n[row], d[row], v[row]),
            )
            for row in range(size)
        ]
    return found


def value_of(definition: Definition, n: float | None, d: float | None, v: float | None) -> float | None:
    """The figure itself. Nothing to divide by, or nothing to take the middle of: no value."""
    measure, scale = definition.rule.measure, definition.rule.scale
    if measure.median or measure.quantile:
        return None if v is None else float(v) / scale
    if measure.fraction:
        return float(n or 0) / float(d) / scale if d else None
    return float(n or 0) / scale


@contextmanager
def engine() -> "Iterator[Backend]":
    """A DuckDB of our own, in memory, held to two threads and to memory that a small machine has."""
    import ibis

    backend = ibis.duckdb.connect(threads=THREADS, memory_limit=MEMORY, temp_directory=str(_spill()))
    try:
        yield backend
    finally:
        backend.disconnect()


def _spill() -> Path:
    return Path(settings.DATASETS_FOLDER) / "spill"


def _overlaps(days: Mapping[str, tuple[date, date]], moment: str, period: Period | None) -> bool:
    if not moment or period is None:
        return True
    if moment not in days:
        return False
    first, last = days[moment]
    return first <= period[1] and period[0] <= last

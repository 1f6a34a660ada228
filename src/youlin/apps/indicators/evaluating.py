"""Figures straight from the exported rows: definitions compiled and run by DuckDB over the Parquet files that matter."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.utils import timezone

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import compiling, kept
from youlin.apps.indicators.definitions import Definition, Grain, Version
from youlin.kernel.datasets import store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

Period = tuple[date, date]
"""Two local days, both included."""
THREADS, MEMORY = 2, "320MB"
_COMPILED: dict[Any, str] = {}


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
        with engine() as duck:
            view = opened(duck, rows, rule, area=area or district, period=period, as_of=as_of)
            result = aggregated(view, members, Shape(width, grain, by))
        for code, cells in cells_of(members, result).items():
            found[code] += cells
    return found


@dataclass(frozen=True)
class Shape:
    """How an aggregation tells its rows apart."""

    width: int | None = None
    grain: Grain = "whole"
    by: str = ""


@dataclass(frozen=True)
class View:
    """Rows that a DuckDB has open under the name `rows`, and their columns."""

    duck: "DuckDBPyConnection"
    schema: pa.Schema


def opened(
    duck: "DuckDBPyConnection",
    rows: Source,
    rule: Version,
    *,
    area: str = "",
    period: Period | None = None,
    as_of: datetime | None = None,
) -> View:
    """The rows of the files that lie in an area and, but for stocks, in a period."""
    files = "[" + ", ".join(_quoted(str(path)) for path in rows.files) + "]"
    moment = as_of or rows.as_of
    today = timezone.localtime(moment, timezone.get_default_timezone()).date()
    schema = pq.read_schema(rows.files[0])
    columns = schema.names
    conditions = []
    if area and "area" in columns:
        conditions.append(f"starts_with(area, {_quoted(area)})")
    if period and (rule.time or rule.stock):
        day = f"{rule.time}_day" if f"{rule.time}_day" in columns else rule.time
        if rule.time:
            conditions.append(
                f'"{day}" BETWEEN DATE {_quoted(str(period[0]))} AND DATE {_quoted(str(period[1]))}'
            )
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    known = f"{int(moment.timestamp())}::BIGINT AS {compiling.AS_OF}, DATE {_quoted(str(today))} AS {compiling.TODAY}"
    duck.execute(f"CREATE OR REPLACE TEMP VIEW rows AS SELECT *, {known} FROM read_parquet({files}){where}")
    return View(duck, schema)


def aggregated(view: View, members: Sequence[Definition], shape: Shape) -> pa.Table:
    """One aggregation over the rows of a view."""
    found = view.duck.execute(_sql(tuple(members), shape, view.schema)).to_arrow_table()
    place = found.schema.get_field_index(compiling.START)
    if place < 0:
        return found
    # DuckDB cuts a date to a moment; the first day of a month is a day.
    return found.set_column(place, compiling.START, found.column(place).cast(pa.date32()))


def _sql(members: tuple[Definition, ...], shape: Shape, schema: pa.Schema) -> str:
    """The SQL of an aggregation, compiled once in a process: compiling costs more than most answers."""
    key = (kept.digest_of(members), shape, schema.to_string())
    if key not in _COMPILED:
        import ibis

        table = ibis.table(ibis.Schema.from_pyarrow(compiling.with_moment(schema)), name="rows")
        found = compiling.aggregated(
            members,
            compiling.prepared(members[0].rule, table, as_of=compiling.BY_COLUMN),
            width=shape.width,
            grain=shape.grain,
            by=shape.by,
        )
        _COMPILED[key] = str(ibis.to_sql(found, dialect="duckdb"))
    return _COMPILED[key]


def cells_of(definitions: Iterable[Definition], result: pa.Table) -> dict[str, list[Cell]]:
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
def engine() -> "Iterator[DuckDBPyConnection]":
    """A DuckDB of our own, in memory, held to two threads and to memory that a small machine has."""
    import duckdb

    spill = Path(settings.DATASETS_FOLDER) / "spill"
    config: dict[str, str | int | float | list[str]] = {
        "threads": THREADS,
        "memory_limit": MEMORY,
        "temp_directory": str(spill),
    }
    duck = duckdb.connect(config={**config, "autoinstall_known_extensions": "false"})
    try:
        yield duck
    finally:
        duck.close()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _overlaps(days: Mapping[str, tuple[date, date]], moment: str, period: Period | None) -> bool:
    if not moment or period is None:
        return True
    if moment not in days:
        return False
    first, last = days[moment]
    return first <= period[1] and period[0] <= last

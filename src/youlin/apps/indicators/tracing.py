"""From a figure back to the rows it was made of: the same conditions, period and moment as when it was computed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from youlin.apps.indicators import compiling, evaluating
from youlin.apps.indicators.asking import Asked
from youlin.apps.indicators.definitions import Definition, Part, Version, columns_of
from youlin.kernel import datasets
from youlin.kernel.datasets import making
from youlin.kernel.datasets.declaring import Column

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import BooleanValue, Table

Which = Literal["all", "numerator", "rest"]
"""All rows behind a figure, those above the line, or those below it alone."""
CASE = "cases.case"
MOST_LOOKED_AT = 10_000
"""Of so many rows it is looked up who may open them; beyond, only of those shown."""
_ID, _CASE, _ABOVE = "__id", "__case", "__above"
_SHOWN = ("code", "text", "bool", "count", "number", "moment", "day")
"""Kinds of columns that may be read row by row: no aliases, which would tell what one person did."""
_EVERYWHERE = ("area", "is_demo", "programme", "category_class", "area_at_event")


@dataclass(frozen=True)
class Traced:
    """One row: its id, the case it belongs to (None: to none), whether it is above the line, its columns."""

    id: UUID
    case: UUID | None
    above: bool
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """One page of the rows, and what there is in all. `cases`: the cases of the first `MOST_LOOKED_AT` rows, one each."""

    rows: Sequence[Traced] = ()
    above: int = 0
    below: int = 0
    cases: Sequence[UUID] = ()
    of_cases: bool = False
    columns: Sequence[Column] = ()

    def total(self, which: Which) -> int:
        """How many rows there are of a part."""
        return {"all": self.above + self.below, "numerator": self.above, "rest": self.below}[which]


@dataclass(frozen=True)
class Wanted:
    """Which of the rows: a part, one value of a breakdown, and a stretch of them, the latest first."""

    which: Which = "all"
    by: str = ""
    key: str = ""
    start: int = 0
    size: int = 50


def rows(definition: Definition, asked: Asked, wanted: Wanted) -> Found:
    """The exported rows behind a figure; nothing for derived ones, and where nothing was exported."""
    import ibis

    rule = definition.rule
    if not rule.dataset or asked.period is None:
        return Found()
    period = None if rule.stock else asked.period
    source = evaluating.source(rule.dataset, asked.district, moment=rule.time, period=period)
    columns = shown_columns(rule)
    if source is None or not source.files:
        return Found(columns=columns)
    with _engine() as backend:
        table = _rows(backend, source, rule, asked)
        table = table.filter(compiling.condition(rule.where, table))
        if wanted.by:
            told = ibis.coalesce(table[wanted.by].cast("string"), "")
            table = table.filter(told == wanted.key)
        return _page(backend, _marked(table, rule), columns, wanted, case_column(rule.dataset))


def shown_columns(rule: Version) -> list[Column]:
    """The columns of the dataset that a row is shown by: those the rule looks at first, then the others."""
    dataset = datasets.get(str(rule.dataset))
    named = dict.fromkeys(name for _place, name in columns_of(rule))
    allowed = {one.name: one for one in dataset.columns if one.kind in _SHOWN and one.name not in _EVERYWHERE}
    first = [allowed[name] for name in named if name in allowed]
    if case_column(str(rule.dataset)):
        return first
    return [*first, *(one for name, one in allowed.items() if name not in named)]


@contextmanager
def _engine() -> "Iterator[Backend]":
    """A DuckDB of our own, in memory, held to what a small machine has."""
    import ibis

    backend = ibis.duckdb.connect(threads=evaluating.THREADS, memory_limit=evaluating.MEMORY)
    try:
        yield backend
    finally:
        backend.disconnect()


def _rows(backend: "Backend", source: evaluating.Source, rule: Version, asked: Asked) -> "Table":
    """The rows inside area and period; of a stock those that are there at its end."""
    import ibis

    assert asked.period is not None
    table = backend.read_parquet([str(path) for path in source.files])
    if "area" in table.columns:
        table = table.filter(table["area"].startswith(asked.area))
    if not rule.stock:
        table = compiling.prepared(rule, table, as_of=source.as_of)
        return table.filter(table[compiling.DAY].between(*asked.period)) if rule.time else table
    last, now = asked.period[1], int(source.as_of.timestamp())
    since, until = rule.stock.since, rule.stock.until
    table = table.filter(table[since] <= now, table[f"{since}_day"] <= last)
    gone = (table[until] <= now) & (table[f"{until}_day"] <= last)
    table = table.filter(~ibis.coalesce(gone, False))
    return table.mutate(**{compiling.DAY: table[f"{since}_day"]})


def _marked(table: "Table", rule: Version) -> "Table":
    """Rows that count, each with whether it stands above the line."""
    above, below = _sides(table, rule)
    return table.mutate(**{_ABOVE: above}).filter(above | below)


def _sides(table: "Table", rule: Version) -> tuple["BooleanValue", "BooleanValue"]:
    import ibis

    measure, every = rule.measure, ibis.literal(True)
    if measure.share is not None:
        return compiling.condition(measure.share, table), every
    if measure.ratio:
        return _side(measure.ratio.numerator, table), _side(measure.ratio.denominator, table)
    name = measure.mean or measure.sum or measure.median or (measure.quantile.of if measure.quantile else "")
    there = table[name].notnull() if name else every
    return there, there


def _side(part: Part, table: "Table") -> "BooleanValue":
    held = compiling.condition(part.where, table)
    return held & table[part.sum].notnull() if part.sum else held


def _page(backend: "Backend", table: "Table", columns: Sequence[Column], wanted: Wanted, path: str) -> Found:
    counted = table.aggregate(above=table[_ABOVE].sum(), rows=table.count())
    sums = backend.to_pyarrow(counted).to_pylist()[0]
    above, every = int(sums["above"] or 0), int(sums["rows"] or 0)
    part = {"numerator": table[_ABOVE], "rest": ~table[_ABOVE]}.get(wanted.which)
    if part is not None:
        table = table.filter(part)
    ordered = table.order_by([table[compiling.DAY].desc(), table["id"]])
    kept = {_ID: ordered["id"].cast("string"), _ABOVE: ordered[_ABOVE]}
    if path:
        kept[_CASE] = ordered[path].cast("string")
    area = {"area": ordered["area"]} if "area" in table.columns else {}
    names = {one.name: ordered[_read_as(one, ordered)] for one in columns}
    shown = backend.to_pyarrow(
        ordered.select(**kept, **area, **names).limit(wanted.size, offset=wanted.start)
    ).to_pylist()
    cases: list[UUID] = []
    if path:
        few = ordered.select(**{_CASE: kept[_CASE]}).limit(MOST_LOOKED_AT)
        told = backend.to_pyarrow(few).column(_CASE).to_pylist()
        cases = [UUID(one) for one in told if one]
    return Found([_traced(row) for row in shown], above, every - above, cases, bool(path), columns)


def case_column(dataset: str) -> str:
    """The column with the id of the case that a row is or belongs to; "" where it belongs to none."""
    return making.keys(datasets.get(dataset)).get(CASE, "")


def _read_as(column: Column, table: "Table") -> str:
    """Moments are shown by their day."""
    return f"{column.name}_day" if f"{column.name}_day" in table.columns else column.name


def _traced(row: Mapping[str, Any]) -> Traced:
    values = {name: value for name, value in row.items() if not name.startswith("__")}
    case = row.get(_CASE)
    return Traced(UUID(row[_ID]), UUID(case) if case else None, bool(row[_ABOVE]), values)

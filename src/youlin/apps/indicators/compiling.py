"""Indicators as Ibis expressions: the one compiler, whatever engine then runs them (DuckDB, PostgreSQL, Spark).

A table is what `kernel/datasets` writes: moments are seconds since 1970 with their local day beside (`x_day`). Ibis is
imported when it is first needed: it costs a second.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal

from youlin.apps.indicators.definitions import LEVELS, Definition, Grain, Measure, Part, Version, Where

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import BooleanValue, Column, Table

AREA, START = "area", "start"
"""The columns of a result that say where and when; `start` is the first day of the stretch."""
DAY, CHANGE = "__day", "__change"
AS_OF, TODAY = "__as_of", "__today"
"""Columns that say of when the rows are, where an expression is compiled once for all moments (`BY_COLUMN`)."""
BY_COLUMN: Literal["by_column"] = "by_column"
AsOf = datetime | Literal["by_column"] | None
_TRUNCATED: dict[str, str] = {"week": "W", "month": "M", "quarter": "Q", "year": "Y"}


def parts_of(code: str) -> tuple[str, str, str]:
    """The columns of one indicator in a result: numerator (or the number itself), denominator, value."""
    return f"{code}__n", f"{code}__d", f"{code}__v"


def prepared(rule: Version, table: "Table", *, as_of: AsOf) -> "Table":
    """The rows a group of definitions speaks of, with the local day that counts (`__day`).

    Only what has happened by `as_of` counts (None: everything; `BY_COLUMN`: by what the rows themselves say). A stock
    is told as its changes: +1 on the day a row comes, -1 on the day it goes; added up
    to the end of a day they are what is there then.
    """
    import ibis

    table = _with_levels(table)
    if rule.stock:
        since, until = f"{rule.stock.since}_day", f"{rule.stock.until}_day"
        come = _happened(table, rule.stock.since, as_of).mutate(
            **{DAY: ibis._[since], CHANGE: ibis.literal(1, "int64")}
        )
        gone = _happened(_happened(table, rule.stock.since, as_of), rule.stock.until, as_of).mutate(
            **{DAY: ibis._[until], CHANGE: ibis.literal(-1, "int64")}
        )
        return come.union(gone)
    if not rule.time:
        return table.mutate(**{DAY: ibis.literal(None, "date"), CHANGE: ibis.literal(1, "int64")})
    day = rule.time if f"{rule.time}_day" not in table.columns else f"{rule.time}_day"
    return _happened(table, rule.time, as_of).mutate(**{DAY: ibis._[day], CHANGE: ibis.literal(1, "int64")})


def _with_levels(table: "Table") -> "Table":
    """The area's code at each level, null where it is not told that finely."""
    import ibis

    from youlin.apps.areas import profiles

    if "area" not in table.columns:
        return table
    area, widths = table["area"], {level: profiles.active().width(level) for level in LEVELS[1:]}
    found = {
        level: ibis.ifelse(area.length() >= width, area.substr(0, width), ibis.null("string"))
        for level, width in widths.items()
    }
    return table.mutate(**found)


def narrowed(rule: Version, table: "Table", area: str, period: tuple[date, date] | None) -> "Table":
    """The rows of an area (a prefix of codes) and, but for stocks, of a period of local days."""
    if area and "area" in table.columns:
        table = table.filter(table["area"].startswith(area))
    if period and rule.time:
        day = rule.time if f"{rule.time}_day" not in table.columns else f"{rule.time}_day"
        table = table.filter(table[day].between(*period))
    return table


def aggregated(
    definitions: Sequence[Definition],
    rows: "Table",
    *,
    width: int | None = None,
    grain: Grain = "whole",
    by: str = "",
) -> "Table":
    """One row for each area, stretch of time and value of `by`, with the parts of every definition.

    `rows` is what `prepared` answers; the definitions are of one group. Codes of areas are cut to `width` characters
    (None: not told apart). All definitions are computed in one pass over the rows.
    """
    import ibis

    keys: dict[str, Any] = {}
    if width is not None:
        keys[AREA] = rows["area"].substr(0, width)
    if grain != "whole":
        keys[START] = rows[DAY] if grain == "day" else rows[DAY].truncate(_TRUNCATED[grain])
    if by:
        keys["key"] = ibis.coalesce(rows[by].cast("string"), "")
    measured: dict[str, Any] = {}
    for one in definitions:
        n, d, v = parts_of(one.code)
        found = measure(one.rule, rows, width)
        measured |= {name: value for name, value in zip((n, d, v), found, strict=True) if value is not None}
    return rows.group_by(**keys).aggregate(**measured) if keys else rows.aggregate(**measured)


def measure(rule: Version, rows: "Table", width: int | None = None) -> tuple[Any, Any, Any]:
    """Numerator (or number), denominator, and value where it does not follow from these two; None for what is not.

    Medians and quantiles come with the number of values they rest on.
    """
    held, told = condition(rule.where, rows), rule.measure
    if rule.stock:
        return _sum(rows[CHANGE], held), None, None
    if told.count:
        return _count(rows, held), None, None
    if told.share is not None:
        return _count(rows, held & condition(told.share, rows)), _count(rows, held), None
    if told.sum:
        return _sum(rows[told.sum], held), None, None
    if told.mean:
        there = held & rows[told.mean].notnull()
        return _sum(rows[told.mean], held), _count(rows, there), None
    if told.ratio:
        above, below = told.ratio.numerator, told.ratio.denominator
        return _side(above, rows, held), _side(below, rows, held), None
    return _values(told, rows, held, width)


def _values(told: Measure, rows: "Table", held: "BooleanValue", width: int | None) -> tuple[Any, Any, Any]:
    """What does not follow from the figures of parts."""
    if told.distinct:
        return rows[told.distinct].nunique(where=held), None, None
    if told.coverage:
        key = rows[told.coverage.by] if told.coverage.by else rows["area"].substr(0, _level_width(told))
        return key.nunique(where=held), None, None
    name, at = (told.median, 0.5) if told.median else (told.quantile.of, told.quantile.at)  # type: ignore[union-attr]
    column = rows[name].cast("float64")
    # A median is written as the quantile it is: not every engine has one over some of the rows.
    return _count(rows, held & rows[name].notnull()), None, column.quantile(at, where=held)


def _level_width(told: Measure) -> int:
    from youlin.apps.areas import profiles

    assert told.coverage and told.coverage.level
    return profiles.active().width(told.coverage.level)


def condition(where: Where, rows: "Table") -> "BooleanValue":
    """The rows that meet every comparison of `where`; all rows for none. Never null."""
    import ibis

    conditions = [_comparison(rows[name], wanted) for name, wanted in where.items()]
    whole: BooleanValue = ibis.literal(True)
    return reduce(lambda one, other: one & other, conditions, whole)


def _comparison(column: "Column", wanted: Any) -> "BooleanValue":
    import ibis

    if isinstance(wanted, list):
        return ibis.coalesce(column.isin(wanted), False)
    if not isinstance(wanted, Mapping):
        return ibis.coalesce(column == wanted, False)
    return reduce(lambda one, other: one & other, (_operator(column, *one) for one in wanted.items()))


def _operator(column: Any, operator: str, value: Any) -> "BooleanValue":
    import ibis

    if operator == "null":
        return column.isnull() if value else column.notnull()
    if operator == "not":
        return ~_comparison(column, value)
    found = {
        "at_least": lambda: column >= value,
        "at_most": lambda: column <= value,
        "above": lambda: column > value,
        "below": lambda: column < value,
        "begins": lambda: column.startswith(value),
    }[operator]()
    return ibis.coalesce(found, False)


def _happened(table: "Table", moment: str, as_of: AsOf) -> "Table":
    """Rows whose moment is there and has come; a plain day has come on the day itself."""
    column = table[moment]
    found = table.filter(column.notnull())
    if as_of is None:
        return found
    if not isinstance(as_of, datetime):
        return found.filter(found[moment] <= found[TODAY if column.type().is_date() else AS_OF])
    if column.type().is_date():
        from django.utils import timezone

        return found.filter(
            found[moment] <= timezone.localtime(as_of, timezone.get_default_timezone()).date()
        )
    return found.filter(found[moment] <= int(as_of.timestamp()))


def _side(part: Part, rows: "Table", held: "BooleanValue") -> Any:
    mine = held & condition(part.where, rows)
    if part.distinct:
        return rows[part.distinct].nunique(where=mine)
    return _sum(rows[part.sum], mine) if part.sum else _count(rows, mine)


def _count(rows: "Table", held: "BooleanValue") -> Any:
    """Rows that are not there are nought, in every engine."""
    import ibis

    return ibis.coalesce(rows.count(where=held), 0)


def _sum(column: Any, held: "BooleanValue") -> Any:
    """A sum of nothing is nought, in every engine."""
    import ibis

    return ibis.coalesce(column.sum(where=held), 0)


def with_moment(schema: "pa.Schema") -> "pa.Schema":
    """The columns of exported rows, but for their ids, with those that say of when they are."""
    import pyarrow as pa

    told = pa.schema([one for one in schema if one.type != pa.uuid()])
    return told.append(pa.field(AS_OF, pa.int64())).append(pa.field(TODAY, pa.date32()))


def grouped(definitions: Iterable[Definition]) -> dict[str, list[Definition]]:
    """Definitions that are computed of rows, by the group that is computed in one pass."""
    found: dict[str, list[Definition]] = {}
    for one in definitions:
        if one.rule.dataset:
            found.setdefault(one.group, []).append(one)
    return found

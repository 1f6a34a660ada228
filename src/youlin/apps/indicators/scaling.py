"""The same definitions on another engine, over a district, a city or everything: for what outgrows one machine.

Rows, rules and compiler are those of every other figure; only what runs the expressions is another. Cells that are not
medians or quantiles are the same to the last bit, as they are whole numbers and what is divided of them. Quantiles lie
between two values of the rows, and engines round that one step differently (`NEARLY`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from youlin.apps.areas import profiles
from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import compiling, declarations, definitions, evaluating, reading
from youlin.apps.indicators.asking import Asked
from youlin.apps.indicators.definitions import Definition, Grain
from youlin.apps.indicators.evaluating import Cell, Source
from youlin.apps.indicators.periods import Period
from youlin.kernel.engines import Answer, Engine, settled, table
from youlin.kernel.errors import Conflict

if TYPE_CHECKING:
    from ibis.expr.types import Table

NEARLY = 1e-12
"""By how much, of its own size, a median or quantile may differ between engines: some steps of the last bit."""
COLUMNS = pa.schema(
    [
        ("code", pa.string()),
        ("version", pa.int64()),
        ("area", pa.string()),
        ("start", pa.date32()),
        ("key", pa.string()),
        ("n", pa.float64()),
        ("d", pa.float64()),
        ("value", pa.float64()),
    ]
)
"""What a table of cells has: `value` is empty where there is nothing to divide by or to take the middle of."""


class Duck:
    """DuckDB in this process, as for every other figure."""

    name = "duckdb"

    @contextmanager
    def opened(self, files: Sequence[str], schema: pa.Schema) -> Iterator[Answer]:
        """The rows stay in their files."""
        import ibis

        with evaluating.engine() as duck:
            duck.register("rows", duck.read_parquet(list(files)))

            def answer(ask: Any) -> pa.Table:
                sql = str(ibis.to_sql(ask(table(schema)), dialect="duckdb"))
                return settled(duck.execute(sql).to_arrow_table(), ask, schema)

            yield answer


def cells(engine: Engine, asked: Asked, known: Mapping[str, Definition], codes: Iterable[str]) -> pa.Table:
    """The figures asked for, computed by an engine, as a table of `COLUMNS` in a fixed order.

    `asked.area` may be shorter than the code of a district: then the rows of all districts under it count.
    """
    with evaluator(engine, list(known.values())) as evaluate:
        found = reading.computed(asked, known, codes, evaluate)
    rows = [
        (code, known[code].rule.version, area, start, key, one.n, one.d, one.value)
        for code, numbers in found.items()
        for (area, start, key), one in numbers.items()
    ]
    rows.sort(key=lambda row: (row[0], row[2], row[3] or date.min, row[4]))
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [() for _name in COLUMNS.names]
    return pa.table(
        [pa.array(column, one.type) for column, one in zip(columns, COLUMNS, strict=True)], schema=COLUMNS
    )


def in_force(area: str, day: date | None = None) -> dict[str, Definition]:
    """The definitions that hold in an area on a day: those of its district, or of all districts under it.

    Raises `Conflict` where two districts tell one code by different rules: their rows have no figure together.
    """
    found: dict[str, Definition] = {}
    for district in districts(area):
        for code, one in declarations.in_force(district, day).items():
            if found.setdefault(code, one).rule != one.rule:
                raise Conflict(
                    _("各区对指标“%(code)s”的口径不一致，不能合在一起算。") % {"code": code},
                    remedy=_("请用 -c 只选口径一致的指标，或分区计算。"),
                )
    return found


def districts(area: str) -> list[str]:
    """The district in which an area lies, or the districts under it."""
    width = profiles.active().width(profiles.active().shard)
    if len(area) >= width:
        return [area[:width]]
    return [one.code for one in areas.districts() if one.code.startswith(area)]


@dataclass
class _Open:
    """Datasets that an engine has open, each once for all that is asked."""

    engine: Engine
    known: Sequence[Definition]
    stack: ExitStack
    datasets: dict[tuple[str, str], "tuple[Answer, datetime] | None"] = field(default_factory=dict)

    def of(self, dataset: str, area: str) -> "tuple[Answer, datetime] | None":
        """The rows of a dataset and of when they are; None where nothing was exported."""
        place = area[: profiles.active().width(profiles.active().shard)]
        if (dataset, place) not in self.datasets:
            rows = _source(dataset, place)
            if rows is None or not rows.files:
                self.datasets[dataset, place] = None
            else:
                schema = _needed(self.known, dataset, pq.read_schema(rows.files[0]))
                answer = self.stack.enter_context(
                    self.engine.opened([str(one) for one in rows.files], schema)
                )
                self.datasets[dataset, place] = answer, rows.as_of
        return self.datasets[dataset, place]


@contextmanager
def evaluator(engine: Engine, known: Sequence[Definition]) -> Iterator[reading.Evaluate]:
    """`evaluating.evaluate` by an engine, for these definitions; each dataset is opened once."""
    with ExitStack() as stack:
        datasets = _Open(engine, known, stack)

        def evaluate(
            wanted: Sequence[Definition],
            *,
            district: str,
            area: str = "",
            width: int | None = None,
            grain: Grain = "whole",
            period: Period | None = None,
            by: str = "",
        ) -> dict[str, list[Cell]]:
            found: dict[str, list[Cell]] = {one.code: [] for one in wanted}
            for members in compiling.grouped(wanted).values():
                rule = members[0].rule
                rows = datasets.of(str(rule.dataset), area or district)
                if rows is None:
                    continue
                answer, as_of = rows

                def ask(
                    rows: "Table", members: Sequence[Definition] = members, as_of: datetime = as_of
                ) -> "Table":
                    narrowed = compiling.narrowed(members[0].rule, rows, area or district, period)
                    prepared = compiling.prepared(members[0].rule, narrowed, as_of=as_of)
                    return compiling.aggregated(members, prepared, width=width, grain=grain, by=by)

                for code, cells in evaluating.cells_of(members, answer(ask)).items():
                    found[code] += cells
            return found

        yield evaluate


def _source(dataset: str, area: str) -> Source | None:
    """The files of a dataset in all districts under an area; of the moment until which all of them are told."""
    parts = [one for code in districts(area) if (one := evaluating.source(dataset, code))]
    if not parts:
        return None
    files = dict.fromkeys(file for one in parts for file in one.files)
    return Source(tuple(files), min(one.as_of for one in parts))


def _needed(known: Sequence[Definition], dataset: str, schema: pa.Schema) -> pa.Schema:
    """The columns of a dataset that the definitions name: what is loaded or read at all."""
    names = {"district", "area"}
    for one in known:
        coverage = one.rule.measure.coverage
        if one.rule.dataset == dataset:
            names |= {str(name) for _place, name in definitions.columns_of(one.rule)}
            names |= set(one.indicator.breakdowns)
        if coverage and coverage.of == dataset:
            names |= {str(coverage.key), *coverage.where}
    names |= {f"{name}_day" for name in names}
    return pa.schema([one.remove_metadata() for one in schema if one.name in names])

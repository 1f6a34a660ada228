"""Keeping figures ready: each group of definitions is computed once for each file of rows, and added up.

Kept of a group, for each district (`kept.folder`):
- `day`: the additive parts by community and local day; coarser areas and longer periods are their sums;
- `by`: the same by month and value of each breakdown;
- `values`: what does not add up (medians, shares of areas covered), by level, for months, quarters and years.

A part that was computed of a file of rows is good as long as the file is, and is found again by the file's digest.
What is due in future counts when its moment comes: parts of files with such rows are computed anew each time. A
refresh that is killed leaves the figures of before; the list of what is kept is written last.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from youlin.apps.areas import profiles
from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import compiling, declarations, evaluating, kept
from youlin.apps.indicators.definitions import Definition, Grain
from youlin.apps.indicators.evaluating import Shape
from youlin.kernel import clock
from youlin.kernel.datasets import store
from youlin.kernel.datasets.store import Partition

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

GRAINS: tuple[Grain, ...] = ("month", "quarter", "year")
LEVELS = (profiles.DISTRICT, profiles.STREET, profiles.COMMUNITY)


@dataclass(frozen=True)
class Rows:
    """The files of a dataset, and the moment until which they tell everything."""

    partitions: tuple[Partition, ...]
    as_of: datetime


def refresh(district: str, *, only: Iterable[str] | None = None) -> kept.Kept:
    """Compute what changed since the last refresh and put it in force; answers what is kept now.

    `only` names groups (`Definition.group`); the others stay as they are.
    """
    definitions = list(declarations.in_force(district).values())
    before = kept.read(district)
    groups = dict(before.groups) if before and only is not None else {}
    for name, members in compiling.grouped(definitions).items():
        if only is None or name in only:
            found = _group(district, name, members, before.groups.get(name) if before else None)
            if found:
                groups[name] = found
    return kept.write(district, groups, definitions, at=clock.now())


def _group(
    district: str, name: str, members: Sequence[Definition], before: kept.Group | None
) -> kept.Group | None:
    rows = _rows(district, str(members[0].rule.dataset))
    if rows is None:
        return None
    rules = kept.digest_of(members)
    known = before.parts if before and before.rules == rules else {}
    files = sorted(one.digest for one in rows.partitions)
    parts: dict[str, kept.Part] = {}
    with evaluating.engine() as duck:
        for partition in rows.partitions:
            part = known.get(partition.digest)
            if part is None or not part.settled:
                part = _part(duck, district, members, partition, rows.as_of, rules)
            parts[partition.digest] = part
        unchanged = bool(before) and before.rules == rules and before.files == files  # type: ignore[union-attr]
        if unchanged and before and all(known[digest].settled for digest in parts):
            return before
        return _together(duck, district, name, members, rows, parts, rules, files)


def _rows(district: str, dataset: str) -> Rows | None:
    found: list[Partition] = []
    moments: list[datetime] = []
    for shard in areas.shards(district):
        manifest = store.manifest(shard, dataset)
        if manifest is not None:
            found += manifest.partitions
            moments.append(manifest.as_of)
    return Rows(tuple(found), min(moments)) if moments else None


def _part(
    duck: "DuckDBPyConnection",
    district: str,
    members: Sequence[Definition],
    partition: Partition,
    as_of: datetime,
    rules: str,
) -> kept.Part:
    """The additive figures of one file of rows, by day and by the values of each breakdown."""
    additive = [one for one in members if one.rule.measure.additive]
    stem = kept.folder(district) / "parts" / f"{partition.digest[:24]}-{rules[:12]}"
    day, by = None, None
    if additive:
        rule = members[0].rule
        source = evaluating.Source((partition.path,), as_of)
        view = evaluating.opened(duck, source, rule, area=district)
        grain: Grain = "day" if rule.time or rule.stock else "whole"
        width = profiles.active().width(profiles.COMMUNITY)
        found = evaluating.aggregated(view, additive, Shape(width, grain))
        day = kept.put(found, stem.with_suffix(".day.parquet"))
        pieces = [
            _named(evaluating.aggregated(view, concerned, Shape(width, _month(rule), name)), name)
            for name, concerned in _breakdowns(additive)
        ]
        by = kept.put(kept.stacked(pieces), stem.with_suffix(".by.parquet")) if pieces else None
    return kept.Part(day, by, settled=_settled(partition, members[0], as_of))


def _together(
    duck: "DuckDBPyConnection",
    district: str,
    name: str,
    members: Sequence[Definition],
    rows: Rows,
    parts: dict[str, kept.Part],
    rules: str,
    files: list[str],
) -> kept.Group:
    """All parts added up, and what does not add up computed of all rows."""
    stem = kept.folder(district) / f"{name.replace('.', '-').replace('@', '-')}"
    additive = [one for one in members if one.rule.measure.additive]
    columns = [column for one in additive for column in compiling.parts_of(one.code)[:2]]
    day = kept.summed([part.day for part in parts.values()], ("area", "start"), columns, stem, "day")
    by = kept.summed(
        [part.by for part in parts.values()], ("by", "key", "area", "start"), columns, stem, "by"
    )
    others = [one for one in members if rows.partitions and not one.rule.measure.additive]
    values = kept.put_named(_values(duck, district, others, rows), stem, "values") if others else None
    return kept.Group(
        dataset=str(members[0].rule.dataset),
        codes=[one.code for one in members],
        rules=rules,
        files=files,
        as_of=rows.as_of,
        day=day,
        by=by,
        values=values,
        parts=parts,
    )


def _values(
    duck: "DuckDBPyConnection", district: str, members: Sequence[Definition], rows: Rows
) -> "pa.Table":
    """What does not follow from the figures of parts: computed for each level, stretch of time and breakdown."""
    rule = members[0].rule
    source = evaluating.Source(tuple(one.path for one in rows.partitions), rows.as_of)
    view = evaluating.opened(duck, source, rule, area=district)
    grains: tuple[Grain, ...] = GRAINS if rule.time else ("whole",)
    pieces = []
    for level in LEVELS:
        width = profiles.active().width(level)
        for grain in grains:
            for by, concerned in [("", list(members)), *(_breakdowns(members) if grain == "month" else ())]:
                found = evaluating.aggregated(view, concerned, Shape(width, grain, by))
                pieces.append(_long(concerned, found, Shape(width, grain, by)))
    return kept.stacked(pieces)


def _long(members: Sequence[Definition], result: "pa.Table", shape: Shape) -> "pa.Table":
    """Cells as rows of their own."""
    import pyarrow as pa

    cells = [
        {"code": code, "width": shape.width, "area": cell.area, "grain": shape.grain, "start": cell.start,
         "by": shape.by, "key": cell.key, "n": cell.n, "d": cell.d, "v": cell.value}
        for code, found in evaluating.cells_of(members, result).items()
        for cell in found
    ]  # fmt: skip
    return pa.Table.from_pylist(cells, schema=kept.VALUES)


def _breakdowns(members: Iterable[Definition]) -> Iterator[tuple[str, list[Definition]]]:
    """Every breakdown with the definitions that have it."""
    found: dict[str, list[Definition]] = {}
    for one in members:
        for name in one.indicator.breakdowns:
            found.setdefault(name, []).append(one)
    yield from found.items()


def _named(table: "pa.Table", by: str) -> "pa.Table":
    import pyarrow as pa

    return table.append_column("by", pa.array([by] * table.num_rows, pa.string()))


def _month(rule: Any) -> Any:
    return "month" if rule.time or rule.stock else "whole"


def _settled(partition: Partition, definition: Definition, as_of: datetime) -> bool:
    """Whether nothing in the file still lies ahead of `as_of`."""
    rule = definition.rule
    moments = (rule.stock.since, rule.stock.until) if rule.stock else (rule.time,)
    today: date = timezone.localtime(as_of, timezone.get_default_timezone()).date()
    return all(moment not in partition.days or partition.days[moment][1] < today for moment in moments)


def clean(district: str) -> list[Path]:
    """Remove files that nothing kept names any more; answers which."""
    return kept.clean(district)

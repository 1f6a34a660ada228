"""Keeping figures ready: each group of definitions is computed once for each file of rows.

Kept of a group, for each district (`kept.folder`):
- `day`: the additive parts by community and local day; coarser areas and longer periods are their sums;
- `by`: the same by month and value of each breakdown;
- `values`: what does not add up (medians, shares of areas covered), by level, for months, quarters and years.

A part that was computed of a file of rows is good as long as the file is, and is found again by the file's digest.
What is due in future counts when its moment comes: parts of files with such rows are computed anew each time.
Parts of the newest quarter are read as they are; those of earlier quarters and years lie together, so that a day's
changes touch little and a question opens few files. A refresh that is killed leaves the figures of before; the list
of what is kept is written last.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from youlin.apps.areas import profiles
from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import compiling, declarations, evaluating, kept, periods
from youlin.apps.indicators.definitions import Definition, Grain, Version
from youlin.apps.indicators.evaluating import Shape
from youlin.kernel import clock, datasets
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
    known = before if before and before.rules == rules else None
    files = sorted(one.digest for one in rows.partitions)
    parts: dict[str, kept.Part] = {}
    months: dict[str, date | None] = {}
    with evaluating.engine() as duck:
        task = _Task(duck, district, members, rows, rules)
        for partition in rows.partitions:
            part = known.parts.get(partition.digest) if known else None
            if part is None or not part.settled:
                part = _part(task, partition)
            parts[partition.digest], months[partition.digest] = part, _month_of(partition)
        for key, grain, files_of in task.stretches():
            part = known.parts.get(key) if known else None
            parts[key] = part if part and part.settled else _stretch(task, key, grain, files_of)
            months[key] = max((one for one in map(_month_of, files_of) if one), default=None)
        if known and known.files == files and all(known.parts[key].settled for key in parts):
            return known
        return _together(task, name, parts, months, known)


@dataclass(frozen=True)
class _Task:
    """One group of definitions over the rows of one dataset."""

    duck: "DuckDBPyConnection"
    district: str
    members: Sequence[Definition]
    rows: Rows
    rules: str

    @property
    def rule(self) -> Version:
        """What all members have in common: rows and moment."""
        return self.members[0].rule

    @property
    def additive(self) -> list[Definition]:
        """Those whose figure of a whole follows from the parts."""
        return [one for one in self.members if one.rule.measure.additive]

    @property
    def others(self) -> list[Definition]:
        """Those that are computed for each level and stretch of time."""
        return [one for one in self.members if not one.rule.measure.additive]

    @property
    def by_month(self) -> bool:
        """Whether a file of rows holds just what belongs to its month."""
        return bool(self.rule.time) and datasets.get(str(self.rule.dataset)).month == self.rule.time

    def stretches(self) -> Iterator[tuple[str, Grain, list[Partition]]]:
        """What values are computed for beside single files: quarters and years, or all rows at once."""
        if not self.others or not self.rows.partitions:
            return
        if not self.by_month:
            yield self._key("all", self.rows.partitions), "whole", list(self.rows.partitions)
            return
        for grain in ("quarter", "year"):
            found: dict[date, list[Partition]] = {}
            for one in self.rows.partitions:
                first = _month_of(one)
                if first:
                    found.setdefault(periods.begin_of(first, grain), []).append(one)
            for start, mine in sorted(found.items()):
                yield self._key(f"{grain}-{start}", mine), grain, mine

    def _key(self, name: str, partitions: Iterable[Partition]) -> str:
        content = "".join(sorted(one.digest for one in partitions))
        return f"{name}-{hashlib.sha256(content.encode()).hexdigest()}"

    def stem(self, key: str) -> Path:
        """Where the figures of a part are kept."""
        return kept.folder(self.district) / "parts" / f"{key[-64:][:24]}-{key[:-64]}{self.rules[:12]}"

    def view(self, partitions: Iterable[Partition]) -> evaluating.View:
        """The rows of some files."""
        source = evaluating.Source(tuple(one.path for one in partitions), self.rows.as_of)
        return evaluating.opened(self.duck, source, self.rule, area=self.district)


def _rows(district: str, dataset: str) -> Rows | None:
    found: list[Partition] = []
    moments: list[datetime] = []
    for shard in areas.shards(district):
        manifest = store.manifest(shard, dataset)
        if manifest is not None:
            found += manifest.partitions
            moments.append(manifest.as_of)
    return Rows(tuple(found), min(moments)) if moments else None


def _part(task: _Task, partition: Partition) -> kept.Part:
    """The figures of one file of rows: by day, by the values of each breakdown, and values of its month."""
    stem, view = task.stem(partition.digest), task.view([partition])
    day, by, values = None, None, None
    if task.additive:
        rule = task.rule
        grain: Grain = "day" if rule.time or rule.stock else "whole"
        width = profiles.active().width(profiles.COMMUNITY)
        found = evaluating.aggregated(view, task.additive, Shape(width, grain))
        day = kept.put(found, stem, "day")
        pieces = [
            _named(evaluating.aggregated(view, concerned, Shape(width, _month(rule), name)), name)
            for name, concerned in _breakdowns(task.additive)
        ]
        by = kept.put(kept.stacked(pieces), stem, "by") if pieces else None
    if task.others and task.by_month:
        values = kept.put(_values(task, view, ("month",)), stem, "values")
    return kept.Part(day, by, values, settled=_settled([partition], task))


def _stretch(task: _Task, key: str, grain: Grain, partitions: list[Partition]) -> kept.Part:
    """The values of several files together: of one quarter or year, or of every stretch of all rows."""
    if task.by_month:
        grains: tuple[Grain, ...] = (grain,)
    else:
        grains = GRAINS if task.rule.time else ("whole",)
    found = _values(task, task.view(partitions), grains)
    values = kept.put(found, task.stem(key), "values")
    return kept.Part(None, None, values, settled=_settled(partitions, task))


def _together(
    task: _Task,
    name: str,
    parts: Mapping[str, kept.Part],
    months: Mapping[str, date | None],
    before: kept.Group | None,
) -> kept.Group:
    """What is read: parts of the newest quarter as they are, those before it laid together by quarter or year."""
    newest = max((one for one in months.values() if one), default=date.min)
    mine: dict[str, list[str]] = {}
    for key in parts:
        mine.setdefault(_bundle_of(months[key], newest), []).append(key)
    alone = [parts[key] for key in mine.pop("", [])]
    bundles = {}
    for label, keys in mine.items():
        settled = all(parts[key].settled for key in keys)
        called = f"{label}-{hashlib.sha256(''.join(sorted(keys)).encode()).hexdigest()}"
        found = before.bundles.get(called) if before and settled else None
        bundles[called] = found or _bundle(task, f"{name}-{label}", [parts[key] for key in keys], settled)
    read = [*alone, *bundles.values()]
    return kept.Group(
        dataset=str(task.rule.dataset),
        codes=[one.code for one in task.members],
        rules=task.rules,
        files=sorted(one.digest for one in task.rows.partitions),
        as_of=task.rows.as_of,
        day=[one.day for one in read if one.day],
        by=[one.by for one in read if one.by],
        values=[one.values for one in read if one.values],
        parts=parts,
        bundles=bundles,
    )


def _bundle_of(month: date | None, newest: date) -> str:
    """With which others a part lies together: its year's, its quarter's in the newest year; "" is by itself."""
    if month is None or periods.begin_of(month, "quarter") == periods.begin_of(newest, "quarter"):
        return ""
    return str(month.year if month.year < newest.year else periods.begin_of(month, "quarter"))


def _bundle(task: _Task, name: str, parts: Sequence[kept.Part], settled: bool) -> kept.Part:
    """Parts added up in one file, and values laid beside each other."""
    stem = kept.folder(task.district) / name.replace(".", "-").replace("@", "-")
    columns = [column for one in task.additive for column in compiling.parts_of(one.code)[:2]]
    values = [one.values for one in parts if one.values]
    return kept.Part(
        kept.summed([one.day for one in parts if one.day], ("area", "start"), columns, stem, "day"),
        kept.summed([one.by for one in parts if one.by], ("by", "key", "area", "start"), columns, stem, "by"),
        kept.put(kept.opened(task.district, values), stem, "values") if values else None,
        settled,
    )


def _month_of(partition: Partition) -> date | None:
    return date.fromisoformat(f"{partition.month}-01") if partition.month else None


def _values(task: _Task, view: evaluating.View, grains: Iterable[Grain]) -> "pa.Table":
    """What does not follow from the figures of parts: computed for each level, stretch of time and breakdown."""
    pieces = []
    for level in LEVELS:
        width = profiles.active().width(level)
        for grain in grains:
            broken = _breakdowns(task.others) if grain == "month" else ()
            for by, concerned in [("", task.others), *broken]:
                shape = Shape(width, grain, by)
                pieces.append(_long(concerned, evaluating.aggregated(view, concerned, shape), shape))
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


def _settled(partitions: Iterable[Partition], task: _Task) -> bool:
    """Whether nothing in the files still lies ahead."""
    rule = task.rule
    moments = (rule.stock.since, rule.stock.until) if rule.stock else (rule.time,)
    today: date = timezone.localtime(task.rows.as_of, timezone.get_default_timezone()).date()
    return all(
        moment not in one.days or one.days[moment][1] < today for one in partitions for moment in moments
    )

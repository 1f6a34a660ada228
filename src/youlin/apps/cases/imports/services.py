"""Taking in a file: a run that can be killed and goes on, chunk by chunk, each one transaction.

`run` is the whole way; `retry` takes in by hand a row that waits for a place or was refused. Nothing here
writes a case itself: `services.bulk` does, through the workflow's acts.
"""

import gc
import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases.imports import chunks, files, links
from youlin.apps.cases.imports.chunks import Read
from youlin.apps.cases.imports.mapping import Mapping
from youlin.apps.cases.imports.rows import Refused, Request, reader
from youlin.apps.cases.models import Case, CaseReporter, ImportedRow, ImportRun
from youlin.apps.cases.services import bulk
from youlin.kernel import clock, journal, statistics
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem

WAITING = ("no_place", "error")
"""States of rows that somebody can still make a case of."""

CHUNK = 1_000
"""Rows in one transaction."""
PROBLEMS_SHOWN = 100


@dataclass
class Outcome:
    """What an import did, or would do (`dry_run`). `problems` are the first of those refused, by line."""

    run_id: UUID | None
    dry_run: bool
    read: int = 0
    taken: int = 0
    known: int = 0
    unplaced: int = 0
    refused: int = 0
    problems: list[tuple[int, Problem]] = field(default_factory=list)

    def add(self, counts: Counter[str], refused: list[Refused]) -> None:
        """Count one more chunk."""
        self.taken += counts["taken"]
        self.known += counts["known"]
        self.unplaced += counts["no_place"]
        self.refused += counts["error"]
        self.read += counts.total()
        room = PROBLEMS_SHOWN - len(self.problems)
        self.problems += [(row.line, problem) for row in refused for problem in row.problems][:room]


def run(
    *,
    actor: Actor,
    path: Path,
    mapping: Mapping,
    district: str = "",
    dry_run: bool = False,
    limit: int | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> Outcome:
    """Import a file, or go on with an import of it that was cut short.

    Memory does not grow with the file. `progress` is told the rows of each chunk. Raises `NotAllowed`, and
    `Invalid` or `NotFound` where file, mapping and district do not fit, before anything is written.
    """
    home = district or mapping.district or ""
    tables = _prepared(actor, path, mapping, home)
    begun = None if dry_run else _begin(actor=actor, path=path, mapping=mapping, district=home)
    outcome = Outcome(begun.pk if begun else None, dry_run)
    start = begun.position if begun else 0
    source = itertools.islice(_read(path, mapping), start, limit)
    with _collector_held():
        while chunk := list(itertools.islice(source, CHUNK)):
            counts = _take(actor, begun, mapping, tables, chunk) if begun else chunks.count(home, chunk)
            outcome.add(counts, [read for _row, read in chunk if isinstance(read, Refused)])
            gc.collect()
            progress(len(chunk))
    if begun is not None and limit is None:
        _finish(actor, begun)
    return outcome


def place(*, actor: Actor, district: str, row_id: UUID, lon: float, lat: float) -> Case:
    """Give a waiting row its place by hand; see `retry`."""
    return retry(actor=actor, district=district, row_id=row_id, lon=lon, lat=lat)


@transaction.atomic
def retry(
    *,
    actor: Actor,
    district: str,
    row_id: UUID,
    cells: dict[str, str] | None = None,
    lon: float | None = None,
    lat: float | None = None,
) -> Case:
    """Take in a row that waits or was refused, with cells put right and a place given by hand.

    `cells` are new texts by column; what is not named stays as the file has it. It becomes a case as the others
    did, and stays known under its old key, so that the same file adds it no second time. Raises `NotAllowed`,
    `NotFound`, `Conflict` (it does not wait any more), `Invalid` naming every column that is still wrong.
    """
    bulk.check_may_import(actor, district)
    row = ImportedRow.objects.select_for_update().filter(district=district, pk=row_id).first()
    if row is None:
        raise NotFound(_("没有这一行"))
    if row.state not in WAITING:
        raise Conflict(_("这一行已不在待定位之列"), remedy=_("请刷新页面"))
    mapping = Mapping.model_validate(row.run.mapping)
    before = json.loads(row.raw)
    after = before | {name: text for name, text in (cells or {}).items() if name in before}
    if lon is not None and lat is not None:
        at = {mapping.columns.lon: str(lon), mapping.columns.lat: str(lat)}
        after |= {name: text for name, text in at.items() if name in before}
    request = _request(mapping, row.line, after, lon, lat)
    area = _area_of(request, district)
    repeats = links.find(district, [request]).get(0)
    arrived = chunks.arrival(request, mapping, area, repeats=repeats)
    [case] = bulk.report_many(actor=actor, using=bulk.tables(district), arrivals=[arrived])
    row.case, row.state, row.raw, row.problem = case, "taken", "", {}
    row.save(update_fields=["case", "state", "raw", "problem"])
    corrected = sorted(name for name, text in after.items() if text != before[name])
    told = {"line": row.line, "case": str(case.pk), "corrected": corrected}
    _journal(actor, row.run, "cases.row_placed", told)
    return case


def _request(mapping: Mapping, line: int, cells: files.Row, lon: float | None, lat: float | None) -> Request:
    read = reader(mapping)(line, cells)
    if isinstance(read, Refused):
        raise Invalid(problems=read.problems)
    return read if lon is None or lat is None else replace(read, lon=lon, lat=lat)


def _area_of(asked: Request, district: str) -> str:
    if asked.lon is None or asked.lat is None:
        raise Invalid(_("没有坐标"), field="lon", remedy=_("请在地图上选点"))
    area = str(areas.locate_many([asked.lon], [asked.lat], prefix=district)[0])
    if not area.startswith(district) or not district:
        raise Invalid(_("这个位置不在本区内"), field="lon", remedy=_("请在地图上重新选点"))
    return area


def _prepared(actor: Actor, path: Path, mapping: Mapping, district: str) -> bulk.Tables:
    if not district:
        remedy = _("请用 --district，或写在对应文件里。")
        raise Invalid(_("没有写导入哪个区。"), field="district", remedy=remedy)
    bulk.check_may_import(actor, district)
    areas.get(district)
    files.check(path, mapping)
    tables = bulk.tables(district)
    missing = sorted(mapping.category_codes() - set(tables.categories))
    if missing:
        raise NotFound(
            _("本区没有这些类别：%(codes)s。") % {"codes": "、".join(missing)},
            field="categories",
            remedy=_("请先启用声明它们的方案，或改正对应文件。"),
        )
    known = {act for code in mapping.category_codes() for act in tables.of(code)[2].acts}
    unknown = sorted(mapping.acts() - known)
    if unknown:
        raise NotFound(
            _("流程里没有这些动作：%(codes)s。") % {"codes": "、".join(unknown)},
            field="statuses",
            remedy=_("可用的动作有：%(acts)s。") % {"acts": "、".join(sorted(known))},
        )
    return tables


@contextmanager
def _collector_held() -> Iterator[None]:
    """Python's collector waits for the end of each chunk: measured a fifth faster, and memory stays flat."""
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


def _read(path: Path, mapping: Mapping) -> Iterator[Read]:
    read = reader(mapping)
    for line, row in files.rows(path, mapping):
        yield row, read(line, row)


@transaction.atomic
def _begin(*, actor: Actor, path: Path, mapping: Mapping, district: str) -> ImportRun:
    declared = mapping.model_dump(mode="json")
    text = json.dumps([files.digest(path), declared], sort_keys=True)
    run, new = ImportRun.objects.get_or_create(
        district=district,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        defaults={"source": path.name, "mapping": declared},
    )
    if new:
        _journal(actor, run, "cases.import_started", {"source": path.name})
    return run


@transaction.atomic
def _take(
    actor: Actor, run: ImportRun, mapping: Mapping, tables: bulk.Tables, chunk: list[Read]
) -> Counter[str]:
    """One chunk, once: the run is locked, and lines before its position were taken by somebody else."""
    run.refresh_from_db(from_queryset=ImportRun.objects.select_for_update().filter(district=run.district))
    fresh = [(row, read) for row, read in chunk if read.line > run.position]
    counts = chunks.take(actor, run, mapping, tables, fresh)
    counts["known"] += len(chunk) - len(fresh)
    run.position = max(run.position, chunk[-1][1].line)
    run.rows_read += len(fresh)
    run.rows_taken += counts["taken"]
    run.rows_known += counts["known"]
    run.rows_unplaced += counts["no_place"]
    run.rows_refused += counts["error"]
    run.save()
    _journal(actor, run, "cases.rows_imported", {"position": run.position, **counts})
    return counts


@transaction.atomic
def _finish(actor: Actor, run: ImportRun) -> None:
    if run.finished_at is None:
        run.finished_at = clock.now()
        run.save(update_fields=["finished_at"])
        _journal(actor, run, "cases.import_finished", {"read": run.rows_read, "taken": run.rows_taken})
        statistics.refresh([Case, CaseReporter, ImportedRow, journal.JournalEntry])


def _journal(actor: Actor, run: ImportRun, act: str, after: dict[str, object]) -> None:
    journal.append(act=act, actor=actor, subject=run, area=run.district, after=after)

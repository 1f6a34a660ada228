"""Tables of places: looked at first, taken in by batches that each stand or fall alone, undone as a whole."""

import gc
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.places.imports import batches, columns
from youlin.apps.places.imports.batches import Suspicion, Taken
from youlin.apps.places.imports.columns import Columns
from youlin.apps.places.models import Place, PlaceImport, PlaceImportRow
from youlin.apps.places.services import bulk, checking
from youlin.apps.places.services.checking import Words
from youlin.kernel import clock, journal, statistics, tables
from youlin.kernel import rows as table_rows
from youlin.kernel.actors import Actor
from youlin.kernel.ahead import ahead
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem
from youlin.kernel.languages import listed
from youlin.kernel.progress import nobody
from youlin.kernel.tables import Form, Row

BATCH = 1_000
MUCH_MORE = 4
"""Times as many rows as before, after which the database counts them anew: what it believes of a table that was empty
makes it read all places for each batch."""
MOST_TOLD = 200
"""Refused rows that are told one by one; the others are counted."""
MOST_BYTES = 5 * 1024 * 1024
"""Of a file sent through a page; larger ones go through the command."""
MOST_ROWS = 5_000

Progress = Callable[[int], None]
"""How many more rows are done."""


@dataclass
class Outcome:
    """What became, or would become, of a file's rows: how many are new, changed, the same or refused.

    `refused` are (line, column, problem); `hints` is what seems wrong with the whole file; `unread` are columns
    nobody reads. `run` is the import, None when nothing was written.
    """

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str, Problem]] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    unread: tuple[str, ...] = ()
    run: UUID | None = None

    @property
    def read(self) -> int:
        """How many rows there are."""
        return sum(self.counts.values())


def check(
    *, actor: Actor, district: str, path: Path, crs: str = "wgs84", progress: Progress = nobody
) -> Outcome:
    """Read a whole file and say what would become of it; writes nothing. Raises `Invalid`, `NotAllowed`."""
    bulk.may_register(actor, district)
    _crs(crs)
    return _go_through(actor, district, path, columns.columns(path), crs, progress, None)


def take(
    *,
    actor: Actor,
    district: str,
    path: Path,
    crs: str = "wgs84",
    name: str = "",
    progress: Progress = nobody,
) -> Outcome:
    """Take in the good rows of a file; the others are told. What is there already is not made twice.

    Raises `Invalid` (a file that cannot be read), `NotAllowed` unless the actor keeps the district's places.
    """
    bulk.may_register(actor, district)
    _crs(crs)
    found = columns.columns(path)
    run = PlaceImport.objects.create(
        district=district,
        name=(name or path.name)[:200],
        digest=tables.digest(path),
        crs=crs,
        made_by_id=actor.person_id,
    )
    outcome = _go_through(actor, district, path, found, crs, progress, run)
    _finish(actor, run, outcome)
    return outcome


def undo(*, actor: Actor, district: str, run_id: UUID, progress: Progress = nobody) -> Counter[str]:
    """Take a whole import back: new places off the map (`retired`), changed ones as they were (`restored`).

    What somebody has changed since stays as it is (`kept`). Cut short, it goes on where it stopped when it is asked
    for again. Raises `NotFound`, `Conflict` when it was undone.
    """
    bulk.may_register(actor, district)
    counts: Counter[str] = Counter()
    before: int | None = None
    done = 0
    while (lowest := _undo_batch(actor, district, run_id, before, counts)) is not None:
        progress(counts.total() - done)
        before, done = lowest, counts.total()
    return counts


@transaction.atomic
def _undo_batch(
    actor: Actor, district: str, run_id: UUID, before: int | None, counts: Counter[str]
) -> int | None:
    """Undo the last rows above the line `before`; the first of them, or None when there were none: then it is done."""
    run = PlaceImport.objects.select_for_update().filter(district=district, id=run_id).first()
    if run is None or run.finished_at is None:
        raise NotFound(_("没有这次导入"))
    if run.undone_at is not None:
        raise Conflict(_("这次导入已经撤销"))
    rows = PlaceImportRow.objects.filter(district=district, run=run, state__in=("new", "changed"))
    if before is not None:
        rows = rows.filter(line__lt=before)
    batch = list(rows.order_by("-line")[:BATCH])
    if batch:
        counts += _undo(actor, district, batch, checking.words(district))
        return batch[-1].line
    run.undone_at = clock.now()
    run.save(update_fields=["undone_at"])
    journal.append(act="places.import_undone", actor=actor, subject=run, area=district, after=dict(counts))
    return None


def keep_file(*, actor: Actor, district: str, name: str, content: bytes, crs: str) -> tuple[UUID, Outcome]:
    """Keep an uploaded file until it is taken in, and say what would become of it.

    One file waits for each person; another one takes its place. Raises `Invalid` for what is no table.
    """
    bulk.may_register(actor, district)
    _crs(crs)
    remedy = _("请拆成几个文件，或请运维人员用 youlin places import 导入")
    with tables.uploaded(name, content, most_bytes=MOST_BYTES, remedy=remedy) as path:
        outcome = check(actor=actor, district=district, path=path, crs=crs)
        if outcome.read > MOST_ROWS:
            raise tables.too_many(MOST_ROWS, remedy)
        digest = tables.digest(path)
    waiting = PlaceImport.objects.filter(district=district, finished_at=None, made_by_id=actor.person_id)
    with transaction.atomic():
        waiting.delete()
        run = PlaceImport.objects.create(
            district=district,
            name=Path(name).name[:200],
            digest=digest,
            crs=crs,
            content=content,
            made_by_id=actor.person_id,
        )
    return run.id, outcome


def take_kept(*, actor: Actor, district: str, run_id: UUID) -> Outcome:
    """Take in a file that was kept. Raises `NotFound`, `Conflict` when that was done already."""
    bulk.may_register(actor, district)
    with transaction.atomic():
        run = PlaceImport.objects.select_for_update().filter(district=district, id=run_id).first()
        if run is None or run.made_by_id != actor.person_id:
            raise NotFound(_("没有这次导入"))
        if run.content is None:
            raise Conflict(_("这个文件已经导入"))
        content, run.content = bytes(run.content), None
        run.save(update_fields=["content"])
    with tables.uploaded(run.name, content, most_bytes=MOST_BYTES) as path:
        outcome = _go_through(actor, district, path, columns.columns(path), run.crs, nobody, run)
    _finish(actor, run, outcome)
    return outcome


def _crs(crs: str) -> None:
    if crs not in columns.SYSTEMS:
        raise Invalid(_("没有这种坐标系"), field="crs", remedy=listed(columns.SYSTEMS))


def _go_through(
    actor: Actor,
    district: str,
    path: Path,
    found: Columns,
    crs: str,
    progress: Progress,
    run: PlaceImport | None,
) -> Outcome:
    known = checking.words(district)
    outcome = Outcome(unread=found.unread, run=run.id if run else None)
    suspicion, counted = Suspicion(), BATCH // MUCH_MORE
    with closing(ahead(_batches(tables.rows(path, Form())))) as batches:
        for batch in batches:
            with _uncollected():
                taken = _one_batch(actor, district, batch, found, known, crs, run, suspicion)
            outcome.counts.update(one.state for one in taken)
            _note(outcome, taken, found)
            progress(len(taken))
            if run and outcome.read >= counted * MUCH_MORE:
                statistics.refresh([Place])
                counted = outcome.read
    outcome.hints = suspicion.words()
    return outcome


@contextmanager
def _uncollected() -> Iterator[None]:
    """Python looks for circles of forgotten objects after this batch, not all the while: its thousands of rows, each
    forgotten soon and in no circle, would set off a search through everything the process holds again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _batches(rows: Iterator[tuple[int, Row]]) -> Generator[list[tuple[int, Row]]]:
    """Rows with their numbers as a spreadsheet shows them: the heading is the first."""
    while batch := [(number + 1, row) for number, row in islice(rows, BATCH)]:
        yield batch


@transaction.atomic
def _one_batch(
    actor: Actor,
    district: str,
    batch: Sequence[tuple[int, Row]],
    found: Columns,
    known: Words,
    crs: str,
    run: PlaceImport | None,
    suspicion: Suspicion,
) -> list[Taken]:
    taken, values = batches.read(district, batch, found, known, crs, lock=run is not None)
    batches.suspect(district, values, crs, suspicion)
    if run is not None:
        _write(actor, run, taken, known, found)
    return taken


def _write(actor: Actor, run: PlaceImport, taken: Sequence[Taken], known: Words, found: Columns) -> None:
    new = [one for one in taken if one.state == "new"]
    made = bulk.put(actor, run.district, [one.checked for one in new], known, confirmed=True)
    for one, place in zip(new, made, strict=True):
        one.place = place
    changes = [
        bulk.Change(one.place, one.checked, one.changes)
        for one in taken
        if one.place is not None and one.state == "changed"
    ]
    bulk.change(actor, run.district, changes, known)
    told = [_row(run, one, found) for one in taken if one.state != "same"]
    table_rows.insert_plain(PlaceImportRow, _ROW, told)


_ROW = ("district", "run_id", "line", "state", "place_ref", "version", "before", "problems")


def _row(run: PlaceImport, one: Taken, found: Columns) -> tuple[Any, ...]:
    """What became of a row, as values of `_ROW`."""
    problems = [
        {"column": found.column(problem.field), "message": problem.message, "remedy": problem.remedy}
        for problem in one.problems
    ]
    place, version = (one.place.id, one.place.version) if one.place else (None, 0)
    return run.district, run.id, one.line, one.state, place, version, one.changes, problems


def _note(outcome: Outcome, taken: Sequence[Taken], found: Columns) -> None:
    for one in taken:
        for problem in one.problems:
            if len(outcome.refused) < MOST_TOLD:
                outcome.refused.append((one.line, found.column(problem.field), problem))


@transaction.atomic
def _finish(actor: Actor, run: PlaceImport, outcome: Outcome) -> None:
    run.counts = {"read": outcome.read, **outcome.counts}
    run.finished_at = clock.now()
    run.save(update_fields=["counts", "finished_at"])
    journal.append(
        act="places.imported",
        actor=actor,
        subject=run,
        area=run.district,
        after={"file": run.name, "digest": run.digest, **run.counts},
    )


def _undo(actor: Actor, district: str, batch: Sequence[PlaceImportRow], known: Words) -> Counter[str]:
    ids = [row.place_ref for row in batch if row.place_ref]
    places = {
        place.id: place
        for place in Place.objects.select_for_update(of=("self",))
        .filter(district=district, id__in=ids)
        .select_related("kind")
        .order_by("id")
    }
    counts: Counter[str] = Counter()
    taken_back: list[bulk.Change] = []
    retired: list[Place] = []
    for row in batch:
        place = places.get(row.place_ref) if row.place_ref else None
        if place is None or place.version != row.version or place.retired_at is not None:
            counts["kept"] += 1
            continue
        if row.state == "new" or "retired_at" in row.before:
            retired.append(place)
        if row.state == "changed":
            taken_back.append(_back(place, row.before, known))
    bulk.change(actor, district, taken_back, known)
    bulk.retire(actor, district, retired, reason=_("撤销导入"))
    counts["retired"] += len(retired)
    counts["restored"] += len(taken_back)
    return +counts


def _back(place: Place, before: dict[str, Any], known: Words) -> bulk.Change:
    """The change that gives a place its old values again."""
    columns_ = {
        name: value for name, value in before.items() if name not in ("facilities", "retired_at", "kind")
    }
    if "kind" in before and before["kind"] in known.kinds:
        columns_["kind"] = known.kinds[before["kind"]]
    now = {name: getattr(place, name) for name in columns_ if name != "kind"}
    return bulk.Change(place, checking.Checked(columns_, before.get("facilities")), now)

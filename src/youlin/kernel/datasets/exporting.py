"""Bringing the files of datasets up to date with the journal: whole at first, then only what it names.

The position is taken before rows are read: what is written while they are read is found again the next time, so
nothing is missed and nothing counted twice. A run that is killed leaves the last manifest in force.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from youlin.kernel import canonical, clock, journal, statistics
from youlin.kernel.datasets import declaring, making, reading, store, writing
from youlin.kernel.datasets.declaring import Dataset, Successors
from youlin.kernel.datasets.making import Maker
from youlin.kernel.datasets.staging import Staged
from youlin.kernel.datasets.store import Manifest
from youlin.kernel.datasets.writing import Writer, Written
from youlin.kernel.errors import Conflict
from youlin.kernel.journal import CITY, START, JournalEntry, Position, positions

if TYPE_CHECKING:
    import duckdb

FEW = 10_000
"""Entries after which it does not matter yet whether all rows are read or those that changed are looked for."""
FORMAT = 1
"""Grows when files are written in another way, so that all are written anew."""

Progress = Callable[[str, int], None]
"""Told the dataset's name and how many rows were read since the last time."""


@dataclass(frozen=True)
class Exported:
    """What an export did for one dataset; `whole` says that every row was read."""

    dataset: str
    rows: int
    partitions: int
    seconds: float
    position: Position
    whole: bool = False


@dataclass(frozen=True)
class _State:
    """Where the journals stand, asked before any row is read."""

    position: Position
    city: Position
    areas: Successors
    marks: str
    zone: str
    at: datetime


def export_all(progress: Progress = lambda name, rows: None) -> dict[str, list[Exported]]:
    """Bring the datasets of every district up to date; one that is being exported by another is left to it."""
    done: dict[str, list[Exported]] = {}
    for district in journal.districts():
        if district != CITY:
            try:
                done[district] = export(district, progress=progress)
            except Conflict:
                continue
    return done


def export(
    district: str,
    names: Iterable[str] | None = None,
    *,
    whole: bool = False,
    progress: Progress = lambda name, rows: None,
) -> list[Exported]:
    """Bring the datasets of a district (all, or these) up to date with its journal.

    `whole` reads every row again. Raises `Conflict` while another process exports the district, `KeyError` for a
    dataset that does not exist.
    """
    wanted = [declaring.get(name) for name in names] if names is not None else declaring.all()
    with store.alone(district):
        statistics.catch_up()
        return [_one(district, dataset, whole, progress) for dataset in wanted]


def schema(dataset: Dataset) -> str:
    """A digest of all that decides how a row is written: columns, SQL, calendars."""
    told = [
        FORMAT,
        [[one.name, one.kind, making.computed(one)] for one in dataset.columns],
        [dataset.month, dataset.area, making.keys(dataset), sorted(dataset.follows)],
        reading.statement(making.selected(dataset, making.rows(dataset, "-"))),
    ]
    return canonical.digest(canonical.normal(told))


def _one(district: str, dataset: Dataset, whole: bool, progress: Progress) -> Exported:
    begun = time.monotonic()
    store.sweep(district, dataset.name)
    before = store.manifest(district, dataset.name)
    state = _State(
        journal.end_of(district) or START,
        journal.end_of(CITY) or START,
        declaring.successors(district),
        dataset.marks() if dataset.marks else "",
        settings.TIME_ZONE,
        clock.now(),
    )
    made = schema(dataset)
    known = before is not None and before.schema == made and store.whole(before)
    subjects = None
    if before and known and not whole and _same(before, state, dataset):
        subjects = _Subjects(dataset, district, before, state)
        if subjects.anew() or subjects.are_most():
            subjects = None
    everything = subjects is None or not (dataset.month and dataset.follows)
    if before and subjects and not subjects.any():
        rows, everything, written = 0, False, Written(before.partitions, 0)
    elif before and subjects and not everything:
        rows, written = _changed(district, dataset, before, subjects, state, progress)
    else:
        rows, written = _whole(district, dataset, before if known else None, state, progress)
    store.write(_manifest(district, dataset, made, state, before, written))
    seconds = time.monotonic() - begun
    return Exported(dataset.name, rows, written.rewritten, seconds, state.position, everything)


def _same(before: Manifest, state: _State, dataset: Dataset) -> bool:
    """Whether rows still lie in the same areas, days begin when they did, and nothing was forgotten."""
    areas = not dataset.area or before.areas == state.areas.revision
    return areas and before.zone == state.zone and before.marks == state.marks


def _manifest(
    district: str, dataset: Dataset, made: str, state: _State, before: Manifest | None, written: Written
) -> Manifest:
    return Manifest(
        dataset=dataset.name,
        district=district,
        schema=made,
        areas=state.areas.revision,
        marks=state.marks,
        zone=state.zone,
        position=state.position,
        city=state.city,
        as_of=state.at,
        exported_at=clock.now(),
        partitions=written.partitions,
        restated=(*(before.restated if before else ()), *written.restated),
    )


class _Subjects:
    """What the journals name since a manifest, as far as a dataset follows it."""

    def __init__(self, dataset: Dataset, district: str, before: Manifest, state: _State) -> None:
        self._dataset = dataset
        self._rows = sum(one.rows for one in before.partitions)
        self._stretches = {
            district: (before.position, state.position),
            CITY: (before.city, state.city),
        }
        self._district = district

    def any(self) -> bool:
        """Whether anything was journalled that may have changed a row."""
        if not self._dataset.follows:
            return self._entries(self._district).exists()
        return any(self.named(kind).exists() for kind in self._dataset.follows)

    def anew(self) -> bool:
        """Whether anything was journalled that changed many rows and names none."""
        asked = self._dataset.anew
        return bool(asked) and self._entries(self._district).filter(asked).exists()

    def are_most(self) -> bool:
        """Whether the journal tells of more than there are rows: then all may as well be read."""
        first, last = self._stretches[self._district]
        return last.seq - first.seq > max(self._rows, FEW)

    def named(self, kind: str) -> QuerySet[Any, Any]:
        """The ids of subjects of a kind, or of all kinds of an app."""
        home = CITY if making.is_of_the_city(kind) else self._district
        wanted = {"subject_kind__startswith": kind} if kind.endswith(".") else {"subject_kind": kind}
        return self._entries(home).filter(**wanted).values("subject_id")

    def rows(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that are the subjects, or hang on them: each by its own index, then together."""
        found = []
        for kind, path in self._dataset.follows.items():
            named = self.named(kind)
            hang = Q(**{f"{path}__in": named}) if isinstance(path, str) else path(named)
            found.append(rows.filter(hang).values("id"))
        return rows.filter(id__in=found[0].union(*found[1:]) if len(found) > 1 else found[0])

    def put(self, engine: "duckdb.DuckDBPyConnection") -> None:
        """The table `subjects` (kind, id)."""
        engine.execute("CREATE TABLE subjects (kind VARCHAR, id UUID)")
        for kind in making.keys(self._dataset):
            named = self.named(kind).distinct().values_list("subject_id")
            with reading.batches(named, ["uuid"]) as batches:
                for batch in batches:
                    engine.register("named", batch)
                    engine.execute("INSERT INTO subjects SELECT ?, CAST(c0 AS UUID) FROM named", [kind])
                    engine.unregister("named")

    def _entries(self, home: str) -> QuerySet[JournalEntry]:
        first, last = self._stretches[home]
        return JournalEntry.objects.filter(positions.after(first), positions.upto(last), district=home)


def _changed(
    district: str,
    dataset: Dataset,
    before: Manifest,
    subjects: _Subjects,
    state: _State,
    progress: Progress,
) -> tuple[int, Written]:
    with store.workshop(district, dataset.name) as place, writing.engine(place) as engine:
        subjects.put(engine)
        with Staged(place) as staged:
            _read(staged, district, dataset, subjects.rows(making.rows(dataset, district)), state, progress)
            staged.show(engine, dataset)
        writer = Writer(engine, dataset, district, place, _month(state), state.at)
        return staged.rows, writing.changed(writer, staged.months, before.partitions)


def _whole(
    district: str, dataset: Dataset, before: Manifest | None, state: _State, progress: Progress
) -> tuple[int, Written]:
    with store.workshop(district, dataset.name) as place, writing.engine(place) as engine:
        with Staged(place) as staged:
            found = reading.as_they_lie(making.rows(dataset, district))
            _read(staged, district, dataset, found, state, progress)
            staged.show(engine, dataset)
        writer = Writer(engine, dataset, district, place, _month(state), state.at)
        return staged.rows, writing.all_anew(writer, staged.months, before.partitions if before else None)


def _month(state: _State) -> str:
    return f"{state.at.astimezone(ZoneInfo(state.zone)):%Y-%m}"


def _read(
    staged: Staged,
    district: str,
    dataset: Dataset,
    found: QuerySet[Any],
    state: _State,
    progress: Progress,
) -> None:
    """Stage the rows, in the columns of the files."""
    maker = Maker(dataset, district, state.zone, state.areas.living)
    kinds = [one.kind for one in making.read_columns(dataset)]
    with reading.batches(making.selected(dataset, found), kinds) as batches:
        for batch in batches:
            if batch.num_rows:
                staged.add(maker.made(batch))
                progress(dataset.name, batch.num_rows)

"""Staged rows into the files of a dataset: each month's file is what stays of the old one and what is fresh.

All is done by DuckDB over files, in memory that does not grow with the rows.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from youlin.kernel.datasets import making, store
from youlin.kernel.datasets.declaring import Dataset
from youlin.kernel.datasets.making import MONTH
from youlin.kernel.datasets.store import Partition, Restated

if TYPE_CHECKING:
    import duckdb

MEMORY, THREADS = "160MB", 1
"""A month is written no sooner by two threads, which need more memory and half as much of the processors again."""
ROW_GROUP = 100_000


@dataclass(frozen=True)
class Written:
    """The files there are now, how many were written anew, and what was told anew of months that are over."""

    partitions: tuple[Partition, ...]
    rewritten: int
    restated: tuple[Restated, ...] = ()


@contextmanager
def engine(place: Path) -> Iterator["duckdb.DuckDBPyConnection"]:
    """A DuckDB on a file of its own that keeps to its memory and spills into `place`."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": str(THREADS),
        "temp_directory": str(place / "spill"),
        "preserve_insertion_order": "false",
    }
    with duckdb.connect(str(place / "stage.duckdb"), config=settings) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def all_anew(writer: "Writer", months: Set[str], old: Sequence[Partition] | None) -> Written:
    """Files of the staged rows alone, which lie in `months`.

    `old` are those before with the same columns, to tell what changed (None: there was nothing to compare with).
    """
    known = {one.month: one for one in old or ()}
    for month in sorted(months | set(known)):
        writer.renew(month, known.get(month), keep=False, told=old is not None)
    return writer.written({})


def changed(writer: "Writer", months: Set[str], old: Sequence[Partition]) -> Written:
    """Files in which staged rows, which lie in `months`, take the place of their older state.

    The table `subjects` holds `kind` and `id` of all that changed. A row of theirs that is not staged is gone.
    """
    known = {one.month: one for one in old}
    for month in sorted(months | writer.find_gone(old)):
        writer.renew(month, known.get(month), keep=True, told=True)
    return writer.written(known)


class Writer:
    """Writes the files of months, one after the other, and remembers what became of each."""

    def __init__(
        self,
        engine: "duckdb.DuckDBPyConnection",
        dataset: Dataset,
        district: str,
        place: Path,
        this_month: str,
        at: datetime,
    ) -> None:
        self._engine, self._dataset, self._district, self._place = engine, dataset, district, place
        self._this_month, self._at = this_month, at
        self._columns = ", ".join(f'"{name}"' for name in making.file_columns(dataset))
        self._found: dict[str, Partition | None] = {}
        self._restated: list[Restated] = []
        self._rewritten = 0

    def find_gone(self, old: Sequence[Partition]) -> set[str]:
        """The table `gone`: old rows that are staged anew, or whose subject changed, with their file; its months."""
        self._engine.execute("CREATE TABLE gone (id UUID, file VARCHAR)")
        if not old:
            return set()
        files = [str(one.path) for one in old]
        conditions = ["id IN (SELECT id FROM fresh)"]
        for kind, name in making.keys(self._dataset).items():
            conditions.append(f"\"{name}\" IN (SELECT id FROM subjects WHERE kind = '{kind}')")
        for condition in conditions:
            self._engine.execute(
                f"INSERT INTO gone SELECT id, filename FROM read_parquet(?, filename = true) WHERE {condition}",
                [files],
            )
        stale = {name for (name,) in self._engine.execute("SELECT DISTINCT file FROM gone").fetchall()}
        return {one.month for one in old if str(one.path) in stale}

    def renew(self, month: str, before: Partition | None, *, keep: bool, told: bool) -> None:
        """Write the file of a month: the staged rows, and with `keep` what is not `gone` of the file before.

        `told`: figures of it were published, so that what changes in a month that is over is restated.
        """
        after = self._found[month] = self._file(month, before if keep else None)
        if before is not None and after is not None and after.digest == before.digest:
            return
        self._rewritten += 1
        if month and month < self._this_month and told:
            rows = self._differing(month, before, only_gone=keep)
            self._restated += [Restated(month, rows, self._at)] if rows else []

    def written(self, known: Mapping[str, Partition]) -> Written:
        """The files there are now, those that are `known` and were not touched among them."""
        found = {**known, **self._found}
        partitions = tuple(one for _month, one in sorted(found.items()) if one is not None)
        return Written(partitions, self._rewritten, tuple(self._restated))

    def _file(self, month: str, before: Partition | None) -> Partition | None:
        """The file of a month; None when no row is left."""
        draft = self._place / "draft.parquet"
        order = ", ".join(f'"{name}"' for name in (self._dataset.area, self._dataset.month, "id") if name)
        self._engine.execute(
            f"COPY (SELECT * FROM ({self._rows(month, before)}) ORDER BY {order}) TO '{_quoted(draft)}'"
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        rows, days = self._days(draft)
        if not rows:
            return None
        path, digest = store.keep(draft, self._district, self._dataset.name, month)
        return Partition(month, path, rows, digest, days)

    def _differing(self, month: str, before: Partition | None, *, only_gone: bool) -> int:
        """How many rows of a month came, went or say something else now."""
        now = self._fresh(month)
        then = f"SELECT {self._columns} FROM fresh WHERE false"
        if before is not None:
            then = f"SELECT {self._columns} FROM read_parquet('{_quoted(before.path)}')"
            then += " WHERE id IN (SELECT id FROM gone)" if only_gone else ""
        sql = f"SELECT count(DISTINCT id) FROM (({then} EXCEPT {now}) UNION ALL ({now} EXCEPT {then}))"
        return int(self._engine.execute(sql).fetchall()[0][0])

    def _rows(self, month: str, before: Partition | None) -> str:
        if before is None:
            return self._fresh(month)
        kept = (
            f"SELECT {self._columns} FROM read_parquet('{_quoted(before.path)}') AS kept"
            " WHERE NOT EXISTS (SELECT 1 FROM gone WHERE gone.id = kept.id)"
        )
        return f"{self._fresh(month)} UNION ALL {kept}"

    def _fresh(self, month: str) -> str:
        return f"SELECT {self._columns} FROM fresh WHERE \"{MONTH}\" = '{month}'"

    def _days(self, draft: Path) -> tuple[int, dict[str, tuple[date, date]]]:
        """How many rows a file has, and the first and last day of each moment and day."""
        named = {
            one.name: f"{one.name}_day" if one.kind == "moment" else one.name
            for one in self._dataset.columns
            if one.kind in ("moment", "day")
        }
        asked = "".join(f', min("{name}"), max("{name}")' for name in named.values())
        found = self._engine.execute(f"SELECT count(*){asked} FROM '{_quoted(draft)}'").fetchall()[0]
        pairs = zip(named, found[1::2], found[2::2], strict=True)
        return found[0], {name: (first, last) for name, first, last in pairs if first is not None}


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")

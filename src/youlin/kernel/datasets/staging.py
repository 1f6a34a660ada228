"""Rows that were read and wait to be written: few in memory, more in files of their months.

A month's file is written from the rows of that month alone, so each is put aside by itself: looking for the rows of
one month among those of all of them costs as many readings of everything as there are months. Memory does not grow
with the rows.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from youlin.kernel.datasets import making
from youlin.kernel.datasets.declaring import Dataset
from youlin.kernel.datasets.making import MONTH

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

HELD = 32_768
"""Rows that are held in memory before they are put into files."""
TOGETHER = 4_096
"""Rows that lie together in such a file: who reads it has several such pieces in hand at once."""
OPEN = 120
"""Files that are open at once: ten years of months."""
FULL = 65_536
"""Rows after which a month goes on in another file: a file is in memory while it is read, so that it may not be long."""


class Staged:
    """Rows of one dataset, added piece by piece; `show` makes them the view `fresh` of an engine.

    A context: its end closes what is open. What lies in `place` goes with that folder.
    """

    def __init__(self, place: Path) -> None:
        self._place = place / "staged"
        self._held: list[pa.Table] = []
        self._writers: dict[str, pa.RecordBatchFileWriter] = {}
        self._written: Counter[str] = Counter()
        self._files: list[tuple[str, Path]] = []
        self.rows = 0
        self.months: set[str] = set()

    def __enter__(self) -> "Staged":
        return self

    def __exit__(self, *_raised: object) -> None:
        self._close()

    def add(self, made: "pa.Table") -> None:
        """Take rows as `making.Maker.made` makes them."""
        import pyarrow.compute as pc

        self.rows += len(made)
        self.months |= set(pc.unique(made.column(MONTH)).to_pylist())
        self._held.append(made)
        if sum(map(len, self._held)) > HELD:
            self._put_aside()

    def show(self, engine: "duckdb.DuckDBPyConnection", dataset: Dataset) -> None:
        """The view `fresh`: the columns of the dataset's files, and `making.MONTH`."""
        engine.register("staged", self._together(dataset))
        columns = ", ".join(
            f'CAST("{name}" AS UUID) AS "{name}"' if kind == "UUID" else f'"{name}"'
            for name, kind in {**making.file_columns(dataset), MONTH: "VARCHAR"}.items()
        )
        engine.execute(f"CREATE TEMP VIEW fresh AS SELECT {columns} FROM staged")

    def _together(self, dataset: Dataset) -> Any:
        """All rows as something that DuckDB reads, of each month what it asks for.

        Files are mapped: read into memory of their own by Arrow's threads, they left 70 MB that nobody used behind.
        """
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.dataset as arrow

        schema = making.arrow_schema(dataset)
        if not self._files:
            return pa.concat_tables(self._held) if self._held else schema.empty_table()
        self._put_aside()
        self._close()
        pa.default_memory_pool().release_unused()
        kind, files = arrow.IpcFileFormat(), pa.fs.LocalFileSystem(use_mmap=True)
        pieces = [
            kind.make_fragment(str(path), files, partition_expression=pc.field(MONTH) == month)
            for month, path in self._files
        ]
        return arrow.FileSystemDataset(pieces, schema, kind, files)

    def _put_aside(self) -> None:
        """What is held into the files of its months."""
        for month, rows in _by_month(self._held).items():
            self._writer(month, rows.schema).write_table(rows, max_chunksize=TOGETHER)
            self._written[month] += len(rows)
            if self._written[month] >= FULL:
                self._finish(month)
        self._held.clear()

    def _writer(self, month: str, schema: "pa.Schema") -> Any:
        import pyarrow as pa

        if month not in self._writers:
            if len(self._writers) >= OPEN:
                self._close()
            self._place.mkdir(exist_ok=True)
            path = self._place / f"{len(self._files)}.arrow"
            self._writers[month] = pa.ipc.new_file(path, schema)
            self._files.append((month, path))
        return self._writers[month]

    def _close(self) -> None:
        """Finish what is open; rows that come later begin other files."""
        for month in list(self._writers):
            self._finish(month)

    def _finish(self, month: str) -> None:
        del self._written[month]
        self._writers.pop(month).close()


def _by_month(held: list["pa.Table"]) -> Mapping[str, "pa.Table"]:
    """The rows of each month, in the order in which they came."""
    import pyarrow as pa

    if not held:
        return {}
    rows = pa.concat_tables(held)
    told = rows.column(MONTH).combine_chunks().dictionary_encode()
    place = np.asarray(told.indices)
    sorted_ = rows.drop_columns([MONTH]).take(pa.array(np.argsort(place, kind="stable")))
    begins = np.concatenate(([0], np.cumsum(np.bincount(place, minlength=len(told.dictionary)))))
    return {
        month: sorted_.slice(begins[number], begins[number + 1] - begins[number])
        for number, month in enumerate(told.dictionary.to_pylist())
    }

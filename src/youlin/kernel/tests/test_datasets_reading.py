"""Rows that SQLite tells as lines come out as the rows themselves do, and what goes wrong meanwhile is told as it is."""

import sqlite3
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from youlin.kernel import clock, datasets
from youlin.kernel.ahead import ahead
from youlin.kernel.datasets import declaring, making, reading
from youlin.kernel.tests import exported
from youlin.kernel.tests import sample_datasets as sample
from youlin.kernel.tests.sample_datasets import DISTRICT, FILES, a_file, in_database, in_files

KINDS = ("uuid", "code", "bool", "number", "count", "text", "moment", "number")
_TEXTS = st.text(max_size=8) | st.sampled_from(
    [
        "",
        "null",
        '"',
        '""',
        "\\",
        "\\n",
        ",",
        "a,b",
        "\n",
        "\r\n",
        "[",
        "]",
        "[1]",
        '{"a":1}',
        "\x00",
        "\x85",
        "\u2028",
        "1",
        " x ",
    ]
)
_ROW = st.tuples(
    st.uuids().map(lambda one: one.hex),
    _TEXTS | st.none(),
    st.booleans() | st.none(),
    st.floats(allow_nan=False) | st.none(),
    st.integers(-(2**63), 2**63 - 1) | st.none(),
    _TEXTS | st.none(),
    st.just("2026-11-07 05:17:03.657071") | st.none(),
    st.floats(allow_nan=False) | st.none(),
)


@pytest.fixture
def _sample() -> Iterator[None]:
    known = dict(declaring._datasets)
    sample.prepare()
    with exported.own_folder(), clock.frozen(datetime(2026, 11, 23, 4, tzinfo=UTC)):
        yield
    declaring._datasets.clear()
    declaring._datasets.update(known)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite's files are read")
@given(st.lists(_ROW, max_size=12), st.integers(1, 5), st.sampled_from([2, 100]))
def test_lines_of_json_say_what_the_rows_say(rows: list[tuple[Any, ...]], at_once: int, line: int) -> None:
    """Quotes, commas, line breaks, backslashes, the word null, the largest integers, every bit of a number."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(reading, "AT_ONCE", at_once)
        patched.setattr(reading, "BATCH", 3)
        patched.setattr(reading, "LINE", line)
        path = str(Path(folder) / "rows ?#%.sqlite3")
        with closing(sqlite3.connect(path)) as source, source:
            source.execute(f"CREATE TABLE found ({', '.join(f'c{place}' for place in range(len(KINDS)))})")
            source.executemany(f"INSERT INTO found VALUES ({', '.join('?' * len(KINDS))})", rows)
        cast = ", ".join(reading._SQLITE[kind].format(f"c{n}") + f" AS c{n}" for n, kind in enumerate(KINDS))
        batches = list(reading._of_sqlite_file(path, f"SELECT {cast} FROM found ORDER BY rowid", KINDS))
    found = [
        row for batch in batches for row in zip(*(one.to_pylist() for one in batch.columns), strict=True)
    ]
    assert found == rows and all(batch.num_rows < 3 + at_once for batch in batches)


@given(
    moments=st.lists(
        st.datetimes(datetime(1901, 1, 1), datetime(2101, 1, 1), timezones=st.just(UTC)) | st.none(),
        max_size=9,
    )
)
def test_moments_leave_as_whole_seconds_from_either_database(moments: list[datetime | None]) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    seconds = [one and (one - epoch) // timedelta(seconds=1) for one in moments]
    text = [one and one.replace(tzinfo=None).isoformat(sep=" ") for one in moments]
    for read in (pa.array(text, pa.string()), pa.array(moments, pa.timestamp("us", "UTC"))):
        assert making._cast(read, "moment").to_pylist() == seconds


def test_an_error_while_rows_are_read_is_told_and_leaves_the_last_export(
    _sample: None, shared_db: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second batch never comes: what the database said is what whoever exports hears."""
    rows = [a_file(datetime(2026, 9, day, tzinfo=UTC)) for day in range(1, 8)]
    datasets.export(DISTRICT, [FILES.name])
    before, known = datasets.manifest(DISTRICT, FILES.name), in_files()
    a_file(datetime(2026, 10, 1, tzinfo=UTC))
    monkeypatch.setattr(reading, "BATCH", 2)

    def breaks(found: Generator[Any]) -> Generator[Any]:
        def some() -> Generator[Any]:
            with closing(found):
                yield next(found)
                raise sqlite3.OperationalError("disk I/O error")

        return ahead(some())

    with monkeypatch.context() as patched:
        patched.setattr("youlin.kernel.datasets.reading.ahead", breaks)
        with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
            datasets.export(DISTRICT, [FILES.name], whole=True)
    assert (
        datasets.manifest(DISTRICT, FILES.name) == before and in_files() == known and len(known) == len(rows)
    )
    datasets.export(DISTRICT, [FILES.name])
    assert in_files() == in_database()


def test_whoever_stops_in_the_middle_leaves_nothing_open(
    _sample: None, shared_db: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that was read from is closed, also while somebody still holds the error: else it would keep a lock."""
    a_file(datetime(2026, 9, 1, tzinfo=UTC))
    closed = []

    def watched(found: Generator[Any]) -> Generator[Any]:
        def some() -> Generator[Any]:
            try:
                with closing(found):
                    batch = next(found)
                    while True:
                        yield batch
            finally:
                closed.append(True)

        return ahead(some())

    def broken(self: making.Maker, batch: pa.RecordBatch) -> pa.Table:
        raise ValueError("no such column")

    with monkeypatch.context() as patched:
        patched.setattr("youlin.kernel.datasets.reading.ahead", watched)
        patched.setattr("youlin.kernel.datasets.making.Maker.made", broken)
        with pytest.raises(ValueError, match="no such column") as held:
            datasets.export(DISTRICT, [FILES.name])
    assert closed and held.value

"""Exported rows follow the journal: nothing missing, nothing twice, whatever happens while they are written."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from unittest import mock
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from youlin.kernel import clock, datasets, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.datasets import Column, Successors, declaring, exporting, making, reading, staging, store
from youlin.kernel.errors import Conflict
from youlin.kernel.media.models import MediaFile
from youlin.kernel.tests import exported
from youlin.kernel.tests import sample_datasets as sample
from youlin.kernel.tests.databases import in_threads, start_process
from youlin.kernel.tests.sample_datasets import DISTRICT, FILES, a_file, change, in_database, in_files, remove

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _sample() -> Iterator[None]:
    known = dict(declaring._datasets)
    sample.prepare()
    with exported.own_folder(), clock.frozen(NOW):
        yield
    declaring._datasets.clear()
    declaring._datasets.update(known)


def export(**more: object) -> datasets.Exported:
    [done] = datasets.export(DISTRICT, [FILES.name], **more)  # type: ignore[arg-type]
    return done


def manifest() -> datasets.Manifest:
    found = datasets.manifest(DISTRICT, FILES.name)
    assert found is not None
    return found


def local(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=BEIJING)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_rows_leave_as_they_are_with_the_days_of_their_moments() -> None:
    person = MediaFile._meta.pk.get_default()
    row = a_file(local(2026, 10, 31, 23, 59, 59), width=7, seconds=1.5, uploaded_by=person)
    done = export()
    assert (done.rows, done.partitions, done.whole) == (1, 1, True)
    [found] = exported.rows(DISTRICT, FILES.name).values()
    assert (found["id"], found["district"], found["area"]) == (row.pk, DISTRICT, "110102001")
    assert (found["size"], found["width"], found["seconds"], found["ready"]) == (1, 7, 1.5, True)
    assert found["created_at"] == int(row.created_at.timestamp())
    assert str(found["created_at_day"]) == "2026-10-31" and isinstance(found["who"], int)
    [part] = manifest().partitions
    assert part.month == "2026-10" and [str(day) for day in part.days["created_at"]] == ["2026-10-31"] * 2
    with duckdb.connect() as engine:
        told = engine.execute(
            f"SELECT name, type, converted_type FROM parquet_schema('{part.path}')"
        ).fetchall()
    kinds = {name: (kind, meant) for name, kind, meant in told}
    assert kinds["id"][0] == "FIXED_LEN_BYTE_ARRAY" and kinds["created_at"][0] == "INT64"
    assert kinds["created_at_day"] == ("INT32", "DATE")


@pytest.mark.django_db
def test_only_what_the_journal_names_is_read_again() -> None:
    rows = [a_file(local(2026, month, 5), size=month) for month in (8, 9, 9, 11)]
    export()
    files = {one.month: one.path for one in manifest().partitions}
    assert export().rows == 0
    change(rows[1], size=90)
    done = export()
    assert (done.rows, done.partitions, done.whole) == (1, 1, False) and in_files() == in_database()
    now = {one.month: one.path for one in manifest().partitions}
    assert {month for month in now if now[month] != files[month]} == {"2026-09"}
    exported.same_as_whole(DISTRICT, FILES.name)


@pytest.mark.django_db
def test_where_most_rows_changed_all_are_read_and_the_same_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "FEW", 1)
    rows = [a_file(local(2026, month, 5), size=month) for month in (8, 9, 9, 11)]
    export()
    files = {one.month: one.path for one in manifest().partitions}
    for row in rows[1:]:
        change(row, size=90)
    remove(rows[1])
    late = a_file(local(2026, 7, 5))
    change(late, size=7)
    done = export()
    assert (done.rows, done.whole) == (4, True) and in_files() == in_database()
    now = {one.month: one.path for one in manifest().partitions}
    assert {month for month in now if now[month] != files.get(month)} == {"2026-07", "2026-09", "2026-11"}
    assert [(one.month, one.rows) for one in manifest().restated] == [("2026-07", 1), ("2026-09", 2)]
    exported.same_as_whole(DISTRICT, FILES.name)


@pytest.mark.django_db
@pytest.mark.parametrize("open_files", [1, 2, 120])
def test_rows_put_aside_on_the_disk_make_the_same_files_as_those_in_memory(
    open_files: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Byte for byte, however many files are open at once; a restated month says the same."""
    rows = [
        a_file(local(2026, 7 + n % 5, 5), size=n, width=n or None, seconds=n / 3, purpose=str(n % 3))
        for n in range(17)
    ]
    export()
    told = [(one.month, one.digest) for one in manifest().partitions]
    with exported.own_folder(), monkeypatch.context() as patched:
        patched.setattr(reading, "BATCH", 2)
        patched.setattr(staging, "HELD", 3)
        patched.setattr(staging, "TOGETHER", 2)
        patched.setattr(staging, "FULL", 2)
        patched.setattr(staging, "OPEN", open_files)
        put_aside = mock.Mock(wraps=staging._by_month)
        patched.setattr(staging, "_by_month", put_aside)
        export()
        assert put_aside.call_count > 3, "they were put aside"
        assert [(one.month, one.digest) for one in manifest().partitions] == told
        for row in rows[::2]:
            change(row, size=500)
        remove(rows[0])
        assert not export().whole and in_files() == in_database()
        assert not (datasets.folder(DISTRICT, FILES.name) / store.WORK).exists()
        found = [(one.month, one.digest) for one in manifest().partitions]
        restated = [(one.month, one.rows) for one in manifest().restated]
    export()
    assert [(one.month, one.digest) for one in manifest().partitions] == found
    assert [(one.month, one.rows) for one in manifest().restated] == restated and restated


@pytest.mark.django_db
def test_a_row_that_is_gone_or_may_not_leave_any_more_disappears() -> None:
    gone, hidden, kept = (a_file(local(2026, month, 5)) for month in (9, 10, 10))
    export()
    remove(gone)
    change(hidden, state="removed")
    export()
    assert set(in_files()) == {str(kept.pk)}
    assert [one.month for one in manifest().partitions] == ["2026-10"], "no file is left without rows"
    change(hidden, state="ready")
    export()
    assert set(in_files()) == {str(hidden.pk), str(kept.pk)}


@pytest.mark.django_db
def test_a_row_whose_month_was_put_right_stands_in_one_month_alone() -> None:
    row = a_file(local(2026, 9, 5))
    a_file(local(2026, 9, 6))
    export()
    change(row, created_at=local(2026, 10, 1))
    export()
    assert len(exported.same_as_whole(DISTRICT, FILES.name)[FILES.name]) == 2


@pytest.mark.django_db
def test_what_changes_in_a_month_that_is_over_is_told_as_restated() -> None:
    old, now = a_file(local(2026, 8, 5)), a_file(local(2026, 11, 5))
    export()
    change(now, size=5)
    export()
    assert manifest().restated == ()
    change(old, size=5)
    change(a_file(local(2026, 8, 6)), size=6)
    export()
    assert [(one.month, one.rows, one.at) for one in manifest().restated] == [("2026-08", 2, NOW)]
    with transaction.atomic():
        journal.append(act="tests.changed", actor=SYSTEM, subject=old)
    export()
    assert len(manifest().restated) == 1, "an entry that changes no figure restates nothing"
    remove(old)
    export()
    assert [one.rows for one in manifest().restated] == [2, 1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Asia/Shanghai", "2026-10-31T15:59:59+00:00", "2026-10-31"),
        ("Asia/Shanghai", "2026-10-31T16:00:00+00:00", "2026-11-01"),
        ("America/Chicago", "2026-11-01T04:59:59+00:00", "2026-10-31"),
        ("America/Chicago", "2026-11-01T05:00:00+00:00", "2026-11-01"),
        ("America/Chicago", "2026-12-01T05:59:59+00:00", "2026-11-30"),
        ("America/Chicago", "2026-12-01T06:00:00+00:00", "2026-12-01"),
    ],
)
def test_days_and_months_are_those_of_the_clock_on_the_wall(zone: str, moment: str, day: str) -> None:
    a_file(datetime.fromisoformat(moment))
    with override_settings(TIME_ZONE=zone):
        export()
        [row] = exported.rows(DISTRICT, FILES.name).values()
        assert str(row["created_at_day"]) == day and manifest().partitions[0].month == day[:7]
    assert export().whole is (zone != "Asia/Shanghai"), "another zone: every day may be another"


@given(st.lists(st.integers(-2_000_000_000, 4_000_000_000) | st.none(), min_size=1, max_size=40))
@pytest.mark.parametrize(
    "zone", ["Asia/Shanghai", "America/Chicago", "Asia/Kathmandu", "Australia/Lord_Howe"]
)
def test_the_day_of_any_moment_is_that_of_its_zone(zone: str, seconds: list[int | None]) -> None:
    found = making.local_days(pa.array(seconds, pa.int64()), zone).to_pylist()
    start = datetime(1970, 1, 1, tzinfo=UTC)
    days = [
        one if one is None else (start + timedelta(seconds=one)).astimezone(ZoneInfo(zone)).date()
        for one in seconds
    ]
    assert found == days


@pytest.mark.django_db
def test_another_shape_of_the_rows_lets_all_be_written_anew() -> None:
    row = a_file(local(2026, 9, 5))
    export()
    datasets.register(replace(FILES, columns=(*FILES.columns, Column("height", "高", "Height", "count"))))
    assert export().whole and export().rows == 0
    assert "height" in exported.rows(DISTRICT, FILES.name)[str(row.pk)]
    text = "1"
    last = replace(FILES.columns[-2], depends=lambda: text)
    datasets.register(replace(FILES, columns=(*FILES.columns[:-2], last)))
    assert export().whole
    text = "2"
    assert export().whole, "what a computed column rests on has changed"


@pytest.mark.django_db
def test_marks_and_entries_that_name_no_row_let_all_be_written_anew() -> None:
    from django.db.models import Q

    rows, mark = [a_file(local(2026, month, 5)) for month in (9, 10)], "1"
    datasets.register(replace(FILES, marks=lambda: mark, anew=Q(act="tests.closed")))
    export()
    MediaFile.objects.filter(pk=rows[0].pk).update(size=50)
    assert export().rows == 0
    mark = "2"
    assert export().whole and in_files() == in_database()
    MediaFile.objects.filter(pk=rows[1].pk).update(size=60)
    with transaction.atomic():
        journal.append(act="tests.closed", actor=SYSTEM, subject=rows[0])
    assert export().whole and in_files() == in_database()
    assert [one.rows for one in manifest().restated] == [1, 1]


@pytest.mark.django_db
def test_codes_that_ended_are_written_as_what_became_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    a_file(purpose="110102003"), a_file(purpose="110102001")
    told = Successors({}, "")
    monkeypatch.setattr(declaring, "_successors", [lambda district: told])
    export()
    told = Successors({"110102003": "110102002"}, "x")
    assert export().whole
    found = exported.rows(DISTRICT, FILES.name).values()
    assert sorted(row["area"] for row in found) == ["110102001", "110102002"]


@pytest.mark.django_db
def test_an_alias_tells_people_apart_in_its_dataset_and_nowhere_else() -> None:
    one, other = (MediaFile._meta.pk.get_default() for _ in range(2))
    rows = [a_file(uploaded_by=person) for person in (one, one, other, None)]
    datasets.register(replace(FILES, name="tests.more"))
    datasets.export(DISTRICT, ["tests.files", "tests.more"])
    found, more = (exported.rows(DISTRICT, name) for name in ("tests.files", "tests.more"))
    first, again, second, nobody = (found[str(row.pk)]["who"] for row in rows)
    assert first == again != second and nobody is None
    assert not {first, second} & {row["who"] for row in more.values() if row["who"]}
    content = b"".join(part.path.read_bytes() for part in manifest().partitions)
    assert one.bytes not in content and one.hex.encode() not in content


@pytest.mark.django_db
def test_a_manifest_or_file_that_is_lost_or_broken_is_made_again() -> None:
    a_file(local(2026, 9, 5)), a_file(local(2026, 10, 5))
    export()
    place = datasets.folder(DISTRICT, FILES.name)
    for harm in (
        lambda: (place / store.MANIFEST).write_text("{"),
        lambda: (place / store.MANIFEST).write_text(json.dumps({"dataset": FILES.name})),
        lambda: (place / store.MANIFEST).unlink(),
        lambda: manifest().partitions[0].path.unlink(),
    ):
        harm()
        assert export().whole and in_files() == in_database()


@pytest.mark.django_db
def test_files_that_no_manifest_names_stay_for_an_hour_for_who_reads_them() -> None:
    row = a_file(local(2026, 9, 5))
    export()
    [old] = [one.path for one in manifest().partitions]
    os.utime(old, (0, 0))
    change(row, size=2)
    export()
    assert old.exists() and old not in {one.path for one in manifest().partitions}
    export()
    assert old.exists(), "whoever opened the manifest before still reads it"
    past = time.time() - store.KEPT_SECONDS - 1
    os.utime(old, (past, past))
    export()
    assert not old.exists() and in_files() == in_database()


@pytest.mark.django_db
def test_one_export_of_a_district_at_a_time() -> None:
    a_file()
    with store.alone(DISTRICT):
        with pytest.raises(Conflict, match="正在导出"):
            export()
        assert DISTRICT not in datasets.export_all()
    assert DISTRICT in datasets.export_all()


@pytest.mark.django_db
def test_a_change_that_nobody_journalled_is_found_by_the_tests_that_follow() -> None:
    row = a_file()
    with pytest.raises(AssertionError, match="stale"), exported.following(FILES.name, districts=(DISTRICT,)):
        a_file()
        MediaFile.objects.filter(pk=row.pk).update(size=77)


@pytest.mark.parametrize("batch", [2, 1000], ids=["in several batches", "in one"])
def test_read_past_the_orm_the_rows_are_the_same(
    shared_db: dict[str, str], batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", batch)
    for month in (8, 9, 10):
        a_file(
            local(2026, month, 5, 1, 2, 3, 999_999), size=month, width=None if month == 8 else 3, seconds=0.25
        )
    export()
    found = exported.rows(DISTRICT, FILES.name)
    assert {id: row["size"] for id, row in found.items()} == in_database()
    with transaction.atomic(), exported.own_folder():
        export()
        assert exported.rows(DISTRICT, FILES.name) == found


def test_what_is_written_after_an_export_is_there_for_whoever_comes(shared_db: dict[str, str]) -> None:
    """A second copy of SQLite in this process would let go of the first one's locks when it closes the file."""
    a_file(size=1)
    export()
    look = "from youlin.kernel.media.models import MediaFile\nimport sys\nsys.exit(MediaFile.objects.count())"
    assert start_process(look, shared_db).wait() == 1
    a_file(size=2)
    assert start_process(look, shared_db).wait() == 2
    export()
    assert in_files() == in_database()


def test_exports_among_concurrent_writers_miss_nothing(shared_db: dict[str, str]) -> None:
    running, among = [True] * 3, Event()

    def writer(place: int) -> None:
        try:
            mine: list[MediaFile] = []
            for turn in range(40):
                if turn == 20:
                    assert among.wait(60), "it was exported while they wrote"
                with clock.frozen(NOW):
                    if turn % 4 == 3:
                        remove(mine.pop(0))
                    elif turn % 4 == 2:
                        change(mine[-1], size=turn, created_at=local(2026, 9, 1 + turn % 20))
                    else:
                        mine.append(a_file(local(2026, 9 + (turn + place) % 3, 5), size=turn))
        finally:
            running[place] = False

    def exporter() -> None:
        while any(running):
            export()
            if in_files():
                among.set()

    in_threads(*[lambda place=place: writer(place) for place in range(3)], exporter, patience=90)
    export()
    assert in_files() == in_database() and len(in_database()) == 30


@pytest.mark.slow
def test_an_export_that_is_killed_at_any_step_leaves_the_last_one_and_the_next_heals(
    shared_db: dict[str, str], tmp_path: Path
) -> None:
    ids = [str(a_file(local(2026, month, 5)).pk) for month in (9, 10)]
    code = (
        "from youlin.kernel.tests import sample_datasets as sample\n"
        "from uuid import UUID\n"
        "sample.prepare()\n"
        f"assert sample.die_everywhere([UUID(one) for one in {ids}]) > 8\n"
    )
    process = start_process(code, shared_db | {"YOULIN_DATASETS": str(tmp_path)})
    try:
        assert process.wait(240) == 0
    finally:
        process.kill()
    with override_settings(DATASETS_FOLDER=str(tmp_path)):
        assert set(in_files()) == set(ids)

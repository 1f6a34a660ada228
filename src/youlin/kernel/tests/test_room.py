"""Whether what is written can be kept: a full disk, a failed one, a database that only reads; and marks not yet made."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import connection

from youlin.kernel import operations, search
from youlin.kernel.backups import making
from youlin.kernel.ids import uuid7
from youlin.kernel.operations import Finding, room
from youlin.kernel.search import following

pytestmark = pytest.mark.django_db


@contextmanager
def full() -> Iterator[None]:
    """No file of this process can grow: the kernel itself refuses."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def look(name: str) -> Finding:
    return next(found for found in operations.findings() if found.name == name)


def test_a_folder_that_takes_nothing_is_told_with_what_to_do(settings: Any, tmp_path: Path) -> None:
    settings.YOULIN_HOME = tmp_path
    assert room.of_files() == "" and room.of_database() == ""
    with full():
        assert room.of_files() == "磁盘已写满"
        disk = look("disk")
    assert disk.state == "late" and "磁盘已写满" in disk.seen and "写满后只能看" in disk.remedy
    assert room.of_files() == "" and list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_write_is_told_with_what_to_do(tmp_path: Path) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        words = "现在只读"
        database = look("database")
    else:
        words = "磁盘已写满"
        with mock.patch.dict(connection.settings_dict, NAME=str(tmp_path / "database")), full():
            assert room.of_database() == words
            with mock.patch.object(making, "database", return_value=mock.Mock(size=lambda: 1)):
                database = look("database")
    assert database.state == "late" and words in database.seen and "腾出空间" in database.remedy


def test_rows_of_a_version_before_that_wait_for_their_marks_are_told_until_they_have_them() -> None:
    assert look("search").state == "ok"
    for _row in range(3):
        search.index(district="110102", kind="cases.case", object_id=uuid7(), text="路灯")
    waiting = look("search")
    assert waiting.state == "soon" and "还有 3 行" in waiting.seen and waiting.figures == {"unmarked": 3.0}
    following.catch_up()
    assert look("search").state == "ok"

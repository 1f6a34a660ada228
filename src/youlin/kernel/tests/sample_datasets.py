"""A dataset over a table of the kernel's own, for its tests: received files, month by month, by purpose as their area."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Q

from youlin.kernel import clock, datasets, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.datasets import Column, Dataset, seconds_between
from youlin.kernel.media.models import MediaFile
from youlin.kernel.tests import exported

DISTRICT = "110102"
ACTS = {"tests.made": "建立", "tests.changed": "改动", "tests.closed": "结束"}

FILES = Dataset(
    name="tests.files",
    name_zh="文件",
    name_en="Files",
    rows=MediaFile.objects.all,
    month="created_at",
    area="area",
    follows={"kernel.mediafile": "id"},
    excludes=Q(state="removed"),
    columns=(
        Column("area", "区域", "Area", "code", "purpose"),
        Column("kind", "种类", "Kind", "code"),
        Column("size", "字节数", "Bytes", "count"),
        Column("width", "宽", "Width", "count"),
        Column("seconds", "时长", "Seconds", "number"),
        Column("created_at", "接收时间", "Received", "moment"),
        Column("ready", "可查看", "Ready", "bool", Q(state="ready")),
        Column("none", "无", "None", "count", computed=seconds_between("created_at", "created_at")),
        Column("who", "何人", "Who", "alias", "uploaded_by"),
    ),
)


def prepare() -> None:
    """Make acts and dataset known, in a test's process or in one that it starts."""
    journal.register_acts(ACTS)
    datasets.register(FILES)


def a_file(at: datetime | None = None, **more: Any) -> MediaFile:
    """A file of a moment (default: now), journalled."""
    told = {
        "district": DISTRICT,
        "kind": "photo",
        "purpose": "110102001",
        "size": 1,
        "state": "ready",
        **more,
    }
    with transaction.atomic():
        row = MediaFile.objects.create(created_at=at or clock.now(), **told)
        journal.append(act="tests.made", actor=SYSTEM, subject=row, first=True)
    return row


def change(row: MediaFile, **values: Any) -> None:
    """Change a file, journalled."""
    with transaction.atomic():
        MediaFile.objects.filter(pk=row.pk).update(**values)
        journal.append(act="tests.changed", actor=SYSTEM, subject=row)


def remove(row: MediaFile) -> None:
    """Take a file away, journalled."""
    with transaction.atomic():
        journal.append(act="tests.closed", actor=SYSTEM, subject=row)
        MediaFile.objects.filter(pk=row.pk).delete()


def in_database() -> dict[str, int]:
    """The size of every file that may leave, by id."""
    rows = MediaFile.objects.filter(district=DISTRICT).exclude(state="removed")
    return {str(id): size for id, size in rows.values_list("id", "size")}


def in_files() -> dict[str, int]:
    """The same of what was exported."""
    return {id: row["size"] for id, row in exported.rows(DISTRICT, FILES.name).items()}


def die_everywhere(ids: list[UUID]) -> int:
    """Export again and again, each time killed one step later, until one comes through; how many steps there are.

    After each death the files say what they said before, or all that is new; the next export heals. Each part runs in
    a process of its own, which shares no threads with the others.
    """
    import_module("duckdb"), import_module("pyarrow.compute")
    steps = 0
    _survives(_export)
    while _dies_and_heals(ids, steps):
        steps += 1
    return steps


def _dies_and_heals(ids: list[UUID], step: int) -> bool:
    before = in_database()
    for id in ids:
        change(MediaFile.objects.get(pk=id), size=1_000 + step)
    after = in_database()

    def dies() -> None:
        _die_at(step)
        _export()

    def heals() -> None:
        assert in_files() in (before, after)
        _export()
        assert in_files() == after

    if _in_fork(dies) == 0:
        return False
    _survives(heals)
    return True


def _export() -> None:
    datasets.export(DISTRICT, [FILES.name])


def _die_at(step: int) -> None:
    """Be killed at the `step`-th time that something is made, written or renamed among the datasets."""
    place, left = str(datasets.folder(DISTRICT, FILES.name)), step

    def heard(event: str, args: tuple[Any, ...]) -> None:
        nonlocal left
        if event == "open" and not (isinstance(args[1], str) and "w" in args[1]):
            return
        named = event in (
            "open",
            "os.rename",
            "os.remove",
            "os.mkdir",
            "os.rmdir",
            "os.utime",
            "shutil.rmtree",
        )
        if named and any(str(one).startswith(place) for one in args):
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

    sys.addaudithook(heard)


def _survives(work: Callable[[], Any]) -> None:
    assert _in_fork(work) == 0


def _in_fork(work: Callable[[], Any]) -> int:
    connections.close_all()
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)

"""The database as one SQLite file: copied while it is in use, proved, put in the place of the old one."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _

from youlin.kernel.backups import files, heads
from youlin.kernel.backups.heads import JournalHead
from youlin.kernel.backups.manifest import Progress
from youlin.kernel.errors import Invalid

FILE = "database.sqlite3"
_PAGES = 2000
_COMPANIONS = ("", "-wal", "-shm", "-journal")


def server() -> str:
    """What the database is and in which version."""
    return f"SQLite {sqlite3.sqlite_version}"


def size() -> int:
    """How many bytes a copy will take."""
    return _path().stat().st_size if _path().exists() else 0


def dump(folder: Path, progress: Progress) -> dict[str, JournalHead]:
    """Copy the database as it stands at this moment into `folder`; writers go on meanwhile."""
    target = folder / FILE
    with closing(sqlite3.connect(_path(), timeout=30)) as source, closing(sqlite3.connect(target)) as copy:
        source.isolation_level = None
        # The copy is taken within one read transaction, so that no later write starts it anew.
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        source.backup(
            copy, pages=_PAGES, progress=lambda _s, left, all: progress("database", all - left, all), sleep=0
        )
        source.execute("COMMIT")
        copy.execute("PRAGMA journal_mode=DELETE")
    target.chmod(0o600)
    files.settle(target)
    return _proved(target)


def is_empty() -> bool:
    """Whether there is no database yet, or one without tables."""
    if not _path().exists():
        return True
    with closing(sqlite3.connect(_path())) as database:
        return not database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()


@contextmanager
def replaced(folder: Path, expected: dict[str, Any], progress: Progress) -> Iterator[None]:
    """The backup's database in the place of the present one, which comes back if anything fails inside.

    Raises `Invalid` before anything is touched when the copy is damaged or its journal is not the expected one.
    """
    path = _path()
    draft, aside = path.with_name(path.name + ".restoring"), path.with_name(path.name + ".replaced")
    path.parent.mkdir(parents=True, exist_ok=True)
    total = (folder / FILE).stat().st_size
    with (folder / FILE).open("rb") as source, draft.open("wb") as target:
        while chunk := source.read(files.CHUNK):
            target.write(chunk)
            progress("database", target.tell(), total)
    files.settle(draft)
    try:
        found = _proved(draft)
        heads.prove(found, expected)
    except Invalid:
        draft.unlink()
        raise
    connections["default"].close()
    _move(path, aside)
    draft.rename(path)
    try:
        yield
    except BaseException:
        connections["default"].close()
        _remove(path)
        _move(aside, path)
        raise
    _remove(aside)


def _proved(path: Path) -> dict[str, JournalHead]:
    """The journal heads of a copy whose structure is sound."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        try:
            fault = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            if fault == "ok":
                return heads.of(database.execute(heads.SQL))
        except sqlite3.DatabaseError as error:
            fault = str(error)
    message = _("数据库副本已损坏：%(fault)s") % {"fault": fault}
    raise Invalid(message, field="database", remedy=_("请使用另一份备份；什么都没有改动"))


def _path() -> Path:
    return Path(str(settings.DATABASES["default"]["NAME"]))


def _move(source: Path, target: Path) -> None:
    _remove(target)
    for end in _COMPANIONS:
        companion = source.with_name(source.name + end)
        if companion.exists():
            companion.rename(target.with_name(target.name + end))


def _remove(path: Path) -> None:
    for end in _COMPANIONS:
        path.with_name(path.name + end).unlink(missing_ok=True)

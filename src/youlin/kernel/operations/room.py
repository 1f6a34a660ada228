"""Whether what is written can be kept: a little is written where the database and the photos lie, and thrown away.

How much is free is not enough to know: a disk that failed goes read-only with all its room, and PostgreSQL's disk may
be on another machine.
"""

import errno
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InternalError, connection, transaction
from django.utils.translation import gettext as _

from youlin.kernel import away

LITTLE = 64 * 1024
"""Bytes: more than a page of any disk, so that it does not fit where there is no room."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DISK_FULL, _NOT_PERMITTED = "53100", "42501"
"""PostgreSQL's SQLSTATE of a disk without room, and of a file it may not write."""


def of_files() -> str:
    """Why nothing can be written into the data folder, in words; nothing when it can."""
    return _of_folder(settings.YOULIN_HOME)


def of_database() -> str:
    """Why the database cannot write, in words; nothing when it can. Raises `DatabaseError` when it is away."""
    if connection.vendor == "postgresql":
        return _of_server()
    file = Path(str(connection.settings_dict["NAME"]))
    return _of_folder(file.parent) if file.is_absolute() else ""


def remedy() -> str:
    """What to do when the database cannot write."""
    return _("请给数据库所在的磁盘腾出空间或修好它；现在只能看，不能上报，恢复后会自己接着做")


def _of_folder(folder: Path) -> str:
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            file.write(bytes(LITTLE))
            os.fsync(file.fileno())
    except OSError as error:
        return _full() if error.errno in _FULL else _read_only() if error.errno == errno.EROFS else str(error)
    return ""


def _of_server() -> str:
    """Asks for more rows than the server keeps in memory, so that it puts them down on the disk of its data."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '64kB'")
            cursor.execute(
                "SELECT current_setting('transaction_read_only'), count(*) FROM generate_series(1, 20000)"
            )
            only_reads = cursor.fetchone()[0] == "on"
    except DatabaseError as error:
        state = getattr(error.__cause__, "sqlstate", "")
        if state == _NOT_PERMITTED:
            return _read_only()
        if state == _DISK_FULL or isinstance(error, InternalError) and away.unavailable(error):
            return _full()
        raise
    return _("现在只读") if only_reads else ""


def _full() -> str:
    return _("磁盘已写满")


def _read_only() -> str:
    return _("磁盘变成只读")

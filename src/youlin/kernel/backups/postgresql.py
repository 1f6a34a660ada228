"""The database in PostgreSQL's own custom format: `pg_dump` from a snapshot, `pg_restore` in one transaction."""

import os
import re
import shutil
import subprocess
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

FILE = "database.dump"
_INSTALLED = Path("/usr/lib/postgresql")
_ASIDE = "youlin_replaced"


def server() -> str:
    """What the database is and in which version."""
    return f"PostgreSQL {_major()}"


def size() -> int:
    """How many bytes a copy takes at most."""
    return int(_one("SELECT pg_database_size(current_database())"))


def dump(folder: Path, progress: Progress) -> dict[str, JournalHead]:
    """Dump the database as it stands at this moment into `folder`; writers go on meanwhile.

    The journal's heads are read in the very snapshot that `pg_dump` uses.
    """
    target = folder / FILE
    progress("database", 0, 0)
    with closing(connections.create_connection("default")) as database:
        database.ensure_connection()
        raw = database.connection
        raw.isolation_level, raw.read_only, raw.autocommit = _repeatable_read(), True, False
        snapshot = raw.execute("SELECT pg_export_snapshot()").fetchone()[0]
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        _run("pg_dump", [*options, f"--file={target}"])
        with raw.cursor(name="youlin_heads") as cursor:
            cursor.itersize = 5000
            cursor.execute(heads.SQL)
            found = heads.of(cursor)
        raw.rollback()
    target.chmod(0o600)
    files.settle(target)
    return found


def is_empty() -> bool:
    """Whether the database has no tables of ours or anybody's."""
    return not _one("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")


@contextmanager
def replaced(folder: Path, expected: dict[str, Any], progress: Progress) -> Iterator[None]:
    """The backup's tables in the place of the present ones, which come back if anything fails inside.

    The old ones wait in a schema of their own meanwhile. Raises `Invalid` when the dump cannot be read back or
    its journal is not the expected one.
    """
    progress("database", 0, 0)
    _script(f"DROP SCHEMA IF EXISTS {_ASIDE} CASCADE", f"ALTER SCHEMA public RENAME TO {_ASIDE}")
    try:
        _script("CREATE SCHEMA public")
        options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        _run(
            "pg_restore", [*options, "--schema=public", f"--dbname={_database()['NAME']}", str(folder / FILE)]
        )
        heads.prove(_heads(), expected)
        yield
    except BaseException:
        connections["default"].close()
        _script("DROP SCHEMA IF EXISTS public CASCADE", f"ALTER SCHEMA {_ASIDE} RENAME TO public")
        raise
    _script(f"DROP SCHEMA {_ASIDE} CASCADE")


def _heads() -> dict[str, JournalHead]:
    with connections["default"].cursor() as cursor:
        cursor.execute(heads.SQL)
        return heads.of(iter(cursor.fetchone, None))


def _repeatable_read() -> Any:
    from psycopg import IsolationLevel

    return IsolationLevel.REPEATABLE_READ


def _run(program: str, options: list[str]) -> None:
    """Run one of PostgreSQL's programs against the database of the settings. Raises `Invalid` in words."""
    done = subprocess.run([_found(program), *options], env=_environment(), capture_output=True, text=True)
    if done.returncode:
        message = _("%(program)s 失败：%(words)s") % {
            "program": program,
            "words": done.stderr.strip()[-500:],
        }
        raise Invalid(
            message, field="database", remedy=_("请检查磁盘空间、数据库用户的权限和 PostgreSQL 版本")
        )


def _found(program: str) -> str:
    """Where the program is: in `YOULIN_POSTGRES_BIN`, on the path, or where Debian puts it; new enough."""
    folder = settings.POSTGRES_BIN
    versions = sorted(_INSTALLED.glob("*/bin"), key=lambda p: int(re.sub(r"\D", "", p.parent.name) or 0))
    places = [folder] if folder else [*(str(p) for p in reversed(versions)), os.environ.get("PATH", "")]
    for place in places:
        path = shutil.which(program, path=place)
        if path and _version_of(path) >= _major():
            return path
    message = _("没有找到 %(program)s（%(version)s 或更新的版本）") % {
        "program": program,
        "version": _major(),
    }
    remedy = _("请安装 postgresql-client，或在 YOULIN_POSTGRES_BIN 中写明它所在的文件夹")
    raise Invalid(message, field="YOULIN_POSTGRES_BIN", remedy=remedy)


def _version_of(path: str) -> int:
    done = subprocess.run([path, "--version"], capture_output=True, text=True)
    number = re.search(r"(\d+)", done.stdout)
    return int(number.group(1)) if number else 0


def _major() -> int:
    return int(_one("SELECT current_setting('server_version_num')::int / 10000"))


def _environment() -> dict[str, str]:
    """How the programs are told where to connect: never on the command line, where others could read it."""
    told = _database()
    named = {
        "PGHOST": told["HOST"],
        "PGPORT": told["PORT"],
        "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"],
        "PGDATABASE": told["NAME"],
        "PGSSLMODE": told.get("OPTIONS", {}).get("sslmode", ""),
    }
    return {**os.environ, **{name: str(value) for name, value in named.items() if value}}


def _database() -> dict[str, Any]:
    return connections["default"].settings_dict


def _one(sql: str) -> Any:
    with connections["default"].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def _script(*statements: str) -> None:
    with connections["default"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

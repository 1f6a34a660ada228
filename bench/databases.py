"""The databases that are measured: SQLite always, PostgreSQL where there is one or Debian's programs can start one.

Each measurement gets an empty database and a home of its own, and runs in a process of its own.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]
_STARTER = ROOT / "scripts" / "with-postgres"
_DURABLE = {"YOULIN_POSTGRES_DURABLE": "1"}
"""Writes are really written: figures of a server that may forget them would be worth nothing."""


@contextmanager
def servers() -> Iterator[tuple[dict[str, str], str]]:
    """The servers to measure on, by name ("" is SQLite), and why PostgreSQL is missing if it is."""
    given = os.environ.get("DATABASE_URL", "")
    if given:
        yield {"sqlite": "", "postgresql": given}, ""
        return
    keeper = subprocess.Popen(
        [str(_STARTER), "sh", "-c", "echo $DATABASE_URL; exec cat >/dev/null"],
        env=os.environ | _DURABLE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert keeper.stdin and keeper.stdout
    try:
        url = keeper.stdout.readline().strip()
        missing = (
            "" if url else "PostgreSQL was not measured: neither DATABASE_URL nor Debian's postgresql package"
        )
        yield {"sqlite": "", **({"postgresql": url} if url else {})}, missing
    finally:
        keeper.stdin.close()
        keeper.wait()


@contextmanager
def empty(server: str) -> Iterator[dict[str, str]]:
    """The environment of a process with a home of its own and an empty database on `server`."""
    with (
        tempfile.TemporaryDirectory(prefix="youlin-bench-") as home,
        _scratch(server, Path(home).name) as url,
    ):
        (Path(home) / "static").mkdir()
        yield environment(Path(home), url)


def environment(home: Path, url: str) -> dict[str, str]:
    """The environment of a process that works in `home` on the database `url`."""
    return os.environ | {
        "YOULIN_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "youlin.config.settings",
        "DATABASE_URL": url,
        "YOULIN_LOG_LEVEL": "ERROR",
        "YOULIN_DEMO": "1",
        "YOULIN_PACE_CLIENT": "100000 per minute",  # counted as always, but one client brings what a city does
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
    }


def in_process(module: str, environment: dict[str, str], *arguments: str) -> Any:
    """Run `python -m module arguments` and read the JSON of its last line."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def _scratch(server: str, name: str) -> Iterator[str]:
    if not server:
        yield ""
        return
    name = name.replace("-", "_")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[call-overload]

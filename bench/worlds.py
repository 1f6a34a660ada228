"""Districts with ever more cases, each grown from the one before, in homes and databases of their own.

`YOULIN_BENCH_WORLDS` names a folder in which they are kept, so that the next run need not grow them again; those of
PostgreSQL stay on the server that `DATABASE_URL` names. Without it they are gone afterwards.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench import databases

KEPT_IN = "YOULIN_BENCH_WORLDS"


class Worlds:
    """Those of one server ("" is SQLite), in a folder."""

    def __init__(self, server: str, folder: Path, mark: str) -> None:
        self.server, self.folder, self.mark = server, folder, mark

    def at(self, size: int) -> dict[str, str]:
        """The environment of a process in the district with `size` cases, grown if it is not there yet."""
        home = self._home(size)
        if not home.exists():
            self._begin(size)
        environment = databases.environment(home, self._url(size))
        databases.in_process("bench.worlds", environment, str(size))
        return environment

    def remove(self) -> None:
        """All databases of these worlds; the folder goes with whoever made it."""
        for home in self.folder.iterdir() if self.server else ():
            self._command(
                f'DROP DATABASE IF EXISTS "{self._name(int(home.name.split("-")[1]))}" WITH (FORCE)'
            )

    def _begin(self, size: int) -> None:
        """The next smaller world as a beginning, else an empty one."""
        known = [int(one.name.split("-")[1]) for one in self.folder.glob(f"{self._kind}-*")]
        smaller = max((one for one in known if one < size), default=None)
        if self.server:
            template = f'TEMPLATE "{self._name(smaller)}"' if smaller else ""
            self._command(f'DROP DATABASE IF EXISTS "{self._name(size)}" WITH (FORCE)')
            self._command(f'CREATE DATABASE "{self._name(size)}" {template}')
        if smaller:
            shutil.copytree(self._home(smaller), self._home(size))
        else:
            self._home(size).mkdir(parents=True)

    @property
    def _kind(self) -> str:
        return "postgresql" if self.server else "sqlite"

    def _home(self, size: int) -> Path:
        return self.folder / f"{self._kind}-{size}"

    def _name(self, size: int | None) -> str:
        return f"youlin_world{self.mark}_{size}"

    def _url(self, size: int) -> str:
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{self._name(size)}")) if self.server else ""

    def _command(self, sql: Any) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(sql)


@contextmanager
def of(server: str) -> Iterator[Worlds]:
    """The worlds of a server."""
    kept = os.environ.get(KEPT_IN, "")
    if kept:
        folder = Path(kept)
        folder.mkdir(parents=True, exist_ok=True)
        yield Worlds(server, folder, "")
        return
    with tempfile.TemporaryDirectory(prefix="youlin-bench-") as home:
        worlds = Worlds(server, Path(home), f"_{Path(home).name.rsplit('-', 1)[1].casefold()}")
        try:
            yield worlds
        finally:
            worlds.remove()


def _grow(total: int) -> int:
    """In a process of its own: migrate, found the district, grow it."""
    import django

    django.setup()
    from django.core.management import call_command

    from bench import world
    from youlin.apps.cases.models import Case

    call_command("migrate", verbosity=0)
    if not Case.objects.filter(district=world.DISTRICT).exists():
        world.found()
    return world.grow(total)


if __name__ == "__main__":
    print(json.dumps(_grow(int(sys.argv[1]))))

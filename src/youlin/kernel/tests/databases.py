"""What tests need of a database beyond pytest-django: emptying a guarded journal, and real concurrency."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase


def let_flush_pass_the_guard() -> None:
    """Tests that commit empty all tables afterwards; the journal's triggers step aside for that alone."""
    from youlin.kernel.journal import lifted

    teardown = TransactionTestCase._fixture_teardown

    def unguarded(self: TransactionTestCase) -> None:
        with lifted():
            teardown(self)

    TransactionTestCase._fixture_teardown = unguarded


def keep_the_test_s_transaction() -> None:
    """A request's end closes a connection that is not in autocommit; a test's transaction has to outlive it."""
    close = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def outside_transactions(self: BaseDatabaseWrapper) -> None:
        if not self.in_atomic_block:
            close(self)

    BaseDatabaseWrapper.close_if_unusable_or_obsolete = outside_transactions


@contextmanager
def around_all_tests(blocker: Any) -> Iterator[None]:
    """A transaction around all tests of a module: what its fixture makes in it is made once, and undone after them.

    `blocker` is pytest-django's; the fixture blocks it again while the tests run.
    """
    around = transaction.atomic()
    around._from_testcase = True  # as the test case's own: readers of the journal need not wait for it
    with blocker.unblock(), around:
        yield
        transaction.set_rollback(True)


@contextmanager
def shared_database() -> Iterator[dict[str, str]]:
    """The test database as several threads and processes may use it at once; yields their environment.

    SQLite's test database lives in memory, so it is copied to a file, with the settings of production.
    Use it with `transactional_db`.
    """
    home = Path(tempfile.mkdtemp(prefix="youlin-shared-"))
    shutil.copytree(settings.KEYS_FOLDER, home / "keys", dirs_exist_ok=True)
    environment = {**os.environ, "YOULIN_HOME": str(home)}
    try:
        if connection.vendor == "postgresql":
            yield environment | {"DATABASE_URL": _address()}
        else:
            environment.pop("DATABASE_URL", None)
            with _sqlite_file(home / "youlin.sqlite3"):
                yield environment
    finally:
        shutil.rmtree(home)


def in_threads(*works: Callable[[], Any], patience: float = 30) -> list[Any]:
    """Run functions at the same time, each with a connection of its own; their results or the first error."""
    results: list[Any] = [None] * len(works)

    def run(place: int) -> None:
        try:
            results[place] = works[place]()
        except BaseException as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(place,), daemon=True) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(patience)
    assert not any(thread.is_alive() for thread in threads), "a thread hangs"
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


def start_process(code: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A Python process that has started Django and runs `code`."""
    start = "import django\ndjango.setup()\n"
    return subprocess.Popen([sys.executable, "-c", start + code], env=environment)


@contextmanager
def _sqlite_file(path: Path) -> Iterator[None]:
    copy = sqlite3.connect(path)
    connection.ensure_connection()
    connection.connection.backup(copy)
    copy.close()
    described = connections.settings["default"]
    in_memory, name = connections["default"], described["NAME"]
    described["NAME"] = str(path)
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        described["NAME"] = name
        connections["default"] = in_memory


def _address() -> str:
    told = connection.settings_dict
    user = f"{told['USER']}:{told['PASSWORD']}" if told["PASSWORD"] else told["USER"]
    return f"postgres://{user}@{told['HOST']}:{told['PORT']}/{told['NAME']}"

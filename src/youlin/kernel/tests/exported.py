"""What tests say of exported rows: read as they are, and compared with what a whole export would have written."""

import inspect
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import connection, transaction
from django.test import override_settings

from youlin.kernel import datasets

Rows = dict[str, dict[str, Any]]
"""Rows by their id."""


@contextmanager
def own_folder() -> Iterator[None]:
    """Export into a folder of one's own."""
    with tempfile.TemporaryDirectory() as place, override_settings(DATASETS_FOLDER=place):
        yield


def rows(district: str, name: str) -> Rows:
    """What stands in the files of a dataset. Fails when a row stands there twice or in the wrong month."""
    import duckdb

    manifest = datasets.manifest(district, name)
    assert manifest is not None, f"{name} was never exported"
    month = datasets.get(name).month
    found: Rows = {}
    for one in manifest.partitions:
        with duckdb.connect() as connection:
            read = connection.execute(f"SELECT * FROM '{one.path}'")
            names = [column[0] for column in read.description or ()]
            table = [dict(zip(names, row, strict=True)) for row in read.fetchall()]
        assert len(table) == one.rows
        for row in table:
            assert str(row["id"]) not in found, f"{name} holds {row['id']} twice"
            found[str(row["id"])] = row
            if month:
                day = row.get(f"{month}_day", row[month])
                assert f"{day:%Y-%m}" == one.month
    return found


def same_as_whole(district: str, *names: str) -> dict[str, Rows]:
    """Export what the journal names and compare it with an export of everything; the rows by dataset."""
    wanted = names or tuple(one.name for one in datasets.all())
    for done in datasets.export(district, wanted):
        assert done.seconds >= 0
    found = {name: rows(district, name) for name in wanted}
    with own_folder():
        datasets.export(district, wanted)
        for name in wanted:
            whole = rows(district, name)
            assert found[name] == whole, _difference(name, found[name], whole)
    return found


@contextmanager
def following(*names: str, districts: tuple[str, ...]) -> Iterator[None]:
    """Bring datasets up to date after every transaction of the body; at its end they are what a whole export writes.

    Works inside a test's own transaction: what counts as a commit is the end of the outermost block within it.
    """
    base = len(connection.savepoint_ids) + len(connection.atomic_blocks)
    leave = transaction.Atomic.__exit__
    busy = False

    def exported() -> None:
        nonlocal busy
        if busy or connection.needs_rollback:
            return
        busy = True
        try:
            for district in districts:
                datasets.export(district, names)
        finally:
            busy = False

    def left(self: transaction.Atomic, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        leave(self, exc_type, exc_value, traceback)
        if exc_type is None and len(connection.savepoint_ids) + len(connection.atomic_blocks) == base:
            exported()

    with own_folder():
        exported()
        with mock.patch.object(transaction.Atomic, "__exit__", left):
            yield
        for district in districts:
            same_as_whole(district, *names)


def _difference(name: str, found: Rows, whole: Rows) -> str:
    missing, extra = sorted(set(whole) - set(found)), sorted(set(found) - set(whole))
    stale = {
        id: {key: (row[key], whole[id][key]) for key in row if row[key] != whole[id][key]}
        for id, row in found.items()
        if id in whole and row != whole[id]
    }
    return f"{name}: missing {missing}, extra {extra}, stale {stale}"


def follow(act: Callable[..., Any], request: Any, *names: str, districts: tuple[str, ...]) -> None:
    """Do what a test does, with the fixtures it asks for, while datasets follow."""
    given = {name: request.getfixturevalue(name) for name in inspect.signature(act).parameters}
    with following(*names, districts=districts):
        act(**given)

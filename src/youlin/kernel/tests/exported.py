"""What tests say of exported rows: read as they are, and compared with what a whole export would have written."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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


def _difference(name: str, found: Rows, whole: Rows) -> str:
    missing, extra = sorted(set(whole) - set(found)), sorted(set(found) - set(whole))
    stale = {
        id: {key: (row[key], whole[id][key]) for key in row if row[key] != whole[id][key]}
        for id, row in found.items()
        if id in whole and row != whole[id]
    }
    return f"{name}: missing {missing}, extra {extra}, stale {stale}"

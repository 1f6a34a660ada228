"""A home and databases of the test's own."""

import os
import uuid

import pytest

from tests.faults.running import ROOT

collect_ignore = ["test_full_disk.py"] if os.environ.get("DATABASE_URL") else []


@pytest.fixture
def empty_database():
    """Makes one more empty database of the same kind as the other tests'; what to add to the environment."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield dict
        return
    import psycopg

    made = []

    def make():
        made.append(f"youlin_faults_{uuid.uuid4().hex[:8]}")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{made[-1]}"')
        return {"DATABASE_URL": url.rsplit("/", 1)[0] + f"/{made[-1]}"}

    yield make
    with psycopg.connect(url, autocommit=True) as connection:
        for name in made:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def environment(tmp_path, empty_database):
    """A home and a database of the test's own, on the same kind of database as the other tests."""
    ours = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    given = {**os.environ, "YOULIN_HOME": str(tmp_path / "home"), "YOULIN_DEMO": "1", "PYTHONPATH": ours}
    return {**given, **empty_database()}

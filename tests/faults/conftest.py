"""A home and databases of the test's own, and the scene in them, made once and copied from then on."""

import fcntl
import os
import uuid
from collections.abc import Callable

import pytest

from tests.faults import copies
from tests.faults.running import ROOT, scene


@pytest.fixture(scope="session")
def prepare(tmp_path_factory) -> Callable[[dict], None]:
    """`prepare(environment)`: what `scene prepare` makes. Migrating anew for every test would take most of its time."""
    place = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        place = place.parent

    def prepared(environment: dict) -> None:
        with open(place / "scene.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (place / "scene").exists():
                scene(environment, "prepare")
                copies.keep(environment, place / "scene")
                return
        copies.put(place / "scene", environment)

    return prepared


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

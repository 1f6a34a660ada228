"""Fixtures of the kernel's tests."""

import os
from collections.abc import Iterator

import pytest

from youlin.kernel import journal
from youlin.kernel.tests import databases

collect_ignore = [] if os.environ.get("DATABASE_URL") else ["test_migrating_postgresql.py"]
ACTS = {"tests.made": "建立", "tests.changed": "改动", "tests.closed": "结束"}


@pytest.fixture(autouse=True, scope="session")
def acts_of_the_tests() -> None:
    journal.register_acts(ACTS)


@pytest.fixture
def shared_db(transactional_db: None) -> Iterator[dict[str, str]]:
    """The database for several threads and processes; the environment for processes."""
    with databases.shared_database() as environment:
        yield environment

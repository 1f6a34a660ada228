"""The house of linkage's tests: programmes are applied once for each module, in a transaction around all its tests."""

from collections.abc import Iterator

import pytest

from youlin.apps.linkage.tests.factories import make_house
from youlin.kernel.tests import databases


@pytest.fixture(scope="module")
def _seeded(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    with databases.around_all_tests(django_db_blocker):
        make_house()
        with django_db_blocker.block():
            yield


@pytest.fixture
def house(_seeded: None, db: None) -> None:
    """Areas, and the programmes that declare linkage."""

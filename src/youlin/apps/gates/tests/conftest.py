"""The house of these tests: programmes are applied once for each module, in a transaction around all its tests."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from youlin.apps.gates.tests import factories
from youlin.apps.gates.tests.factories import World
from youlin.kernel import clock
from youlin.kernel.tests import databases

MORNING = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""Ten in the morning of a Wednesday in Beijing: no test is about what time it is when it runs."""


@pytest.fixture(scope="module")
def _seeded(django_db_setup: None, django_db_blocker) -> Iterator[World]:
    with databases.around_all_tests(django_db_blocker):
        with clock.frozen(MORNING):
            made = factories.make_world()
        with django_db_blocker.block():
            yield made


@pytest.fixture
def world(_seeded: World, db: None) -> Iterator[World]:
    """A compound with a No. 1 position, a guard, and a rider with a code."""
    with clock.frozen(MORNING + timedelta(hours=2)):
        yield _seeded

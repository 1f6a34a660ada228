"""The same compound, guard and rider as the app's tests have, at this very moment: sessions know no other."""

from collections.abc import Iterator

import pytest

from youlin.apps.gates.tests import factories
from youlin.apps.gates.tests.factories import World
from youlin.kernel.tests import databases


@pytest.fixture(scope="module")
def _seeded(django_db_setup: None, django_db_blocker) -> Iterator[World]:
    with databases.around_all_tests(django_db_blocker):
        made = factories.make_world()
        with django_db_blocker.block():
            yield made


@pytest.fixture
def world(_seeded: World, db: None) -> World:
    """A compound with a No. 1 position, a guard, and a rider with a code."""
    return _seeded

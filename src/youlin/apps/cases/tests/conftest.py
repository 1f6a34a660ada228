"""Fixtures of cases: the cast in a district that has case types and categories.

They are made once for each module, in a transaction around all its tests; each test is undone by itself.
"""

from collections.abc import Iterator

import pytest

from tests.cast import DISTRICT, OTHER_DISTRICT, Cast, make_cast, make_district
from youlin.apps.cases.tests import factories
from youlin.kernel.tests import databases


@pytest.fixture(scope="module")
def _seeded(django_db_setup: None, django_db_blocker) -> Iterator[Cast]:
    with databases.around_all_tests(django_db_blocker):
        make_district()
        factories.make_tables(DISTRICT)
        factories.make_tables(OTHER_DISTRICT)
        cast = make_cast()
        with django_db_blocker.block():
            yield cast


@pytest.fixture
def people(_seeded: Cast, db: None) -> Cast:
    """The cast, where cases can be reported."""
    return _seeded

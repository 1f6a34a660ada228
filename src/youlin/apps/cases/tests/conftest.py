"""Fixtures of cases: the cast in a district that has case types and categories.

They are made once for each module, in a transaction around all its tests; each test is undone by itself.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.cast import DISTRICT, OTHER_DISTRICT, Cast, make_cast, make_district
from youlin.apps.cases.tests import factories


@pytest.fixture(scope="module")
def _seeded(django_db_setup: None, django_db_blocker) -> Iterator[Cast]:
    around = transaction.atomic()
    around._from_testcase = True  # as the test case's own: readers of the journal need not wait for it
    with django_db_blocker.unblock(), around:
        make_district()
        factories.make_tables(DISTRICT)
        factories.make_tables(OTHER_DISTRICT)
        cast = make_cast()
        with django_db_blocker.block():
            yield cast
        transaction.set_rollback(True)


@pytest.fixture
def people(_seeded: Cast, db: None) -> Cast:
    """The cast, where cases can be reported."""
    return _seeded

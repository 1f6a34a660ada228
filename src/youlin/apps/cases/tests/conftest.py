"""Fixtures of cases: the cast in a district that has case types and categories."""

import pytest

from tests.cast import DISTRICT, OTHER_DISTRICT, Cast
from youlin.apps.cases.tests import factories


@pytest.fixture
def tables(district: str) -> str:
    """The district with case types and categories, and its neighbour with the same."""
    factories.make_tables(DISTRICT)
    factories.make_tables(OTHER_DISTRICT)
    return district


@pytest.fixture
def people(cast: Cast, tables: str) -> Cast:
    """The cast, where cases can be reported."""
    return cast

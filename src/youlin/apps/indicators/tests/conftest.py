"""The cast in a district with case types and categories, and a folder of one's own for exported rows."""

from collections.abc import Iterator

import pytest

from youlin.apps.cases.tests.conftest import _seeded, people  # noqa: F401  (fixtures)
from youlin.kernel.tests import exported


@pytest.fixture
def folder() -> Iterator[None]:
    """Rows and figures of this test alone."""
    with exported.own_folder():
        yield

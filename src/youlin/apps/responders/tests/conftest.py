"""Every test here happens on a Monday morning, but for those that run on several threads."""

from collections.abc import Iterator

import pytest

from tests.cast import make_district
from youlin.apps.responders import choosing
from youlin.apps.responders.tests import factories
from youlin.kernel import clock


@pytest.fixture
def monday() -> Iterator[None]:
    with clock.frozen(factories.MONDAY):
        yield


@pytest.fixture
def city(monday: None, db: None) -> str:
    """The district with its words."""
    choosing.forget()
    home = make_district()
    factories.declare_words()
    return home

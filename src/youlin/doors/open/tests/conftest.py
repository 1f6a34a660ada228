"""Fixtures of the open doors: the cast in a district with categories, and the key of a machine client."""

import pytest

from tests.cast import DISTRICT, Cast
from youlin.apps.cases.tests.conftest import _seeded, people
from youlin.apps.parties import clients
from youlin.kernel.actors import SYSTEM

__all__ = ["_seeded", "api_key", "people"]


@pytest.fixture
def api_key(people: Cast) -> str:
    """The key of a client of the district."""
    _client, key = clients.issue_key(actor=SYSTEM, district=DISTRICT, name="市政小程序")
    return key

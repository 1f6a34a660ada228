"""The cast in a district with categories; loopback may be called."""

import pytest

from youlin.apps.cases.tests.conftest import _seeded, people

__all__ = ["_seeded", "people"]


@pytest.fixture(autouse=True)
def _loopback_may_be_called(settings):
    settings.PRIVATE_NETWORKS = ["127.0.0.0/8"]
    settings.PUBLIC_URL = "https://youlin.example"

"""A minute of the storm; `make faults MINUTES=10` is the whole of it."""

import os

import pytest

from tests.faults.storm import held, storm

pytestmark = pytest.mark.slow


def test_nothing_acknowledged_is_lost_in_a_storm():
    result = storm(minutes=1, seed=11, postgresql=bool(os.environ.get("DATABASE_URL")))
    assert held(result), result
    assert sum(result["killed"].values()) >= 2

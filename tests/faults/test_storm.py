"""Half a minute of the storm; `make faults MINUTES=10` is the whole of it."""

import json
import os

import pytest

from tests.faults.storm import LEAST, held, storm

pytestmark = pytest.mark.slow


def test_nothing_acknowledged_is_lost_in_a_storm(prepare):
    result = storm(minutes=0.5, seed=11, postgresql=bool(os.environ.get("DATABASE_URL")), prepare=prepare)
    assert held(result), json.dumps(result, ensure_ascii=False)
    assert sum(result["killed"].values()) >= LEAST

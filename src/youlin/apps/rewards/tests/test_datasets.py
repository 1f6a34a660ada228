"""What rewards do in a day, done with their datasets following: after every transaction, and whole at the end.

All their tests can be run so: `pytest --following=rewards src/youlin/apps/rewards`.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import DISTRICT
from youlin.apps.rewards.tests import test_rewards
from youlin.apps.rewards.tests.test_rewards import shop as shop
from youlin.kernel import datasets
from youlin.kernel.tests import exported

pytestmark = pytest.mark.django_db
NAMES = [one.name for one in datasets.all() if one.name.startswith("rewards.")]
ACTS = (
    test_rewards.test_points_and_a_piece_go_together_once,
    test_rewards.test_taken_back_the_same_day_with_a_reason,
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_datasets_follow(act: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    exported.follow(act, request, *NAMES, districts=(DISTRICT,))

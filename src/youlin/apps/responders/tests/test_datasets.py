"""What responders do in a day, done with their datasets following: after every transaction, and whole at the end.

All their tests can be run so: `pytest --following=responders src/youlin/apps/responders`.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import DISTRICT
from youlin.apps.responders.tests import test_calling, test_serving, test_standing
from youlin.kernel import datasets
from youlin.kernel.tests import exported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
NAMES = [one.name for one in datasets.all() if one.name.startswith("responders.")]
ACTS = (
    test_calling.test_waves_go_on_until_enough_accept_and_then_the_rest_is_released,
    test_calling.test_arriving_finishing_and_what_stays_of_it,
    test_calling.test_too_few_after_an_hour_go_without_the_others_and_the_caller_hears_it,
    test_calling.test_whoever_leaves_is_not_waited_for,
    test_standing.test_seats_are_taken_in_one_tap_and_whoever_waits_moves_up_in_turn,
    test_standing.test_the_roll_call_says_how_long_and_what_cannot_count_says_why,
    test_serving.test_what_was_wrong_is_replaced_by_a_new_row_and_the_old_one_stays,
    test_serving.test_thanks_are_told_once,
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_datasets_follow(act: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    exported.follow(act, request, *NAMES, districts=(DISTRICT,))

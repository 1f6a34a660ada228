"""What offers do in a day, done with their datasets following: after every transaction, and whole at the end.

All their tests can be run so: `pytest --following=offers src/youlin/apps/offers`.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import DISTRICT
from youlin.apps.offers.tests import test_counting, test_redeeming
from youlin.apps.offers.tests.test_counting import given as given
from youlin.apps.offers.tests.test_redeeming import counter as counter
from youlin.kernel import datasets
from youlin.kernel.tests import exported

pytestmark = pytest.mark.django_db
NAMES = [one.name for one in datasets.all() if one.name.startswith("offers.")]
ACTS = (
    test_redeeming.test_the_same_press_sent_again_is_counted_once_and_answered_the_same,
    test_redeeming.test_an_offer_that_ended_or_is_given_no_more_gives_nothing,
    test_counting.test_a_count_is_taken_back_within_a_minute_by_who_counted,
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_datasets_follow(act: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    exported.follow(act, request, *NAMES, districts=(DISTRICT,))

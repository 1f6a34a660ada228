"""What ledger do in a day, done with their datasets following: after every transaction, and whole at the end.

All their tests can be run so: `pytest --following=ledger src/youlin/apps/ledger`.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import DISTRICT
from youlin.apps.ledger.tests import test_posting
from youlin.apps.ledger.tests.test_posting import _books as _books
from youlin.kernel import datasets
from youlin.kernel.tests import exported

pytestmark = pytest.mark.django_db
NAMES = [one.name for one in datasets.all() if one.name.startswith("ledger.")]
ACTS = (
    test_posting.test_legs_are_posted_together_or_not_at_all_also_over_units,
    test_posting.test_a_reversal_is_a_transfer_of_its_own_done_once,
    test_posting.test_a_group_is_reversed_as_a_whole,
    test_posting.test_many_in_one_go_each_with_its_own_answer,
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_datasets_follow(act: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    exported.follow(act, request, *NAMES, districts=(DISTRICT,))

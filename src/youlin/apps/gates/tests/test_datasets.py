"""What gates do in a day, done with their datasets following: after every transaction, and whole at the end.

All their tests can be run so: `pytest --following=gates src/youlin/apps/gates`.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import DISTRICT
from youlin.apps.gates.tests import test_passing, test_refusing
from youlin.kernel import datasets
from youlin.kernel.tests import exported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
NAMES = [one.name for one in datasets.all() if one.name.startswith("gates.")]
ACTS = (
    test_passing.test_in_and_out_are_logged_once_with_the_least,
    test_passing.test_what_was_checked_without_a_network_comes_later_with_its_own_time_and_counts_once,
    test_refusing.test_refused_though_valid_is_a_case_with_a_clock_for_the_no_1_position,
    test_refusing.test_another_rider_at_the_same_gate_joins_the_open_case_with_a_proof_of_their_own,
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_datasets_follow(act: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    exported.follow(act, request, *NAMES, districts=(DISTRICT,))

"""Two districts that both take cases, each with its people."""

import pytest

from tests.cast import OTHER_DISTRICT, OTHER_DISTRICT_GRID, Cast, give_duty, make_member
from youlin.apps.cases.tests.conftest import _seeded, people  # noqa: F401


@pytest.fixture
def both(people: Cast) -> Cast:  # noqa: F811
    """The cast, with a grid worker over there too."""
    give_duty(
        make_member("east_worker", "东网格", district=OTHER_DISTRICT), "grid_worker", OTHER_DISTRICT_GRID
    )
    return people

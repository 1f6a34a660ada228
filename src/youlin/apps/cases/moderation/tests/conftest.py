"""The cast in a district whose public cases wait for a moderator."""

import pytest

from tests.cast import DISTRICT, Cast
from youlin.apps.cases.models import CaseType
from youlin.apps.cases.tests.conftest import _seeded, people

__all__ = ["_seeded", "people"]


@pytest.fixture
def moderated(people: Cast) -> Cast:
    """The cast, where cases wait before they show."""
    CaseType.objects.filter(district=DISTRICT, code__in=["city_event", "hotline_order"]).update(
        moderation="required"
    )
    return people

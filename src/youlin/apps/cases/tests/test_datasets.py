"""What leaves of cases: every row as the database has it, and every change that the app's own services make."""

from collections.abc import Iterator

import pytest

from tests.cast import DISTRICT, Cast
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.kernel import datasets
from youlin.kernel.tests import exported

NAMES = ("cases.cases", "cases.clocks", "cases.measures", "cases.follow_up_rounds")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder() -> Iterator[None]:
    with exported.own_folder():
        yield


def test_a_case_is_told_as_the_database_has_it(people: Cast) -> None:
    datasets.export(DISTRICT)
    case = factories.reported(actor=people.wang.actor).case
    found = exported.same_as_whole(DISTRICT, *NAMES)
    case = Case.objects.get(pk=case.pk)
    row = found["cases.cases"][str(case.pk)]
    assert row["area"] == case.area_now
    assert row["reported_at"] == int(case.reported_at.timestamp())

"""Areas side by side, made comparable: by the mix of cases for rates, by people for counts."""

from datetime import timedelta

import pytest

from tests.cast import DISTRICT, OTHER_STREET, STREET
from youlin.apps.areas.models import Area
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.conftest import _seeded, people  # noqa: F401  (fixtures)
from youlin.apps.indicators.selectors import alike
from youlin.apps.indicators.tests import fresh
from youlin.apps.indicators.tests.test_lineage import COUNTED, OTHER_STREET_GRID
from youlin.kernel import clock
from youlin.kernel.errors import NotAllowed

pytestmark = pytest.mark.django_db
EASY, HARD = "easy.one", "hard.one"


def span():
    return clock.today() - timedelta(days=29), clock.today()


def answered(number: int, solved: int, category: str, **more) -> None:
    for place, case in enumerate(factories.many(number, **more)):
        Case.objects.filter(id=case.id).update(
            answered_at=clock.now(), solved=place < solved, category=category
        )


def test_a_street_with_hard_cases_is_not_worse_than_one_with_easy_ones(people, folder):  # noqa: F811
    answered(20, 18, EASY)
    answered(10, 5, HARD)
    answered(10, 9, EASY, area=OTHER_STREET_GRID)
    answered(20, 10, HARD, area=OTHER_STREET_GRID)
    fresh.refreshed()
    found = alike.alike(people.leader.actor, area=DISTRICT, code="resolution_rate", period=span())
    assert found is not None and found.kind == "mix"
    assert found.values[STREET] == pytest.approx(found.values[OTHER_STREET]) == pytest.approx(42 / 60)


def test_counts_stand_beside_people_where_these_are_known(people, folder):  # noqa: F811
    factories.many(6)
    factories.many(3, area=OTHER_STREET_GRID)
    fresh.declared(more=COUNTED)
    fresh.refreshed()
    actor = people.leader.actor
    assert alike.alike(actor, area=DISTRICT, code="reported", period=span()) is None
    Area.objects.filter(code=STREET).update(extra={"population": 2000})
    found = alike.alike(actor, area=DISTRICT, code="reported", period=span())
    assert found is not None and (found.kind, dict(found.values)) == ("people", {STREET: 3.0})
    with pytest.raises(NotAllowed):
        alike.alike(people.wang.actor, area=DISTRICT, code="reported", period=span())

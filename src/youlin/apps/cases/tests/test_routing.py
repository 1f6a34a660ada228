"""Who gets a case and why: category and area, exceptions, vacancies, confidential duties."""

from datetime import timedelta

import pytest

from tests.cast import DISTRICT, GRID, SIBLING_GRID, STREET, Cast
from youlin.apps.cases import routing
from youlin.apps.cases.models import Category
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE, TIP_OFF, do, reported
from youlin.kernel.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db

STALL = "event.street.stall"


def explain(category: str = GARBAGE, area: str = GRID, **more: object) -> routing.Decision:
    more.setdefault("at", factories.MONDAY)
    return routing.explain(district=DISTRICT, category=category, area=area, **more)


def test_the_area_fixes_the_person(people: Cast) -> None:
    assert explain().holder == people.wang.person
    assert explain(area=SIBLING_GRID).holder == people.sibling.person
    assert explain(area=STREET).holder == people.zhao.person


def test_an_exception_decides_by_hour_and_is_told(people: Cast) -> None:
    assert explain(STALL).duty == "grid_worker"
    night = explain(STALL, at=factories.MONDAY + timedelta(hours=14))
    assert night.holder == people.sun.person and night.rule == 0
    assert "夜间由区值班室接" in night.why


def test_an_exception_may_name_a_level(people: Cast) -> None:
    Category.objects.filter(code=STALL).update(
        routing=[{"when": "true", "duty": "grid_worker", "level": "street", "reason": "由街道统筹"}]
    )
    assert explain(STALL).holder == people.zhao.person


def test_facts_of_the_case_may_decide(people: Cast) -> None:
    rule = {"when": "contains_any(text, ['燃气', '煤气'])", "duty": "district_dispatcher", "reason": "险情"}
    Category.objects.filter(code=GARBAGE).update(routing=[rule])
    assert explain(facts={"text": "闻到燃气味"}).holder == people.sun.person
    assert explain(facts={"text": "垃圾满了"}).holder == people.wang.person


def test_a_bad_condition_is_told_with_its_place(people: Cast) -> None:
    Category.objects.filter(code=GARBAGE).update(routing=[{"when": "hours > 3", "duty": "grid_worker"}])
    with pytest.raises(Invalid, match=r"exposed_garbage\.routing\[0\]"):
        explain()


def test_a_duty_that_nobody_declared_gives_a_decision_in_words(people: Cast) -> None:
    Category.objects.filter(code=GARBAGE).update(duty="astronaut")
    decision = explain()
    assert decision.holder is None and "astronaut" in decision.why


def test_a_category_without_duty_is_told(people: Cast) -> None:
    Category.objects.filter(code=GARBAGE).update(duty="")
    assert explain().holder is None


def test_an_unknown_category_is_not_found(people: Cast) -> None:
    with pytest.raises(NotFound):
        explain("no.such")


def test_a_confidential_case_goes_only_to_a_confidential_duty(people: Cast) -> None:
    assert explain(TIP_OFF, confidential=True).holder == people.confidant.person
    Category.objects.filter(code=TIP_OFF).update(duty="grid_worker")
    decision = explain(TIP_OFF, confidential=True)
    assert decision.holder is None and "保密" in decision.why


def test_a_case_that_nobody_answers_waits_and_says_so(people: Cast) -> None:
    Category.objects.filter(code=GARBAGE).update(duty="astronaut")
    case = do(reported().case, "file")
    with pytest.raises(Invalid, match="没有找到承办人"):
        do(case, "dispatch")
    case.refresh_from_db()
    assert case.state == "filed" and case.holder_id is None


def test_explaining_takes_few_queries(people: Cast, django_assert_max_num_queries) -> None:
    explain()
    with django_assert_max_num_queries(5):
        explain(STALL)

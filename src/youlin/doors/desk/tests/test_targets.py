"""Targets, appraisals and appeals at the desk."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import DISTRICT, STREET, Cast
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests.conftest import _seeded, people  # noqa: F401  (fixtures)
from youlin.apps.cases.tests.factories import do, reported
from youlin.apps.indicators.models import Contest, Target
from youlin.apps.indicators.scorecards import declarations as scorecards
from youlin.apps.indicators.tests import aims, fresh
from youlin.apps.parties.sign_in import BACKEND
from youlin.kernel import clock, ids
from youlin.kernel.actors import SYSTEM
from youlin.kernel.tests import exported

pytestmark = pytest.mark.django_db


def signed_in(member: Any) -> Client:
    client = Client()
    client.force_login(member.account, backend=BACKEND)
    return client


@pytest.fixture
def house(people: Cast) -> Cast:  # noqa: F811
    """Indicators, zhao who proposes for his street, sun who approves."""
    aims.declare_indicators()
    aims.give_target_duties(people.zhao, STREET, people.sun)
    return people


ASKED = {
    "district": DISTRICT,
    "indicator": "resolution",
    "area": STREET,
    "period_kind": "quarter",
    "period_start": "2026-08-20",
    "value": "92.5%",
    "reason": "去年 88%",
}


def test_a_target_is_proposed_by_one_and_approved_by_another(house: Cast) -> None:
    street, office = signed_in(house.zhao), signed_in(house.sun)
    assert "还没有这样的目标" in street.get(reverse("desk:targets")).content.decode()
    page = street.post(reverse("desk:target-new"), ASKED, follow=True).content.decode()
    made = Target.objects.get()
    assert (made.value, made.period_start.isoformat()) == (0.925, "2026-07-01")
    assert "92.5%" in page and "2026 年第 3 季度" in page and "不批准" not in page
    listed = office.get(reverse("desk:targets")).content.decode()
    assert "1 个等您批准" in listed and "等您批准" in listed
    refuse = reverse("desk:target-step", args=[made.id, "refuse"])
    assert office.post(refuse, {"decision": " "}).status_code == 422
    approve = reverse("desk:target-step", args=[made.id, "approve"])
    assert street.post(approve).status_code == 403
    assert "即日起执行" in office.post(approve, {"decision": "同意"}, follow=True).content.decode()
    assert office.post(approve).status_code == 409
    assert office.post(reverse("desk:target-step", args=[made.id, "burn"])).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "九十"},
        {"value": "1\0e999"},
        {"value": "120"},
        {"period_start": "2026-02-31"},
        {"period_start": "9999-12-31"},
        {"period_kind": "week"},
        {"area": "110102002"},
        {"indicator": "\0"},
        {"reason": ""},
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(house: Cast, wrong: dict[str, str]) -> None:
    answer = signed_in(house.zhao).post(reverse("desk:target-new"), ASKED | wrong)
    if wrong.get("area"):
        assert answer.status_code == 403
    else:
        assert answer.status_code == 422
        assert wrong.get("reason") == "" or "去年 88%" in answer.content.decode()
    assert not Target.objects.exists()


def test_a_list_is_narrowed_by_area_period_and_state(house: Cast) -> None:
    aims.propose(house)
    client = signed_in(house.sun)
    for query, rows in (
        ({"area": STREET}, True),
        ({"area": "110102002"}, False),
        ({"period": "year-2026-01"}, True),
        ({"period": "nothing\0"}, True),
        ({"state": "refused"}, False),
        ({"page": "9" * 30}, True),
    ):
        page = client.get(reverse("desk:targets"), query).content.decode()
        assert ("90.0%" in page) == rows, query


def test_the_history_leads_to_every_version(house: Cast) -> None:
    first = aims.propose(house)
    second = aims.propose(house, value=0.95)
    page = signed_in(house.sun).get(reverse("desk:target", args=[second.id])).content.decode()
    assert reverse("desk:target", args=[first.id]) in page
    assert signed_in(house.sun).get(reverse("desk:target", args=[ids.uuid7()])).status_code == 404


@pytest.fixture
def figures(people: Cast) -> Iterator[Cast]:  # noqa: F811
    """Six reports in one street, one of them void, figures refreshed; appeals and a scorecard are declared."""
    with exported.own_folder():
        made = [reported().case for _ in range(6)]
        do(made[0], "void", people.zhao.actor)
        fresh.refreshed()
        aims.declare_appeals()
        item = {"indicator": "valid_report_rate", "weight": 100, "floor": 0.5, "target": 1.0}
        card = {"name": "年度考评", "name_en": "Yearly", "of": "street", "period": "year", "items": [item]}
        scorecards.declare(actor=SYSTEM, district=DISTRICT, programme="t", declared={"year": card})
        yield people


def test_a_scorecard_shows_every_step_and_a_what_if_keeps_nothing(figures: Cast) -> None:
    client = signed_in(figures.sun)
    page = client.get(reverse("desk:appraisals")).content.decode()
    assert "(83.3 − 50.0) ÷ (100.0 − 50.0) × 100 = 66.7" in page and "试算结果" not in page
    tried = client.get(
        reverse("desk:appraisals"), {"w-valid_report_rate": "50", "t-valid_report_rate": "0.75"}
    )
    assert "试算结果" in tried.content.decode() and "超过上限，记 50.0 分" in tried.content.decode()
    for nonsense in ({"start": "x\0"}, {"card": "nothing"}, {"w-valid_report_rate": "-3"}):
        again = client.get(reverse("desk:appraisals"), nonsense)
        assert "66.7" in again.content.decode(), nonsense


def test_without_a_scorecard_the_page_says_so(house: Cast) -> None:
    assert "本区没有考评表" in signed_in(house.sun).get(reverse("desk:appraisals")).content.decode()


def test_a_figure_is_contested_from_the_cases_it_rests_on(figures: Cast) -> None:
    client, today = signed_in(figures.sun), clock.today().isoformat()
    address = reverse("desk:appeal", args=[STREET, "valid_report_rate"])
    page = client.get(address, {"first": today, "last": today}).content.decode()
    [void] = [one for one in _numbers(page) if Case.objects.filter(number=one, outcome="void").exists()]
    asked = {"first": today, "last": today, "idempotency_key": str(ids.uuid7()), "reason": "停电重复上报"}
    assert client.post(address, asked).status_code == 422
    refused = client.post(address, asked | {"rows": [void], "reason": " "})
    assert refused.status_code == 422 and "checked" in refused.content.decode()
    grounds = {"choice": _choice(page)}
    told = client.post(address, asked | grounds | {"others": f"{void}、"}, follow=True).content.decode()
    made = Contest.objects.get()
    assert made.case.number in told and "提出过的申诉" in told
    assert (made.value, len(made.rows)) == (pytest.approx(5 / 6), 1)


def _numbers(page: str) -> list[str]:
    return re.findall(r'name="rows"\s+value="([^"]*)"', page)


def _choice(page: str) -> str:
    _before, found, rest = page.partition('name="choice"')
    return rest.split('value="', 1)[1].split('"', 1)[0] if found else ""

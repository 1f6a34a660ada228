"""The brief and the wall: a leader has them, strangers and other districts do not; the wall names no case."""

from datetime import timedelta

import pytest

from tests.cast import COMMUNITY, DISTRICT
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.apps.indicators.tests import fresh
from youlin.doors.cockpit.tests.test_figures import enter
from youlin.doors.cockpit.tests.test_one import text
from youlin.kernel import clock
from youlin.kernel.tests import queries

BRIEF, WALL = f"/cockpit/{DISTRICT}/brief/", f"/cockpit/{DISTRICT}/wall/"


@pytest.fixture
def missed(people, folder):
    """Ten answers in a street, three of them solved: far from the target."""
    made = factories.many(10)
    for place, case in enumerate(made):
        Case.objects.filter(id=case.id).update(answered_at=clock.now(), solved=place < 3)
    fresh.refreshed()
    return made


def test_the_brief_says_figures_targets_misses_with_cases_and_what_they_are(client, people, missed):
    page = enter(client, people, "leader").get(BRIEF).content.decode()
    told = text(page)
    assert "30.0%" in told and "目标 90.0%，未达到" in told and "3 / 10" in told
    assert "椿树 · 解决率 30.0%" in told
    assert sum(case.number in page for case in missed[3:]) == 3
    assert not [case.number for case in missed[:3] if case.number in page]
    assert "（第 2 版）" in told
    assert page.count('class="brief-page"') == 2


def test_a_case_beyond_ones_duty_is_not_on_paper(client, people, missed):
    Case.objects.filter(id__in=[case.id for case in missed[3:]]).update(confidential=True)
    page = enter(client, people, "leader").get(BRIEF).content.decode()
    assert "没有您可以打开的案件" in page
    assert not [case.number for case in missed if case.number in page]


def test_few_cases_are_no_miss(client, people, folder):
    made = factories.many(4)
    Case.objects.filter(id__in=[case.id for case in made]).update(answered_at=clock.now(), solved=False)
    fresh.refreshed()
    assert "不足为凭" in enter(client, people, "leader").get(BRIEF).content.decode()


def test_the_wall_has_large_figures_refreshes_itself_and_names_no_case(client, people, missed):
    page = enter(client, people, "leader").get(WALL).content.decode()
    assert 'hx-trigger="every 60s"' in page and 'hx-select="#wall"' in page
    assert "30.0" in text(page)
    assert not [one for one in missed if one.number in page or one.title in page]


def test_what_changed_more_than_chance_is_told(client, people, folder):
    made = factories.many(120)
    now = clock.now()
    for place, case in enumerate(made):
        early = place < 60
        solved = place % 10 < 9 if early else place % 10 < 3
        at = now - timedelta(days=40) if early else now
        Case.objects.filter(id=case.id).update(answered_at=at, solved=solved)
    fresh.refreshed()
    for path in (BRIEF, WALL):
        assert "解决率比上期低 60.0 个百分点" in enter(client, people, "leader").get(path).content.decode()


@pytest.mark.parametrize("path", [BRIEF, WALL])
def test_strangers_and_other_districts_are_kept_out(client, people, folder, path):
    assert client.get(path).status_code == 302
    for name in ("qian", "wang", "zhao", "other"):
        assert enter(client, people, name).get(path).status_code in (403, 404)


@pytest.mark.parametrize("path", [BRIEF, WALL])
def test_a_district_without_any_figure_has_an_empty_page(client, people, folder, path):
    assert enter(client, people, "leader").get(path).status_code == 200


@pytest.mark.parametrize("path", [BRIEF, WALL])
def test_a_page_costs_the_same_for_any_number_of_cases(client, people, missed, path):
    client = enter(client, people, "leader")
    few = queries.least(lambda: client.get(path))
    for case in factories.many(20):
        Case.objects.filter(id=case.id).update(answered_at=clock.now(), solved=False)
    fresh.refreshed()
    assert queries.least(lambda: client.get(path)) == few


def test_the_brief_of_a_community_has_its_grids(client, people, missed):
    assert enter(client, people, "leader").get(f"/cockpit/{COMMUNITY}/brief/").status_code == 200

"""One case: as a pane, as a page, its workflow, its reporter."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from youlin.apps.cases import selectors
from youlin.apps.cases.tests import factories

HTMX = {"HX-Request": "true"}


def test_a_case_is_a_pane_for_htmx_and_a_page_for_others(at_desk, people):
    case = factories.dispatched()
    client = at_desk("zhao")
    pane = client.get(f"/desk/case/{case.number}/", headers=HTMX).content.decode()
    assert "<html" not in pane
    assert f'data-case="{case.number}"' in pane
    page = client.get(f"/desk/case/{case.number}/").content.decode()
    assert "<html" in page
    assert 'class="list-row desk-row is-selected"' in page
    for words in ("任务派遣", "王网格", "为什么是这位？", "上报", "椿树街道 · 四川营"):
        assert words in page


def test_a_number_is_found_however_it_is_typed(at_desk, people):
    case = factories.dispatched()
    assert at_desk("zhao").get(f"/desk/case/{case.number.lower()}/").status_code == 200


@pytest.mark.parametrize("path", ["", "workflow/", "act/transfer/", "follow-up/"])
def test_a_case_of_another_area_is_not_found(at_desk, client, people, path):
    case = factories.dispatched()
    assert client.get(f"/desk/case/{case.number}/{path}").status_code == 302
    assert at_desk("other").get(f"/desk/case/{case.number}/{path}").status_code == 404
    assert at_desk("qian").get(f"/desk/case/{case.number}/{path}").status_code == 403


def test_a_case_page_costs_the_same_however_long_its_history(at_desk, people):
    short = factories.dispatched()
    long = factories.closed(people.wang.actor, people.sun.actor)
    client = at_desk("sun")
    costs = []
    for case in (short, short, long):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/desk/case/{case.number}/", headers=HTMX).status_code == 200
        costs.append(len(queries))
    assert max(costs) <= 40, costs


def test_the_workflow_is_drawn_with_the_present_state_marked(at_desk, people):
    case = factories.dispatched()
    page = at_desk("zhao").get(f"/desk/case/{case.number}/workflow/").content.decode()
    assert len(re.findall(r'class="wf-state[^"]*wf-current"', page)) == 1
    assert "待接单" in page


def reporter_of(people, case):
    [reporter] = selectors.case_page(people.sun.actor, case.number).reporters
    return reporter


def test_a_contact_is_shown_in_full_only_for_a_reason(at_desk, people):
    case = factories.dispatched(contact="13800138009")
    path = f"/desk/case/{case.number}/reporter/{reporter_of(people, case).id}/"
    client = at_desk("sun")
    assert "13800138009" not in client.get(f"/desk/case/{case.number}/").content.decode()
    assert client.post(path, {"reason": "嗯"}, headers=HTMX).status_code in (400, 422)
    shown = client.post(path, {"reason": "回电核对门牌"}, headers=HTMX)
    assert "13800138009" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    without_script = client.post(path, {"reason": "回电核对门牌"})
    assert "<html" in without_script.content.decode()
    assert "查看" in client.get(f"/desk/case/{case.number}/").content.decode()


@pytest.mark.parametrize(("name", "status"), [("zhao", 403), ("wang", 403), ("other", 404), ("qian", 403)])
def test_a_contact_stays_masked_for_those_without_the_verb(at_desk, people, name, status):
    case = factories.dispatched(contact="13800138009")
    path = f"/desk/case/{case.number}/reporter/{reporter_of(people, case).id}/"
    response = at_desk(name).post(path, {"reason": "回电核对门牌"}, headers=HTMX)
    assert response.status_code == status
    assert "13800138009" not in response.content.decode()

"""Targets on a phone: the command centre proposes one, the district's leader approves it and looks at the appraisal."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser


def test_a_target_is_proposed_by_one_and_approved_by_another_on_a_phone(open_as, accessible):
    page = open_as("sun_lixin", PHONE)
    page.goto("/desk/targets/")
    expect(page.get_by_role("heading", name="指标目标")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="提出目标").click()
    page.get_by_label("指标", exact=True).select_option(value="closing_rate")
    page.get_by_label("目标值").fill("92")
    page.get_by_label("理由").fill("去年 90%")
    accessible(page)
    page.get_by_role("button", name="提出", exact=True).click()
    page.wait_for_url(re.compile(r"/desk/targets/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("button", name="批准", exact=True)).to_have_count(0)
    accessible(page)
    leader = open_as("zhou_weidong", PHONE)
    leader.goto(page.url)
    leader.get_by_role("button", name="批准", exact=True).click()
    expect(leader.get_by_text("已批准").first).to_be_visible()
    accessible(leader)


def test_the_appraisal_of_streets_is_read_on_a_desk_and_on_a_phone(open_as, accessible):
    for size in (DESK, PHONE):
        page = open_as("zhou_weidong", size)
        page.goto("/desk/targets/appraisals/")
        expect(page.get_by_role("heading", name="街道年度考评")).to_be_visible()
        page.get_by_text("试算：换一组权重和目标").click()
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            "nothing sticks out"
        )

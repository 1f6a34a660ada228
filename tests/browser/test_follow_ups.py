"""Calling back from the worklist, by keyboard: three calls that reach nobody are a state, neither yes nor no."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK

pytestmark = pytest.mark.browser


def test_three_calls_that_reach_nobody_become_a_state(open_as, accessible, picture):
    page = open_as("feng_juan", DESK)
    page.goto("/desk/follow-ups/")
    expect(page.get_by_role("button", name=re.compile("^领下一件"))).to_be_focused()
    accessible(page)
    picture(page, "follow-ups-desk")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/follow-ups/XC-"))
    number = re.search(r"XC-\w+", page.url)[0]
    page.keyboard.press("Alt+p")
    expect(page.locator("#contact")).to_contain_text(re.compile(r"\d{11}"))
    for attempt in range(3):
        page.goto(f"/desk/follow-ups/{number}/")
        if attempt:
            expect(page.get_by_text(re.compile(f"已有 {attempt} 次未接通"))).to_be_visible()
        page.get_by_role("group", name="接通了吗").get_by_label("未接通").press("Space")
        if attempt == 2:
            accessible(page)
            picture(page, "follow-up-desk")
        page.keyboard.press("Control+Enter")
        page.wait_for_url(lambda url: number not in url)
    page.goto("/desk/follow-ups/")
    expect(page.get_by_text(number)).to_have_count(0)
    page.goto(f"/desk/case/{number}/")
    expect(page.locator(".desk-head-line")).to_contain_text("联系不上")
    expect(page.locator(".desk-answers")).to_contain_text("未接通")
    assert not re.search("满意|已解决", page.locator(".desk-answers").inner_text())

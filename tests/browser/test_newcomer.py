"""The README's five minutes, line by line: somebody who has never seen the platform sends one report through it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, settled, until
from tests.browser.test_journey import field_act, send_report

pytestmark = pytest.mark.browser


def be(page: Page, name: str) -> None:
    """One click on the page of the cast."""
    page.goto("/demo/")
    with page.expect_navigation():
        page.get_by_role("button", name=f"我是{name}", exact=True).click()
    settled(page)


def handle(page: Page, number: str) -> None:
    """**去办** beside the case on today's list, which may take a moment to arrive."""
    card = page.locator(".field-list > li", has_text=number)
    until(page, lambda: card.count() > 0, f"{number} is not on today's list")
    card.get_by_role("link", name="去办").click()
    page.wait_for_url(f"**/field/case/{number}/")
    settled(page)


def test_the_five_minutes_of_the_readme(open_as, accessible):
    page = open_as(size=PHONE)
    page.goto("/demo/")
    accessible(page)
    page.get_by_role("link", name="反映一件事").click()
    page.wait_for_url("**/report/**")
    settled(page)
    page.get_by_label("发生了什么").fill("便道上有一堆暴露垃圾")
    page.locator("[data-category]", has_text="暴露垃圾").click()
    expect(page.locator("#nearby [data-path]")).to_contain_text("前门西河沿")
    number, progress = send_report(page)

    be(page, "王建国")
    expect(page).to_have_url(re.compile("/field/$"))
    handle(page, number)
    field_act(page, "接单")
    field_act(page, "反馈", note="已清运")

    be(page, "吴磊")
    handle(page, number)
    field_act(page, "核查通过")

    desk = open_as(size=DESK)
    be(desk, "赵敏")
    desk.goto("/desk/?view=open&order=newest")  # other journeys may have left her more than a page
    row = desk.locator(f"a.row-link[href^='/desk/case/{number}/']")
    until(desk, lambda: row.count() > 0, f"{number} is not in the list")
    row.click()
    act = desk.locator("#acts").get_by_role("link", name="结案", exact=True)
    act.click()
    desk.locator("#detail form").get_by_role("button", name="结案", exact=True).click()
    expect(desk.locator("#acts")).to_be_visible()
    expect(act).to_have_count(0)

    page.goto(progress)
    expect(page.get_by_text("还没解决？")).to_be_visible()
    page.get_by_label("解决了", exact=True).check()
    page.get_by_label("很满意", exact=True).check()
    page.get_by_role("button", name="评价").click()
    expect(page.get_by_text("您评了 5 星")).to_be_visible()

    be(desk, "周卫东")
    expect(desk.get_by_role("heading", name=re.compile("西城区"))).to_be_visible()
    desk.locator(".cockpit-table").get_by_role("link", name="大栅栏", exact=False).click()
    desk.locator(".cockpit-table").get_by_role("link", name="前门西河沿").click()
    expect(desk.get_by_role("heading", name=re.compile("前门西河沿"))).to_be_visible()

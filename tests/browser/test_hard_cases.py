"""Cases that are not one case: split into parts, two that are the same, old ones, and two people at one."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, until
from tests.browser.test_measures import open_case

pytestmark = pytest.mark.browser

PAVEMENT = "component.road.pavement"


def wait_for_state(page: Page, number: str, state: str) -> None:
    """Until the system has brought the case there."""
    page.goto(f"/desk/case/{number}/")
    until(page, lambda: state in page.locator(".desk-head-line").inner_text(), f"not {state}")


def test_a_case_for_two_is_split_and_the_reporter_still_follows_one(open_as, reported, accessible, picture):
    number, progress = reported("路面塌了一块，旁边的垃圾桶也倒了", PAVEMENT)
    page = open_as("zhao_min", DESK)
    wait_for_state(page, number, "待派遣")
    page.locator(".desk-begin > summary").click()
    page.locator(".desk-begin").get_by_role("link", name="分办").click()
    form = page.locator("#detail form")
    for part, (category, text) in enumerate(
        ((PAVEMENT, "补路面"), ("event.sanitation.exposed_garbage", "扶垃圾桶、清垃圾")), start=1
    ):
        form.get_by_label(f"第 {part} 件：类别").select_option(category)
        form.get_by_label(f"第 {part} 件：办什么").fill(text)
    expect(form.get_by_label("第 3 件：办什么")).to_be_hidden()
    accessible(page)
    form.get_by_role("button", name="分办").click()
    parts = page.locator(".desk-beside > p", has_text="分办")
    expect(parts).to_have_count(2)
    accessible(page)
    picture(page, "desk-split-desk")

    resident = open_as(size=PHONE)
    resident.goto(progress)
    expect(resident.get_by_text("分给几家一起办")).to_be_visible()
    accessible(resident)


def test_two_that_are_one_are_compared_merged_and_taken_apart_again(open_as, reported, accessible, picture):
    (kept, _first), (dropped, second) = (
        reported("便道地砖松了一片，踩上去溅一身水", PAVEMENT),
        reported("同一段便道地砖活动，老人差点绊倒", PAVEMENT),
    )
    page = open_as("zhao_min", DESK)
    wait_for_state(page, dropped, "待派遣")
    page.goto(f"/desk/case/{kept}/compare/?with={dropped}")
    sides = page.locator(".desk-compare > section")
    expect(sides).to_have_count(2)
    accessible(page)
    picture(page, "desk-compare-desk")
    sides.first.get_by_label("说明").fill("同一段便道")
    sides.first.get_by_role("button", name="留下这一件").press("Enter")
    expect(page.locator(".desk-beside")).to_contain_text(dropped)

    resident = open_as(size=PHONE)
    resident.goto(second)
    expect(resident.get_by_text("已合并办理")).to_be_visible()
    expect(resident.get_by_text(kept).first).to_be_visible()

    open_case(page, dropped)
    page.locator(".desk-begin > summary").click()
    page.locator(".desk-begin").get_by_role("link", name="撤销并案").click()
    form = page.locator("#detail form")
    form.get_by_label("为什么撤销并案").fill("隔着一条胡同，是两处")
    accessible(page)
    form.get_by_role("button", name="撤销并案").click()
    expect(page.locator("#acts").get_by_role("link", name="派遣", exact=True)).to_be_visible()
    resident.goto(second)
    expect(resident.get_by_text("已合并办理")).to_have_count(0)
    expect(resident.get_by_text(dropped).first).to_be_visible()


def test_what_is_archived_leaves_the_list_and_is_found_by_its_words(open_as, beside, accessible):
    page = open_as("sun_lixin", DESK)
    page.goto("/desk/?view=closed&order=oldest")
    row = page.locator("#rows .list-row").first
    number, words = row.get_attribute("data-point"), row.locator(".row-link").inner_text().strip()[:6]
    beside(
        "manage",
        "shell",
        "-c",
        "from datetime import timedelta; from youlin.apps.cases.lists import archive; "
        "from youlin.apps.cases.lookup import with_number; from youlin.kernel.actors import SYSTEM; "
        f"closed = with_number('{number}').closed_at; "
        "print(archive.archive_closed(actor=SYSTEM, before=closed + timedelta(seconds=1)))",
    )
    page.reload()
    expect(page.locator(f'#rows [data-point="{number}"]')).to_have_count(0)
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url(re.compile("q="))
    expect(page.locator(f'#rows [data-point="{number}"]')).to_be_visible()
    accessible(page)
    page.goto("/desk/filters/more/?view=closed&order=oldest")
    page.get_by_label("连同已归档的").check()
    page.get_by_role("button", name="筛选", exact=True).click()
    expect(page.locator(f'#rows [data-point="{number}"]')).to_be_visible()

"""The main job: a resident reports on the map, the right worker handles it, another checks, the resident rates."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, settled, until

pytestmark = pytest.mark.browser

PHOTO = Path(__file__).with_name("photo.jpg")


@pytest.mark.parametrize(("size", "width"), [(PHONE, "phone"), (DESK, "desk")], ids=["phone", "desk"])
def test_a_report_travels_from_the_map_to_the_rating(open_as, picture, accessible, size, width):
    def look(page: Page, name: str) -> None:
        accessible(page)
        fits(page)
        page.evaluate("scrollTo(0, 0)")
        picture(page, f"{name}-{width}")

    resident = open_as(size=size)
    resident.goto("/")
    expect(resident.locator("#answers .list-row").first).to_be_visible()
    resident.mouse.move(180, 300)
    expect(resident.locator("youlin-map[data-state=live]")).to_be_visible()
    look(resident, "portal")
    fill_report(resident, "便道上有一堆暴露垃圾，味道很大")
    look(resident, "report")
    number, track = send_report(resident)
    look(resident, "receipt")

    dispatcher = open_as("sun_lixin", size)
    wait_for_holder(dispatcher, number, "王建国")
    look(dispatcher, "desk-case")

    worker = open_as("wang_jianguo", size)
    worker.goto("/field/")
    until(worker, lambda: worker.get_by_text(number).count() > 0, f"{number} is not on today's list")
    look(worker, "field-today")
    worker.goto(f"/field/case/{number}/")
    field_act(worker, "接单")
    look(worker, "field-case")
    field_act(worker, "反馈", note="已清运并消毒", photo=True)
    expect(worker.get_by_role("heading", name="今天", exact=True)).to_be_visible()
    expect(worker.get_by_text(number)).to_have_count(0)

    desk_act(open_as("wu_lei", size), number, "核查通过")
    desk_act(open_as("zhao_min", size), number, "结案")

    resident.goto(track)
    expect(resident.get_by_role("heading", name="办得怎么样？")).to_be_visible()
    accessible(resident)
    resident.get_by_label("解决了", exact=True).check()
    resident.get_by_label("很满意", exact=True).check()
    resident.get_by_role("button", name="评价").click()
    expect(resident.get_by_text("您评了 5 星")).to_be_visible()
    look(resident, "track")

    leader = open_as("zhou_weidong", size)
    leader.goto("/cockpit/")
    expect(leader.get_by_role("heading", name=re.compile("西城区"))).to_be_visible()
    look(leader, "cockpit")


def fill_report(page: Page, text: str) -> None:
    """From the map to the form, filled in: the category is offered from the text, the place from the position."""
    page.get_by_role("link", name="我要反映").first.click()
    page.wait_for_url("**/report/")
    settled(page)
    page.get_by_label("发生了什么").fill(text)
    suggestion = page.locator("[data-category]", has_text="暴露垃圾")
    expect(suggestion).to_be_visible()
    suggestion.click()
    page.locator("#here").click()
    expect(page.locator("#nearby [data-path]")).to_contain_text("前门西河沿")


def send_report(page: Page) -> tuple[str, str]:
    """Number and tracking address of the receipt."""
    page.get_by_role("button", name="提交").click()
    number = page.locator("[data-number]")
    expect(number).to_be_visible()
    return number.inner_text().strip(), page.get_by_role("link", name="看进展").get_attribute("href")


def wait_for_holder(page: Page, number: str, holder: str) -> None:
    """Until the system has filed the case and found whose duty it is; it says why."""
    page.goto(f"/desk/case/{number}/")
    detail = page.locator("#detail dl")
    until(page, lambda: holder in (detail.text_content() or ""), f"not held by {holder}")
    expect(detail).to_contain_text("为什么是这位")


def field_act(page: Page, name: str, note: str = "", photo: bool = False) -> None:
    """An act on the field's case page."""
    form = page.locator("details.field-act", has=page.locator("summary", has_text=re.compile(f"^{name}$")))
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    expect(form.get_by_role("button", name=name, exact=True)).to_be_visible()
    if note:
        form.locator("textarea").fill(note)
    if photo:
        form.locator("input[type=file]").first.set_input_files(PHOTO)
        expect(form.locator("youlin-photos img")).to_have_count(1)
    with page.expect_navigation():
        form.get_by_role("button", name=name, exact=True).click()
    settled(page)


def desk_act(page: Page, number: str, name: str) -> None:
    """An act at the desk."""
    page.goto(f"/desk/case/{number}/")
    act = page.locator("#acts").get_by_role("link", name=name, exact=True)
    act.click()
    page.locator("#detail form").get_by_role("button", name=name, exact=True).click()
    expect(page.locator("#acts")).to_be_visible()
    expect(act).to_have_count(0)


def fits(page: Page) -> None:
    """Nothing sticks out to the side."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url}: {wide} px too wide"

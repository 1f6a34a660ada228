"""The main job: a resident reports on the map, the right worker handles it, another checks, the resident rates."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

PHOTO = Path(__file__).with_name("photo.jpg")
SOON = 20_000


def report(page: Page, text: str) -> tuple[str, str]:
    """Report `text` at the browser's position; number and tracking address of the receipt."""
    page.goto("/")
    page.get_by_role("link", name="我要反映").first.click()
    page.get_by_label("发生了什么").fill(text)
    suggestion = page.locator("[data-category]").first
    expect(suggestion).to_be_visible(timeout=SOON)
    suggestion.click()
    page.locator("#here").click()
    expect(page.locator("#nearby [data-path]")).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="提交").click()
    number = page.locator("[data-number]")
    expect(number).to_be_visible(timeout=SOON)
    return number.inner_text().strip(), page.get_by_role("link", name="看进展").get_attribute("href")


def do(page: Page, name: str, note: str = "", photo: bool = False) -> None:
    """An act on the field's case page."""
    form = page.locator("details.field-act", has=page.locator("summary", has_text=re.compile(f"^{name}$")))
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    if note:
        form.locator("textarea").fill(note)
    if photo:
        form.locator("input[type=file]").first.set_input_files(PHOTO)
    form.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(re.compile(r"/field/"), timeout=SOON)


@pytest.mark.parametrize(("size", "width"), [(PHONE, "phone"), (DESK, "desk")], ids=["phone", "desk"])
def test_a_report_travels_from_the_map_to_the_rating(open_as, picture, accessible, size, width):
    resident = open_as(size=size)
    resident.goto("/")
    expect(resident.locator("#answers .list-row").first).to_be_visible()
    accessible(resident)
    picture(resident, f"portal-{width}")
    number, track = report(resident, f"便道上有一堆暴露垃圾，味道很大（{width}）")
    accessible(resident)
    picture(resident, f"receipt-{width}")

    worker = open_as("sun_lixin", DESK)
    holder = wait_for_holder(worker, number)
    accessible(worker)
    picture(worker, f"desk-case-{width}")

    handler = open_as(holder, PHONE)
    handler.goto("/field/")
    expect(handler.get_by_text(number)).to_be_visible(timeout=SOON)
    accessible(handler)
    picture(handler, f"field-today-{width}")
    handler.goto(f"/field/case/{number}/")
    do(handler, "接单")
    handler.goto(f"/field/case/{number}/")
    picture(handler, f"field-case-{width}")
    accessible(handler)
    do(handler, "反馈", note="已清运并消毒", photo=True)

    checker = open_as("wu_lei", DESK)
    desk_act(checker, number, "核查通过")
    closer = open_as("zhao_min", DESK)
    desk_act(closer, number, "结案")

    resident.goto(track)
    expect(resident.get_by_role("heading", name="办得怎么样？")).to_be_visible(timeout=SOON)
    accessible(resident)
    resident.get_by_label("解决了", exact=True).check()
    resident.get_by_label("很满意", exact=True).check()
    resident.get_by_role("button", name="评价").click()
    expect(resident.get_by_text("您评了 5 星")).to_be_visible(timeout=SOON)
    picture(resident, f"track-{width}")

    leader = open_as("zhou_weidong", size)
    leader.goto("/cockpit/")
    expect(leader.get_by_role("heading", name=re.compile("西城区"))).to_be_visible()
    accessible(leader)
    picture(leader, f"cockpit-{width}")


def wait_for_holder(page: Page, number: str) -> str:
    """The username of the worker that the case was dispatched to."""
    for _try in range(40):
        page.goto(f"/desk/case/{number}/")
        if page.locator(".badge", has_text="待接单").count() or page.get_by_text("接单", exact=False).count():
            break
        page.wait_for_timeout(500)
    why = page.locator("#detail").inner_text()
    assert "王建国" in why, why
    return "wang_jianguo"


def desk_act(page: Page, number: str, name: str) -> None:
    """An act at the desk."""
    page.goto(f"/desk/case/{number}/")
    page.locator("#acts").get_by_role("link", name=name, exact=True).click()
    page.locator("#detail").get_by_role("button", name=name, exact=True).click()
    expect(page.locator("#acts").get_by_role("link", name=name, exact=True)).to_have_count(0, timeout=SOON)

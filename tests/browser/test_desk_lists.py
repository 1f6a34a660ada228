"""Lists at the desk as people use them: keys, many at once and back, saved filters, two people, paper, exports."""

import re
import time
from contextlib import suppress

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from tests.browser.conftest import DESK, PATIENCE, PHONE, until

pytestmark = pytest.mark.browser


def at_list(page: Page, query: str) -> Page:
    """The list of these words, its keys ready."""
    page.goto(f"/desk/?{query}")
    expect(page.locator("youlin-keys:defined")).to_be_attached()
    expect(page.locator("#rows .list-row").first).to_be_visible()
    return page


def picked(page: Page) -> list[str]:
    return [row.get_attribute("data-point") for row in page.locator("#rows .is-picked").all()]


def test_rows_are_picked_by_keyboard_and_stay_picked_while_the_list_refreshes(open_as, accessible):
    page = at_list(open_as("zhao_min", DESK), "view=open")
    for key in ("j", "x", "Shift+J", "Shift+J"):
        page.keyboard.press(key)
    expect(page.locator("#many-voice")).to_have_text("已选 3 件")
    numbers = picked(page)
    assert len(numbers) == 3
    expect(page.locator("#many")).to_be_visible()
    expect(page.locator("#rows .list-row").nth(2).locator(".row-link")).to_be_focused()
    page.locator("#rows").evaluate("e => { e.etag = ''; e.last = null }")
    page.keyboard.press("r")
    expect(page.locator("#looked")).to_contain_text("自动刷新")
    for number in numbers:
        expect(page.locator(f'#rows [data-point="{number}"]')).to_have_class(re.compile("is-picked"))
    expect(page.locator("#rows .list-row").nth(2).locator(".row-link")).to_be_focused()
    accessible(page)
    page.keyboard.press("Escape")
    expect(page.locator("#rows .is-picked")).to_have_count(0)
    expect(page.locator("#many")).to_be_hidden()


def test_a_click_with_shift_picks_all_between(open_as):
    page = at_list(open_as("zhao_min", DESK), "view=open")
    boxes = page.locator("#rows .desk-pick input")
    boxes.nth(1).check()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.locator("#rows .is-picked")).to_have_count(4)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_many_are_dispatched_and_taken_back_without_the_mouse(open_as, reported, picture, accessible, scheme):
    sent = [reported(text, "component.utility.manhole")[0] for text in ("井盖翘起来了", "井盖响了一夜")]
    page = open_as("zhao_min", DESK, color_scheme=scheme)
    page.goto("/desk/?view=mine&state=filed")
    rows = [page.locator(f'#rows [data-point="{number}"]') for number in sent]
    until(page, lambda: all(row.is_visible() for row in rows), "not on the list")
    at_list(page, "view=mine&state=filed")
    page.keyboard.press("*")
    expect(page.locator("#many")).to_be_visible()
    numbers = picked(page)
    count = len(numbers)
    page.keyboard.press("b")
    page.wait_for_url("**/desk/bulk/")
    page.get_by_role("group", name="办什么").get_by_role("button", name=re.compile("^派遣")).press("Enter")
    expect(page.get_by_text(f"会办 {count} 件")).to_be_visible()
    expect(page.get_by_text("分钟内可以整批撤销")).to_be_visible()
    accessible(page)
    if scheme == "light":
        picture(page, "desk-bulk-desk", full_page=True)
    page.get_by_label("说明").fill("统一派遣")
    page.get_by_role("button", name=f"派遣 {count} 件").press("Enter")
    expect(page.get_by_text(re.compile(rf"办好 {count} 件"))).to_be_visible()
    accessible(page)
    with page.expect_navigation():
        page.get_by_role("button", name=f"撤销 {count} 件").press("Enter")
    expect(page.get_by_text(re.compile(rf"办好 {count} 件"))).to_be_visible()
    at_list(page, "view=mine&state=filed")
    for number in numbers:
        expect(page.locator(f'#rows [data-point="{number}"]')).to_be_visible()


def by_keys(page, keys, address):
    """Keys pressed one after the other lead to an address; again where a busy machine let too long pass between."""
    give_up = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < give_up:
        for key in keys:
            page.keyboard.press(key)
        with suppress(TimeoutError):
            return page.wait_for_url(address, timeout=10_000)
    raise AssertionError(f"{keys} do not lead to {address}")


def opens(page, keys, shown):
    """Keys pressed one after the other bring something into sight; again where the pause between was too long."""
    give_up = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < give_up:
        for key in keys:
            page.keyboard.press(key)
        with suppress(TimeoutError):
            return shown.wait_for(state="visible", timeout=10_000)
    raise AssertionError(f"{keys} open nothing")


def test_two_keys_go_to_a_view_and_the_sheet_of_keys_tells_them(open_as, accessible):
    page = at_list(open_as("sun_lixin", DESK), "view=open")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="快捷键")
    expect(sheet.get_by_role("heading", name="去往")).to_be_visible()
    expect(sheet).to_contain_text("边走边选")
    accessible(page)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    by_keys(page, ["g", "l"], "**/desk/?view=late")


def test_who_sees_several_districts_switches_by_keyboard(open_as, accessible):
    page = at_list(open_as("lu_ming", DESK), "view=open")
    choices = page.locator(".districts")
    other = choices.locator("button:not([aria-current])").first
    name = other.text_content().strip()
    opens(page, ["g", "x"], other)
    accessible(page)
    expect(choices.locator("summary")).to_be_focused()
    other.press("Enter")
    expect(choices.locator("summary")).to_contain_text(name)
    expect(page).to_have_url(re.compile("/desk/"))


def test_a_list_is_saved_shared_opened_by_key_and_deleted(open_as, accessible):
    page = at_list(open_as("sun_lixin", DESK), "view=late&order=newest")
    page.keyboard.press("v")
    page.wait_for_url(re.compile("/desk/filters/"))
    accessible(page)
    page.get_by_label("名称").fill("超时的，新的在前")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(re.compile(r"/desk/\?filter="))
    address = page.url
    saved = page.locator("#saved-filters").get_by_role("link", name=re.compile("超时的，新的在前"))
    expect(saved).to_have_attribute("aria-current", "page")
    accessible(page)
    at_list(page, "view=open")
    expect(saved).to_be_visible()
    by_keys(page, (saved.get_attribute("data-key") or "").split(), address)
    page.goto("/desk/filters/")
    page.get_by_role("button", name="删除 超时的，新的在前").click()
    expect(page.get_by_text("超时的，新的在前")).to_have_count(0)


def test_two_people_at_one_case_see_each_other(open_as):
    mine, theirs = open_as("zhao_min", DESK), open_as("sun_lixin", DESK)
    number = at_list(mine, "view=mine").locator("#rows .list-row").first.get_attribute("data-point")
    mine.goto(f"/desk/case/{number}/")
    expect(mine.locator("#detail .desk-case-title")).to_be_visible()
    theirs.goto(f"/desk/case/{number}/")
    expect(theirs.locator("#present")).to_contain_text("赵敏也在看这一件")


def test_an_export_shows_how_far_it_is_and_is_fetched(open_as, picture, accessible):
    page = at_list(open_as("sun_lixin", DESK), "view=late")
    by_keys(page, ["g", "e"], re.compile("/desk/exports/"))
    accessible(page)
    picture(page, "desk-export-desk")
    page.get_by_label("CSV", exact=True).check()
    page.get_by_role("button", name="开始导出").click()
    latest = page.locator("#exports .list-row").first
    expect(latest).to_contain_text("CSV")
    expect(latest).to_contain_text("保留到")
    with page.expect_download() as fetched:
        latest.get_by_role("button", name="下载").click()
    assert fetched.value.suggested_filename.endswith(".csv")
    with open(fetched.value.path(), encoding="utf-8-sig") as file:
        assert file.readline().startswith("编号,标题")


def test_a_case_goes_on_paper(open_as, picture, accessible):
    page = at_list(open_as("sun_lixin", DESK), "view=closed")
    page.locator("#rows .row-link").first.click()
    expect(page.locator("#detail .timeline")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="打印案卷").click()
    sheet = opened.value
    expect(sheet.get_by_text(re.compile("孙立新 于 .* 打印"))).to_be_visible()
    expect(sheet.get_by_role("img", name=re.compile("扫码回到这一件"))).to_be_visible()
    accessible(sheet)
    picture(sheet, "desk-sheet-desk", full_page=True)


def test_a_phone_picks_several_after_asking_for_it(open_as, accessible):
    page = at_list(open_as("zhao_min", PHONE), "view=open")
    page.get_by_role("button", name="多选").tap()
    for number in range(2):
        page.locator("#rows .desk-pick").nth(number).tap()
    expect(page.locator("#many")).to_be_in_viewport()
    expect(page.locator("#many-voice")).to_have_text("已选 2 件")
    accessible(page)

"""The desk and the cockpit as people use them: keyboard, third pane, acts, live list, map, drill-down."""

import re
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, settled

pytestmark = pytest.mark.browser

LAPTOP = {"width": 1024, "height": 768}


def open_first(page: Page, view: str = "", state: str = "") -> str:
    """Open the first case of a view (in a state) in the third pane; its number."""
    page.goto(f"/desk/?view={view}")
    number = page.locator("#rows .list-row").filter(has_text=state).first.get_attribute("data-point")
    page.locator(f'#rows [data-point="{number}"] .row-link').click()
    expect(page.locator(f'#detail [data-case="{number}"]')).to_be_visible()
    return number


def with_map(page: Page) -> None:
    """Wait until the moving map stands, where this browser can draw one."""
    expect(page.locator("youlin-map")).to_have_attribute("data-state", re.compile("live|svg"))


def test_a_dispatcher_works_by_keyboard_from_list_to_act(open_as, picture, accessible):
    page = open_as("zhao_min", DESK)
    page.goto("/desk/?view=mine&order=newest")
    expect(page.locator("youlin-keys:defined")).to_be_attached()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.get_by_role("searchbox").blur()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator("#rows .list-row").first
    expect(first.locator(".row-link")).to_be_focused()
    number = first.get_attribute("data-point")
    page.keyboard.press("Enter")
    expect(page.locator(f'#detail [data-case="{number}"]')).to_be_visible()
    expect(page.locator(f'#rows [data-point="{number}"]')).to_have_class(re.compile("is-selected"))
    expect(page).to_have_url(re.compile(rf"/desk/case/{number}/\?view=mine"))
    with_map(page)
    accessible(page)

    page.locator("#acts").get_by_role("link", name="指派").click()
    form = page.locator("#detail form")
    expect(form.get_by_label("交给谁")).to_be_visible()
    form.get_by_label("说明").fill("请先到现场看看")
    accessible(page)
    picture(page, "desk-act-desk")
    form.get_by_label("交给谁").select_option(index=1)
    form.get_by_role("button", name="指派").click()
    expect(page.locator("#detail .timeline")).to_contain_text("请先到现场看看")
    expect(page.locator(f'#rows [data-point="{number}"]')).to_have_count(0)


def test_what_a_colleague_did_meanwhile_is_told_and_nothing_typed_is_lost(open_as, accessible, picture):
    mine, theirs = open_as("zhao_min", DESK), open_as("sun_lixin", DESK)
    number = open_first(mine, "mine", "待派遣")
    mine.locator("#acts").get_by_role("link", name="改类别").click()
    form = mine.locator("#detail form")
    expect(form.get_by_label("改为类别")).to_be_visible()
    form.get_by_label("说明").fill("不是这一类")
    form.get_by_label("改为类别").select_option(index=3)

    theirs.goto(f"/desk/case/{number}/")
    theirs.locator("#acts").get_by_role("link", name="派遣", exact=True).click()
    theirs.locator("#detail").get_by_role("button", name="派遣", exact=True).click()
    expect(theirs.locator("#acts").get_by_role("link", name="派遣", exact=True)).to_have_count(0)

    form.get_by_role("button", name="改类别").click()
    expect(mine.locator("#detail [role=alert]")).to_contain_text("案件刚被别人办理过")
    expect(mine.locator("#detail")).to_contain_text("不是这一类")
    accessible(mine)
    picture(mine, "desk-told-desk")
    mine.locator("#detail").get_by_role("link", name="看最新状态").click()
    expect(mine.locator("#detail .timeline")).to_be_visible()


def test_the_list_refreshes_itself_and_keeps_the_open_case_marked(open_as, picture):
    page = open_as("sun_lixin", DESK)
    number = open_first(page)
    with_map(page)
    picture(page, "desk-inbox-desk")
    page.locator("#rows").evaluate("e => { e.etag = ''; e.dispatchEvent(new CustomEvent('youlin:refresh')) }")
    expect(page.locator("#looked")).to_contain_text("自动刷新")
    expect(page.locator("#rows .is-selected")).to_have_attribute("data-point", number)


def test_searching_two_characters_and_looking_at_the_map(open_as, accessible):
    page = open_as("sun_lixin", DESK)
    page.goto("/desk/")
    page.get_by_role("searchbox").fill("垃圾")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url(re.compile("q="))
    expect(page.locator("#rows .list-row").first).to_be_visible()
    page.get_by_role("group", name="显示").get_by_role("link", name="地图").click()
    page.wait_for_url(re.compile("show=map"))
    with_map(page)
    accessible(page)


def test_a_phone_shows_the_case_over_the_list(open_as, accessible):
    page = open_as("zhao_min", PHONE)
    open_first(page, "mine")
    expect(page.locator("#acts")).to_be_in_viewport()
    accessible(page)
    page.locator("#detail").get_by_role("link", name="关闭").click()
    page.wait_for_url(re.compile(r"/desk/(\?|$)"))
    expect(page.locator("#rows")).to_be_visible()


def test_the_workflow_is_drawn(open_as, picture, accessible):
    page = open_as("zhao_min", DESK)
    number = open_first(page, "mine")
    page.goto(f"/desk/case/{number}/workflow/")
    expect(page.locator(".wf-current")).to_have_count(1)
    accessible(page)
    picture(page, "workflow-desk", full_page=True)


def test_a_follow_up_caller_writes_down_the_call(open_as, accessible):
    page = open_as("feng_juan", DESK)
    open_first(page, "mine")
    page.locator("#acts").get_by_role("link", name="回访").click()
    pane = page.locator("#detail")
    pane.get_by_role("group", name="接通了吗").get_by_label("是").check()
    pane.get_by_role("group", name="解决了吗").get_by_label("是").check()
    pane.get_by_role("group", name="满意吗").get_by_label("否").check()
    pane.get_by_label("备注").fill("等得太久")
    accessible(page)
    pane.get_by_role("button", name="记下回访").click()
    expect(pane).to_contain_text("等得太久")


def test_an_operator_takes_a_call_by_keyboard_and_sees_its_case(open_as, accessible, picture):
    page = open_as("zheng_yan", DESK)
    page.goto("/desk/")
    page.get_by_role("link", name="接听来电").click()
    expect(page.get_by_role("button", name="接电话")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("timer")).to_be_visible()
    settled(page)
    type_into(page, "Alt+p", "phone", "13800001234")
    type_into(page, "Alt+t", "text", "楼上半夜装修，吵得睡不着")
    expect(page.locator("#recognised")).to_contain_text("因为：")
    page.keyboard.press("Alt+1")
    expect(page.locator("#id_category")).not_to_have_value("")
    type_into(page, "Alt+l", "q", "大栅栏")
    page.locator("#places button", has_text="大栅栏").first.click()
    expect(page.locator("#id_area")).not_to_have_value("")
    accessible(page)
    picture(page, "hotline-call-desk")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".hotline-number")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name=re.compile(r"^XC-")).click()
    expect(page.locator("#detail")).to_contain_text("楼上半夜装修")


def type_into(page: Page, key: str, name: str, words: str) -> None:
    """A key leads into the field of this name; there it is typed."""
    page.keyboard.press(key)
    expect(page.locator(f"#call [name={name}]")).to_be_focused()
    page.keyboard.type(words)


@pytest.mark.parametrize(("size", "width"), [(DESK, "desk"), (PHONE, "phone")], ids=["desk", "phone"])
def test_a_leader_goes_down_from_district_to_community(open_as, picture, accessible, size, width):
    page = open_as("zhou_weidong", size)
    page.goto("/cockpit/")
    expect(page.locator(".stat")).to_have_count(12)
    accessible(page)
    picture(page, f"cockpit-{width}")
    page.get_by_role("group", name="地图上看什么").get_by_role("link", name="解决率").click()
    page.wait_for_url(re.compile("show=resolution_rate"))
    page.get_by_role("row", name=re.compile("大栅栏")).get_by_role("link").click()
    page.wait_for_url(re.compile(r"/cockpit/110102013/.*show=resolution_rate"))
    page.get_by_role("row", name=re.compile("前门西河沿")).get_by_role("link").click()
    page.wait_for_url(re.compile(r"/cockpit/110102013\d{3}/"))
    accessible(page)
    page.get_by_role("navigation", name="上级").get_by_role("link", name="西城").click()
    page.wait_for_url(lambda url: urlparse(url).path == "/cockpit/110102/")


def test_the_desk_in_the_dark_and_on_a_small_laptop(open_as, accessible):
    page = open_as("sun_lixin", LAPTOP, color_scheme="dark")
    page.goto("/desk/")
    with_map(page)
    accessible(page)
    page.locator("#rows .row-link").first.click()
    expect(page.locator("#acts")).to_be_visible()
    accessible(page)

"""Work beside the workflow as people do it: an extension, a joint call, a supervision, an appeal."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK, PHONE, until
from tests.browser.test_journey import fits

pytestmark = pytest.mark.browser

HIS_TO_RATE = """
from youlin.apps.cases import selectors
from youlin.apps.cases.models import Case
from youlin.apps.parties.models import Account
from youlin.kernel.actors import Actor
chen, wang = (Account.objects.get(username=name).person_id for name in ("chen_jing", "wang_jianguo"))
mine = [one.case.number for one in selectors.my_cases(Actor("person", person_id=chen)) if one.may_rate]
print(*Case.objects.filter(number__in=mine, handler=wang).values_list("number", flat=True))
"""
"""Prints what 陈静 may rate of what 王建国 did."""


def test_a_hard_case_goes_by_extension_joint_call_and_supervision(open_as, reported, accessible, picture):
    number, _progress = reported("院墙外堆着别处运来的渣土，要几家一起清")
    worker = open_as("wang_jianguo", PHONE)
    take_from_the_list(worker, number)
    ask_for_an_extension(worker, number, accessible)

    street = open_as("zhao_min", DESK)
    expect_waiting(street, "等我批", number)
    granted = take_step(street, number, "延期", "批准", "渣土量大，同意延三天", accessible)
    expect(granted).to_contain_text("已延期")
    expect(granted).to_contain_text("原时限")
    street.locator("#detail").get_by_text("时限记录").click()
    expect(street.get_by_role("row", name=re.compile("^处置"))).to_contain_text("原 ")

    begin(street, number, "吹哨", "请带车来，一次清完", accessible, call="何云")
    department = open_as("he_yun", DESK)
    expect_waiting(department, "叫到我的", number)
    arrived = take_step(department, number, "吹哨", "报到", "车和人都到了")
    expect(arrived).to_contain_text("到场")
    told = take_step(department, number, "吹哨", "反馈结果", "清走四车，明天收尾")
    expect(told).to_contain_text("清走四车")

    leader = open_as("zhou_weidong", DESK)
    begin(leader, number, "督办", "这一处反映多次，请今天回话", accessible, until=2)
    worker.goto(f"/field/case/{number}/")
    worker.get_by_role("link", name="回复督办").click()
    worker.get_by_label("说明").fill("已清走大半，明天清完并围挡")
    worker.get_by_role("button", name=re.compile("回复督办")).click()
    expect(worker.get_by_text("已回复")).to_be_visible()

    expect_waiting(leader, "督办", number)
    open_case(leader, number)
    expect(measure(leader, "督办")).to_contain_text("明天清完并围挡")
    accessible(leader)
    picture(leader, "desk-measures-desk")
    lifted = take_step(leader, number, "督办", "解除督办", "")
    expect(lifted).to_contain_text("已解除")


def test_a_rating_is_appealed_against_and_set_aside_by_the_district(open_as, beside, accessible):
    number = re.findall(r"XC-\w+", beside("manage", "shell", "-v0", "-c", HIS_TO_RATE))[0]
    resident = open_as("chen_jing", PHONE)
    resident.goto("/my/")
    resident.locator(".list-row", has_text=number).filter(has_text="请评价").get_by_role("link").first.click()
    resident.wait_for_url(re.compile(number))
    resident.get_by_label("没有解决", exact=True).check()
    resident.get_by_label("很不满意", exact=True).check()
    resident.get_by_role("button", name="评价").click()
    expect(resident.get_by_text("您评了 1 星")).to_be_visible()

    worker = open_as("wang_jianguo", PHONE)
    worker.goto(f"/field/case/{number}/")
    worker.get_by_text("更多办法").click()
    worker.get_by_role("link", name="对评价申诉").click()
    worker.get_by_label("理由").fill("当天就清走了，照片为证；评的是另一处")
    worker.get_by_role("button", name="对评价申诉").click()
    expect(worker.get_by_text("待批准")).to_be_visible()
    expect(worker.get_by_role("link", name="批准", exact=True)).to_have_count(0)

    district = open_as("sun_lixin", DESK)
    expect_waiting(district, "等我批", number)
    granted = take_step(district, number, "申诉", "批准", "核对照片，评价不对应这一件", accessible)
    expect(granted).to_contain_text("申诉成立")


def take_from_the_list(worker: Page, number: str) -> None:
    """接单 with one tap on today's list, which stays."""
    worker.goto("/field/")
    card = worker.locator(".field-list > li", has_text=number)
    until(worker, lambda: card.count() > 0, f"{number} is not on today's list")
    with worker.expect_navigation():
        card.get_by_role("button", name=re.compile("^接单")).tap()
    expect(worker).to_have_url(re.compile("/field/$"))
    expect(card).to_contain_text("处置中")


def ask_for_an_extension(worker: Page, number: str, accessible) -> None:
    """Ask on the phone, counted from the deadline there is; who asked is offered no approval."""
    worker.goto(f"/field/case/{number}/")
    deadline = date.fromisoformat(worker.locator("time").first.get_attribute("datetime")[:10])
    worker.get_by_text("更多办法").click()
    worker.get_by_role("link", name="申请延期").click()
    worker.get_by_label("延到哪一天").fill(str(deadline + timedelta(days=3)))
    worker.get_by_label("理由").fill("渣土要车，约到后天")
    accessible(worker)
    fits(worker)
    worker.get_by_role("button", name="申请延期").click()
    expect(worker.get_by_text("待批准")).to_be_visible()
    expect(worker.get_by_role("link", name="撤回申请")).to_be_visible()
    expect(worker.get_by_role("link", name="批准", exact=True)).to_have_count(0)


def expect_waiting(page: Page, view: str, number: str) -> None:
    """The case stands in this list of the sidebar."""
    page.goto("/desk/?view=open")
    page.locator(".desk-side").get_by_role("link", name=re.compile(f"^{view}")).click()
    expect(page.locator(f'#rows [data-point="{number}"]')).to_be_visible()


def open_case(page: Page, number: str) -> None:
    page.goto(f"/desk/case/{number}/")
    expect(page.locator(f'#detail [data-case="{number}"]')).to_be_visible()


def measure(page: Page, name: str) -> Locator:
    """The measure of this name on the open case."""
    return page.locator(".desk-measure").filter(has=page.locator("b", has_text=re.compile(f"^{name}$"))).first


def begin(page: Page, number: str, name: str, note: str, accessible, call: str = "", until: int = 0) -> None:
    """Begin a measure at the desk, by the keys that stand there."""
    open_case(page, number)
    expect(page.locator("youlin-keys:defined")).to_be_attached()
    page.keyboard.press("w")
    page.locator(".desk-begin").get_by_role("link", name=name, exact=True).press("Enter")
    form = page.locator("#detail form")
    expect(form.locator("textarea")).to_be_visible()
    if call:
        form.get_by_label(re.compile(call)).check()
    if until:
        form.locator("input[type=date]").fill(
            str(datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=until))
        )
    form.locator("textarea").fill(note)
    accessible(page)
    form.get_by_role("button", name=name, exact=True).press("Enter")
    expect(measure(page, name)).to_contain_text(note)


def take_step(page: Page, number: str, name: str, step: str, note: str, accessible=None) -> Locator:
    """One step of a measure at the desk; the measure as it is then."""
    open_case(page, number)
    measure(page, name).get_by_role("link", name=step, exact=True).click()
    form = page.locator("#detail form")
    expect(form.get_by_label("说明")).to_be_visible()
    form.get_by_label("说明").fill(note)
    if accessible:
        accessible(page)
    form.get_by_role("button", name=step, exact=True).click()
    expect(page.locator("#acts")).to_be_visible()
    return measure(page, name)

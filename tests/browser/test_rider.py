"""A rider's day on a phone: two gates, one of them without a network, a meal, a word from the street by voice, a call to
help, points for it, a reward for the points, the statement; and what the leader sees of it, which is nobody."""

import functools
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, ROOT, WANGS_GRID, until
from tests.browser.test_journey import fits, wait_for_holder
from tests.browser.test_passes import CAMERA, PICTURE, at, kept, scanned, scanning

pytestmark = pytest.mark.browser

SPOKEN = ROOT / "src/youlin/kernel/tests/recordings/opus.webm"
STREET = "110102013"
EARLIER = """
from datetime import timedelta
from django.db.models import F
from youlin.apps.responders.models import Call
Call.objects.filter(call_out__number="{number}", answer="arrived").update(
    arrived_at=F("arrived_at") - timedelta(minutes=40), answered_at=F("answered_at") - timedelta(minutes=50))
"""
"""Forty minutes pass with the old man, in a moment."""


@pytest.fixture
def phone(open_as):
    """Phones with what they keep for when there is no network."""
    return functools.partial(open_as, size=PHONE, service_workers="allow")


def test_a_rider_s_day(open_as, phone, beside, accessible, picture):
    rider = phone("li_qiang")
    rider.goto("/me/passes/")
    code = rider.locator("[data-pass][data-ready]")
    expect(code).to_have_count(1)

    goes_through_a_gate(phone("han_yong"), rider, offline=False)
    goes_through_a_gate(phone("yi_weimin"), rider, offline=True)
    eats(open_as("he_min", PHONE), rider, accessible)
    says_what_is_broken(open_as, rider)
    declines_what_waits(rider)
    number = is_called_out(open_as("zhao_min"))
    helps(rider, number, beside)
    is_thanked(open_as("zhao_min"), number)
    points = earned(rider)
    redeems(open_as("he_min", PHONE), rider, points)
    the_leader_sees_nobody(open_as("zhou_weidong", PHONE), accessible, picture)


def goes_through_a_gate(guard: Page, rider: Page, *, offline: bool) -> None:
    """A frame of the camera, one tap; without a network both wait on the phone and count once it is back."""
    guard.add_init_script(f"({CAMERA})()")
    kept(guard, "/check/", "check.js", "reading.js", "zxing_reader.wasm", "share.js")
    guard.context.set_offline(offline)
    guard.reload()
    scanning(guard)
    moment, shown = rider.evaluate("Date.now()"), rider.evaluate(PICTURE)
    at(guard, moment)
    scanned(guard, shown, "valid")
    expect(guard.locator("[data-part=result]")).not_to_contain_text("李强")
    guard.get_by_role("button", name="进", exact=True).click()
    done = guard.locator("[data-part=gate-done]")
    if offline:
        expect(done).to_contain_text("先存在本机")
        expect(guard.locator("[data-part=words]")).to_contain_text("请您按下面的规则定")
        expect(guard.locator("[data-part=gate-rules] [lang=en]").first).to_be_visible()
        fits(guard)
        guard.context.set_offline(False)
        until(guard, lambda: not guard.locator("youlin-outbox").inner_text().strip(), "it is reported")
    else:
        expect(done).to_have_text("已登记：进")


def eats(host: Page, rider: Page, accessible) -> None:
    """The number from his page, said at a counter of the street."""
    rider.goto("/my/meals/")
    number = re.search(r"C-\w+", rider.locator(".portal-number").first.inner_text())
    assert number
    host.goto("/field/offers/")
    restaurant = host.locator(".list-row", has_text=re.compile("餐厅|食堂|菜馆|面馆"))
    with host.expect_navigation():
        restaurant.locator(".row-link").first.click()
    with host.expect_navigation():
        host.get_by_role("link", name=re.compile("友好套餐")).first.click()
    host.locator("#id_said").fill(number[0])
    host.get_by_role("button", name="核销一份").click()
    expect(host.locator("#done")).to_contain_text("核销成功")
    expect(host.locator("#done")).to_contain_text("李*")
    accessible(host)
    fits(host)


def says_what_is_broken(open_as, rider: Page) -> None:
    """A lamp: the recording goes out as soon as it is there, with where he is; nothing is typed."""
    rider.goto("/respond/word/")
    expect(rider.locator("#respond-place")).to_contain_text("位置取到了")
    rider.locator("#id_audio").set_input_files(SPOKEN)
    number = rider.locator("[data-number]")
    expect(number).to_be_visible()
    wait_for_holder(open_as("sun_lixin"), number.inner_text().strip(), "王建国")


def declines_what_waits(rider: Page) -> None:
    """Without a word of why: whoever is called is asked for nothing else meanwhile."""
    rider.goto("/respond/calls/")
    while rider.locator("main").get_by_text("等您回应").count():
        rider.locator(".list-row", has_text="等您回应").get_by_role("link").first.click()
        rider.get_by_role("button", name="这次不来").click()
        expect(rider.get_by_role("button", name="这次不来")).to_have_count(0)
        rider.goto("/respond/calls/")


def is_called_out(clerk: Page) -> str:
    """The street calls one person to a point of it, whatever the hour; the call-out's number."""
    clerk.goto("/desk/responders/new/?lon={longitude}&lat={latitude}".format(**WANGS_GRID))
    clerk.get_by_label("哪种场景").select_option(label="助老服务")
    clerk.get_by_label("需要几人").fill("30")
    clerk.get_by_label("请大家做什么").fill("扶一位老人上三楼")
    clerk.get_by_label("具体地点").fill("7 号楼 1 单元")
    clerk.get_by_label("紧急：").check()
    clerk.get_by_label("为什么紧急").fill("老人独自在家，站不起来")
    clerk.get_by_role("button", name="召集", exact=True).click()
    clerk.wait_for_url(re.compile(r"/desk/responders/calls/H-\w+/"))
    return clerk.url.rstrip("/").split("/")[-1]


def helps(rider: Page, number: str, beside) -> None:
    """One tap each: coming, there, done."""
    rider.goto("/respond/calls/")
    rider.goto(f"/respond/calls/{number}/")
    expect(rider.get_by_text("7 号楼")).to_have_count(0)
    rider.get_by_role("button", name="我来").click()
    expect(rider.get_by_text("7 号楼")).to_be_visible()
    rider.get_by_role("button", name="我到了").click()
    expect(rider.get_by_role("button", name="做完了")).to_be_visible()
    beside("manage", "shell", "-c", EARLIER.format(number=number))
    rider.get_by_role("button", name="做完了").click()
    expect(rider.get_by_text("谢谢您。组织者确认后记入您的服务时长。")).to_be_visible()
    fits(rider)


def is_thanked(clerk: Page, number: str) -> None:
    """The street confirms the minutes it saw, and says thanks."""
    clerk.goto(f"/desk/responders/calls/{number}/")
    clerk.get_by_role("button", name="确认分钟").click()
    clerk.get_by_text("感谢", exact=True).click()
    clerk.get_by_label("一句感谢的话").fill("老人说：多亏有你")
    clerk.get_by_role("button", name="转达").click()
    expect(clerk.get_by_text("已转达感谢")).to_be_visible()


def earned(rider: Page) -> int:
    """What the rule gave, with its reason, once the worker has read it; what there is now."""
    rider.goto("/my/points/")
    until(rider, lambda: rider.get_by_text("志愿服务 40 分钟").count() > 0, "nothing was earned")
    fits(rider)
    return int(rider.locator(".portal-number").first.inner_text().split()[0])


def redeems(counter: Page, rider: Page, before: int) -> None:
    """A power bank for thirty points, by the number of his card; his statement says the same as the counter."""
    rider.goto("/me/passes/")
    card = rider.locator("section", has=rider.get_by_role("heading", name="小哥证")).locator(".codes-number")
    counter.goto("/field/rewards/")
    with counter.expect_navigation():
        counter.get_by_role("link", name="暖蜂超市").click()
    counter.get_by_label(re.compile("充电宝")).check()
    counter.locator("#id_code").fill(card.inner_text().split()[-1])
    counter.get_by_role("button", name=re.compile("兑换")).click()
    expect(counter.get_by_text(f"还剩 {before - 30} 分")).to_be_visible()
    fits(counter)
    rider.goto("/my/points/")
    expect(rider.locator(".portal-number").first).to_contain_text(str(before - 30))
    expect(rider.locator(".list-row", has_text="充电宝").first).to_contain_text("-30")


def the_leader_sees_nobody(leader: Page, accessible, picture) -> None:
    """Person-times, minutes saved, thanks; the street's button leads there."""
    leader.goto(f"/cockpit/{STREET}/")
    leader.get_by_role("link", name="友好之城").click()
    expect(leader.get_by_role("heading", name="大家说的感谢")).to_be_visible()
    for label in ("进门人次", "估算少花", "服务人次", "志愿服务", "收到感谢"):
        card = leader.locator(".stat", has=leader.get_by_text(label, exact=True))
        expect(card.locator(".stat-value")).to_contain_text(re.compile(r"[1-9]"))
    expect(leader.get_by_text("老人说：多亏有你").first).to_be_visible()
    expect(leader.locator("main")).not_to_contain_text(re.compile("李强|李\\*|排行|名次"))
    accessible(leader)
    fits(leader)
    picture(leader, "friendly-phone")

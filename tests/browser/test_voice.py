"""Saying it instead of typing it: recorded, heard, taken away, sent, from the outbox too; only those in duty hear it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_journey import send_report, wait_for_holder

pytestmark = pytest.mark.browser


@pytest.fixture
def page(open_as):
    """Nobody in particular, on a phone whose microphone may be used; Chromium's own one beeps."""
    opened = open_as(size=PHONE, service_workers="allow")
    opened.context.grant_permissions(["geolocation", "microphone"])
    return opened


def say(page: Page) -> None:
    """A second into the microphone."""
    page.get_by_role("button", name="说一段").click()
    page.get_by_role("button", name=re.compile("说完了（[1-9]")).click()
    expect(page.locator("youlin-audio audio")).to_have_count(1)


def write(page: Page, text: str) -> None:
    page.get_by_label("发生了什么").fill(text)
    page.locator("#id_category").select_option(label="暴露垃圾")
    page.locator("#here").click()
    expect(page.locator("#nearby [data-path]")).to_be_visible()


def expect_chosen(page: Page, number: int) -> None:
    """So many recordings would be sent with the form."""
    page.wait_for_function("n => document.getElementById('id_audio').files.length === n", arg=number)


def plays(page: Page) -> bool:
    """Whether the browser can play what the server gives."""
    return page.evaluate(
        "async () => { const sound = document.querySelector('audio'); sound.muted = true;"
        " await sound.play(); return sound.duration > 0 }"
    )


def test_what_is_said_is_heard_by_reporter_and_handler(page, open_as, accessible):
    page.goto("/report/")
    write(page, "垃圾站旁边，听我说")
    say(page)
    page.get_by_role("button", name="去掉录音").click()
    expect_chosen(page, 0)
    say(page)
    expect_chosen(page, 1)
    accessible(page)
    page.locator("youlin-audio").scroll_into_view_if_needed()
    number, track = send_report(page)
    page.goto(track)
    assert plays(page)

    wait_for_holder(open_as("sun_lixin"), number, "王建国")
    worker = open_as("wang_jianguo", PHONE)
    worker.goto(f"/field/case/{number}/")
    assert plays(worker)


def test_what_is_said_waits_for_the_network_too(page):
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.goto("/report/")
    write(page, "没有网的时候说的")
    expect(page.get_by_role("button", name="说一段")).to_be_visible()
    page.context.set_offline(True)
    say(page)
    page.get_by_role("button", name="提交").click()
    chip = page.locator("youlin-outbox .outbox-chip").first
    expect(chip).to_have_text("无网络 · 1 件待发，已存好")
    expect_chosen(page, 0)

    page.context.set_offline(False)
    expect(chip).to_have_text("1 件已发出，看回执")
    chip.click()
    page.get_by_role("link", name="看回执").click()
    page.get_by_role("link", name="看进展").click()
    page.wait_for_url("**/track/**")
    assert plays(page)

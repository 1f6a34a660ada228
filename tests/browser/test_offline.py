"""Without a network: what was opened can be opened again, what is written waits, and arrives once."""

import functools
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import PHONE, be, kept_draft, promised, until
from tests.browser.test_journey import field_act, fill_report, send_report, wait_for_holder

pytestmark = pytest.mark.browser

PHOTO = Path(__file__).with_name("photo.jpg")


@pytest.fixture
def open_as(open_as):
    """With the service worker: it is what these tests are about."""
    return functools.partial(open_as, service_workers="allow")


def posts(page: Page, path: str) -> list[Request]:
    """Every post to addresses that end in `path`, from now on, by the page or by the worker."""
    seen: list[Request] = []
    page.context.on(
        "request", lambda r: seen.append(r) if r.method == "POST" and r.url.endswith(path) else None
    )
    return seen


def chip(page: Page):
    return page.locator("youlin-outbox .outbox-chip").first


def with_worker(page: Page) -> None:
    """The service worker is in charge of this page."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def kept_page(page: Page, address: str, words: str) -> None:
    """The service worker has put the page away, as it is now, before the network goes."""
    script = """async ([url, words]) =>
        Boolean((await (await caches.match(url, { ignoreVary: true }))?.text())?.includes(words))"""
    promised(page, script, [address, words])


def test_an_act_with_a_photo_waits_for_the_network_and_is_done_once(open_as):
    resident = open_as(size=PHONE)
    resident.goto("/")
    fill_report(resident, "胡同口有一堆暴露垃圾，招苍蝇")
    number, _track = send_report(resident)
    wait_for_holder(open_as("sun_lixin"), number, "王建国")

    worker = open_as("wang_jianguo", PHONE)
    worker.goto("/field/")
    with_worker(worker)
    worker.goto(f"/field/case/{number}/")
    field_act(worker, "接单")
    sent = posts(worker, "/act/feedback/")
    form = worker.locator("details.field-act", has=worker.locator("summary", has_text=re.compile("^反馈$")))
    worker.goto("/field/")
    until(worker, lambda: worker.get_by_text(number).count() > 0, f"{number} is not on today's list")
    worker.goto(f"/field/case/{number}/")
    until(worker, lambda: form.count() > 0, "nothing to report yet")
    kept_page(worker, "/field/", number)
    kept_page(worker, f"/field/case/{number}/", "反馈")

    worker.context.set_offline(True)
    worker.goto("/field/")
    expect(worker.get_by_text(number)).to_be_visible()
    worker.goto(f"/field/case/{number}/")
    form.locator("textarea").fill("已清运，现场已冲洗")
    form.locator("input[type=file]").first.set_input_files(PHOTO)
    expect(form.locator("youlin-photos img")).to_have_count(1)
    form.get_by_role("button", name="反馈", exact=True).click()
    expect(chip(worker)).to_have_text("无网络 · 1 件待发，已存好")

    worker.context.set_offline(False)
    expect(chip(worker)).to_be_hidden()
    worker.goto(f"/field/case/{number}/")
    told = worker.get_by_text("已清运，现场已冲洗")
    until(worker, lambda: told.count() > 0, "the act has not arrived")
    expect(told).to_have_count(1)
    expect(worker.get_by_text("待核查").first).to_be_visible()
    assert len(sent) == 1


def test_a_report_written_without_a_network_arrives_once_and_its_receipt_waits(open_as):
    page = open_as(size=PHONE)
    page.goto("/")
    with_worker(page)
    page.goto("/report/")
    kept_page(page, "/report/", "id_text")
    page.goto("/")
    sent = posts(page, "/report/")

    page.context.set_offline(True)
    page.goto("/report/")
    page.get_by_label("发生了什么").fill("地铁口有人摆摊占道，轮椅过不去")
    page.locator("#id_category").select_option(label="无照经营")
    page.locator("#id_area").select_option(label="大栅栏街道")
    page.get_by_role("button", name="提交").click()
    expect(chip(page)).to_have_text("无网络 · 1 件待发，已存好")

    page.context.set_offline(False)
    expect(chip(page)).to_have_text("1 件已发出，看回执")
    assert len(sent) == 1
    chip(page).click()
    page.get_by_role("link", name="看回执").click()
    expect(page.locator("[data-number]")).to_be_visible()
    expect(page.get_by_text("地铁口有人摆摊占道")).to_be_visible()
    page.goto("/report/")
    expect(chip(page)).to_be_hidden()
    expect(page.get_by_label("发生了什么")).to_have_value("")


def test_a_page_that_was_opened_past_the_worker_is_taken_into_its_charge(open_as):
    page = open_as(size=PHONE)
    page.goto("/")
    with_worker(page)
    with page.expect_navigation():
        page.context.new_cdp_session(page).send("Page.reload", {"ignoreCache": True})
    with_worker(page)


def test_a_tap_counts_for_the_day_on_which_the_device_was_tapped(open_as):
    """By the clocks of the installation, whatever day the page is of; it waits on the device and is not sent here."""
    page = open_as("he_min", PHONE)
    page.goto("/field/offers/")
    counters = page.locator('main a[href^="/field/offers/"]')
    for href in [one.get_attribute("href") for one in counters.all()]:
        page.goto(href)
        tap = page.locator("form:has(input[data-today]) button").first
        if tap.count():
            break
    tapped = datetime.now(UTC).replace(hour=20, minute=0) - timedelta(days=2)
    page.clock.set_fixed_time(tapped)
    page.context.set_offline(True)
    tap.click()
    script = """() => new Promise(done => { indexedDB.open("youlin").onsuccess = e =>
         e.target.result.transaction("outbox").objectStore("outbox").getAll().onsuccess = r => {
           e.target.result.close();
           done(r.target.result.flatMap(i => i.entries).find(([n]) => n === "day")?.[1] ?? "");
         } })"""
    assert promised(page, script, None) == (tapped + timedelta(days=1)).date().isoformat()


def test_a_draft_survives_a_reload_and_a_lapsed_session(open_as):
    page = open_as("li_qiang", PHONE)
    page.goto("/report/")
    page.get_by_label("发生了什么").fill("小区门口路灯坏了三天")
    kept_draft(page, "小区门口路灯坏了三天")
    page.reload()
    expect(page.get_by_label("发生了什么")).to_have_value("小区门口路灯坏了三天")

    page.context.clear_cookies()
    page.goto("/report/")
    expect(page.get_by_label("发生了什么")).to_have_value("")
    be(page, "li_qiang")
    page.goto("/report/")
    expect(page.get_by_label("发生了什么")).to_have_value("小区门口路灯坏了三天")

"""A rider's code at the gate: it moves without a network, and a guard's phone without a network tells good from bad."""

import functools
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, promised, until
from tests.browser.test_journey import fits
from tests.browser.test_offline import with_worker

pytestmark = pytest.mark.browser

CAMERA = """() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 640 });
  const ink = canvas.getContext('2d');
  window.shown = null;
  const draw = () => {
    ink.fillStyle = '#888';
    ink.fillRect(0, 0, 640, 640);
    if (window.shown) ink.drawImage(window.shown, 40, 40, 560, 560);
    setTimeout(draw, 40);
  };
  draw();
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(25);
  window.hold = async src => {
    const image = Object.assign(new Image(), { src });
    await image.decode();
    window.shown = image;
  };
}"""
"""Instead of a camera: a canvas before which a test holds a picture."""
PICTURE = """() => {
  const code = document.querySelector('[data-pass] canvas');
  const wide = Object.assign(document.createElement('canvas'), { width: 700, height: 700 });
  const ink = wide.getContext('2d');
  ink.fillStyle = '#fff';
  ink.fillRect(0, 0, 700, 700);
  ink.imageSmoothingEnabled = false;
  ink.drawImage(code, 50, 50, 600, 600);
  return wide.toDataURL();
}"""
KEPT = """names => caches.keys().then(async found => {
  const urls = [];
  for (const name of found)
    for (const { url } of await (await caches.open(name)).keys()) urls.push(new URL(url).pathname);
  return names.every(name => urls.some(url => url.endsWith(name))); })"""


@pytest.fixture
def open_as(open_as):
    """With the service worker: it is what these tests are about."""
    return functools.partial(open_as, service_workers="allow")


def kept(page: Page, path: str, *names: str) -> None:
    """Look twice, so that the phone has the page and all it needs."""
    page.goto(path)
    with_worker(page)
    page.goto(path)
    promised(page, KEPT, [path, *names])


def step(page: Page) -> int:
    """Which step the rider's phone shows."""
    code = page.locator("[data-pass] canvas")
    expect(code).to_have_attribute("data-step", re.compile(r"^\d+$"))
    return int(code.get_attribute("data-step") or -1)


def scanned(page: Page, picture: str, reason: str) -> None:
    """Hold a picture before the camera; the answer is on the page."""
    page.evaluate("picture => window.hold(picture)", picture)
    expect(page.locator("[data-part=result]")).to_have_attribute("data-reason", reason)
    page.evaluate("() => { window.shown = null; }")


def at(page: Page, moment: float) -> None:
    """From now on it is this moment on the page, in milliseconds: nothing depends on how fast the machine is."""
    page.evaluate("moment => { Date.now = () => moment; }", moment)


def test_a_moving_code_goes_on_without_a_network(open_as):
    rider = open_as("li_qiang", PHONE)
    kept(rider, "/me/passes/", "mine.js", "reading.js", "kept.js", "index.mjs")
    step(rider)
    rider.context.set_offline(True)
    rider.reload()
    now = rider.evaluate("Date.now()")
    at(rider, now)
    before, shown = step(rider), rider.evaluate(PICTURE)
    at(rider, now + 3_600_000)
    rider.wait_for_function(
        "step => Number(document.querySelector('[data-pass] canvas').dataset.step) === step", arg=before + 120
    )
    assert rider.evaluate(PICTURE) != shown
    fits(rider)
    at(rider, now + 9 * 3_600_000)
    expect(rider.locator("[data-pass] [data-part=none]")).to_be_visible()
    expect(rider.locator("[data-pass] canvas")).to_be_hidden()


def test_a_guard_without_a_network_tells_good_from_old_and_revoked_and_reports_later(open_as, accessible):
    rider = open_as("chen_jing", PHONE)
    rider.goto("/me/passes/")
    if not rider.locator("[data-pass]").count():
        rider.get_by_label("在哪个区用").select_option(label="西城区")
        rider.get_by_role("button", name="领取").click()
    expect(rider.locator("[data-pass][data-ready]")).to_be_attached()
    moment, picture = rider.evaluate("Date.now()"), rider.evaluate(PICTURE)

    guard = open_as("han_yong", PHONE)
    guard.add_init_script(f"({CAMERA})()")
    kept(guard, "/check/", "check.js", "reading.js", "zxing_reader.wasm", "share.js")
    guard.context.set_offline(True)
    guard.reload()
    scanning(guard)
    at(guard, moment)
    scanned(guard, picture, "valid")
    expect(guard.locator("[data-part=result]")).to_contain_text("放行")
    fits(guard)
    accessible(guard)
    guard.get_by_role("button", name="查下一个").click()
    at(guard, moment + 90_000)
    scanned(guard, picture, "old_picture")
    expect(guard.locator("[data-part=result]")).to_contain_text("不放行")
    expect(guard.locator("youlin-outbox")).to_contain_text("2 件待发")

    guard.context.set_offline(False)
    until(guard, lambda: not guard.locator("youlin-outbox").inner_text().strip(), "both looks are reported")
    rider.get_by_text("手机丢了，或不要了？").first.click()
    rider.get_by_role("button", name="手机丢了，停用").first.click()
    expect(rider.get_by_text("已停用，别人再也不能用它")).to_be_visible()
    guard.goto("/check/")
    scanning(guard)
    guard.context.set_offline(True)
    at(guard, moment)
    scanned(guard, picture, "revoked")


def scanning(page: Page) -> None:
    """The page knows what it may know, and its camera looks."""
    expect(page.locator("[data-check][data-ready]")).to_be_attached()
    page.get_by_role("button", name="开始扫码").click()
    expect(page.locator("[data-part=viewer]")).to_be_visible()

"""A rider's code at the gate: it moves without a network, and a guard's phone without a network tells good from bad."""

import functools
import io
import re

import pytest
import zxingcpp
from PIL import Image
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
    rules = rider.locator("[data-part=rules]")
    rules.locator("summary").click()
    expect(rules.locator("[lang=en]").first).to_be_visible()
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
    expect(guard.locator("[data-part=result]")).to_contain_text("码有效，看规则")
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


def test_in_and_out_are_noted_at_the_gate_without_a_network_and_counted_once(open_as, accessible):
    rider = open_as("li_qiang", PHONE)
    rider.goto("/me/passes/")
    expect(rider.locator("[data-pass][data-ready]")).to_be_attached()
    moment, picture = rider.evaluate("Date.now()"), rider.evaluate(PICTURE)

    guard = open_as("han_yong", PHONE)
    guard.add_init_script(f"({CAMERA})()")
    kept(guard, "/check/", "check.js", "gate.js", "sending.js", "zxing_reader.wasm", "share.js")
    guard.context.set_offline(True)
    guard.reload()
    guard.get_by_label("我在哪个门").select_option("南门")
    scanning(guard)
    at(guard, moment)
    scanned(guard, picture, "valid")
    expect(guard.locator("[data-part=gate-rules]")).to_contain_text("限速")
    fits(guard)
    accessible(guard)
    guard.get_by_role("button", name="进", exact=True).click()
    expect(guard.locator("[data-part=gate-done]")).to_have_text("进：先存在本机，有网络就发出")
    expect(guard.get_by_role("button", name="进", exact=True)).to_be_disabled()
    guard.get_by_role("button", name="出", exact=True).click()
    expect(guard.locator("youlin-outbox")).to_contain_text("3 件待发")
    guard.context.set_offline(False)
    until(guard, lambda: not guard.locator("youlin-outbox").inner_text().strip(), "look, in and out are told")

    office = open_as("fang_ting")
    months = office.request.get("/gates/desk.csv").text().splitlines()
    assert any(line.startswith("三井胡同南院") and ",1,1," in line for line in months), months


NO_ED25519 = """() => {
  if (!crypto.subtle) return; // an empty page has none
  const real = crypto.subtle.importKey.bind(crypto.subtle);
  crypto.subtle.importKey = (form, key, algorithm, ...more) => (algorithm?.name ?? algorithm) === 'Ed25519'
    ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'))
    : real(form, key, algorithm, ...more);
}"""
"""A phone whose WebCrypto is older than Ed25519 in it."""


def sticker(open_as) -> str:
    """What a camera reads on the first sticker of a place."""
    office = open_as("fang_ting")
    office.goto("/passes/?kind=place")
    office.locator("main table a").first.click()
    office.get_by_role("link", name="标签", exact=True).click()
    drawn = Image.open(io.BytesIO(office.locator(".codes-print-code").screenshot(scale="css")))
    [found] = zxingcpp.read_barcodes(drawn.resize((drawn.width * 6, drawn.height * 6)))
    return found.text


@pytest.mark.parametrize("browser_knows", [True, False], ids=["by the browser", "by a library"])
def test_any_camera_opens_a_page_that_proves_the_code(open_as, browser_knows):
    text = sticker(open_as)
    site, digits = text.split("#")

    visitor = open_as("", PHONE)
    if not browser_knows:
        visitor.add_init_script(f"({NO_ED25519})()")
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url.split("#")[0]))
    visitor.goto(text)
    result = visitor.locator("[data-part=result]")
    expect(result).to_have_attribute("data-reason", "valid")
    expect(visitor.get_by_role("link", name="看这个地点")).to_be_visible()
    assert visitor.url == site and digits not in "".join(asked)
    assert any("noble" in url for url in asked) is not browser_knows
    fits(visitor)
    visitor.goto("about:blank")
    other = "21" if digits[-8:-6] == "20" else "20"
    visitor.goto(f"{site}#{digits[:-8]}{other}{digits[-6:]}")
    expect(result).to_have_attribute("data-reason", "forged")


def test_whoever_scanned_before_checks_without_a_network_by_the_list_of_then(open_as, accessible):
    text = sticker(open_as)
    visitor = open_as("", PHONE)
    kept(visitor, "/v/", "landing.js", "reading.js", "kept.js")
    expect(visitor.locator("[data-landing][data-ready]")).to_be_attached()
    visitor.context.set_offline(True)
    visitor.goto("about:blank")
    visitor.goto(text)
    expect(visitor.locator("[data-part=result]")).to_have_attribute("data-reason", "valid")
    expect(visitor.locator("[data-part=age]")).to_contain_text("没有网络")
    fits(visitor)
    accessible(visitor)


def scanning(page: Page) -> None:
    """The page knows what it may know, and its camera looks."""
    expect(page.locator("[data-check][data-ready]")).to_be_attached()
    page.get_by_role("button", name="开始扫码").click()
    expect(page.locator("[data-part=viewer]")).to_be_visible()

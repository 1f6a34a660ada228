"""A shop's counter without a network: a voucher that was signed beforehand is given for once, and counted once later."""

import functools

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, until
from tests.browser.test_journey import fits
from tests.browser.test_passes import CAMERA, kept

pytestmark = pytest.mark.browser

PICTURE = """() => {
  const code = document.querySelector('#vouchers svg').cloneNode(true);
  for (const side of ['width', 'height']) code.setAttribute(side, '700');
  return `data:image/svg+xml;utf8,${encodeURIComponent(new XMLSerializer().serializeToString(code))}`;
}"""
REWARD = "补胎一次"


@pytest.fixture
def open_as(open_as):
    """With the service worker: it is what this test is about."""
    return functools.partial(open_as, service_workers="allow")


def shown(page: Page, picture: str, state: str, words: str) -> None:
    """Hold a picture before the camera; what the counter says of it."""
    page.evaluate("picture => window.hold(picture)", picture)
    expect(page.locator("[data-part=result]")).to_have_attribute("data-state", state)
    expect(page.locator("[data-part=told]")).to_contain_text(words)
    page.evaluate("() => { window.shown = null; }")


def test_a_voucher_is_given_for_without_a_network_and_counted_once(open_as, accessible, picture):
    rider = open_as("li_qiang", PHONE)
    rider.goto("/my/points/")
    rider.locator(".list-row", has_text=REWARD).get_by_role("button", name="预留一份").click()
    expect(rider.locator("#vouchers")).to_contain_text(REWARD)
    code = rider.evaluate(PICTURE)
    fits(rider)
    accessible(rider)
    picture(rider, "voucher-phone")

    counter = open_as("he_min", PHONE)
    counter.add_init_script(f"({CAMERA})()")
    counter.goto("/field/rewards/")
    counter.get_by_role("link", name="街角修车铺").click()
    expect(counter.locator("[data-counter][data-ready]")).to_be_attached()
    address = counter.evaluate("location.pathname")
    kept(counter, address, "counter.js", "camera.js", "reading.js", "zxing_reader.wasm", "share.js")
    counter.context.set_offline(True)
    counter.reload()
    expect(counter.locator("[data-counter][data-ready]")).to_be_attached()
    counter.get_by_role("button", name="开始扫码").click()
    shown(counter, code, "ok", "券有效，可以给")
    fits(counter)
    accessible(counter)
    picture(counter, "shop-counter-phone")
    counter.get_by_role("button", name="兑下一位").click()
    shown(counter, code, "late", "已经兑过")
    expect(counter.locator("youlin-outbox")).to_contain_text("1 件待发")

    counter.context.set_offline(False)
    until(counter, lambda: not counter.locator("youlin-outbox").inner_text().strip(), "it is reported")
    rider.goto("/my/points/")
    expect(rider.locator("#vouchers")).to_have_count(0)
    counter.goto(address)
    expect(counter.get_by_role("region", name="今天")).to_contain_text(REWARD)

"""Finding a place and saying that it is not as told: phone and desk, with a finger and with the keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_journey import fits

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@SIZES
def test_what_is_open_now_and_nearest_is_found(open_as, accessible, size):
    page = open_as(size=size)
    page.goto("/places/")
    accessible(page)
    fits(page)
    page.get_by_role("button", name="找离我最近的").click()
    expect(page.locator("#answers")).to_contain_text("直线")
    page.get_by_role("checkbox", name="饮水", exact=True).focus()
    page.keyboard.press("Space")
    page.wait_for_url("**need=water**")
    expect(page.locator("#answers .places-item").first).to_contain_text("饮水")
    accessible(page)
    fits(page)


@SIZES
def test_a_place_is_opened_and_two_taps_say_that_it_is_closed(open_as, accessible, size):
    page = open_as(size=size)
    page.goto("/places/?kind=rest_station")
    page.locator("#answers .row-link").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    accessible(page)
    fits(page)
    expect(page.get_by_role("link", name="高德地图")).to_be_visible()
    page.get_by_text("和这里写的一样吗？").click()
    page.get_by_role("button", name="没开门").click()
    expect(page.locator("#said")).to_contain_text("记下了：没开门")
    fits(page)

"""Friendly meals: the nearest on the map beside its list, and a host's counter, as people use them on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_journey import fits

pytestmark = pytest.mark.browser


def test_the_nearest_meal_is_found_and_the_map_shows_what_the_list_says(open_as, accessible, picture):
    page = open_as(size=PHONE)
    page.goto("/meals/")
    accessible(page)
    page.get_by_role("button", name="找离我最近的").click()
    page.wait_for_url("**lon=**")
    expect(page.locator("#answers-title")).to_have_text("离这里最近的餐食")
    first = page.locator("#answers .places-item").first
    expect(first).to_contain_text("¥")
    expect(first.locator("p").first).to_contain_text("直线")
    expect(page.locator("youlin-map")).to_have_attribute("data-state", re.compile("live|svg"))
    expect(page.locator("#answers [data-point][data-lon]").first).to_be_visible()
    accessible(page)
    fits(page)
    picture(page, "meals-phone")
    page.get_by_role("link", name="不按位置").click()
    expect(page.locator("#answers-title")).to_have_text("友好餐食")


def test_a_host_counts_with_one_tap(open_as, accessible, picture):
    page = open_as("he_min", PHONE)
    page.goto("/field/offers/")
    with page.expect_navigation():
        page.locator(".list-row", has_text="驿站").locator(".row-link").first.click()
    accessible(page)
    fits(page)
    page.locator(".field-plus").first.click()
    expect(page.get_by_role("button", name="撤回").first).to_be_visible()
    accessible(page)
    picture(page, "counter-phone")


def test_a_company_s_outlets_are_seen_with_who_answers_for_them(open_as, accessible, picture):
    page = open_as("fang_ting", DESK)
    page.goto("/desk/linkage/")
    accessible(page)
    picture(page, "linkage-desk")
    page.goto("/desk/linkage/body/PT01-01/")
    expect(page.get_by_role("heading", name="企业一方的联系人")).to_be_visible()
    accessible(page)

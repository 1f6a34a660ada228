"""Figures that everybody may read, on a phone and on a desk: the dictionary and one indicator; what is saved in forms."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_an_indicator_and_its_values_are_seen(open_as, accessible, size):
    page = open_as("", size)
    page.goto("/open/indicators/?district=110102")
    expect(page.get_by_role("heading", name="数据字典")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="解决率", exact=True).click()
    expect(page.get_by_role("heading", name="解决率")).to_be_visible()
    accessible(page)
    wide = page.viewport_size["width"]
    values = page.locator("table.is-narrow tbody td")
    assert values.count() >= 1
    for value in values.all():
        assert value.inner_text().strip(), "a month says its value, or that it is withheld"
        box = value.bounding_box()
        assert box["x"] + box["width"] <= wide, "the value is on the screen, not behind its edge"


def test_what_need_not_be_filled_in_is_read_by_everybody_who_leads(open_as, accessible):
    page = open_as("zhou_weidong", PHONE)
    page.goto("/cockpit/110102/lighter/")
    expect(page.get_by_role("heading", name="一张表一张表地看")).to_be_visible()
    accessible(page)

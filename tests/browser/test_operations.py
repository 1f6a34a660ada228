"""The operator's page: opened by a duty that sees no case, from the page of the cast."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_journey import fits

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone-dark"])
def test_an_operator_sees_how_the_installation_is_and_no_case(open_as, accessible, picture, size, scheme):
    page = open_as("han_dong", size, color_scheme=scheme)
    expect(page.get_by_role("heading", name="运行情况")).to_be_visible()
    expect(page.get_by_role("heading", name="磁盘")).to_be_visible()
    expect(page.get_by_text("怎么办：").first).to_be_visible()
    accessible(page)
    fits(page)
    if size is DESK:
        picture(page, "operations-desk", clip={"x": 0, "y": 0, "width": 1440, "height": 542})
    page.goto("/desk/?view=open")
    expect(page.locator("#rows .list-row")).to_have_count(0)
    stranger = open_as("wang_jianguo", size)
    assert stranger.goto("/admin/operations/").status == 403
    accessible(stranger)

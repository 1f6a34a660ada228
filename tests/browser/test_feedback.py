"""A word about the platform itself, from where it was met to the officer who answers."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, until
from tests.browser.test_journey import fits

pytestmark = pytest.mark.browser


DOORS = {
    "/": "",
    "/field/me/": "wang_jianguo",
    "/desk/": "zhao_min",
    "/desk/bulk/": "zhao_min",
    "/cockpit/": "zhou_weidong",
    "/exchange/": "ma_jun",
    "/admin/": "ma_jun",
    "/admin/operations/": "han_dong",
}


def test_every_door_has_the_way_to_say_it(open_as, accessible):
    for address, name in DOORS.items():
        page = open_as(name, DESK)
        page.goto(address)
        if address == "/admin/":
            page.get_by_text(name, exact=True).click()
        page.get_by_role("link", name="对平台的意见").first.click()
        expect(page.get_by_label("哪里不好用、不该这样")).to_be_visible()
        expect(page.get_by_text(address, exact=True)).to_be_visible()


@pytest.mark.parametrize(("size", "width"), [(PHONE, "phone"), (DESK, "desk")], ids=["phone", "desk"])
def test_a_worker_says_what_is_wrong_and_somebody_must_answer(open_as, accessible, picture, size, width):
    worker = open_as("wang_jianguo", size)
    worker.goto("/field/me/")
    worker.get_by_role("link", name="对平台的意见").click()
    expect(worker.get_by_text("/field/me/", exact=True)).to_be_visible()
    words = f"同一件事要在两个页面各填一遍（{width}）"
    worker.get_by_label("哪里不好用、不该这样").fill(words)
    accessible(worker)
    fits(worker)
    picture(worker, f"feedback-{width}")
    worker.get_by_role("button", name="提交").click()
    number = worker.locator("[data-number]")
    expect(number).to_be_visible()

    officer = open_as("sun_lixin", DESK)
    officer.goto(f"/desk/case/{number.inner_text().strip()}/")
    said = officer.locator("#detail").get_by_text(words)
    until(officer, lambda: said.count() > 0, f"{words} is not there")

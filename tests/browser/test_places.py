"""Finding a place and saying that it is not as told: phone and desk, with a finger and with the keyboard alone."""

import functools
import http.server
import threading

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_journey import fits

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@SIZES
def test_what_is_open_now_and_nearest_is_found(open_as, accessible, picture, size):
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
    if size is PHONE:
        picture(page, "places-phone")


@SIZES
def test_a_place_is_opened_and_two_taps_say_that_it_is_closed(open_as, accessible, picture, size):
    page = open_as(size=size)
    page.goto("/places/?kind=rest_station")
    page.locator("#answers .row-link").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    accessible(page)
    fits(page)
    expect(page.get_by_role("link", name="高德地图")).to_be_visible()
    if size is PHONE:
        picture(page, "place-phone")
    page.get_by_text("和这里写的一样吗？").click()
    page.get_by_role("button", name="没开门").click()
    expect(page.locator("#said")).to_contain_text("记下了：没开门")
    fits(page)


@pytest.fixture
def elsewhere(tmp_path):
    """Another site: a function that puts a page there and tells its address."""
    serving = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serving) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()

        def put(html: str) -> str:
            (tmp_path / "index.html").write_text(html, encoding="utf-8")
            return f"http://localhost:{server.server_port}/index.html"

        yield put
        server.shutdown()
        thread.join()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_words) -> None:
        """Tests say nothing."""


def test_another_site_shows_the_map_as_its_code_says(open_as, address, elsewhere):
    page = open_as(size=DESK)
    page.goto("/places/?need=water")
    page.get_by_text("分享这次查找").click()
    code = page.locator(".places-code").inner_text()
    page.goto(elsewhere(f'<!DOCTYPE html><html lang="zh"><title>社区网站</title>{code}</html>'))
    frame = page.frame_locator("iframe")
    expect(frame.locator(".places-item").first).to_contain_text("饮水")
    frame.locator("youlin-map").hover()
    expect(frame.locator("youlin-map[data-state=live]")).to_be_visible()
    with page.expect_popup() as opened:
        frame.locator(".row-link").first.click()
    expect(opened.value.get_by_role("link", name="高德地图")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/places/", "/report/", "/accounts/login/"])
def test_no_other_page_is_shown_in_another_sites_frame(open_as, address, elsewhere, path):
    page = open_as(size=DESK)
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(
        elsewhere(
            f'<!DOCTYPE html><html lang="zh"><title>x</title><iframe src="{address}{path}"></iframe></html>'
        )
    )
    page.wait_for_function("() => document.readyState === 'complete'")
    expect(page.frame_locator("iframe").locator("main#main")).to_have_count(0)
    assert all(frame.url.startswith(("http://localhost", "chrome-error:", "about:")) for frame in page.frames)
    page.problems.clear()

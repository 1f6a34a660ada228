"""The moving parts of the interface, tried on the gallery page: what is written is never lost, nothing is sent
twice, and nothing is fetched from elsewhere."""

import functools
import io

import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import DESK, PHONE, be, kept_draft, until

pytestmark = pytest.mark.browser

SEND = "/ui/example/send"


@pytest.fixture
def open_as(open_as):
    """With the service worker: it is what these tests are about."""
    return functools.partial(open_as, service_workers="allow")


def jpeg(size: tuple[int, int], noise: int = 90) -> bytes:
    """A picture that does not compress well."""
    file = io.BytesIO()
    Image.effect_noise(size, noise).convert("RGB").save(file, "JPEG", quality=95)
    return file.getvalue()


def opened_gallery(page: Page) -> list[Request]:
    """The gallery, with its worker in charge; the list fills with the posts of the example form."""
    posts: list[Request] = []
    page.context.on("request", lambda r: posts.append(r) if r.method == "POST" and SEND in r.url else None)
    page.goto("/ui/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    expect(page.locator("youlin-photos .photos-add").first).to_be_visible()
    return posts


def submit(page: Page) -> None:
    page.locator("form[data-outbox]").get_by_role("button", name="提交").click()


def chip(page: Page):
    return page.locator("youlin-outbox .outbox-chip").first


def test_without_a_network_a_form_waits_and_is_sent_once(open_as) -> None:
    page = open_as(size=PHONE)
    posts = opened_gallery(page)
    page.context.set_offline(True)
    submit(page)
    expect(chip(page)).to_have_text("无网络 · 1 件待发，已存好")
    expect(page.locator("#offline-banner")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#toasts")).to_contain_text("已发出")
    expect(chip(page)).to_be_hidden()
    assert len(posts) == 1


def test_two_tabs_send_one_item_once(open_as) -> None:
    page = open_as()
    posts = opened_gallery(page)
    other = page.context.new_page()
    other.goto("/ui/")
    expect(other.locator("youlin-photos .photos-add").first).to_be_visible()
    page.context.set_offline(True)
    for n in (1, 2):
        submit(page)
        expect(chip(page)).to_have_text(f"无网络 · {n} 件待发，已存好")
    expect(chip(other)).to_have_text("无网络 · 2 件待发，已存好")
    page.context.set_offline(False)
    expect(chip(page)).to_be_hidden()
    expect(chip(other)).to_be_hidden()
    assert len(posts) == 2
    keys = {request.post_data_buffer.split(b'"idempotency_key"')[1][:60] for request in posts}
    assert len(keys) == 2


def test_a_refused_form_is_kept_and_can_be_corrected(open_as) -> None:
    page = open_as()
    opened_gallery(page)
    form = page.locator("form[data-outbox]")
    form.evaluate("form => { form.action = '/ui/example/invalid'; }")
    page.locator("youlin-photos .photos-add input").first.set_input_files(
        {"name": "坑.jpg", "mimeType": "image/jpeg", "buffer": jpeg((64, 64))}
    )
    expect(page.locator("youlin-photos img")).to_have_count(1)
    submit(page)
    expect(form.locator(".form-errors")).to_contain_text("位置不在本区")
    page.reload()
    expect(chip(page)).to_have_text("1 件被退回，请看一下")
    chip(page).click()
    page.get_by_role("link", name="去改").click()
    expect(form.locator(".form-errors")).to_contain_text("位置不在本区")
    expect(page.locator("youlin-photos img")).to_have_count(1)
    submit(page)
    expect(chip(page)).to_be_hidden()


def test_what_one_person_wrote_is_not_sent_as_another(open_as) -> None:
    page = open_as("wang_jianguo")
    posts = opened_gallery(page)
    page.context.route(f"**{SEND}", lambda route: route.abort())
    submit(page)
    expect(page.locator("#toasts")).to_contain_text("有网络就发出")
    expect(chip(page)).to_have_text("1 件待发，已存好")
    be(page, "zhao_min")
    tries = len(posts)
    page.context.unroute(f"**{SEND}")
    page.goto("/ui/")
    expect(page.locator("youlin-photos .photos-add").first).to_be_visible()
    expect(chip(page)).to_be_hidden()
    assert len(posts) == tries
    be(page, "wang_jianguo")  # from here on it goes, by whichever page comes first
    page.goto("/ui/")
    until(page, lambda: len(posts) > tries, "what waited is sent by whoever wrote it")
    expect(chip(page)).to_be_hidden()


def test_a_draft_survives_a_reload_but_secrets_do_not(open_as) -> None:
    page = open_as()
    opened_gallery(page)
    page.locator("youlin-draft form").evaluate(
        """form => { form.insertAdjacentHTML("beforeend",
             '<input name="secret" data-private><input name="word" type="password">'); }"""
    )
    page.locator("[name=secret]").fill("不留")
    page.locator("[name=word]").fill("hidden")
    page.locator("#draft-text").fill("路中间塌了一块")
    stored = kept_draft(page, "路中间")
    assert "不留" not in stored
    assert "hidden" not in stored
    page.reload()
    expect(page.locator("#draft-text")).to_have_value("路中间塌了一块")
    page.get_by_role("button", name="不要了，重写").click()
    expect(page.locator("#draft-text")).to_have_value("")
    page.reload()
    expect(page.locator("youlin-photos .photos-add").first).to_be_visible()
    expect(page.locator("#draft-text")).to_have_value("")


def test_large_photos_are_made_smaller_and_nine_is_the_most(open_as) -> None:
    page = open_as(size=PHONE)
    opened_gallery(page)
    picker = page.locator("youlin-photos .photos-add input").last
    large, small = jpeg((4000, 3000)), jpeg((64, 64))
    assert len(large) > 4 * 1024 * 1024
    files = [{"name": "large.jpg", "mimeType": "image/jpeg", "buffer": large}]
    files += [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": small} for n in range(9)]
    picker.set_input_files(files)
    expect(page.locator("youlin-photos img")).to_have_count(9)
    files = "[...document.querySelector('youlin-photos > input').files]"
    page.wait_for_function(f"() => {files}.length === 9")
    sizes = page.evaluate(f"{files}.map(file => file.size)")
    assert sizes[0] < len(large)
    assert sizes[1] == len(small)
    page.get_by_role("button", name="去掉照片 1").click()
    expect(page.locator("youlin-photos img")).to_have_count(8)


def test_the_map_comes_alive_without_asking_anybody_else(open_as) -> None:
    page = open_as()
    hosts: set[str] = set()
    page.on("request", lambda r: hosts.add(r.url.split("/")[2]) if r.url.startswith("http") else None)
    page.goto("/ui/")
    live = page.locator("youlin-map[data-points]")
    live.scroll_into_view_if_needed()
    expect(live).to_have_attribute("data-state", "live")
    expect(live.locator(".cluster, .pin").first).to_be_visible()
    assert len(hosts) == 1
    before = live.locator(".cluster, .pin").count()
    live.locator(".cluster").first.click()
    expect(live.locator(".cluster, .pin")).not_to_have_count(before)


def test_a_place_is_picked_with_the_keyboard(open_as) -> None:
    page = open_as()
    page.goto("/ui/")
    pick = page.locator("youlin-map[data-pick]")
    pick.scroll_into_view_if_needed()
    expect(pick).to_have_attribute("data-state", "live")
    pick.locator("canvas").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name=lon]")).not_to_have_value("")
    assert 116 < float(page.locator("[name=lon]").input_value()) < 117
    assert 39 < float(page.locator("[name=lat]").input_value()) < 41


def test_without_webgl_the_drawing_stays(open_as) -> None:
    page = open_as()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto("/ui/")
    live = page.locator("youlin-map[data-points]")
    live.scroll_into_view_if_needed()
    expect(live).to_have_attribute("data-state", "svg")
    expect(live.locator("svg.map-svg")).to_be_visible()


def test_a_live_list_asks_only_whether_it_has_changed(open_as) -> None:
    page = open_as()
    asked: list[str | None] = []

    def answer(route) -> None:
        asked.append(route.request.headers.get("if-none-match"))
        if asked[-1] == '"one"':
            route.fulfill(status=304)
        else:
            route.fulfill(body="<p>新的一件</p>", headers={"ETag": '"one"', "Content-Type": "text/html"})

    page.route("**/ui/example/rows", answer)
    page.goto("/ui/")
    live = page.locator("youlin-live")
    for _ in range(2):
        with page.expect_response("**/ui/example/rows"):
            live.dispatch_event("youlin:refresh")
        expect(live).to_have_text("新的一件")
    assert asked[:2] == [None, '"one"']


def test_the_list_is_walked_with_j_and_k_and_keys_can_be_turned_off(open_as) -> None:
    page = open_as()
    opened_gallery(page)
    links = page.locator("#example-points .row-link")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("input[type=search]").first).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.get_by_role("button", name="关闭快捷键").click()
    page.keyboard.press("j")
    expect(links.nth(0)).not_to_be_focused()


def test_a_page_that_is_not_kept_says_so_in_words(open_as) -> None:
    page = open_as(size=PHONE)
    opened_gallery(page)
    page.reload()
    page.context.set_offline(True)
    page.goto("/track/")
    expect(page.get_by_role("heading", name="现在没有网络")).to_be_visible()


def test_a_refusal_is_told_and_the_page_stays(open_as) -> None:
    page = open_as()
    opened_gallery(page)
    page.get_by_role("button", name="试试被拒绝").click()
    expect(page.locator("#toasts")).to_contain_text("请联系月坛街道派遣员")
    expect(page.get_by_role("heading", name="组件", exact=True)).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_in_the_gallery(open_as, accessible, theme: str, size: dict) -> None:
    page = open_as(size=size, color_scheme=theme)
    for path in (
        "/ui/",
        "/ui/example/portal",
        "/ui/example/phone",
        "/ui/example/desk",
        "/ui/example/cockpit",
    ):
        page.goto(path)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_twice_as_large_nothing_is_cut_off(open_as) -> None:
    page = open_as(size={"width": 720, "height": 900})
    page.goto("/ui/?zoom=2")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

"""Narrow and twice as large (WCAG 1.4.10): at 320 CSS pixels nothing scrolls sideways and nothing is cut off."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import PATIENCE, settled

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
TWICE = {"width": 720, "height": 450}
WIDE = {"width": 1440, "height": 900}

SCREENS = {
    "": [
        "/",
        "/?q=垃圾",
        "/report/",
        "/services/",
        "/meals/",
        "/track/",
        "/feedback/",
        "/sign-in/",
        "/accounts/login/",
        "/demo/",
        "/places/?need=water",
        "/places/embed/",
        "/places/offline/place/",
        "/api/v1/docs",
        "/ogc/?f=html",
        "/places/poster/110102001/",
        "/places/doors/110102001/",
        "/v/",
        "/gates/",
        "/gates/{gate}/",
        "/open/indicators/",
    ],
    "li_qiang": [
        "/my/",
        "/my/meals/",
        "/my/points/",
        "/my/data/",
        "/me/gates/",
        "/me/passes/",
        "/inbox/",
        "/respond/",
        "/respond/me/",
        "/respond/calls/",
        "/respond/record/",
        "/respond/record/certificate/",
        "/respond/word/",
        "/respond/pick/",
        "/respond/scenes/safety_watch/",
        "/respond/shifts/",
        "/respond/shifts/{turn}/",
        "/respond/shifts/{turn}/scan/",
        "/respond/stories/",
    ],
    "han_yong": ["/check/", "/gates/mine/"],
    "yi_weimin": ["/gates/{gate}/keep/?rule=hours", "/gates/{gate}/check/"],
    "wang_jianguo": [
        "/me/passes/",
        "/field/",
        "/field/grid/",
        "/field/me/",
        "/field/report/",
        "/field/case/{number}/",
        "/field/case/{number}/measure/extension/",
    ],
    "zhao_min": [
        "/desk/?view=open",
        "/desk/?view=open&show=map",
        "/desk/case/{number}/",
        "/desk/case/{number}/workflow/",
        "/desk/case/{number}/act/void/",
        "/desk/case/{number}/split/",
        "/desk/bulk/",
        "/desk/exports/",
        "/desk/filters/",
        "/desk/filters/more/",
        "/desk/responders/",
        "/desk/responders/new/",
        "/desk/responders/people/",
        "/desk/responders/shifts/new/",
        "/desk/responders/figures/",
        "/desk/responders/shifts/",
        "/desk/responders/shifts/{turn}/",
        "/desk/responders/shifts/{turn}/scan/",
        "/desk/responders/records/",
        "/desk/responders/stories/",
    ],
    "fang_ting": [
        "/desk/offers/",
        "/desk/offers/new/",
        "/desk/entitlements/",
        "/passes/",
        "/passes/new/",
        "/passes/bulk/",
        "/subjects/",
        "/subjects/new/",
        "/subjects/bring/",
        "/gates/desk/",
        "/gates/join/",
        "/gates/rosters/",
        "/desk/offers/counts/",
        "/desk/points/",
        "/desk/points/shops/",
        "/desk/points/shops/{shop}/",
        "/desk/points/shops/{shop}/new/",
        "/desk/points/rewards/{reward}/",
        "/desk/linkage/",
        "/desk/linkage/body/PT01-01/",
        "/desk/linkage/new/",
        "/desk/linkage/import/",
        "/desk/consultations/",
        "/desk/consultations/new/",
        "/desk/tasks/",
        "/desk/tasks/new/",
        "/desk/tasks/print/",
    ],
    "cai_hong": [
        "/field/places/",
        *(f"/field/places/{{place}}/{page}" for page in ("", "photos/", "entrances/")),
    ],
    "he_min": ["/field/offers/", "/field/rewards/", "/field/rewards/{shop}/"],
    "zheng_yan": ["/desk/call/"],
    "feng_juan": ["/desk/follow-ups/"],
    "song_ya": ["/desk/moderation/"],
    "ma_jun": ["/exchange/", "/exchange/systems/new/", "/exchange/hooks/new/"],
    "han_dong": ["/admin/operations/"],
    "zhou_weidong": [
        "/cockpit/",
        "/cockpit/110102013/friendly/",
        "/cockpit/110102/lighter/",
        "/cockpit/110102/figures/resolution_rate/",
        "/cockpit/110102/figures/resolution_rate/rows/",
        "/cockpit/110102/brief/",
        "/cockpit/110102/wall/",
        "/cockpit/views/?area=110102",
    ],
    "lu_ming": ["/cockpit/", "/desk/", "/cockpit/110102/responders/"],
}
"""Whose screens, and which; {number} is the first case on that one's list, {place} the first place, {gate} the first
compound."""

CUT = """() => {
  const wide = document.documentElement.clientWidth;
  const scrolls = (e) => { for (let p = e.parentElement; p; p = p.parentElement)
    if (/auto|scroll/.test(getComputedStyle(p).overflowX)) return true; };
  const hidden = ".visually-hidden, .visually-hidden-focusable, .skip, svg, .maplibregl-map, [hidden]";
  const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(hidden);
  const found = document.documentElement.scrollWidth > wide ? [`${document.documentElement.scrollWidth} wide`] : [];
  for (const e of document.querySelectorAll("button, .btn, .chip, .badge, input, select, textarea, table, h1, h2")) {
    if (!seen(e)) continue;
    const { left, right } = e.getBoundingClientRect();
    const outside = (right > wide + 1 || left < -1) && !scrolls(e);
    const inside = e.matches("button, .btn, h1, h2") && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0;
    if (outside || (inside && !e.querySelector(".visually-hidden")))
      found.push(`${e.localName} ${e.className} ${e.textContent.trim().slice(0, 30)}`);
  }
  return found; }"""
"""What is cut off: wider than the page without a pane that scrolls, or wider than its own button."""


def number_of(page: Page, username: str) -> str:
    """The first case on somebody's list."""
    page.goto("/field/" if username == "wang_jianguo" else "/desk/?view=open")
    href = page.locator("a[href*='/case/XC-']").first.get_attribute("href")
    return re.search(r"XC-\w+", href)[0]


def place_of(page: Page) -> str:
    """The first place on a steward's list."""
    page.goto("/field/places/")
    href = page.locator("a[href*='/field/places/P-']").first.get_attribute("href")
    return re.search(r"P-\w+", href)[0]


def gate_of(page: Page, username: str) -> str:
    """The first compound of whoever keeps some, or of the public list."""
    page.goto("/gates/desk/" if username else "/gates/")
    href = page.locator("a[href*='/gates/P-']").first.get_attribute("href")
    return re.search(r"P-\w+", href)[0]


def shop_of(page: Page, username: str) -> tuple[str, str]:
    """The first partner shop of whoever keeps or serves some, and the first of its rewards where these are pages."""
    page.goto("/desk/points/shops/" if username == "fang_ting" else "/field/rewards/")
    href = page.locator("a[href*='/points/shops/0'], a[href*='/field/rewards/0']").first.get_attribute("href")
    shop = re.search(r"0[0-9a-f-]{35}", href)[0]
    if username != "fang_ting":
        return shop, ""
    page.goto(f"/desk/points/shops/{shop}/")
    href = page.locator("a[href*='/points/rewards/J-']").first.get_attribute("href")
    return shop, re.search(r"J-\w+", href)[0]


def turn_of(page: Page, username: str) -> str:
    """The first turn of a standing task."""
    page.goto("/desk/responders/shifts/" if username == "zhao_min" else "/respond/shifts/")
    href = page.locator("a[href*='/shifts/B-']").first.get_attribute("href")
    return re.search(r"B-\w+", href)[0]


def look(page: Page, address: str) -> None:
    """The page as it is once its moving parts stand."""
    page.goto(address)
    settled(page)
    try:
        page.wait_for_function(f"() => !({CUT})().length", timeout=PATIENCE / 8)
    except Exception:
        assert not page.evaluate(CUT), f"{page.url} at {page.viewport_size['width']}"


def refused(page: Page) -> list[str]:
    """What pages fetch by themselves from now on and do not get."""
    found: list[str] = []

    def note(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            found.append(f"{response.status} {response.url} on {page.url}")

    page.on("response", note)
    return found


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.parametrize("username", SCREENS, ids=lambda name: name or "nobody")
def test_at_320_pixels_nothing_is_cut_off(open_as, username, language):
    page = open_as(username, NARROW, locale=language)
    number = number_of(page, username) if any("{number}" in address for address in SCREENS[username]) else ""
    place = place_of(page) if any("{place}" in address for address in SCREENS[username]) else ""
    gate = gate_of(page, username) if any("{gate}" in address for address in SCREENS[username]) else ""
    shops = any("{shop}" in address for address in SCREENS[username])
    shop, reward = shop_of(page, username) if shops else ("", "")
    turn = turn_of(page, username) if any("{turn}" in address for address in SCREENS[username]) else ""
    given = {"number": number, "place": place, "gate": gate, "shop": shop, "reward": reward, "turn": turn}
    missing = refused(page)
    for address in SCREENS[username]:
        look(page, address.format(**given))
    assert not missing
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh" if language == "zh-CN" else "en"))


@pytest.mark.parametrize("size", [TWICE, WIDE], ids=["twice as large", "wide"])
def test_the_desk_and_the_cockpit_fit_and_get_what_they_ask_for(open_as, size):
    for username, addresses in (("zhao_min", ["/desk/", "/desk/exports/"]), ("zhou_weidong", ["/cockpit/"])):
        page = open_as(username, size, locale="en-US", device_scale_factor=WIDE["width"] / size["width"])
        missing = refused(page)
        for address in addresses:
            look(page, address)
        page.wait_for_load_state("networkidle")
        assert not missing


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_all_columns_of_the_cockpit_are_there_on_a_desk(open_as, language):
    page = open_as("zhou_weidong", WIDE, locale=language)
    page.goto("/cockpit/")
    pane = page.locator(".scroll-x", has=page.locator(".cockpit-table"))
    assert pane.evaluate("pane => pane.scrollWidth - pane.clientWidth") <= 0

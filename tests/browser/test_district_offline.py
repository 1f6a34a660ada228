"""In a basement: after one visit the district's places, their hours and its map are on the device, and agree with the
server; what the device does not know it says."""

import functools
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, promised
from tests.browser.test_journey import fits
from tests.browser.test_offline import with_worker

pytestmark = pytest.mark.browser

ASKED = (
    "need=water&need=toilet",
    "q=驿站",
    "kind=rest_spot&page=2",
    "wheelchair=1",
    "kind=residential_community&wheelchair=1",
    "area=110102001",
)
TELL = """() => [document.querySelector('#answers-title').textContent.trim(),
  document.querySelector('#answers .sheet-head [role=status]').textContent.trim(),
  ...[...document.querySelectorAll('#answers .places-item')].map(row => row.innerText.replace(/\\s+/g, ' '))]"""
WEEK = """() => [...document.querySelectorAll('.places-week tr')].map(({ cells: [day, times] }) =>
  `${day.textContent.replace(/\\s+/g, ' ').trim()} ${times.firstChild.textContent.trim()}`)"""
SAID = """async number => {
  const { places } = await (await fetch('/places/district.json')).json();
  return places.said[places.number.indexOf(number)]; }"""
KEPT = """async () => {
  const names = ['/places/district.json', '/places/offline/', '/places/offline/place/', '/areas.geojson'];
  const found = [];
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
  return names.every(name => found.includes(name)) && found.some(name => name.endsWith('maplibre-gl.mjs')); }"""

KEPT_OF = """async code => {
  const found = [];
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname + new URL(url).search);
  return ['/places/district.json', '/places/offline/', '/places/offline/place/']
    .every(path => found.includes(`${path}?district=${code}`)); }"""


@pytest.fixture
def open_as(open_as):
    """With the service worker: it is what these tests are about."""
    return functools.partial(open_as, service_workers="allow")


def visited(page: Page) -> None:
    """One visit, as long as the device takes to keep the district."""
    page.goto("/places/")
    with_worker(page)
    promised(page, KEPT, None)


def searches(page: Page) -> list[str]:
    """What is asked: needs, kinds, points, streets, the first place by initials and by number, and a moment."""
    row = page.locator("#answers .places-item").first
    address = row.locator(".row-link").get_attribute("href")
    said = page.evaluate(SAID, address.split("/")[-2])
    initials = "".join(syllable[:1] for syllable in said.split())
    day = datetime.now(UTC) + timedelta(days=5)
    return [
        *ASKED,
        f"q={initials}",
        f"q={said.replace(' ', '')[:6]}",
        f"q={address.split('/')[-2]}",
        f"at={day:%Y-%m-%d}T10:00&need=water",
    ]


def agree(page: Page, path: str, tell: str) -> None:
    """The page says the same with and without a network. A minute may pass between two looks: then both look again."""
    for _look in range(6):
        page.goto(path)
        online = page.evaluate(tell)
        page.context.set_offline(True)
        page.goto(path)
        expect(page.locator(".places-kept")).to_be_visible()
        offline = page.evaluate(tell)
        page.context.set_offline(False)
        if offline == online:
            break
    assert offline == online and len(offline) > 2, path


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_without_a_network_the_list_says_what_the_server_said(open_as, accessible, language):
    page = open_as(size=PHONE, locale=language)
    visited(page)
    for query in searches(page):
        agree(page, f"/places/?{query}", TELL)
    page.goto("/places/?kind=rest_station")
    agree(page, page.locator("#answers .row-link").first.get_attribute("href"), WEEK)
    page.context.set_offline(True)
    page.goto("/places/?open=now")
    expect(page.locator(".places-kept")).to_be_visible()
    accessible(page)
    fits(page)


def test_without_a_network_the_nearest_come_first(open_as):
    """In a straight line, and said to be so: streets are not kept on the device."""
    page = open_as(size=PHONE)
    visited(page)
    page.context.set_offline(True)
    page.goto("/places/")
    page.get_by_role("button", name="找离我最近的").click()
    expect(page.locator("#answers")).to_contain_text("按直线距离")
    told = page.locator("#answers .places-item").all_inner_texts()
    metres = [
        float(n) * (1000 if unit == "公里" else 1)
        for n, unit in (re.search(r"直线 ([\d.]+) (米|公里)", row).groups() for row in told)
    ]
    assert metres == sorted(metres) and len(metres) == 20 and metres[0] < 2000


def test_searching_and_the_map_go_on_without_a_network(open_as):
    page = open_as(size=DESK)
    visited(page)
    page.context.set_offline(True)
    page.goto("/places/")
    expect(page.locator(".places-kept")).to_contain_text("没连上网络")
    expect(page.locator("#places-map[data-state=live]")).to_be_visible()
    page.get_by_role("checkbox", name="饮水", exact=True).focus()
    page.keyboard.press("Space")
    page.wait_for_url("**need=water**")
    expect(page.locator("#answers .places-item").first).to_contain_text("饮水")
    expect(page.locator("#places-map .pin, #places-map .cluster").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("checkbox", name="饮水", exact=True)).to_be_checked()
    page.get_by_role("searchbox").fill("这样的名字没有")
    expect(page.locator("#answers")).to_contain_text("没有同时符合的地点")


def test_a_place_opens_without_a_network_though_it_was_never_looked_at(open_as, accessible):
    page = open_as(size=PHONE)
    visited(page)
    page.context.set_offline(True)
    page.goto("/places/?kind=all_day_station")
    name = page.locator("#answers .row-link").first.inner_text()
    with page.expect_navigation():
        page.locator("#answers .row-link").first.click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.locator(".places-state")).to_contain_text("全天开放")
    expect(page.get_by_role("link", name="手机自带地图")).to_have_attribute("href", re.compile("^geo:"))
    accessible(page)
    fits(page)
    page.goto("/places/P-0000000/")
    expect(page.get_by_text("本机没有存下这个地点")).to_be_visible()
    page.goto("/track/")
    page.get_by_role("main").get_by_role("link", name="找地方").click()
    expect(page.locator(".places-kept")).to_be_visible()


def test_what_was_kept_long_ago_says_so_and_claims_nothing(open_as):
    page = open_as(size=PHONE)
    visited(page)
    page.context.set_offline(True)
    months = """async () => {
      const cache = await caches.open('districts-1');
      for (const request of await cache.keys()) {
        const kept = await cache.match(request);
        if (!request.url.includes('district.json')) continue;
        const file = await kept.json();
        file.start -= 90 * 1440;
        file.end -= 90 * 1440;
        const headers = { ETag: 'old', 'X-Kept-At': String(Date.now() - 90 * 86400000) };
        await cache.put(request, new Response(JSON.stringify(file), { headers }));
      }
      return true; }"""
    promised(page, months, None)
    page.goto("/places/?kind=all_day_station")
    expect(page.locator(".places-kept")).to_contain_text("90 天前")
    expect(page.locator(".places-kept")).to_contain_text("说不准")
    expect(page.locator("#answers .places-item").first).to_contain_text("开放时间不详")


def test_in_its_last_days_what_was_kept_claims_nothing_it_cannot_know(open_as):
    """The file ends in three days, the server looks eight days ahead: open all day, or never, nobody can say."""
    page = open_as(size=PHONE)
    visited(page)
    page.context.set_offline(True)
    aged = """async () => {
      const cache = await caches.open('districts-1');
      const [request] = (await cache.keys()).filter(({ url }) => url.includes('district.json'));
      const file = await (await cache.match(request)).json();
      const passed = file.end - Math.floor(Date.now() / 60000) - 3 * 1440;
      file.start -= passed;
      file.end -= passed;
      const headers = { ETag: 'aged', 'X-Kept-At': String(Date.now() - passed * 60000) };
      await cache.put(request, new Response(JSON.stringify(file), { headers }));
      return true; }"""
    promised(page, aged, None)
    page.goto("/places/?kind=all_day_station")
    expect(page.locator(".places-kept")).to_contain_text("说不准")
    expect(page.locator("#answers .places-item").first).to_contain_text("开放时间不详")


def test_each_district_is_shown_in_its_own_page(open_as):
    """Two were kept: without a network each has its own streets to choose from, not those of the one looked at last."""
    page = open_as(size=PHONE)
    page.goto("/places/")
    with_worker(page)
    codes = page.evaluate(
        "() => [...document.querySelectorAll('select[name=district] option')].map(o => o.value)"
    )
    first, second = codes[:2]
    for code in (first, second):
        page.goto(f"/places/?district={code}")
        with_worker(page)
        promised(page, KEPT_OF, code)
    page.context.set_offline(True)
    for code in (first, second, first):
        page.goto(f"/places/?district={code}")
        expect(page.locator(".places-kept")).to_be_visible()
        expect(page.locator('meta[name="youlin-district"]')).to_have_attribute("content", code)


def test_it_can_be_put_on_the_home_screen(open_as):
    """What Chromium asks of an app: a name, a start, pictures to be cut to any shape, a worker. It finds no fault."""
    page = open_as(size=PHONE)
    page.goto("/places/")
    with_worker(page)
    session = page.context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == [] and manifest["url"].endswith("/manifest.webmanifest")
    faults = [one["errorId"] for one in session.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert [one for one in faults if one != "in-incognito"] == []
    told = page.evaluate("async () => (await fetch('/manifest.webmanifest')).json()")
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}

"""Charts that answer and a map one goes down by: by hand, by keys, at night, on paper, and with little data."""

import re

import pytest
from django.utils.translation import override
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE
from youlin.kernel import numerals

pytestmark = pytest.mark.browser

FIGURE = "/cockpit/110102/figures/reports/?period=90"
MAP = "/cockpit/110102/?period=90&show=reports"


def live_chart(page: Page, address: str = FIGURE):
    page.goto(address)
    chart = page.locator("youlin-chart")
    chart.scroll_into_view_if_needed()
    expect(chart).to_have_attribute("data-state", "live")
    return chart


def live_map(page: Page):
    page.goto(MAP)
    drawn = page.locator("youlin-map")
    drawn.scroll_into_view_if_needed()
    page.mouse.move(5, 5)
    page.mouse.move(9, 9)
    expect(drawn).to_have_attribute("data-state", "live")
    return drawn


def rows_of(page: Page) -> list[tuple[str, str]]:
    """The table behind the chart: when and how much, what is known before what is expected."""
    return page.locator("#trend-rows tbody tr:not(.is-expected)").evaluate_all(
        "rows => rows.map(row => [row.querySelector('time').textContent, row.cells[1].textContent])"
    )


def test_the_keys_walk_over_the_points_and_each_is_said(open_as, accessible):
    page = open_as("zhou_weidong", DESK)
    chart = live_chart(page)
    accessible(page)
    said = chart.locator("[aria-live]")
    holder = page.get_by_role("group", name=re.compile("反映的走势.*左右键"))
    holder.focus()
    page.keyboard.press("Home")
    known = rows_of(page)
    expect(said).to_have_text(re.compile(f"^{known[0][0]}，{known[0][1]}"))
    expect(chart.locator(".chart-tip")).to_contain_text(known[0][1])
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text(re.compile(f"^{known[1][0]}，{known[1][1]}"))
    page.keyboard.press("Escape")
    expect(said).to_have_text("")
    expect(chart.locator(".chart-tip")).to_be_hidden()


def test_three_years_are_zoomed_and_a_point_out_of_sight_comes_into_it(open_as):
    page = open_as("zhou_weidong", DESK)
    page.goto(FIGURE)
    page.get_by_role("group", name="走势看多长").get_by_role("link", name="三年").click()
    page.wait_for_url(re.compile("course=years"))
    chart = live_chart(page, page.url)
    known = rows_of(page)
    assert len(known) == 36
    page.locator(".chart-live").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    sight = "element => element.sight()"
    first, last = chart.evaluate(sight)
    assert last - first < 18 and first > 0
    page.keyboard.press("Home")
    expect(chart.locator("[aria-live]")).to_have_text(re.compile(f"^{known[0][0]}，"))
    assert chart.evaluate(sight)[0] == 0


def test_a_word_of_the_legend_hides_its_line(open_as):
    page = open_as("zhou_weidong", DESK)
    chart = live_chart(page, "/cockpit/110102/figures/resolution_rate/?period=90")
    shown = "element => element.chart.getOption().legend[0].selected['解决率'] !== false"
    assert chart.evaluate(shown)
    page.locator(".chart-live").click(position={"x": 24, "y": 12})
    assert not chart.evaluate(shown)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_scale_says_numbers_as_the_server_does(open_as, language):
    page = open_as()
    page.goto("/ui/")
    numbers = [
        0,
        7,
        93.1,
        999,
        999.996,
        1_500,
        9_999,
        9_999.996,
        10_000,
        123_456,
        99_999_999,
        2.5e8,
        3e12,
        -12_345,
    ]
    script = """async ([numbers, language]) => {
        const main = document.querySelector("script[src*='ui/main.js']").src;
        const { short } = await import(new URL("chart/numbers.js", main));
        return numbers.map((one) => short(one, language));
    }"""
    with override(language):
        assert page.evaluate(script, [numbers, language]) == [numerals.short(one) for one in numbers]


def test_at_night_the_chart_is_drawn_in_other_colours(open_as):
    page = open_as("zhou_weidong", DESK, color_scheme="light")
    chart = live_chart(page)
    colour = "element => element.chart.getOption().series[0].lineStyle.color"
    token = "() => getComputedStyle(document.documentElement).getPropertyValue('--jade').trim()"
    by_day = chart.evaluate(colour)
    assert by_day == page.evaluate(token)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"day => ({token})() !== day", arg=by_day)
    assert chart.evaluate(colour) == page.evaluate(token) != by_day


def test_paper_and_little_data_have_the_drawing(open_as):
    page = open_as("zhou_weidong", DESK)
    live_chart(page)
    page.emulate_media(media="print")
    expect(page.locator("youlin-chart > svg")).to_be_visible()
    expect(page.locator(".chart-live")).to_be_hidden()
    spare = open_as("zhou_weidong", PHONE)
    spare.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    asked: list[str] = []
    spare.on("request", lambda request: asked.append(request.url))
    spare.goto(FIGURE)
    expect(spare.locator("youlin-chart")).to_have_attribute("data-state", "svg")
    expect(spare.locator("youlin-chart > svg")).to_be_visible()
    assert asked and not [one for one in asked if "echarts" in one]


def test_a_tap_on_the_map_tells_the_area_and_leads_into_it(open_as, accessible):
    page = open_as("zhou_weidong", PHONE)
    drawn = live_map(page)
    box = drawn.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.45)
    card = drawn.locator(".map-card")
    expect(card).to_be_visible()
    name = card.locator(".map-card-name").inner_text()
    row = page.locator("#area-rows tr", has=page.get_by_role("link", name=name, exact=True))
    expect(card).to_contain_text(row.get_attribute("data-text"))
    expect(row).to_have_class(re.compile("is-hinted"))
    accessible(page)
    code = row.get_attribute("data-code")
    card.get_by_role("link", name=f"进入 {name}").click()
    page.wait_for_url(re.compile(f"/cockpit/{code}/"))
    assert code.startswith("110102") and len(code) == 9
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_the_list_beside_the_map_leads_down_and_lights_the_area(open_as):
    page = open_as("zhou_weidong", DESK)
    drawn = live_map(page)
    link = page.locator("#area-rows .row-link").first
    code = page.locator("#area-rows tr").first.get_attribute("data-code")
    link.focus()
    lit = "(element, code) => JSON.stringify(element.map.getFilter('lit')).includes(code)"
    assert drawn.evaluate(lit, code)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/cockpit/{code}/"))


def test_the_drawing_before_the_map_moves_tells_the_same(open_as):
    page = open_as("zhou_weidong", DESK)
    page.route("**/maplibre-gl.mjs", lambda route: route.abort())
    page.goto(MAP)
    area = page.locator("youlin-map svg a[data-code]").first
    area.scroll_into_view_if_needed()
    area.click()
    expect(page.locator(".map-card")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".map-card")).to_have_count(0)
    code = area.get_attribute("data-code")
    area.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/cockpit/{code}/"))

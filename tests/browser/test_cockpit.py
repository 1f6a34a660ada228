"""A leader before a meeting: a street's rate falls, from the figure to its cases and their supervision, and the brief."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE

A4 = (595, 842)
"""Points."""
BRIGHTNESS = """name => {
  const [r, g, b] = getComputedStyle(document.body)[name].match(/[\\d.]+/g).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}"""
"""Of a colour of the page: 0 is black, 1 is white."""


pytestmark = pytest.mark.browser


def test_from_a_figure_down_to_its_cases_on_a_phone(open_as, picture, accessible):
    page = open_as("zhou_weidong", PHONE)
    page.goto("/cockpit/110102/?period=90")
    page.locator(".stat").get_by_role("link", name="解决率").click()
    page.wait_for_url(re.compile(r"/cockpit/110102/figures/resolution_rate/\?period=90"))
    expect(page.get_by_role("heading", name="走势", exact=True)).to_be_visible()
    accessible(page)
    picture(page, "cockpit-figure-phone")
    page.get_by_text("图后的表格").first.click()
    expect(page.get_by_role("region", name="图后的表格").get_by_role("row").nth(1)).to_be_visible()
    page.get_by_role("row", name=re.compile("大栅栏")).get_by_role("link").click()
    page.wait_for_url(re.compile(r"/cockpit/110102013/figures/resolution_rate/"))
    page.get_by_role("link", name="看背后的记录").click()
    page.wait_for_url(re.compile(r"/rows/"))
    expect(page.get_by_text(re.compile("背后正好 .* 条记录"))).to_be_visible()
    page.get_by_role("group", name="看哪一部分").get_by_role("link", name=re.compile("其余")).click()
    page.wait_for_url(re.compile("part=rest"))
    accessible(page)
    picture(page, "cockpit-rows-phone")
    page.locator(".cockpit-rows .row-link").first.click()
    page.wait_for_url(re.compile(r"/desk/case/"))
    page.go_back()
    page.get_by_role("link", name="看督办中的").click()
    page.wait_for_url(re.compile(r"/desk/\?view=supervised"))


def test_another_month_is_a_choice_and_stays_in_the_address(open_as):
    page = open_as("zhou_weidong", DESK)
    page.goto("/cockpit/110102/")
    page.get_by_label("时段", exact=True).last.select_option("last-month")
    page.get_by_label("对比", exact=True).select_option("year")
    page.get_by_role("button", name="看", exact=True).click()
    page.wait_for_url(re.compile("period=last-month"))
    assert parse_qs(urlparse(page.url).query)["compare"] == ["year"]
    page.locator(".stat").get_by_role("link", name="满意率").click()
    page.wait_for_url(re.compile("satisfaction_rate/.*period=last-month&compare=year"))


def test_the_brief_is_two_pages_of_paper(open_as, picture, accessible, tmp_path: Path):
    page = open_as("zhou_weidong", DESK)
    page.goto("/cockpit/110102/brief/?period=30")
    accessible(page)
    picture(page, "cockpit-brief-desk", full_page=True)
    for area in ("110102", "110102013"):
        page.goto(f"/cockpit/{area}/brief/?period=90")
        page.pdf(path=tmp_path / "brief.pdf", prefer_css_page_size=True, print_background=True)
        paper = pypdfium2.PdfDocument(tmp_path / "brief.pdf")
        assert len(paper) == 2
        sizes = [tuple(round(side) for side in one.get_size()) for one in paper]
        assert all(abs(side - wanted) <= 1 for size in sizes for side, wanted in zip(size, A4, strict=True))
        assert all(len(one.get_textpage().get_text_range().strip()) > 40 for one in paper)
        assert "主要指标" in paper[0].get_textpage().get_text_range()
        assert "这些数是什么" in paper[1].get_textpage().get_text_range()


def test_the_wall_reads_itself_anew_and_is_large(open_as, picture, accessible):
    page = open_as("zhou_weidong", {"width": 1920, "height": 1080})
    page.goto("/cockpit/110102/wall/")
    accessible(page)
    picture(page, "cockpit-wall-desk")
    number = page.locator(".wall-number").first
    words = page.locator(".wall-card h2").first
    size = "element => parseFloat(getComputedStyle(element).fontSize)"
    assert number.evaluate(size) >= 0.07 * 1080 and words.evaluate(size) >= 0.02 * 1080
    with page.expect_response(re.compile("/wall/")):
        page.evaluate(
            "() => htmx.ajax('GET', location.href, {target: '#wall', select: '#wall', swap: 'outerHTML'})"
        )
    expect(page.locator("#wall")).to_have_count(1)
    expect(number).to_be_visible()


@pytest.mark.parametrize("dark", ["light", "dark"])
def test_a_figure_by_day_and_by_night(open_as, accessible, dark):
    page = open_as("zhou_weidong", DESK, color_scheme=dark)
    page.goto("/cockpit/110102/figures/on_time_handling_rate/?period=90")
    accessible(page)
    page.get_by_role("group", name="按什么分").get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("by="))
    expect(page.get_by_role("heading", level=1)).to_contain_text("按期处置率")
    ground, ink = (page.evaluate(BRIGHTNESS, name) for name in ("backgroundColor", "color"))
    assert (ground < 0.3 and ink > 0.6) if dark == "dark" else (ground > 0.8 and ink < 0.3)


def test_a_view_is_kept_and_let_go_of(open_as, accessible):
    page = open_as("zhou_weidong", PHONE)
    page.goto("/cockpit/110102013/?period=month")
    page.get_by_role("link", name="保存看法").click()
    page.get_by_label("名称").fill("看大栅栏")
    page.get_by_label("提醒我").select_option("week")
    accessible(page)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="看大栅栏").click()
    page.wait_for_url(re.compile(r"/cockpit/110102013/\?period=month"))
    page.goto("/cockpit/views/")
    page.get_by_role("button", name=re.compile("删除 看大栅栏")).click()
    expect(page.get_by_text("还没有保存的看法")).to_be_visible()

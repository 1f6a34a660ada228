"""What comes out of the printer: the right sheets, nothing cut off, codes that a phone reads."""

import re

import pypdfium2 as pdfium
import pytest
import zxingcpp

from tests.browser.conftest import DESK

pytestmark = pytest.mark.browser

A3_ACROSS, A4 = (420, 297), (210, 297)
STREET = "110102013"
OVER = """() => [...document.querySelectorAll(".poster, .poster-list, .door")].filter((one) => {
  const box = one.getBoundingClientRect();
  const inside = [...one.querySelectorAll("p, li, h1, h2, svg, td")].every((part) => {
    const { left, right, bottom } = part.getBoundingClientRect();
    return right <= box.right + 1 && left >= box.left - 1 && bottom <= box.bottom + 1;
  });
  return !inside || one.scrollHeight > one.clientHeight + 1;
}).length"""
"""How many sheets or columns have something beyond their edge."""


@pytest.fixture
def printed(open_as, tmp_path):
    """`printed(address)` → the page as it is laid out for paper, and the PDF that comes out."""

    def out(address: str, **options):
        page = open_as(size=DESK, **options)
        page.goto(address)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 1588, "height": 1123})
        page.pdf(path=tmp_path / "out.pdf", prefer_css_page_size=True, print_background=True)
        return page, pdfium.PdfDocument(tmp_path / "out.pdf")

    return out


def sizes(document) -> set[tuple[int, int]]:
    return {tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document}


def codes(sheet) -> list[str]:
    """The addresses that a phone finds on a sheet, printed without colour."""
    grey = sheet.render(scale=3).to_pil().convert("L")
    return [found.text for found in zxingcpp.read_barcodes(grey)]


def run(shown: str) -> range:
    """The numbers of a badge: 7, or 7–9."""
    first, _dash, last = shown.partition("–")
    return range(int(first), int(last or first) + 1)


def text_of(sheet) -> str:
    return re.sub(r"\s+", "", sheet.get_textpage().get_text_range())


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_a_street_is_printed_on_a3_with_its_map_its_list_and_its_code(printed, address, picture, language):
    page, document = printed(f"/places/poster/{STREET}/", locale=language)
    assert sizes(document) == {A3_ACROSS}
    assert len(document) == page.locator(".poster").count() > 1
    assert page.evaluate(OVER) == 0
    assert codes(document[0]) == [f"{address}/places/?district=110102&area={STREET}"]
    numbers = page.locator(".poster-entry .poster-no").all_inner_texts()
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)] and len(numbers) > 10
    shown = page.locator(".poster-number").all_text_contents()
    assert sorted(number for one in shown for number in run(one)) == list(range(1, len(numbers) + 1))
    told = "".join(text_of(sheet) for sheet in document)
    for name in page.locator(".poster-name").all_inner_texts()[::7]:
        assert re.sub(r"\s+", "", name) in told
    assert ("演示数据" if language == "zh-CN" else "Demodata") in told
    if language == "zh-CN":
        picture(page, "poster-desk")


def test_the_doors_of_a_street_are_one_document_with_a_sheet_each(printed, address):
    page, document = printed(f"/places/doors/{STREET}/")
    assert sizes(document) == {A4}
    assert len(document) == page.locator(".door").count() > 10
    assert page.evaluate(OVER) == 0
    for number in (0, len(document) - 1):
        sheet = page.locator(".door").nth(number)
        [code] = codes(document[number])
        assert re.fullmatch(rf"{address}/places/P-\w+/", code)
        assert code.rstrip("/").rpartition("/")[2] in sheet.locator(".door-as-of").inner_text()
        assert re.sub(r"\s+", "", sheet.locator("h1").inner_text()) in text_of(document[number])

"""Before everybody sees it: a person reads, masks and blurs, and only then the public page shows it."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, ROOT, until

pytestmark = pytest.mark.browser

PORTRAIT = ROOT / "src/youlin/apps/cases/moderation/tests/astronaut.jpg"
FACE = (0.33, 0.18, 0.55, 0.42)
"""Where the face is, as shares of the picture: left, top, right, bottom."""
BESIDE = (0.8, 0.05, 0.98, 0.3)


def difference(shown: bytes, box: tuple[float, float, float, float]) -> float:
    """How far a part of a picture is from the portrait that was sent: the mean over its pixels, 0 to 255."""
    found = Image.open(io.BytesIO(shown)).convert("L")
    sent = Image.open(PORTRAIT).convert("L").resize(found.size)
    part = tuple(round(share * found.size[n % 2]) for n, share in enumerate(box))
    return ImageStat.Stat(ImageChops.difference(found.crop(part), sent.crop(part))).mean[0]


def cover_the_face(page: Page) -> None:
    """A box over the face, by keyboard alone."""
    page.get_by_role("button", name="加一个框").press("Enter")
    for key, times in (("ArrowLeft", 10), ("ArrowUp", 25), ("Shift+ArrowRight", 8), ("Shift+ArrowDown", 8)):
        for _time in range(times):
            page.keyboard.press(key)


def test_a_person_masks_and_blurs_and_then_everybody_sees_it(open_as, reported, accessible, picture):
    words = "门口遛狗不拴绳，请找王秀英，电话 13800138765"
    number, _progress = reported(words, "event.street_order.dogs", photo=Path(PORTRAIT).read_bytes())
    public = open_as(size=PHONE)
    assert public.goto(f"/case/{number}/").status == 404

    page = open_as("song_ya", DESK)
    page.goto("/desk/moderation/")
    row = page.locator(".list-row", has_text=number)
    until(page, lambda: row.count() > 0, f"{number} does not wait for a moderator")
    accessible(page)
    page.goto(f"/desk/moderation/{number}/")
    expect(page.get_by_label("公开的内容")).not_to_have_value(re.compile("13800138765"))
    expect(page.locator("mark", has_text="13800138765").first).to_be_visible()
    expect(page.locator(".blur-frame")).to_be_visible()
    before = page.locator(".blur-box").count()
    cover_the_face(page)
    expect(page.locator(".blur-box")).to_have_count(before + 1)
    expect(page.get_by_role("radiogroup", name="这张照片").get_by_label("遮挡")).to_be_checked()
    page.get_by_label("公开的内容").fill("门口遛狗不拴绳")
    page.get_by_label("公开的标题").fill("门口遛狗不拴绳")
    accessible(page)
    picture(page, "moderation-desk")
    page.keyboard.press("Alt+a")
    page.wait_for_url(lambda url: number not in url)

    photo = public.locator(".photos img")
    until(public, lambda: photo.count() > 0, f"{number} shows no photo")
    expect(public.get_by_role("heading", name="门口遛狗不拴绳")).to_be_visible()
    assert "13800138765" not in public.content() and "王秀英" not in public.content()
    expect(photo).to_have_count(1)
    accessible(public)
    shown = public.request.get(public.locator(".photos a").get_attribute("href")).body()
    assert difference(shown, FACE) > 15 > 5 * difference(shown, BESIDE)

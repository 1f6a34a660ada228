"""Who came, by camera: an organiser scans what people show, and people scan the code at the place."""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_journey import fits
from tests.browser.test_passes import CAMERA, PICTURE

pytestmark = pytest.mark.browser

TURN = """
from datetime import timedelta
from django.contrib.auth import get_user_model
from youlin.apps.passes.models import Pass
from youlin.apps.responders import services
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor, SYSTEM
def actor(name):
    return Actor("person", person_id=get_user_model().objects.get(username=name).person_id)
code = Pass.objects.filter(kind__code="place", revoked_at=None).select_related("place").order_by("number").first()
begins = clock.now() + timedelta(minutes=10)
plan = services.Plan(kind="safety_watch", what="晚高峰提醒行人走斑马线", where="站点门口", area="",
    place=code.place.number, starts_at=begins, ends_at=begins + timedelta(hours=2), seats=4, weeks=1)
[turn] = services.open_shifts(actor=SYSTEM, district=code.district, plan=plan, idempotency_key=str(ids.uuid7()))
services.join(actor=actor("li_qiang"), district=code.district, shift_id=turn.id)
print("turn", turn.number, code.number)
"""
"""A turn of a standing task that begins in ten minutes, at a place with a code at its door; the rider has a seat."""
DRAWN = """() => {
  const code = document.querySelector('.codes-print-code svg').cloneNode(true);
  for (const side of ['width', 'height']) code.setAttribute(side, '700');
  return `data:image/svg+xml;utf8,${encodeURIComponent(new XMLSerializer().serializeToString(code))}`;
}"""


@pytest.fixture
def turn(beside) -> tuple[str, str]:
    """The number of a turn that is about to begin, and of the code at its place."""
    said = beside("manage", "shell", "-v", "0", "-c", TURN).split()
    where = said.index("turn")
    return said[where + 1], said[where + 2]


def looking(page: Page, address: str) -> None:
    """The page of a camera, and its camera looks."""
    page.goto(address)
    expect(page.locator("[data-scan][data-ready]")).to_be_attached()
    page.get_by_role("button", name="开始扫码").click()
    expect(page.locator("[data-part=viewer]")).to_be_visible()


def test_the_organiser_scans_a_moving_code_and_the_rider_the_one_at_the_door(
    open_as, turn, accessible, picture
):
    number, door = turn
    rider = open_as("li_qiang", PHONE)
    rider.goto("/me/passes/")
    expect(rider.locator("[data-pass][data-ready]")).to_be_attached()

    clerk = open_as("zhao_min", PHONE)
    clerk.add_init_script(f"({CAMERA})()")
    looking(clerk, f"/desk/responders/shifts/{number}/scan/")
    fits(clerk)
    accessible(clerk)
    picture(clerk, "attendance-desk-phone")
    clerk.evaluate("picture => window.hold(picture)", rider.evaluate(PICTURE))
    expect(clerk.get_by_text("已记到场")).to_be_visible()

    office = open_as("fang_ting")
    office.goto(f"/passes/{door}/paper/sticker/")
    drawn = Image.open(io.BytesIO(office.locator(".codes-print-code").first.screenshot(scale="css")))
    assert zxingcpp.read_barcodes(drawn.resize((drawn.width * 6, drawn.height * 6)))
    sticker = office.evaluate(DRAWN)

    rider.add_init_script(f"({CAMERA})()")
    rider.goto(f"/respond/shifts/{number}/scan/")
    rider.get_by_label("场所码的内容").fill("https://example.org/menu")
    rider.get_by_role("button", name="确认").click()
    expect(rider.get_by_text("请扫现场张贴的码").first).to_be_visible()
    looking(rider, f"/respond/shifts/{number}/scan/")
    fits(rider)
    accessible(rider)
    picture(rider, "attendance-phone")
    rider.evaluate("picture => window.hold(picture)", sticker)
    expect(rider.get_by_text("已记到场")).to_be_visible()

"""A word about the platform: from every door, to the district's own officer, with a receipt."""

import re

import pytest
from django.test import Client

from tests.cast import COMMUNITY, DISTRICT, GRID, STREET, give_duty, make_areas, make_member
from youlin.apps.cases import selectors
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests.factories import key
from youlin.apps.duties import services as duties
from youlin.apps.parties.sign_in import BACKEND
from youlin.kernel import reactions
from youlin.kernel.actors import SYSTEM
from youlin.programmes import loader
from youlin.programmes import services as programmes

pytestmark = pytest.mark.django_db(transaction=True)
DUTIES = {
    "platform_officer": DISTRICT,
    "district_dispatcher": DISTRICT,
    "street_dispatcher": STREET,
    "community_clerk": COMMUNITY,
    "grid_worker": GRID,
}


@pytest.fixture
def people():
    """The pack in force with one person for each duty, and the officer's post."""
    make_areas()
    programmes.apply(actor=SYSTEM, district=DISTRICT, programme=loader.load("city_management"))
    found = {name: make_member(name, name) for name in DUTIES}
    posts = {name: give_duty(found[name], name, area) for name, area in DUTIES.items()}
    return found | {"post": posts["platform_officer"]}


@pytest.fixture(autouse=True)
def _at_home(client: Client) -> None:
    client.cookies["district"] = DISTRICT


def said(client: Client, **more: str) -> Case:
    answer = client.post("/feedback/", {"text": "同一件事要填两遍", "idempotency_key": key(), **more})
    assert answer.status_code == 302, answer.content.decode()
    reactions.drain_all()
    return Case.objects.get()


def sees(member, case: Case) -> bool:
    return case.id in {row.id for row in selectors.inbox(member.actor).rows}


def test_it_reaches_the_officer_and_nobody_nearer_by(client: Client, people):
    case = said(client, page="/field/me/")
    assert (case.state, case.holder_id) == ("dispatched", people["platform_officer"].id)
    assert case.anonymous and not case.public
    assert case.description.endswith("/field/me/")
    assert [name for name in DUTIES if sees(people[name], case)] == [
        "platform_officer",
        "district_dispatcher",
    ]


def test_a_vacant_post_climbs_to_the_district(client: Client, people):
    duties.end_assignment(actor=SYSTEM, assignment=people["post"])
    case = said(client)
    assert case.holder_id == people["district_dispatcher"].id


def test_whoever_works_on_the_platform_may_speak_without_a_name(client: Client, people):
    client.force_login(people["grid_worker"].account, backend=BACKEND)
    assert "不留姓名" in client.get("/feedback/").content.decode()
    case = said(client, anonymous="on")
    assert case.reporters.get().person_id is None


def test_the_receipt_opens_the_answer(client: Client, people):
    answer = client.post(
        "/feedback/", {"text": "按钮太小", "contact": "13800138009", "idempotency_key": key()}, follow=True
    )
    page = answer.content.decode()
    number, token = (re.search(rf'data-{name}="([^"]+)"', page)[1] for name in ("number", "token"))
    assert 'content="feedback"' in page
    assert "138****8009" in page
    assert client.get(f"/track/{number}/", {"t": token}).status_code == 200
    assert client.get(f"/case/{number}/").status_code == 404


def test_nothing_said_is_asked_for_and_nothing_else(client: Client, people):
    answer = client.post("/feedback/", {"text": " ", "idempotency_key": key()})
    assert answer.status_code == 422 and not Case.objects.exists()


def test_it_is_in_no_list_of_what_may_be_reported(client: Client, people):
    assert "对本平台的意见" not in client.get("/report/").content.decode()


@pytest.mark.parametrize(
    "address", ["/", "/report/", "/field/me/", "/desk/", "/cockpit/110102/", "/accounts/2fa/", "/nope/"]
)
def test_every_door_leads_there_and_says_from_where(client: Client, people, address):
    client.force_login(people["district_dispatcher"].account, backend=BACKEND)
    assert f'href="/feedback/?from={address}"' in client.get(address).content.decode()


def test_the_page_it_came_from_is_told_without_what_would_say_who_speaks(client: Client, people):
    page = client.get("/feedback/", {"from": "/track/XC-1/?t=secret"}).content.decode()
    assert 'name="page" value="/track/"' in page
    assert 'name="page"' in client.get("/feedback/", {"from": "https://elsewhere.example/"}).content.decode()
    assert said(client, page="/field/case/XC-7/?t=secret").description.endswith("/field/case/")

"""What is mine: signing in by a code, my cases, notices, my data; and it is nobody else's."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.cast import DISTRICT
from youlin.apps.cases.tests import factories
from youlin.apps.notices import services as notices
from youlin.apps.notices.adapters import fake
from youlin.kernel import ids

MINE = ("/my/", "/my/data/", "/my/data/export.json", "/inbox/")


@pytest.fixture
def sms(settings):
    """The text messages that go out."""
    settings.SMS_ADAPTER = "youlin.apps.notices.adapters.fake.send_sms"
    fake.reset()
    yield fake.outbox
    fake.reset()


@pytest.mark.parametrize("address", MINE)
def test_a_visitor_is_asked_to_sign_in_and_comes_back(client: Client, people, address):
    answer = client.get(address)
    assert answer.status_code == 302 and answer["Location"] == f"/sign-in/?next={address}"


def test_a_code_signs_in_and_leads_where_one_wanted(client: Client, people, sms):
    client.get("/sign-in/", {"next": "/my/data/"})
    assert client.post("/sign-in/", {"phone": "138 0013 8001"})["Location"] == "/sign-in/code/"
    code = re.search(r"\d{6}", sms[-1].text)[0]
    wrong = client.post("/sign-in/code/", {"code": f"{(int(code) + 1) % 1_000_000:06d}"})
    assert wrong.status_code == 422 and "验证码不对" in wrong.content.decode()
    assert client.post("/sign-in/code/", {"code": code})["Location"] == "/my/data/"
    assert client.get("/my/").status_code == 200


def test_another_site_is_no_place_to_come_back_to(client: Client, people, sms):
    client.get("/sign-in/", {"next": "https://example.org/"})
    client.post("/sign-in/", {"phone": "13800138001"})
    code = re.search(r"\d{6}", sms[-1].text)[0]
    assert client.post("/sign-in/code/", {"code": code})["Location"] == "/my/"


def test_a_number_that_gets_no_messages_is_refused_in_words(client: Client, people, sms):
    answer = client.post("/sign-in/", {"phone": "12345"})
    assert answer.status_code == 422 and "手机号" in answer.content.decode() and not sms


def test_without_a_number_there_is_no_code_to_enter(client: Client, people):
    assert client.get("/sign-in/code/")["Location"] == "/sign-in/"


def test_my_cases_are_mine(signed_in, people):
    mine = factories.reported(actor=people.li.actor, text="我报的垃圾").case
    factories.reported(actor=people.qian.actor, text="别人报的垃圾")
    page = signed_in(people.li).get("/my/").content.decode()
    assert mine.number in page and "我报的垃圾" in page and "别人报的垃圾" not in page


def test_the_queries_of_my_cases_do_not_grow(signed_in, people, django_assert_max_num_queries):
    client = signed_in(people.li)
    factories.reported(actor=people.li.actor)
    client.get("/my/")
    with django_assert_max_num_queries(16) as few:
        client.get("/my/")
    for _n in range(5):
        factories.reported(actor=people.li.actor)
    with django_assert_max_num_queries(len(few)):
        client.get("/my/")


def test_a_notice_is_read_and_leads_on(signed_in, people):
    made = notices.notify(
        district=DISTRICT, person_id=people.li.id, kind="t", key="t", title="您的反映已办结", link="/my/"
    )
    client = signed_in(people.li)
    assert "您的反映已办结" in client.get("/inbox/").content.decode()
    assert client.post(f"/inbox/{made.id}/read/")["Location"] == "/my/"
    made.refresh_from_db()
    assert made.read_at is not None


def test_another_persons_notice_stays_unread(signed_in, people):
    made = notices.notify(district=DISTRICT, person_id=people.li.id, kind="t", key="t", title="给李小哥的")
    client = signed_in(people.qian)
    assert "给李小哥的" not in client.get("/inbox/").content.decode()
    client.post(f"/inbox/{made.id}/read/")
    made.refresh_from_db()
    assert made.read_at is None
    assert client.post(f"/inbox/{ids.uuid7()}/read/").status_code in (302, 404)


def test_my_data_comes_as_a_file(signed_in, people):
    made = factories.reported(actor=people.li.actor)
    answer = signed_in(people.li).get("/my/data/export.json")
    assert "attachment" in answer["Content-Disposition"] and made.number in answer.content.decode()


def test_erasing_me_asks_first_and_signs_out(signed_in, people):
    client = signed_in(people.li)
    assert client.post("/my/data/erase/").status_code == 400
    answer = client.post("/my/data/erase/", {"confirm": "erase"})
    assert "您的个人数据已删除" in answer.content.decode()
    assert client.get("/my/").status_code == 302
    assert not Session.objects.filter(session_key=client.session.session_key).exists()
    people.li.person.refresh_from_db()
    assert "李小哥" not in str(vars(people.li.person))


def test_signing_out_ends_it(signed_in, people):
    client = signed_in(people.li)
    client.post("/sign-out/")
    assert client.get("/my/").status_code == 302

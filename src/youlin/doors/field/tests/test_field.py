"""The grid worker's phone: what is mine today, acts with a photo, a patrol report; sent twice, done once."""

import pytest
from django.test import Client

from tests.cast import GRID, SIBLING_GRID, point_in
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories

JSON = {"Accept": "application/json"}
PAGES = ("/field/", "/field/grid/", "/field/me/", "/field/report/")


@pytest.fixture
def mine(people):
    """A case dispatched to wang."""
    return factories.dispatched()


def send(client: Client, case: Case, act: str, **fields):
    headers = fields.pop("headers", None)
    fields.setdefault("idempotency_key", factories.key())
    return client.post(f"/field/case/{case.number}/act/{act}/", fields, headers=headers)


@pytest.mark.parametrize("address", PAGES)
def test_the_door_is_for_people_in_duty(client: Client, signed_in, people, address):
    assert client.get(address).status_code == 302
    assert signed_in(people.qian).get(address).status_code == 403
    assert signed_in(people.wang).get(address).status_code == 200


def test_today_is_mine_alone(signed_in, people, mine):
    theirs = factories.dispatched(area=SIBLING_GRID)
    page = signed_in(people.wang).get("/field/").content.decode()
    assert mine.number in page and theirs.number not in page
    assert "四川营 · 四川营一网格" in page and "map-svg" in page


def test_an_empty_day_says_so(signed_in, people):
    assert "今天没有要办的" in signed_in(people.wang).get("/field/").content.decode()


def test_the_queries_of_today_do_not_grow(signed_in, people, django_assert_max_num_queries):
    client = signed_in(people.wang)
    factories.many(2, holder=people.wang.person)
    client.get("/field/")
    with django_assert_max_num_queries(16) as few:
        client.get("/field/")
    factories.many(25, holder=people.wang.person)
    with django_assert_max_num_queries(len(few)):
        client.get("/field/")


def test_the_case_has_a_form_for_each_act(signed_in, people, mine):
    page = signed_in(people.wang).get(f"/field/case/{mine.number}/").content.decode()
    assert f"/field/case/{mine.number}/act/accept_task/" in page and "data-outbox" in page


def test_a_stranger_does_not_find_the_case(signed_in, people, mine):
    client = signed_in(people.sibling)
    assert client.get(f"/field/case/{mine.number}/").status_code == 404
    assert send(client, mine, "accept_task").status_code == 404


def test_what_asks_for_nothing_is_done_from_the_list_and_leaves_one_there(signed_in, people, mine):
    client = signed_in(people.wang)
    page = client.get("/field/").content.decode()
    assert f'action="/field/case/{mine.number}/act/accept_task/"' in page and "接单" in page
    assert send(client, mine, "accept_task", from_list="1")["Location"] == "/field/"
    mine.refresh_from_db()
    assert mine.state == "handling"
    page = client.get("/field/").content.decode()
    assert mine.number in page and "/act/" not in page, "feedback asks for words or a photo"


def test_taking_on_stays_and_reporting_back_leaves(signed_in, people, mine, photo):
    client = signed_in(people.wang)
    assert send(client, mine, "accept_task")["Location"] == f"/field/case/{mine.number}/"
    assert send(client, mine, "feedback", note="清运了", photos=photo)["Location"] == "/field/"
    mine.refresh_from_db()
    assert mine.state == "feedback_given" and mine.media.count() == 1


def test_sent_twice_it_is_done_once(signed_in, people, mine):
    client, key = signed_in(people.wang), factories.key()
    first = send(client, mine, "accept_task", idempotency_key=key, headers=JSON)
    second = send(client, mine, "accept_task", idempotency_key=key, headers=JSON)
    assert first.json() == second.json() and second.status_code == 200


def test_an_act_that_lacks_its_photo_is_refused_and_the_words_are_kept(signed_in, people, mine):
    client = signed_in(people.wang)
    send(client, mine, "accept_task")
    answer = send(client, mine, "feedback", note="忘了拍照")
    page = answer.content.decode()
    assert 400 <= answer.status_code < 500 and "form-errors" in page and "忘了拍照</textarea>" in page
    told = send(client, mine, "feedback", note="忘了拍照", headers=JSON)
    assert 400 <= told.status_code < 500 and told.json()["problems"]


def test_a_colleague_who_does_not_exist_is_refused_in_words(signed_in, people, mine):
    answer = send(signed_in(people.wang), mine, "accept_task", to_person="nobody")
    assert 400 <= answer.status_code < 500 and "没有这位经办人" in answer.content.decode()


def test_a_patrol_report_comes_from_the_position(signed_in, people):
    lon, lat = point_in(GRID)
    form = {"text": "巡查见垃圾满溢", "category": factories.GARBAGE, "lon": lon, "lat": lat}
    form["idempotency_key"] = factories.key()
    client = signed_in(people.wang)
    assert client.post("/field/report/", form)["Location"] == "/field/"
    again = client.post("/field/report/", form, headers=JSON)
    case = Case.objects.get()
    assert again.status_code == 201 and again.json()["number"] == case.number
    assert case.channel == "patrol" and case.area_now == GRID


def test_a_patrol_report_may_name_one_of_my_grids_and_no_other(signed_in, people):
    client = signed_in(people.wang)
    form = {"text": "巡查见垃圾满溢", "category": factories.GARBAGE, "idempotency_key": factories.key()}
    missing = client.post("/field/report/", form)
    assert missing.status_code == 422 and "请定位，或选一个网格" in missing.content.decode()
    assert client.post("/field/report/", {**form, "area": SIBLING_GRID}).status_code == 422
    assert client.post("/field/report/", {**form, "area": GRID}).status_code == 302


def test_my_duties_are_told_in_words(signed_in, people):
    page = signed_in(people.wang).get("/field/me/").content.decode()
    assert "网格员" in page and "椿树街道 · 四川营 · 四川营一网格" in page

"""Reporting: one form, one case, one receipt; mistakes are named and nothing typed is lost."""

import re

from django.test import Client

from tests.cast import DISTRICT, STREET, point_in
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories

JSON = {"Accept": "application/json"}


def test_a_report_ends_in_a_receipt_with_token_and_qr_code(client: Client, people, filled, photo):
    answer = client.post("/report/", filled(photos=photo), follow=True)
    case = Case.objects.get()
    assert answer.redirect_chain[0][0].startswith(f"/report/{case.number}/?t=")
    page = answer.content.decode()
    token = re.search(r'data-token="([^"]+)"', page)[1]
    assert case.number in page and 'content="report"' in page
    assert case.media.count() == 1
    code = client.get(f"/report/{case.number}/qr.svg", {"t": token})
    assert code["Content-Type"] == "image/svg+xml" and b"<svg" in code.content
    assert client.get(f"/track/{case.number}/", {"t": token}).status_code == 200


def test_sent_twice_it_is_one_case_and_one_receipt(client: Client, people, filled):
    form = filled()
    first, second = client.post("/report/", form), client.post("/report/", form)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_a_report_takes_few_queries(client: Client, people, filled, django_assert_max_num_queries):
    client.post("/report/", filled())  # areas are in memory from here on
    with django_assert_max_num_queries(15):
        assert client.post("/report/", filled()).status_code == 302


def test_the_outbox_is_told_where_the_receipt_lies(client: Client, people, filled):
    answer = client.post("/report/", filled(), headers=JSON)
    assert answer.status_code == 201
    assert client.get(answer.json()["receipt"]).status_code == 200


def test_a_street_and_an_address_do_instead_of_a_point(client: Client, people, filled):
    client.cookies["district"] = DISTRICT
    answer = client.post("/report/", filled(lon=None, lat=None, area=STREET, address="椿树园 3 号楼旁"))
    assert answer.status_code == 302
    assert Case.objects.get().area_now == STREET


def test_mistakes_are_named_and_what_was_typed_is_kept(client: Client, people, filled):
    answer = client.post("/report/", filled(category=None, lon=None, lat=None))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请选一个类别" in page and "请在图上点位置，或选择所在街道" in page
    assert "楼下垃圾满溢</textarea>" in page
    assert not Case.objects.exists()


def test_a_refusal_of_the_service_is_named_and_the_key_is_kept(client: Client, people, filled):
    form = filled(category="event.nothing")
    answer = client.post("/report/", form)
    assert 400 <= answer.status_code < 500 and "form-errors" in answer.content.decode()
    assert form["idempotency_key"] in answer.content.decode()


def test_the_outbox_gets_mistakes_as_data(client: Client, people, filled):
    answer = client.post("/report/", filled(text=""), headers=JSON)
    assert answer.status_code in (400, 422)
    assert [problem["field"] for problem in answer.json()["problems"]] == ["text"]


def test_a_file_that_is_no_photo_is_named(client: Client, people, filled, photo):
    photo.seek(0)
    photo.file.write(b"#!/bin/sh\necho hello world, this is no picture\n" + b"x" * 600)
    photo.seek(0)
    answer = client.post("/report/", filled(photos=photo))
    assert 400 <= answer.status_code < 500 and "a.jpg：" in answer.content.decode()
    assert not Case.objects.exists()


def test_categories_are_suggested_with_the_words_they_were_known_by(client: Client, people):
    page = client.post("/report/suggest/", {"text": "楼下厨余满地"}).content.decode()
    assert f'data-category="{factories.GARBAGE}"' in page and "厨余" in page
    assert "没有认出类别" in client.post("/report/suggest/", {"text": "嗯嗯嗯"}).content.decode()
    assert client.post("/report/suggest/", {"text": " "}).content.strip() == b""


def test_open_cases_nearby_are_shown_before_sending(client: Client, people):
    lon, lat = point_in("110102001001001")
    known = factories.reported(text="垃圾满溢三天了").case
    place = {"lon": lon, "lat": lat, "category": factories.GARBAGE}
    page = client.get("/report/nearby/", place).content.decode()
    assert f"/case/{known.number}/me-too/" in page and "椿树街道 · 四川营" in page
    assert "不在本平台服务的区内" in client.get("/report/nearby/", {"lon": 0, "lat": 0}).content.decode()
    for nonsense in ({}, {"lon": "x", "lat": "y"}, {"lon": "nan", "lat": "1"}, {"lon": "999", "lat": "1"}):
        answer = client.get("/report/nearby/", nonsense)
        assert answer.status_code == 200 and answer.content.strip() == b""


def test_me_too_joins_the_case_once_and_gives_a_receipt_of_its_own(client: Client, people):
    case = factories.reported().case
    address = f"/case/{case.number}/me-too/"
    assert client.get(address).status_code == 200
    form = {"note": "我家门口也是", "contact": "13800138099", "idempotency_key": factories.key()}
    answer = client.post(address, form, follow=True)
    assert answer.redirect_chain[0][0].startswith(f"/report/{case.number}/?t=")
    client.post(address, form)
    case.refresh_from_db()
    assert case.me_too_count == 1


def test_me_too_of_a_confidential_case_is_not_found(client: Client, people):
    case = factories.reported(category=factories.TIP_OFF).case
    assert client.get(f"/case/{case.number}/me-too/").status_code == 404

"""Following one's report: number and token open it, anything else is not found; then rating and reopening."""

import pytest
from django.test import Client

from youlin.apps.cases import services
from youlin.apps.cases.tests import factories


@pytest.fixture
def closed(people):
    """A case that li reported, through the whole table: (case, token)."""
    receipt = factories.reported(actor=people.li.actor)
    case = receipt.case
    factories.do(case, "file")
    factories.do(case, "dispatch")
    factories.do(case, "accept_task", people.wang.actor)
    photo = factories.photo(actor=people.wang.actor)
    factories.do(case, "feedback", people.wang.actor, media_ids=[photo])
    factories.do(case, "verify", people.zhao.actor)
    return factories.do(case, "close", people.zhao.actor), receipt.token


def test_number_and_token_lead_to_the_case(client: Client, people):
    made = factories.reported()
    answer = client.post("/track/", {"number": made.number.lower(), "token": made.token})
    assert answer.status_code == 302
    assert made.number in client.get(answer["Location"]).content.decode()


def test_a_wrong_token_reads_like_a_wrong_number(client: Client, people):
    made = factories.reported()
    answers = [
        client.get(f"/track/{number}/", {"t": token})
        for number, token in ((made.number, "wrong"), ("XC-2222222", made.token), (made.number, ""))
    ]
    assert {answer.status_code for answer in answers} == {404}
    forms = [
        client.post("/track/", {"number": number, "token": token})
        for number, token in ((made.number, "wrong"), ("XC-2222222", made.token))
    ]
    assert {answer.status_code for answer in forms} == {422}
    assert all("没有这样的编号和凭据" in answer.content.decode() for answer in forms)


def test_a_stranger_does_not_see_it_even_signed_in(signed_in, people, closed):
    case, _token = closed
    assert signed_in(people.qian).get(f"/track/{case.number}/").status_code == 404


def test_the_reporter_signed_in_needs_no_token(signed_in, people, closed):
    case, _token = closed
    page = signed_in(people.li).get(f"/track/{case.number}/").content.decode()
    assert "办得怎么样？" in page and "还没解决？" in page


def test_each_photo_is_shown_once(client: Client, closed):
    case, token = closed
    pages = (f"/track/{case.number}/?t={token}", f"/case/{case.number}/")
    for file in case.media.values_list("file_id", flat=True):
        for page in pages:
            assert client.get(page).content.decode().count(f'src="/photo/{file}/') == 1, page


def test_rating_is_taken_once(client: Client, closed):
    case, token = closed
    form = {"t": token, "solved": "yes", "stars": "5", "comment": "很快", "idempotency_key": factories.key()}
    answer = client.post(f"/track/{case.number}/rate/", form, follow=True)
    page = answer.content.decode()
    assert "您评了 5 星" in page and "很快" in page and 'id="rate"' not in page


def test_an_empty_rating_is_named(client: Client, closed):
    case, token = closed
    form = {"t": token, "comment": "中间断了网", "idempotency_key": factories.key()}
    answer = client.post(f"/track/{case.number}/rate/", form)
    assert answer.status_code == 422 and "中间断了网" in answer.content.decode()


def test_not_solved_goes_back_to_the_handler(client: Client, people, closed):
    case, token = closed
    form = {"t": token, "reason": "第二天又堆满了", "idempotency_key": factories.key()}
    assert client.post(f"/track/{case.number}/reopen/", form).status_code == 302
    case.refresh_from_db()
    assert case.is_open and case.holder_id == people.wang.id and case.reopened == 1


def test_rating_and_reopening_need_the_token(client: Client, closed):
    case, _token = closed
    form = {"t": "wrong", "solved": "no", "stars": "1", "reason": "没有", "idempotency_key": factories.key()}
    assert client.post(f"/track/{case.number}/rate/", form).status_code == 404
    assert client.post(f"/track/{case.number}/reopen/", form).status_code == 404


def test_an_open_case_cannot_be_rated(client: Client, people):
    made = factories.reported()
    form = {"t": made.token, "solved": "yes", "stars": "5", "idempotency_key": factories.key()}
    answer = client.post(f"/track/{made.number}/rate/", form)
    assert 400 <= answer.status_code < 500
    assert 'id="rate"' not in client.get(f"/track/{made.number}/", {"t": made.token}).content.decode()


def test_what_the_handler_asks_is_answered_on_the_page(client: Client, people):
    receipt = factories.reported(actor=people.li.actor)
    case = factories.handling_of(receipt.case, people.wang.actor)
    services.begin_measure(
        actor=people.wang.actor, case_id=case.id, kind="pause", note="垃圾在几号楼？", idempotency_key="ask"
    )
    page = f"/track/{receipt.number}/"
    assert "垃圾在几号楼？" in client.get(page, {"t": receipt.token}).content.decode()
    sent = {"t": receipt.token, "idempotency_key": "answer", "text": ""}
    assert client.post(f"{page}answer/", sent).status_code == 422
    for _try in range(2):
        answer = client.post(f"{page}answer/", sent | {"text": "三号楼后面"})
        assert answer.status_code == 302
    assert "垃圾在几号楼？" not in client.get(page, {"t": receipt.token}).content.decode()
    late = client.post(f"{page}answer/", sent | {"idempotency_key": "again", "text": "还有五号楼"})
    assert late.status_code == 409 and "还有五号楼" in late.content.decode()


def test_the_merged_number_shows_the_case_that_stays(client: Client, people):
    kept, gone = factories.reported(), factories.reported()
    services.merge(
        actor=people.zhao.actor, keep_id=kept.case.id, drop_id=gone.case.id, idempotency_key="merge"
    )
    shown = client.get(f"/track/{gone.number}/", {"t": gone.token}).content.decode()
    assert kept.number in shown and gone.number in shown

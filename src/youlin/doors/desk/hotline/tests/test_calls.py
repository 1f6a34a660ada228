"""A call: from picking up to the number read out; what is asked by the way."""

import re

import pytest

from tests.cast import COMMUNITY, GRID, STREET
from youlin.apps.cases import selectors
from youlin.apps.cases.hotline import calls
from youlin.apps.cases.hotline import selectors as hotline
from youlin.apps.cases.models import Case, CaseReporter, HotlineCall
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import NOISE, reported
from youlin.kernel import journal
from youlin.kernel.errors import NotAllowed, NotFound

PHONE = "138 0013 8010"
TOLD = {"text": "楼上半夜装修", "category": NOISE, "area": STREET, "phone": PHONE}


def taken(client) -> str:
    """The address of a call just picked up."""
    return client.post("/desk/call/")["Location"]


def ended(client, do: str = "report", **given) -> HotlineCall:
    """A call that ended this way."""
    address = taken(client)
    response = client.post(address, TOLD | given | {"do": do})
    assert response.status_code == 302, response.content.decode()
    assert response["Location"] == f"{address}done/"
    return HotlineCall.objects.get(id=address.split("/")[-2])


def test_a_call_becomes_a_case_once_and_its_number_is_read_out(at_desk, people):
    client = at_desk("zhao")
    address = taken(client)
    sent = TOLD | {"do": "report"}
    first, again = client.post(address, sent), client.post(address, sent)
    assert first["Location"] == again["Location"] == f"{address}done/"
    (case,) = selectors.inbox(people.zhao.actor).rows
    page = client.get(first["Location"]).content.decode()
    spoken = "".join(re.findall(r"<span>([^<]+)</span>", page)).replace(" ", "")
    assert case.number.replace("-", "") in spoken
    assert case.channel == "hotline"
    call = HotlineCall.objects.get()
    assert [entry.act for entry in journal.entries_for(call)] == ["cases.call_taken", "cases.call_ended"]
    assert {entry.actor_person for entry in journal.entries_for(call)} == {people.zhao.id}
    assert PHONE not in str([entry.public for entry in journal.entries_for(call)])


def test_a_call_with_gaps_names_every_one_and_keeps_what_was_typed(at_desk):
    client = at_desk("zhao")
    response = client.post(taken(client), {"text": "", "phone": PHONE, "address": "三号楼", "do": "report"})
    page = response.content.decode()
    assert response.status_code == 422
    for words in ("没有写诉求", "没有选类别", "没有选在哪里", "三号楼", PHONE):
        assert words in page


def test_the_callers_earlier_cases_are_found_however_the_number_is_typed(at_desk, people):
    case = reported(contact="13800138010").case
    reported(contact="13800138011")
    page = at_desk("zhao").post("/desk/call/caller/", {"phone": "+86 138-0013-8010"}).content.decode()
    assert case.number in page and page.count('name="about"') == 2
    assert "13800138010" not in page
    assert selectors.case_page(people.zhao.actor, case.number).reporters[0].contact == "138****8010"


def test_a_number_leads_to_no_informant_and_to_nothing_outside_ones_duty(at_desk, people):
    reported(contact="13800138010", protected=True)
    reported(contact="13800138010", category=factories.TIP_OFF)
    reported(contact="13800138010")
    assert len(hotline.earlier(people.zhao.actor, "13800138010")) == 1
    assert hotline.earlier(people.other.actor, "13800138010") == ()
    assert hotline.earlier(people.wang.actor, "13800138010") == ()
    assert (
        'name="about"'
        not in at_desk("zhao")
        .post("/desk/call/caller/", {"phone": "13800138010", "anonymous": "on"})
        .content.decode()
    )


def test_the_same_caller_again_is_one_voice_another_is_one_more(at_desk):
    client = at_desk("zhao")
    case = reported(contact="13800138010").case
    ended(client, about=case.number, text="还没有人来")
    case.refresh_from_db()
    assert (case.me_too_count, CaseReporter.objects.filter(case=case).count()) == (0, 1)
    ended(client, about=case.number, phone="13800138099", text="我家也是")
    case.refresh_from_db()
    assert (case.me_too_count, CaseReporter.objects.filter(case=case).count()) == (1, 2)
    assert Case.objects.count() == 1
    again = [entry for entry in journal.entries_for(case) if entry.act == "cases.called_again"]
    assert [entry.note for entry in again] == ["还没有人来", "我家也是"]
    assert again[-1].after["calls"] == 2


def test_an_anonymous_caller_leaves_nothing_and_a_confidential_one_is_protected(at_desk):
    client = at_desk("zhao")
    call = ended(client, anonymous="on")
    reporter = CaseReporter.objects.get(case=call.case)
    assert (call.phone, call.phone_blind, reporter.contact, reporter.contact_blind) == ("", "", "", "")
    call = ended(client, protected="on", text="请保密")
    assert CaseReporter.objects.get(case=call.case).protected
    assert not call.case.public and call.case.moderation == ""


def test_a_call_for_somebody_else_keeps_for_whom_sealed(at_desk):
    call = ended(at_desk("zhao"), on_behalf_of="母亲 张桂兰")
    reporter = CaseReporter.objects.get(case=call.case)
    assert reporter.on_behalf_of == "母亲 张桂兰"
    stored = (
        CaseReporter.objects.filter(id=reporter.id).extra(select={"raw": "on_behalf_of"}).values_list("raw")
    )
    assert "张桂兰" not in stored[0][0]


def test_a_question_answered_at_once_is_a_closed_case_that_counts(at_desk, people):
    call = ended(at_desk("zhao"), "answer", answer="施工单位夜间停工，热线已转告", text="夜里能施工吗")
    case = Case.objects.get(id=call.case_id)
    assert (case.is_open, case.outcome, case.state) == (False, "answered", "closed")
    assert case.filed_at and case.closed_at
    assert hotline.today(people.zhao.actor) == hotline.Day(calls=1, answered=1)
    given = hotline.answers_given(people.zhao.actor, NOISE, "夜里可以施工吗")
    assert [one.words for one in given] == ["施工单位夜间停工，热线已转告"]


@pytest.mark.parametrize(
    ("given", "words"),
    [({"answer": ""}, "没有写答复"), ({"category": factories.GARBAGE, "answer": "好"}, "不能当场办结")],
)
def test_what_cannot_be_answered_at_once_is_said_and_nothing_is_made(at_desk, given, words):
    client = at_desk("zhao")
    response = client.post(taken(client), TOLD | given | {"do": "answer"})
    assert response.status_code == 422 and words in response.content.decode()
    assert not Case.objects.exists()


def test_a_call_set_aside_is_found_again(at_desk, people):
    client = at_desk("zhao")
    first, second = taken(client), taken(client)
    assert first in client.get(second).content.decode()
    assert first in client.get("/desk/call/").content.decode()
    client.post(first, {"do": "nothing"})
    assert [str(one.id) for one in hotline.unfinished(people.zhao.actor)] == [second.split("/")[-2]]


def test_a_call_is_its_operators_own(at_desk, people):
    address = taken(at_desk("zhao"))
    assert at_desk("sun").get(address).status_code == 404
    assert at_desk("wang").post("/desk/call/").status_code == 403
    with pytest.raises(NotFound):
        calls.nothing(actor=people.sun.actor, call_id=HotlineCall.objects.get().id, caller=calls.Caller())
    with pytest.raises(NotAllowed):
        calls.begin(actor=people.zhao.actor, district="110101")


def test_words_are_recognised_and_places_found_by_name_code_and_old_address(at_desk, people):
    client = at_desk("zhao")
    page = client.post("/desk/call/recognise/", {"text": "半夜噪声很吵"}).content.decode()
    assert NOISE in page and "噪声" in page and 'data-hot="Alt+1"' in page
    reported(address="白广路 7 号院", area=GRID)
    for words, area in (("四川营", COMMUNITY), (COMMUNITY, COMMUNITY), ("白广路", GRID)):
        assert f'data-area="{area}"' in client.get("/desk/call/places/", {"q": words}).content.decode()
    assert client.get("/desk/call/places/", {"q": "x"}).content.decode().strip() == ""


def test_a_call_takes_few_queries(at_desk, django_assert_max_num_queries):
    client = at_desk("zhao")
    for number in range(12):
        reported(contact=PHONE, text=f"第{number}次反映")
    with django_assert_max_num_queries(14):
        client.post("/desk/call/caller/", {"phone": PHONE})
    address = taken(client)
    with django_assert_max_num_queries(16):
        client.get(address)
    with django_assert_max_num_queries(40):
        client.post(address, TOLD | {"do": "report"})


def test_numbers_are_grouped_for_the_voice():
    assert hotline.for_voice("XC-7K4M2H9QA") == ("X C", "7 K 4", "M 2 H", "9 Q A")

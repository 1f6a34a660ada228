"""What a category asks is asked, refused in words, kept and shown alike by portal, hotline, API and Open311."""

import json

import pytest
from django.test import Client

from tests.cast import DISTRICT, GRID, Cast, point_in
from youlin.apps.cases import selectors
from youlin.apps.cases.hotline import calls
from youlin.apps.cases.lists.exports import columns
from youlin.apps.cases.models import Case, Category
from youlin.apps.cases.permission import access
from youlin.apps.cases.tests.factories import GARBAGE, NOISE, key
from youlin.doors.open.tests.api import a_report, post, refusal, signed_in
from youlin.doors.open.tests.georeport import ask, content, send
from youlin.doors.open.tests.test_georeport_attributes import ASKED, GOOD

pytestmark = pytest.mark.django_db

KEPT = {
    "kind": "wet",
    "bags": 3,
    "seen": "2026-01-31T08:00:00+08:00",
    "smells": ["sour", "burnt"],
    "who": "不知道",
    "more": "电话 13800138000",
}
FORM = {name: value for name, value in GOOD.items() if name != "attribute[seen]"} | {
    "attribute[seen][local]": "2026-01-31T08:00",
    "asked": GARBAGE,
}
SAID = {"kind": "wet", "bags": "3", "seen": KEPT["seen"], "smells": ["sour", "burnt"], "who": "不知道",
        "more": "电话 13800138000"}  # fmt: skip


@pytest.fixture(autouse=True)
def _asked(people: Cast, client: Client) -> None:
    Category.objects.filter(district=DISTRICT, code=GARBAGE).update(attributes=ASKED)
    client.cookies["district"] = DISTRICT


def the_form(**changed: object) -> dict[str, object]:
    lon, lat = point_in(GRID)
    form = {
        "text": "楼下垃圾满溢",
        "category": GARBAGE,
        "lon": f"{lon:.6f}",
        "lat": f"{lat:.6f}",
        "idempotency_key": key(),
        **FORM,
        **changed,
    }
    return {name: value for name, value in form.items() if value is not None}


def the_call(people: Cast, **changed: object):
    call = calls.begin(actor=people.zhao.actor, district=DISTRICT)
    form = the_form(phone="13800138010", do="report", **changed)
    return signed_in(people.zhao).post(f"/desk/call/{call.id}/", form)


def kept() -> dict[str, object]:
    return Case.objects.get().attributes


class TestThePortal:
    def test_questions_come_with_the_category(self, client: Client) -> None:
        part = client.get("/report/questions/", {"category": GARBAGE}).content.decode()
        for words in ("哪种", "厨余", "几袋", "何时看到", "气味", "不写姓名", "请勿自行搬运"):
            assert words in part
        assert 'name="attribute[smells][]"' in part and 'type="datetime-local"' in part
        assert "attribute[hint]" not in part
        for other in (NOISE, "nothing", ""):
            assert "attribute" not in client.get("/report/questions/", {"category": other}).content.decode()
        assert "哪种" in client.get("/report/", {"category": GARBAGE}).content.decode()

    def test_answers_are_kept(self, client: Client) -> None:
        assert client.post("/report/", the_form()).status_code == 302
        assert kept() == KEPT

    def test_what_is_wrong_is_told_beside_it_and_nothing_typed_is_lost(self, client: Client) -> None:
        answer = client.post("/report/", the_form(**{"attribute[kind]": "green", "attribute[bags]": "many"}))
        page = answer.content.decode()
        assert answer.status_code == 400 and "“几袋”应为数字" in page and "可选：wet（厨余）" in page
        assert 'value="many"' in page and "电话 13800138000</textarea>" in page
        assert 'value="2026-01-31T08:00"' in page and page.count(" checked>") == 2
        assert not Case.objects.exists()

    def test_a_form_that_did_not_show_them_shows_them_then(self, client: Client) -> None:
        answer = client.post(
            "/report/", {n: v for n, v in the_form().items() if "attr" not in n and n != "asked"}
        )
        assert answer.status_code == 400 and 'name="attribute[kind]"' in answer.content.decode()

    def test_a_report_from_the_outbox_does_not_wait_for_questions_it_never_saw(self, client: Client) -> None:
        form = {n: v for n, v in the_form(asked=NOISE).items() if "attr" not in n}
        assert client.post("/report/", form, headers={"Accept": "application/json"}).status_code == 201
        assert kept() == {}

    def test_the_public_and_the_reporter_read_the_answers(self, people: Cast, client: Client) -> None:
        address = client.post("/report/", the_form())["Location"]
        number, token = address.split("/")[2], address.split("t=")[1].split("&")[0]
        mine = client.get(f"/track/{number}/", {"t": token}).content.decode()
        assert "厨余" in mine and "不知道" in mine
        page = client.get(f"/case/{number}/").content.decode()
        assert "厨余" in page and "不知道" not in page and "13800138000" not in page


class TestTheHotline:
    def test_questions_come_with_the_category(self, people: Cast, client: Client) -> None:
        part = signed_in(people.zhao).get("/desk/call/questions/", {"category": GARBAGE})
        assert 'name="attribute[kind]"' in part.content.decode()
        assert client.get("/desk/call/questions/", {"category": GARBAGE}).status_code in (302, 401, 403)

    def test_answers_are_kept(self, people: Cast) -> None:
        assert the_call(people).status_code == 302
        assert kept() == KEPT

    def test_an_open_question_is_told_and_nothing_typed_is_lost(self, people: Cast) -> None:
        answer = the_call(people, **{"attribute[kind]": ""})
        page = answer.content.decode()
        assert answer.status_code == 422 and "“哪种”没有回答" in page and 'value="3"' in page
        assert not Case.objects.exists()


class TestTheApi:
    def test_categories_say_what_they_ask(self, client: Client) -> None:
        rows = client.get("/api/v1/cases/categories", {"district": DISTRICT}).json()
        [row] = [row for row in rows if row["code"] == GARBAGE]
        assert [one["code"] for one in row["attributes"]] == [one["code"] for one in ASKED]
        assert row["attributes"][0]["values"][0] == {"key": "wet", "name": "厨余"}

    def test_answers_are_kept(self, client: Client, api_key: str) -> None:
        answer = post(client, "cases", a_report(attributes=SAID), X_API_Key=api_key)
        assert answer.status_code == 201 and kept() == KEPT

    def test_what_is_wrong_is_told_by_its_name(self, client: Client, api_key: str) -> None:
        wrong = {**SAID, "kind": "green", "colour": "red"}
        told = refusal(post(client, "cases", a_report(attributes=wrong), X_API_Key=api_key), 400)
        assert told == ["attribute[colour]", "attribute[kind]"]
        assert refusal(post(client, "cases", a_report(), X_API_Key=api_key), 400) == ["attribute[kind]"]
        refusal(post(client, "cases", a_report(attributes={"kind": 3}), X_API_Key=api_key), 422)

    def test_the_desk_s_answer_has_them(self, people: Cast, client: Client, api_key: str) -> None:
        number = post(client, "cases", a_report(attributes=SAID), X_API_Key=api_key).json()["number"]
        told = signed_in(people.zhao).get(f"/api/v1/inbox/{number}").json()["answers"]
        assert {one["code"]: one["value"] for one in told}["smells"] == "酸、焦"


def test_every_door_keeps_and_tells_the_same(people: Cast, client: Client, api_key: str) -> None:
    client.post("/report/", the_form())
    the_call(people)
    post(client, "cases", a_report(attributes=SAID), X_API_Key=api_key)
    for form in ("json", "xml"):
        send(client, api_key, form, description=f"另一件 {form}", **GOOD)
    assert [case.attributes for case in Case.objects.all()] == [KEPT] * 5
    Case.objects.update(public=True, moderation="shown")
    for number in Case.objects.values_list("number", flat=True):
        page = client.get(f"/api/v1/cases/{number}").json()["case"]["answers"]
        [row] = content(ask(client, f"requests/{number}", "xml", extensions="true"))
        assert page == row["extended_attributes"]["attributes"]
        assert "13800138000" not in json.dumps(page)


def test_an_export_has_question_and_answer(
    people: Cast, client: Client, django_assert_max_num_queries
) -> None:
    client.post("/report/", the_form())
    held = access(people.zhao.actor)
    with django_assert_max_num_queries(4):
        made = columns.batch(list(Case.objects.all()), held, full=False, with_people=False)
    [told] = columns.row(Case.objects.get(), made, ["answers"])
    assert "哪种：厨余；几袋：3" in told and "13800138000" not in told


def test_the_case_page_of_the_desk_shows_them(people: Cast, client: Client) -> None:
    client.post("/report/", the_form())
    page = signed_in(people.zhao).get(f"/desk/case/{Case.objects.get().number}/").content.decode()
    assert "厨余" in page and "2026-01-31 08:00" in page
    assert selectors.case_page(people.zhao.actor, Case.objects.get().number).questions[0].text == "厨余"

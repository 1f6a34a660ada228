"""GeoReport v2 in full: what services ask besides, formats by negotiation, one's own requests found again."""

import json

import pytest
from django.test import Client

from tests.cast import DISTRICT, Cast
from youlin.apps.cases.attributes import Question
from youlin.apps.cases.models import Case, Category
from youlin.apps.cases.tests.factories import GARBAGE
from youlin.doors.open.tests.georeport import FORMS, ask, content, errors, numbers, send

pytestmark = pytest.mark.django_db

ASKED = [
    {"code": "kind", "name": "哪种", "name_en": "Which", "datatype": "singlevaluelist", "required": True,
     "public": True, "values": [{"key": "wet", "name": "厨余", "name_en": "Kitchen"},
                                {"key": "dry", "name": "其他", "name_en": "Other"}]},
    {"code": "bags", "name": "几袋", "name_en": "How many bags", "datatype": "number", "public": True},
    {"code": "seen", "name": "何时看到", "name_en": "Seen when", "datatype": "datetime"},
    {"code": "smells", "name": "气味", "name_en": "Smells", "datatype": "multivaluelist",
     "values": [{"key": "sour", "name": "酸", "name_en": "Sour"}, {"key": "burnt", "name": "焦", "name_en": "Burnt"}]},
    {"code": "who", "name": "谁放的", "name_en": "Who", "datatype": "string", "hint": "不写姓名"},
    {"code": "more", "name": "还有", "name_en": "More", "datatype": "text", "public": True},
    {"code": "hint", "name": "请勿自行搬运", "name_en": "Leave it", "datatype": "text", "variable": False},
]  # fmt: skip
GOOD = {"attribute[kind]": "wet", "attribute[bags]": "3", "attribute[seen]": "2026-01-31T08:00:00+08:00",
        "attribute[smells][]": ["sour", "burnt"], "attribute[who]": "不知道",
        "attribute[more]": "电话 13800138000"}  # fmt: skip


@pytest.fixture(autouse=True)
def _asked(people: Cast) -> None:
    Category.objects.filter(district=DISTRICT, code=GARBAGE).update(attributes=ASKED)


@pytest.mark.parametrize("form", FORMS)
def test_a_service_says_what_it_asks(client: Client, form: str) -> None:
    [service] = [one for one in content(ask(client, "services", form)) if one["service_code"] == GARBAGE]
    assert service["metadata"] == "true"
    found = content(ask(client, f"services/{GARBAGE}", form))["attributes"]
    assert [one["code"] for one in found] == [one["code"] for one in ASKED]
    assert [one["order"] for one in found] == ["1", "2", "3", "4", "5", "6", "7"]
    assert found[0]["values"] == [{"key": "wet", "name": "厨余"}, {"key": "dry", "name": "其他"}]
    assert (found[0]["required"], found[1]["required"]) == ("true", "false")
    assert (found[4]["datatype_description"], found[6]["variable"]) == ("不写姓名", "false")


@pytest.mark.parametrize("form", FORMS)
def test_answers_are_kept_by_their_kind(client: Client, api_key: str, form: str) -> None:
    [row] = content(send(client, api_key, form, **GOOD))
    assert Case.objects.get(number=row["service_request_id"]).attributes == {
        "kind": "wet",
        "bags": 3,
        "seen": "2026-01-31T08:00:00+08:00",
        "smells": ["sour", "burnt"],
        "who": "不知道",
        "more": "电话 13800138000",
    }


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"attribute[kind]": ""}, "attribute[kind]"),
        ({"attribute[kind]": "green"}, "wet（厨余）"),
        ({"attribute[kind]": ["wet", "dry"]}, "attribute[kind]"),
        ({"attribute[bags]": "many"}, "attribute[bags]"),
        ({"attribute[bags]": "nan"}, "attribute[bags]"),
        ({"attribute[bags]": "1e9"}, "attribute[bags]"),
        ({"attribute[seen]": "yesterday"}, "2026-01-31T08:00:00+08:00"),
        ({"attribute[seen]": "0001-01-01T00:00:00"}, "attribute[seen]"),
        ({"attribute[smells][]": ["sour", "loud"]}, "loud"),
        ({"attribute[who]": "x" * 256}, "255"),
        ({"attribute[more]": "x" * 2001}, "2000"),
        ({"attribute[hint]": "x"}, "attribute[hint]"),
        ({"attribute[colour]": "red"}, "attribute[colour]"),
    ],
)
def test_a_wrong_answer_is_told_by_its_name(client: Client, api_key: str, changed, named: str) -> None:
    for form in FORMS:
        response = send(client, api_key, form, **{**GOOD, **changed})
        assert response.status_code == 400
        assert named in "\n".join(errors(response))
    assert not Case.objects.exists()


def test_all_that_is_wrong_is_told_at_once(client: Client, api_key: str) -> None:
    wrong = {"attribute[kind]": "green", "attribute[bags]": "x"}
    assert len(errors(send(client, api_key, **{**GOOD, **wrong}))) == 2


def test_who_is_asked_without_list_is_not_asked_on_other_doors(people: Cast) -> None:
    from youlin.apps.cases.tests import factories

    assert factories.reported().case.attributes == {}


def test_answers_that_are_public_are_shown_to_those_who_ask_for_more(client: Client, api_key: str) -> None:
    [row] = content(send(client, api_key, **GOOD))
    number = row["service_request_id"]
    Case.objects.update(public=True, moderation="shown")
    plain, more = (
        content(ask(client, f"requests/{number}", "xml", **query)) for query in ({}, {"extensions": "true"})
    )
    assert "extended_attributes" not in plain[0]
    shown = {one["code"]: one["value"] for one in more[0]["extended_attributes"]["attributes"]}
    assert set(shown) == {"kind", "bags", "more"} and shown["kind"] == "厨余"
    assert "13800138000" not in json.dumps(more)
    assert more == content(ask(client, f"requests/{number}", "json", extensions="true"))


def test_the_desk_sees_every_answer(client: Client, api_key: str, people: Cast) -> None:
    from youlin.apps.cases import selectors

    [row] = content(send(client, api_key, **GOOD))
    page = selectors.case_page(people.zhao.actor, row["service_request_id"])
    told = {one.name: one.text for one in page.questions}
    assert told["气味"] == "酸、焦" and told["何时看到"] == "2026-01-31 08:00" and len(told) == 6


def test_the_same_with_other_answers_is_another_request(client: Client, api_key: str) -> None:
    for bags in ("1", "1", "2"):
        assert send(client, api_key, **{**GOOD, "attribute[bags]": bags}).status_code == 201
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("application/json", "application/json"), ("text/xml", "text/xml"), ("application/xml", "text/xml"),
     ("*/*", "application/json"), ("text/html, application/xml;q=0.9, */*;q=0.1", "text/xml")],
)  # fmt: skip
def test_without_an_ending_the_client_s_wish_decides(client: Client, accept: str, kind: str) -> None:
    for path in ("services", f"services/{GARBAGE}", "requests"):
        response = client.get(
            f"/open311/v2/{path}", {"jurisdiction_id": DISTRICT}, headers={"Accept": accept}
        )
        assert response.status_code == 200 and response["Content-Type"].startswith(kind), path


def test_a_wish_that_cannot_be_met_is_told(client: Client) -> None:
    response = client.get("/open311/v2/services", headers={"Accept": "text/csv"})
    assert response.status_code == 406 and "application/json" in errors(response)[0]


def test_a_client_finds_its_own_request_again_by_its_own_number(client: Client, api_key: str) -> None:
    [row] = content(send(client, api_key, external_reference="B-17", **GOOD))
    Case.objects.update(public=False)
    mine = ask(client, "requests", api_key=api_key, external_reference="B-17", extensions="true")
    assert numbers(mine) == [row["service_request_id"]]
    assert content(mine)[0]["extended_attributes"]["external_reference"] == "B-17"
    assert numbers(ask(client, "requests", api_key=api_key, external_reference="B-18")) == []
    assert numbers(ask(client, "requests", external_reference="B-17")) == []


def test_a_client_s_list_of_numbers_has_its_own(client: Client, api_key: str) -> None:
    [row] = content(send(client, api_key, **GOOD))
    Case.objects.update(public=False)
    number = row["service_request_id"]
    assert numbers(ask(client, "requests", service_request_id=number, api_key=api_key)) == [number]
    assert numbers(ask(client, "requests", service_request_id=number)) == []


def test_every_kind_that_can_be_declared_is_one_of_georeport_s() -> None:
    from typing import get_args

    from youlin.apps.cases import attributes
    from youlin.programmes.schema import Attribute

    assert get_args(Attribute.model_fields["datatype"].annotation) == attributes.KINDS
    assert Question.__slots__

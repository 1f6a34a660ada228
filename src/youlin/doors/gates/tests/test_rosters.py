"""A company's contact brings this month's roster: looked at, taken in, given back; and the table of entries goes out."""

import csv

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import DISTRICT, give_duty, make_member
from youlin.apps.gates.models import Roster
from youlin.apps.gates.tests.test_rosters import ALL, has_code, rider
from youlin.apps.linkage.tests.factories import company
from youlin.apps.parties.sign_in import BACKEND
from youlin.kernel import clock, ids


def signed_in(member) -> Client:
    client = Client()
    client.force_login(member.account, backend=BACKEND)
    return client


@pytest.fixture
def contact(world) -> Client:
    """Brings the rosters of one company alone."""
    body = company()
    company("p2", "乙平台（演示）")
    member = make_member("lianluo", "连络")
    give_duty(member, "pass_office", DISTRICT, organisation=body)
    return signed_in(member)


@pytest.fixture
def riders(contact):
    return [rider("张三", "13800138051"), rider("李四", "13800138052"), rider("王五", "13800138053")]


def send(client: Client, *lines: str, name: str = "十一月.csv", body: str = "p1"):
    content = "\n".join(("姓名,手机号", *lines)).encode()
    return client.post("/gates/rosters/", {"organisation": body, "file": SimpleUploadedFile(name, content)})


def test_a_roster_is_looked_at_taken_in_and_given_back(contact, riders):
    page = contact.get("/gates/rosters/").content.decode()
    assert "甲平台" in page and "乙平台" not in page
    first = send(contact, *ALL).headers["Location"]
    assert contact.post(f"{first}take/").status_code == 302
    second = send(contact, *ALL[:2], ",13800138057").headers["Location"]
    preview = contact.get(second).content.decode()
    assert "王*" in preview and "王五" not in preview and "没有姓名" in preview
    assert all(has_code(one) for one in riders)
    contact.post(f"{second}take/")
    assert [has_code(one) for one in riders] == [True, True, False]
    assert contact.post(f"{second}take/").status_code == 409
    contact.post(f"{second}undo/")
    assert all(has_code(one) for one in riders)
    assert contact.post(f"{second}undo/").status_code == 409
    assert "已撤销" in contact.get("/gates/rosters/").content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"organisation": "p1"}, "请选择一个文件"),
        ({"organisation": "", "file": "x"}, "请选择单位"),
        ({"organisation": "\0", "file": "x"}, "请选择单位"),
        ({"organisation": "p1", "file": "x"}, "表里缺少这些列"),
    ],
)
def test_what_cannot_be_taken_is_told_in_words(contact, given, words):
    if "file" in given:
        given = given | {"file": SimpleUploadedFile("a.csv", b"x\n1\n")}
    page = contact.post("/gates/rosters/", given)
    assert page.status_code == 422 and words in page.content.decode()


def test_of_another_company_and_of_somebody_else_there_is_nothing(world, contact, riders):
    assert send(contact, *ALL, body="p2").status_code == 403
    found = send(contact, *ALL).headers["Location"]
    assert signed_in(world.office).get(found).status_code == 404
    assert contact.get(f"/gates/rosters/{ids.uuid7()}/").status_code == 404
    assert contact.post(f"{found}fly/").status_code == 404
    assert signed_in(world.guard).get("/gates/rosters/").status_code == 403
    assert Client().get("/gates/rosters/").status_code == 302
    assert contact.post("/gates/rosters/", {"organisation": "p1", "from": "system"}).status_code == 404
    assert Roster.objects.filter(district=DISTRICT, taken_at=None).count() == 1


def test_entries_go_out_by_day_without_anybody(world):
    world.record("in", code=world.code(), gate="南门")
    office = signed_in(world.office)
    answer = office.get("/gates/desk.csv", {"month": f"{clock.today():%Y-%m}"})
    text = answer.content.decode("utf-8-sig")
    lines = list(csv.reader(text.splitlines()))
    assert lines[1][0] == "四川营小区" and lines[1][3:] == ["1", "0", "0", "0"]
    assert "李强" not in text and world.held.number not in text
    assert office.get("/gates/desk.csv", {"month": "\0"}).status_code == 200
    assert signed_in(world.guard).get("/gates/desk.csv").status_code == 403

"""The register of a street at the desk: a table looked at, taken in and taken back; codes for all; one subject's page."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import DISTRICT, OTHER_STREET, STREET, give_duty, make_member
from youlin.apps.parties.models import Producer
from youlin.apps.passes.models import Pass
from youlin.apps.passes.subjects import keeping
from youlin.doors.codes.tests.conftest import browser
from youlin.kernel.actors import SYSTEM
from youlin.kernel.journal import JournalEntry
from youlin.kernel.tests.queries import least

HEAD = "类型,名称,街道或社区,地址,联系人,联系电话"
GIVEN = {"kind": "shop", "name": "老赵面馆", "area": STREET}


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def clerk(gate: Any) -> Client:
    """Keeps the register of one street."""
    member = make_member("dengji", "登记员")
    give_duty(member, "subject_clerk", STREET)
    return browser(member)


def send(client: Client, *lines: str, name: str = "主体.csv") -> Any:
    file = SimpleUploadedFile(name, "\n".join((HEAD, *lines)).encode())
    return client.post("/subjects/bring/", {"file": file})


def test_from_a_table_to_stickers_that_anybody_may_scan(gate: Any, clerk: Client) -> None:
    assert "没有这样的主体" in text_of(clerk.get("/subjects/"))
    assert "类型,名称" in text_of(clerk.get("/subjects/bring/table.csv"))
    page = send(
        clerk, "住户,王福,四川营社区,301,王福,13900139002", "商户,老赵面馆,椿树街道", "商户,,椿树街道"
    )
    run = page.headers["Location"]
    preview = text_of(clerk.get(run))
    assert "导入这 2 行" in preview and "没有名称" in preview and not Producer.objects.exists()
    assert clerk.post(f"{run}take/").status_code == 302
    assert clerk.post(f"{run}take/").status_code == 409
    assert "没有名称" in text_of(clerk.get(run)) and "已导入" in text_of(clerk.get("/subjects/bring/"))
    assert "2 个主体还没有码" in text_of(clerk.get("/subjects/"))
    done = text_of(clerk.post("/subjects/issue/", {"district": DISTRICT}))
    sheet = text_of(clerk.get(re.search(r"/passes/sheet/\?n=[^\"]+", done)[0]))  # type: ignore[index]
    assert sheet.count("<article") == 2 and "老赵面馆" in sheet and "王*" in sheet and "王福" not in sheet
    codes = {one.producer.name: one.number[2:] for one in Pass.objects.filter(kind__code="subject")}
    seen = gate.stranger.get("/passes/see.json", {"n": codes["王福"]}).json()
    assert seen["shows"] == ["王*", "椿树街道 · 四川营"]
    looked = gate.guard.post("/check/", {"code": f"T-{codes['王福']}", "district": DISTRICT})
    assert "王福" in text_of(looked)
    assert clerk.post(f"{run}undo/").status_code == 302 and clerk.post(f"{run}undo/").status_code == 409
    assert gate.stranger.get("/passes/see.json", {"n": codes["王福"]}).status_code == 404
    assert "已注销" in text_of(clerk.get("/subjects/?state=ended"))


def test_one_is_registered_corrected_coded_and_ended_on_its_page(gate: Any, clerk: Client) -> None:
    assert clerk.post("/subjects/new/", GIVEN | {"name": ""}).status_code == 422
    address = clerk.post("/subjects/new/", GIVEN | {"contact": "赵老板", "phone": "13900139001"}).headers[
        "Location"
    ]
    page = text_of(clerk.get(address))
    assert "赵**" in page and "赵老板" not in page and "13900139001" not in page
    assert clerk.post(address, {"do": "show", "reason": "x"}).status_code == 422
    shown = clerk.post(address, {"do": "show", "reason": "核对主体码"})
    assert "赵老板 13900139001" in text_of(shown) and shown.headers["Cache-Control"] == "no-store"
    assert JournalEntry.objects.filter(act__contains="unmask").exists()
    assert clerk.post(address, {"do": "issue"}).status_code == 302
    number = Pass.objects.get(kind__code="subject").number
    assert number in text_of(clerk.get(address)) and number in text_of(clerk.get("/passes/"))
    assert clerk.get(f"/passes/{number}/paper/sheet/").status_code == 200
    assert clerk.post(address, GIVEN | {"do": "change", "area": OTHER_STREET}).status_code == 422
    clerk.post(address, GIVEN | {"do": "change", "name": "赵家面馆"})
    assert "赵家面馆" in text_of(clerk.get("/subjects/?q=赵家"))
    clerk.post(address, {"do": "end"})
    ended = text_of(clerk.get(address))
    assert "注销" in ended and "资格终止" in ended and "恢复登记" in ended
    clerk.post(address, {"do": "back"})
    assert "还没有码" in text_of(clerk.get(address))
    assert clerk.post(address, {"do": "fly"}).status_code == 404


def test_nobody_else_opens_the_register(gate: Any, clerk: Client) -> None:
    row = keeping.register(actor=SYSTEM, district=DISTRICT, given=GIVEN | {"area": OTHER_STREET})
    assert clerk.get(f"/subjects/{row.code}/").status_code == 404
    assert "老赵面馆" not in text_of(clerk.get("/subjects/"))
    assert gate.office.get(f"/subjects/{row.code}/").status_code == 200
    for client in (gate.guard, gate.rider):
        assert client.get("/subjects/").status_code in (302, 403)
        assert client.post("/subjects/issue/").status_code in (302, 403)


@pytest.mark.parametrize("file", ["主体.pdf", "主体.xlsx"])
def test_what_is_no_table_is_told(clerk: Client, file: str) -> None:
    assert send(clerk, name=file).status_code == 422
    assert clerk.post("/subjects/bring/").status_code == 422


def test_a_list_of_many_asks_no_more_than_one_of_few(gate: Any, clerk: Client) -> None:
    def fill(first: int, last: int) -> int:
        for number in range(first, last):
            keeping.register(actor=SYSTEM, district=DISTRICT, given=GIVEN | {"name": f"{number} 号"})
        clerk.post("/subjects/issue/")
        return least(lambda: clerk.get("/subjects/"))

    assert fill(0, 2) == fill(2, 12)

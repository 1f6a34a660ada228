"""Many codes from pasted lines, each line with its own answer; and one sheet on which every sticker is another."""

from typing import Any

import pytest
from django.test import Client

from tests.cast import DISTRICT, STREET
from youlin.apps.parties import services as parties
from youlin.apps.passes.models import Pass
from youlin.apps.passes.services import bulk
from youlin.apps.passes.tests import factories
from youlin.apps.places.tests import factories as places
from youlin.kernel.actors import SYSTEM


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def households(gate: Any) -> list[str]:
    """Three with a code of one household each."""
    for number in range(3):
        parties.register_producer(
            actor=SYSTEM,
            district=DISTRICT,
            code=f"H-{number}",
            name=f"第{number}户",
            area=STREET,
            kind="shop",
        )
    return [f"H-{number}" for number in range(3)]


def test_households_are_listed_issued_once_and_printed_each_its_own(gate: Any, households: list[str]) -> None:
    filled = text_of(gate.office.get("/passes/bulk/", {"kind": "subject"}))
    assert all(f"{one} # 第{one[-1]}户" in filled for one in households)
    lines = "\n".join(
        [f"{households[0]} # 第0户", f"{households[1]}\t2026 年度", "", "H-9，x", households[0]]
    )
    for _time in range(2):
        page = text_of(gate.office.post("/passes/bulk/", {"kind": "subject", "lines": lines}))
        assert "已签发 2 个" in page and "没有这个编号" in page
        assert "H-9，x</textarea>" in page
    made = list(Pass.objects.filter(kind__code="subject").order_by("created_at"))
    assert [one.producer.code for one in made] == households[:2]
    assert households[0] not in text_of(gate.office.get("/passes/bulk/", {"kind": "subject"}))
    sheet = text_of(gate.office.get("/passes/sheet/", {"n": ",".join(one.number for one in made)}))
    assert sheet.count("<article") == 2 and "第0户" in sheet and "第1户" in sheet
    assert all(one.number in sheet for one in made)


def test_people_get_cards_ten_on_a_page_and_what_moves_is_not_printed(gate: Any) -> None:
    lines = "\n".join(f"张{number},139000020{number:02}" for number in range(12))
    gate.office.post("/passes/bulk/", {"kind": "card", "lines": f"{lines}\n李,1"})
    numbers = [one.number for one in Pass.objects.filter(kind__code="card").exclude(id=gate.card.id)]
    assert len(numbers) == 12
    asked = ",".join([*numbers, gate.visit.number, "T-000000000", "%00", "\0"])
    sheet = text_of(gate.office.get("/passes/sheet/", {"n": asked}))
    assert sheet.count("<article") == 12 and sheet.count('class="codes-sheet"') == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "subject", "lines": "# nobody"}, "一行一个"),
        ({"kind": "none", "lines": "x"}, "请选择种类"),
        ({"kind": "\0", "lines": "x"}, "请选择种类"),
        ({"kind": "subject", "lines": "x\n" * (bulk.MOST + 1)}, "一次最多"),
    ],
)
def test_what_cannot_be_issued_at_all_comes_back(gate: Any, given: dict[str, str], words: str) -> None:
    page = gate.office.post("/passes/bulk/", given)
    assert page.status_code == 422 and words in text_of(page)


def test_places_are_listed_by_their_kind(gate: Any) -> None:
    other = places.make_place(name="新驿站")
    filled = text_of(gate.office.get("/passes/bulk/", {"kind": "place", "place_kind": other.kind.code}))
    assert f"{other.number} # 新驿站" in filled and gate.place.place.number not in filled
    for query in ("?kind=%00", "?kind=place&place_kind=%00", "?kind=card", "?district=%00"):
        assert gate.office.get(f"/passes/bulk/{query}").status_code == 200


def test_nobody_else_issues_or_prints(gate: Any) -> None:
    for client in (gate.guard, gate.rider):
        assert client.get("/passes/bulk/").status_code == 403
        assert client.post("/passes/bulk/", {"kind": "card", "lines": "x"}).status_code == 403
    assert gate.guard.get("/passes/sheet/", {"n": gate.card.number}).status_code == 404
    assert Client().get("/passes/sheet/").status_code == 302
    assert gate.office.get("/passes/sheet/").status_code == 404


def test_a_sheet_of_many_asks_no_more(gate: Any, django_assert_max_num_queries: Any) -> None:
    numbers = [
        factories.issue("card", factories.person(f"李{number}", f"1370000100{number}")).number
        for number in range(8)
    ]
    with django_assert_max_num_queries(16):
        gate.office.get("/passes/sheet/", {"n": ",".join(numbers)})

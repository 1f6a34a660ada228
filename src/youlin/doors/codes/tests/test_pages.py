"""The doors of codes: what each sees, what nobody does, what goes wrong in words."""

import io
from typing import Any

import pytest
import segno
import zxingcpp
from django.test import Client
from PIL import Image

from tests.cast import DISTRICT
from youlin.apps.passes import codes, keys, services
from youlin.apps.passes.models import Binding, Check, Pass
from youlin.apps.passes.tests.factories import printed
from youlin.kernel.actors import SYSTEM

JSON = {"Accept": "application/json"}


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_a_guard_checks_a_scanned_code_and_sees_nobody_s_name(gate: Any) -> None:
    page = gate.guard.post("/check/", {"code": gate.phone.code()})
    assert (
        page.status_code == 200
        and "放行" in text_of(page)
        and "李" not in text_of(page).split('data-part="words"')[0]
    )
    told = gate.guard.post("/check/", {"code": gate.phone.code(), "told": "valid"}, headers=JSON).json()
    assert (told["reason"], told["state"], told["kind"], told["shows"]) == ("valid", "ok", "到访码", [])
    assert Check.objects.count() == 2


def test_a_typed_number_a_forged_code_and_nothing_at_all(gate: Any) -> None:
    assert "李*" in text_of(gate.guard.post("/check/", {"code": gate.card.number}))
    assert "不放行" in text_of(gate.guard.post("/check/", {"code": "x.y.z"}))
    assert gate.guard.post("/check/", {}).status_code == 200
    for wrong in ({"at": "soon"}, {"at": "1"}, {"place": "x"}, {"at": "9" * 14}):
        page = gate.guard.post("/check/", {"code": gate.card.number, **wrong})
        assert page.status_code == 422 and 'role="alert"' in text_of(page), wrong
    assert (
        gate.guard.post(
            "/check/", {"code": "\0", "district": "\0", "told": "\0", "idempotency_key": "\0"}
        ).status_code
        == 422
    )


def test_a_report_sent_twice_is_one_look(gate: Any) -> None:
    sent = {"code": gate.phone.code(), "told": "valid", "idempotency_key": "k"}
    assert [gate.guard.post("/check/", sent, headers=JSON).status_code for _time in range(2)] == [200, 200]
    assert Check.objects.count() == 1


def test_the_checker_s_page_alone_may_run_the_reader(gate: Any) -> None:
    assert "'wasm-unsafe-eval'" in gate.guard.get("/check/").headers["Content-Security-Policy"]
    for client, path in (
        (gate.rider, "/me/passes/"),
        (gate.guard, "/"),
        (gate.stranger, "/v/"),
        (gate.office, "/passes/"),
    ):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "wasm" not in policy and "unsafe" not in policy, path


def test_who_does_not_check_is_sent_away(gate: Any) -> None:
    assert Client().get("/check/").status_code == 302
    for path in ("/check/", "/passes/known.json", "/passes/"):
        assert gate.rider.get(path).status_code == 403
    assert gate.guard.get("/passes/").status_code == 403
    assert gate.guard.get(f"/passes/{gate.card.number}/").status_code == 404


def test_a_phone_learns_keys_kinds_lists_and_the_time(gate: Any) -> None:
    known = gate.guard.get("/passes/known.json").json()
    assert known["districts"] == [DISTRICT] and known["kinds"][DISTRICT]["visit"] == {
        "name": "到访码",
        "skew": 30,
    }
    assert known["keys"] == keys.published() and known["now"] > 1_700_000_000_000
    listed = Client().get(known["lists"][DISTRICT])
    assert listed.headers["Content-Type"] == "application/statuslist+jwt" and listed.content.count(b".") == 2
    again = Client().get(known["lists"][DISTRICT], headers={"If-None-Match": listed.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    services.revoke(actor=SYSTEM, district=DISTRICT, pass_id=gate.card.id, reason="lost")
    changed = Client().get(known["lists"][DISTRICT], headers={"If-None-Match": listed.headers["ETag"]})
    assert changed.status_code == 200 and changed.headers["ETag"] != listed.headers["ETag"]
    for code in ("110199", "%00", "x" * 300):
        assert Client().get(f"/passes/revoked/{code}.jwt").status_code == 404


def test_the_keys_are_published_where_every_library_looks(gate: Any) -> None:
    page = Client().get("/.well-known/jwks.json")
    assert (
        page.headers["Content-Type"] == "application/jwk-set+json"
        and page.headers["Access-Control-Allow-Origin"] == "*"
    )
    assert [key["kty"] for key in page.json()["keys"]] == ["OKP"] and '"d"' not in text_of(page)


def test_the_landing_page_is_given_nothing_and_names_places_alone(gate: Any) -> None:
    page = Client().get("/v/")
    assert page.status_code == 200 and page.headers["Referrer-Policy"] == "same-origin"
    body = gate.place.number[2:]
    told = Client().get(f"/passes/see.json?n={body}").json()
    assert told["shows"] == ["牛街驿站"]
    assert told["link"].startswith("/places/P-")
    for other in (gate.card.number[2:], gate.visit.number[2:], "", "%00", "x" * 40):
        assert Client().get(f"/passes/see.json?n={other}").status_code == 404


def test_my_codes_are_drawn_and_nobody_else_s(gate: Any) -> None:
    page = text_of(gate.rider.get("/me/passes/"))
    assert str(gate.visit.id) in page and gate.card.number in page and page.count("<canvas") == 1
    assert "<svg" in page and gate.visit.number not in text_of(gate.stranger.get("/me/passes/"))
    assert Client().get("/me/passes/").status_code == 302


def test_i_take_a_code_once_and_end_it(gate: Any) -> None:
    for _time in range(2):
        gate.stranger.post("/me/passes/take/", {"district": DISTRICT, "kind": "visit"})
    mine = Pass.objects.exclude(id__in=[gate.visit.id, gate.card.id, gate.place.id]).get()
    for wrong in ({"district": DISTRICT, "kind": "card"}, {"district": "x", "kind": "\0"}, {}):
        gate.stranger.post("/me/passes/take/", wrong)
    assert Pass.objects.count() == 4
    assert gate.rider.post(f"/me/passes/{mine.id}/end/", {"reason": "lost"}).status_code == 404
    gate.stranger.post(f"/me/passes/{mine.id}/end/", {"reason": "lost"})
    mine.refresh_from_db()
    assert mine.revoked_why == "lost"


def test_a_phone_is_bound_over_the_page_s_address(gate: Any) -> None:
    sent = {"device": "d" * 22, "links": "960", "anchor": codes.anchor_of(b"x" * 15, 960)}
    path = f"/me/passes/{gate.visit.id}/bind/"
    told = gate.rider.post(path, sent, headers=JSON).json()
    assert told["links"] == 960 and told["period"] == 30 and told["token"].count(".") == 2
    assert gate.stranger.post(path, sent, headers=JSON).status_code == 404
    for wrong in ({"links": "x"}, {"links": "99999"}, {"anchor": "\0"}, {"device": ""}):
        assert gate.rider.post(path, {**sent, **wrong}, headers=JSON).status_code in (400, 422), wrong
    assert Binding.objects.count() == 2


def test_an_office_issues_prints_and_revokes(gate: Any) -> None:
    new = {"kind": "card", "name": "王小哥", "phone": "13900001001"}
    made = gate.office.post("/passes/new/", new)
    assert made.status_code == 302
    page = text_of(gate.office.get(made.headers["Location"]))
    assert "王*" in page and "王小哥" not in page
    printed_ = text_of(gate.office.get(f"{made.headers['Location']}paper/card/"))
    assert "王小哥" in printed_ and "<svg" in printed_
    for form in ("sticker", "sheet", "poster"):
        assert gate.office.get(f"{made.headers['Location']}paper/{form}/").status_code == 404
    assert gate.office.get(f"/passes/{gate.visit.number}/paper/card/").status_code == 404
    sheet = text_of(gate.office.get(f"/passes/{gate.place.number}/paper/sheet/"))
    assert sheet.count("<article") == 15 and "南门" in sheet
    assert gate.office.post(made.headers["Location"], {"reason": "x"}).status_code == 422
    gate.office.post(made.headers["Location"], {"reason": "left"})
    assert "已停用" in text_of(gate.office.get(made.headers["Location"]))
    assert gate.office.get(f"{made.headers['Location']}paper/card/").status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "card"}, "姓名"),
        ({"kind": "card", "name": "王"}, "手机号"),
        ({"kind": "card", "name": "王", "phone": "1"}, ""),
        ({"kind": "place", "number": "P-0\0"}, "编号"),
        ({"kind": "place", "number": "", "label": "x"}, "编号"),
        ({"kind": "card", "name": "王", "phone": "13900001001", "body": "none"}, "单位"),
        ({"kind": "card", "name": "王", "phone": "13900001001", "label": "长" * 40}, "说明太长"),
    ],
)
def test_what_an_office_gets_wrong_comes_back_with_what_was_typed(
    gate: Any, given: dict[str, str], field: str
) -> None:
    page = gate.office.post("/passes/new/", given)
    assert page.status_code == 422 and field in text_of(page)
    assert given.get("name", "") in text_of(page)


def test_lists_are_found_by_number_and_leafed(gate: Any) -> None:
    page = text_of(gate.office.get("/passes/", {"q": gate.card.number.lower()}))
    assert gate.card.number in page and gate.visit.number not in page
    assert gate.visit.number in text_of(gate.office.get("/passes/?kind=visit&page=99"))
    for query in ("?page=x", "?kind=%00", "?q=%00", "?district=%00"):
        assert gate.office.get(f"/passes/{query}").status_code == 200
    assert gate.office.get("/passes/%00/").status_code == 404


def test_long_lists_cost_no_more_queries(gate: Any, django_assert_max_num_queries: Any) -> None:
    from youlin.apps.passes.tests.factories import issue, person

    for number in range(8):
        issue("card", person(f"李{number}", f"1370000100{number}"))
    with django_assert_max_num_queries(24):
        gate.office.get("/passes/")


def test_what_a_page_draws_is_what_a_camera_reads(gate: Any) -> None:
    """Drawn by us, read by another's library: the very address, and a code that holds."""
    address = printed(gate.card)
    site, digits = address.split("/v/#")
    drawn = segno.make([f"{site}/v/#", digits], error="m", micro=False)
    out = io.BytesIO()
    drawn.save(out, kind="png", scale=4, border=4)
    [found] = zxingcpp.read_barcodes(Image.open(out))
    assert found.text == address
    assert gate.guard.post("/check/", {"code": found.text}, headers=JSON).json()["reason"] == "valid"

"""Responders in the portal: joining, one's limits, one tap on a call, the record; and nobody is ranked anywhere."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.cast import COMMUNITY, DISTRICT, GRID, STREET, make_district, make_resident
from youlin.apps import responders as app
from youlin.apps.cases.models import Case
from youlin.apps.parties import services as parties
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.responders import choosing, services
from youlin.apps.responders.models import Call, Responder, TaskKind
from youlin.apps.responders.tests import factories
from youlin.apps.responders.tests.factories import actor_of, call_out, call_to, enrol
from youlin.doors import portal
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM

SAID = {
    "born_on": "1992-03-01",
    "occupation": "courier",
    "areas": [GRID, COMMUNITY],
    "languages": ["zh"],
    "most_week": "3",
    "rest_hours": "0",
    "reach_m": "3000",
    "agree": "1",
}


@pytest.fixture
def city(db: None) -> Iterator[None]:
    with clock.frozen(factories.MONDAY):
        choosing.forget()
        make_district()
        factories.declare_words()
        yield


@pytest.fixture
def li(client: Client, city: None) -> Client:
    member = make_resident("李小哥", "13800138001")
    client.force_login(member.account, backend=BACKEND)  # type: ignore[arg-type]
    client.cookies["youlin-district"] = DISTRICT
    return client


def page(client: Client, name: str, *args: str) -> str:
    answer = client.get(reverse(f"portal:{name}", args=args), follow=True)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def joined(client: Client, **values: Any) -> Responder:
    answer = client.post(reverse("portal:respond-join"), {**SAID, **values})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    row = Responder.objects.get(ended_at=None)
    services.verify(actor=SYSTEM, district=DISTRICT, responder_id=row.id)
    return row


def test_somebody_joins_and_is_asked_nothing_twice(li: Client) -> None:
    assert "我要加入" in page(li, "respond") and "助老服务" in page(li, "respond")
    assert "出生日期" in page(li, "respond-join")
    row = joined(li)
    assert row.areas == [GRID, COMMUNITY] and row.consented_at is not None
    assert "出生日期" not in page(li, "respond-me")
    assert li.get(reverse("portal:respond-join")).status_code == 302


@pytest.mark.parametrize(
    "values",
    [
        {"occupation": ""},
        {"areas": ["\0"]},
        {"born_on": "x"},
        {"born_on": "2999-01-01"},
        {"agree": ""},
        {"from-0": "18:10", "to-0": "20:00"},
        {"from-0": "18:00"},
        {"most_week": "99"},
        {"quiet": "spät"},
    ],
)
def test_what_is_wrong_is_told_and_what_was_chosen_stays(li: Client, values: dict[str, Any]) -> None:
    answer = li.post(reverse("portal:respond-join"), {**SAID, "reach_m": "4321", **values})
    assert answer.status_code in (400, 422) and 'value="4321"' in answer.content.decode()
    assert not Responder.objects.exists()


def test_my_times_and_a_rest_and_leaving(li: Client) -> None:
    joined(li)
    me = reverse("portal:respond-me")
    assert li.post(me, {**SAID, "from-0": "08:00", "to-0": "12:30", "emergencies": "1"}).status_code == 302
    row = Responder.objects.get()
    assert row.windows == [[0, 16, 25]] and row.emergencies and 'value="12:30"' in page(li, "respond-me")
    assert li.post(me, {"rest": "7"}).status_code == 302
    row.refresh_from_db()
    assert row.paused_until == clock.now() + timedelta(days=7) and "休息到" in page(li, "respond-me")
    assert li.post(me, {"rest": "x"}).status_code in (400, 422)
    li.post(me, {"rest": "0"})
    li.post(reverse("portal:respond-leave"))
    row.refresh_from_db()
    assert row.paused_until is None and row.ended_at is not None


def test_a_guardian_agrees_from_the_page(li: Client, city: None) -> None:
    child = make_resident("小李", "13800138011")
    from youlin.apps.parties.models import Person

    parties.change_person(
        actor=SYSTEM, person_id=child.id, district=DISTRICT, born_on=clock.today() - timedelta(days=365 * 15)
    )
    parent = Person.objects.get(account=li.session["_auth_user_id"])
    row = enrol(who=Person.objects.get(id=child.id), verified=False)
    assert row.consented_at is None and "想当城市响应人" not in page(li, "respond")
    parties.set_guardian(
        actor=SYSTEM, district=DISTRICT, guardian=parent, ward=Person.objects.get(id=child.id), basis="父亲"
    )
    assert "想当城市响应人" in page(li, "respond")
    assert li.post(reverse("portal:respond-agree", args=[row.id])).status_code == 302
    row.refresh_from_db()
    assert row.consented_at is not None


def test_one_tap_for_each_step_and_the_place_once_i_come(li: Client) -> None:
    joined(li)
    row = call_out(wanted=1)
    seen = page(li, "respond-call", row.number)
    assert "我来" in seen and "2 号楼" not in seen and "amap" not in seen
    assert "等您回应" in page(li, "respond-calls")

    def tap(step: str, **data: str) -> Any:
        return li.post(reverse("portal:respond-answer", args=[row.number, step]), data)

    assert tap("share", lon="1", lat="x").status_code in (400, 422)
    assert tap("arrive").status_code == 409
    for step in ("accept", "accept"):
        assert tap(step).status_code == 302
    seen = page(li, "respond-call", row.number)
    assert "2 号楼" in seen and "amap" in seen
    assert tap("share", lon="116.3", lat="39.9").status_code == 302
    assert Call.objects.get().position and tap("nothing").status_code == 404
    tap("arrive")
    clock.advance(timedelta(minutes=20))
    tap("finish")
    call = Call.objects.get()
    assert (call.answer, call.position) == ("finished", "") and "2 号楼" not in page(
        li, "respond-call", row.number
    )
    services.confirm(actor=SYSTEM, district=DISTRICT, call_id=call.id)
    seen = page(li, "respond-record")
    assert "0.3 小时" in seen and "20 分钟" in seen and "1 次" in seen
    assert "李小哥" in page(li, "respond-certificate") and "无偿" in page(li, "respond-certificate")
    told = li.get(reverse("portal:respond-export")).json()
    assert told["total_minutes"] == 20 and told["unpaid"] and told["services"][0]["evidence"] == "organiser"


def test_a_certificate_is_signed_on_asking_and_its_code_leads_anybody_to_what_its_kind_says(
    li: Client,
) -> None:
    from youlin.apps.passes import declarations
    from youlin.apps.passes.models import Pass
    from youlin.apps.passes.tests.factories import PLAIN
    from youlin.apps.places import declarations as words

    seen = {"name": "masked", "label": "full"}
    kind = {**PLAIN, "name": "服务证明", "days": 3660, "inside": ["label"], "shows": seen, "anyone": seen}
    words.declare(
        declarations.KINDS, actor=SYSTEM, district=DISTRICT, programme="t", declared={"certificate": kind}
    )
    address = reverse("portal:respond-certificate")
    assert li.post(address).status_code == 302 and not Pass.objects.exists(), "no record yet"
    joined(li)
    assert li.post(address).status_code == 409, "nothing served yet"
    row = services.record(
        actor=SYSTEM,
        responder=Responder.objects.get(district=DISTRICT),
        kind=TaskKind.objects.get(district=DISTRICT, code="elder_help"),
        began_at=clock.now() - timedelta(minutes=90),
        minutes=90,
        area=GRID,
        evidence="organiser",
    )
    assert "签上二维码" in page(li, "respond-certificate") and "<svg viewBox" not in page(
        li, "respond-certificate"
    )
    assert li.post(address).headers["Location"] == address
    [code] = Pass.objects.all()
    shown = page(li, "respond-certificate")
    assert code.number in shown and "1.5小时 1次" in shown and "签上二维码" not in shown
    assert li.post(address, {"service": str(row.id)}).headers["Location"] == f"{address}?service={row.id}"
    alone = li.get(f"{address}?service={row.id}").content.decode()
    assert "90分钟" in alone and code.number not in alone
    told = Client().get(f"/passes/see.json?n={code.number[2:]}").json()
    assert told["shows"] == ["李**", "1.5小时 1次"] and told["link"] == ""
    services.correct(actor=SYSTEM, district=DISTRICT, service_id=row.id, minutes=60, reason="提前离开")
    assert Client().get(f"/passes/see.json?n={code.number[2:]}").status_code == 404
    assert "签上二维码" in page(li, "respond-certificate"), "the corrected record can be certified anew"
    for wrong in ("x", str(row.id), "\0"):
        assert li.get(address, {"service": wrong}).status_code in (200, 302)


def test_too_late_is_thanked_and_told(li: Client) -> None:
    joined(li)
    other = enrol()
    row = call_out(wanted=1)
    services.accept(actor=actor_of(other), district=DISTRICT, call_id=call_to(row, other).id)
    answer = li.post(reverse("portal:respond-answer", args=[row.number, "accept"]))
    assert answer.status_code == 409 and "人手已够" in answer.content.decode()


def test_somebody_else_s_call_is_not_there(li: Client) -> None:
    enrol()
    row = call_out(wanted=1)
    for address in (f"/respond/calls/{row.number}/", "/respond/calls/%00/"):
        assert li.get(address).status_code == 404


def test_a_word_from_the_street_is_a_case_without_typing(li: Client) -> None:
    from youlin.apps.cases.tests import factories as cases
    from youlin.doors.portal.responders import word

    cases.make_tables()
    word_category, word.CATEGORY = word.CATEGORY, cases.GARBAGE
    try:
        photo = io.BytesIO()
        Image.new("RGB", (640, 480), "teal").save(photo, "JPEG")
        assert "拍一张" in page(li, "respond-word")
        address = reverse("portal:respond-word")
        assert li.post(address, {"area": STREET, "idempotency_key": "w"}).status_code in (400, 422)
        file = lambda: SimpleUploadedFile("a.jpg", photo.getvalue(), "image/jpeg")  # noqa: E731
        nowhere = li.post(address, {"photos": file(), "idempotency_key": "w0"})
        assert nowhere.status_code in (400, 422) and "不知道在哪里" in nowhere.content.decode()
        for _twice in range(2):
            made = li.post(address, {"photos": file(), "area": STREET, "idempotency_key": "w1"})
        assert made.status_code == 302 and Case.objects.count() == 1
        assert Case.objects.get().description.startswith("民情速递")
    finally:
        word.CATEGORY = word_category


def test_no_page_and_no_reading_ranks_people() -> None:
    """Neither by points nor by hours: nothing orders people by what they have done."""
    folders = [Path(app.__file__).parent, Path(portal.__file__).parent.parent]
    ordering = re.compile(r"order_by\([^)]*(minutes|hours|points|services|stars|times)")
    for folder in folders:
        for path in folder.rglob("*.py"):
            if "responders" in path.parts and "tests" not in path.parts:
                assert not ordering.search(path.read_text(encoding="utf-8")), path
    for path in folders[1].rglob("templates/*/responders/*.html"):
        told = path.read_text(encoding="utf-8")
        assert not re.search(r"排行|排名榜|名次|leaderboard|ranking", told), path

"""Each scene has a page where one begins in a tap: seats, the code at the place, a pick; stories for everybody."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.cast import DISTRICT, GRID, STREET, make_district, make_resident
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories as cases
from youlin.apps.parties.models import Person
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.passes.services import token_of
from youlin.apps.passes.tests import factories as passes
from youlin.apps.places.tests import factories as places
from youlin.apps.responders import choosing, services
from youlin.apps.responders.models import Seat, TaskKind
from youlin.apps.responders.tests import factories
from youlin.apps.responders.tests.factories import call_out, enrol, open_turns, take_seat
from youlin.doors.portal.responders import pick
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.tests.queries import least


@pytest.fixture
def city(db: None) -> Iterator[None]:
    with clock.frozen(factories.MONDAY):
        choosing.forget()
        make_district()
        factories.declare_words()
        yield


@pytest.fixture
def resident(client: Client, city: None) -> Client:
    member = make_resident("李小哥", "13800138001")
    client.force_login(member.account, backend=BACKEND)  # type: ignore[arg-type]
    return client


@pytest.fixture
def li(resident: Client) -> Client:
    person = Person.objects.get(account=resident.session["_auth_user_id"])
    Person.objects.filter(id=person.id).update(born_on=factories.MONDAY.date() - timedelta(days=9_000))
    person.refresh_from_db()
    enrol(who=person)
    return resident


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"portal:{name}", args=args))
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def test_every_scene_has_a_page_with_the_one_tap_it_takes(li: Client) -> None:
    TaskKind.objects.filter(code="first_aid").update(way="report")
    assert "现在没有人需要" in page(li, "respond-scene", "elder_help")
    assert "这一阵没有安排" in page(li, "respond-scene", "safety_watch")
    assert reverse("portal:respond-word") in page(li, "respond-scene", "first_aid")
    row, [turn] = call_out(wanted=1), open_turns()
    told = page(li, "respond-scene", "elder_help")
    assert reverse("portal:respond-answer", args=[row.number, "accept"]) in told and "2 号楼" not in told
    assert reverse("portal:respond-seat", args=[turn.number, "join"]) in page(
        li, "respond-scene", "safety_watch"
    )
    assert li.get("/respond/scenes/nothing/").status_code == 404
    assert reverse("portal:respond-scene", args=["elder_help"]) in page(li, "respond")


def test_whoever_has_not_joined_is_shown_the_way_in_and_takes_no_seat(resident: Client) -> None:
    [turn] = open_turns()
    for told in (
        page(resident, "respond-scene", "safety_watch"),
        page(resident, "respond-shift", turn.number),
    ):
        assert reverse("portal:respond-join") in told and "/join/" not in told.replace("/respond/join/", "")
    answer = resident.post(reverse("portal:respond-seat", args=[turn.number, "join"]))
    assert answer.status_code == 409 and "还没有登记" in answer.content.decode()
    assert not Seat.objects.exists()


def test_a_seat_in_one_tap_waiting_and_given_back(li: Client) -> None:
    [turn] = open_turns(seats=1)
    other = enrol()
    take_seat(turn, other)
    join, leave = (reverse("portal:respond-seat", args=[turn.number, one]) for one in ("join", "leave"))
    assert "满了，可以候补" in page(li, "respond-shifts")
    assert li.post(join, follow=True).status_code == 200
    assert "前面 0 人" in page(li, "respond-shift", turn.number)
    services.give_back(actor=factories.actor_of(other), district=DISTRICT, shift_id=turn.id)
    assert "来不了了，取消" in page(li, "respond-shift", turn.number)
    assert li.post(leave, follow=True).status_code == 200
    assert Seat.objects.exclude(responder=other).get().state == "left"
    for wrong in ("x", "scan2"):
        assert li.post(reverse("portal:respond-seat", args=[turn.number, wrong])).status_code == 404
    assert li.get("/respond/shifts/%00/").status_code == 404
    services.cancel_shift(actor=SYSTEM, district=DISTRICT, shift_id=turn.id, reason="暴雨")
    assert "暴雨" in page(li, "respond-shift", turn.number) and li.post(join).status_code == 409


def test_the_code_at_the_place_is_scanned_on_a_page_of_its_own(li: Client) -> None:
    passes.declare_kinds()
    places.declare_words()
    here = places.make_place()
    token = token_of(passes.issue("place", here))
    [turn] = open_turns(place=here.number, area="")
    li.post(reverse("portal:respond-seat", args=[turn.number, "join"]))
    scan = reverse("portal:respond-scan", args=[turn.number])
    assert scan not in page(li, "respond-shift", turn.number)
    assert li.post(scan, {"code": token}).status_code == 409
    clock.advance(timedelta(minutes=55))
    assert scan in page(li, "respond-shift", turn.number)
    answer = li.get(scan)
    assert "'wasm-unsafe-eval'" in answer.headers["Content-Security-Policy"]
    for wrong in ("", "\0", "x" * 5_000):
        assert li.post(scan, {"code": wrong}).status_code in (400, 422)
    assert (
        "记到场"
        in li.post(scan, {"code": f"https://youlin.example/v/#{token}"}, follow=True).content.decode()
    )
    clock.advance(timedelta(minutes=60))
    assert "记离场" in li.post(scan, {"code": token}, follow=True).content.decode()
    services.close(actor=SYSTEM, district=DISTRICT, shift_id=turn.id, minutes={})
    assert "55 分钟" in page(li, "respond-shift", turn.number)
    clock.advance(timedelta(hours=3))
    assert "55 分钟" in page(li, "respond-shifts") and "现场码" in page(li, "respond-certificate")


def test_a_quality_pick_is_a_case_with_its_reasons_and_nothing_typed_is_lost(
    li: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases.make_tables()
    monkeypatch.setattr(pick, "CATEGORY", cases.GARBAGE)
    address = reverse("portal:respond-pick")
    for wrong, kept in (
        ({"name": "老王面馆"}, "老王面馆"),
        ({"reasons": ["clean"]}, "checked"),
        ({"reasons": ["\0", "x"], "name": "\0"}, ""),
    ):
        answer = li.post(address, {**wrong, "area": STREET, "idempotency_key": "p"})
        assert answer.status_code in (400, 422) and kept in answer.content.decode()
    photo = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(photo, "JPEG")
    said = {"reasons": ["clean", "riders"], "area": STREET, "idempotency_key": "p1"}
    given = {**said, "photos": SimpleUploadedFile("a.jpg", photo.getvalue(), "image/jpeg")}
    assert li.post(address, given).status_code == 302
    assert li.post(address, {**said, "name": "老王面馆", "idempotency_key": "p2"}).status_code == 302
    told = sorted(Case.objects.values_list("description", flat=True))
    assert told == ["品质推荐：老王面馆（干净、照顾小哥）", "品质推荐：见照片（干净、照顾小哥）"]


def test_stories_are_for_everybody_once_they_are_shown(client: Client, city: None) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(picture, "JPEG")
    row = factories.story(photo=picture.getvalue(), text="一起站好<b>一班岗</b>")
    photo = reverse("portal:respond-story-photo", args=[row.id, "full"])
    assert "还没有故事" in page(client, "respond-stories") and client.get(photo).status_code == 404
    services.decide_story(actor=SYSTEM, district=DISTRICT, story_id=row.id, show=True)
    told = page(client, "respond-stories")
    assert photo in told and "&lt;b&gt;一班岗" in told and 'alt="路口"' in told
    answer = client.get(photo)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/webp"
    assert b"".join(answer.streaming_content)[:4] == b"RIFF"  # type: ignore[arg-type]
    answer.close()
    assert client.get(reverse("portal:respond-story-photo", args=[row.id, "original"])).status_code == 404


def test_the_lists_take_the_same_queries_however_long(li: Client) -> None:
    def queries() -> list[int]:
        found = []
        for name, args in (
            ("respond-shifts", ()),
            ("respond-scene", ("safety_watch",)),
            ("respond-stories", ()),
        ):
            found.append(least(lambda name=name, args=args: page(li, name, *args)))
        return found

    def grow(count: int) -> None:
        for number in range(count):
            [turn] = open_turns(area=GRID, starts_at=clock.now() + timedelta(hours=3 * number + 1))
            take_seat(turn, enrol())
            services.decide_story(actor=SYSTEM, district=DISTRICT, story_id=factories.story().id, show=True)

    grow(1)
    li.post(reverse("portal:respond-seat", args=[Seat.objects.get().shift.number, "join"]))
    few = queries()
    grow(4)
    assert queries() == few

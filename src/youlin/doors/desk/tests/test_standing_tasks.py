"""Standing tasks at the desk: opened, scanned, the roll called, put right with a reason; stories looked at by another."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import GRID, STREET, make_district
from youlin.apps.parties.models import Account
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.passes.tests import factories as passes
from youlin.apps.responders import choosing
from youlin.apps.responders.models import Seat, Service, Shift, Story
from youlin.apps.responders.tests import factories
from youlin.apps.responders.tests.factories import begun_turn, enrol, on_duty, open_turns, served, take_seat
from youlin.kernel import clock
from youlin.kernel.tests.queries import least

PLAN = {
    "kind": "safety_watch",
    "what": "看护路口",
    "where": "东口红绿灯下",
    "area": GRID,
    "place": "",
    "day": "2026-11-24",
    "from": "18:00",
    "to": "20:00",
    "seats": "6",
    "weeks": "2",
    "idempotency_key": "k",
}


@pytest.fixture
def clerk(client: Client, db: None) -> Iterator[Client]:
    with clock.frozen(factories.MONDAY):
        choosing.forget()
        make_district()
        factories.declare_words()
        client.force_login(Account.objects.get(person=on_duty().person_id), backend=BACKEND)
        yield client


def page(client: Client, name: str, *args: Any, **asked: str) -> str:
    answer = client.get(reverse(f"desk:{name}", args=args), asked)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def test_seats_are_opened_for_two_weeks_at_the_local_hour(clerk: Client) -> None:
    assert "连续几周" in page(clerk, "responders-shift-new")
    address = reverse("desk:responders-shift-new")
    for wrong in (
        {"day": "x"},
        {"to": "17:00"},
        {"area": "\0"},
        {"seats": "x"},
        {"what": ""},
        {"place": "P\0"},
    ):
        answer = clerk.post(address, {**PLAN, "where": "三岔口", **wrong})
        assert answer.status_code in (400, 404, 422) and "三岔口" in answer.content.decode(), wrong
    first, again = (clerk.post(address, PLAN) for _twice in range(2))
    turns = list(Shift.objects.order_by("starts_at"))
    assert len(turns) == 2 and first.url == again.url == reverse(
        "desk:responders-shift", args=[turns[0].number]
    )
    assert turns[0].starts_at.isoformat() == "2026-11-24T10:00:00+00:00"
    assert "11-24 18:00" in page(clerk, "responders-shifts") and "还没有人报名" in page(
        clerk, "responders-shift", turns[0].number
    )


def test_a_pass_is_scanned_the_roll_called_and_a_record_put_right(clerk: Client) -> None:
    passes.declare_kinds()
    one, other = enrol(who=factories.person("欧阳娜娜")), enrol()
    turn = begun_turn(one, other)
    card = passes.issue("card", one.person)
    scan = reverse("desk:responders-scan", args=[turn.number])
    assert "'wasm-unsafe-eval'" in clerk.get(scan).headers["Content-Security-Policy"]
    assert clerk.post(scan, {"code": "\0"}).status_code in (400, 422)
    assert "已记到场" in clerk.post(scan, {"code": card.number}, follow=True).content.decode()
    seen = page(clerk, "responders-shift", turn.number)
    assert "扫码" in seen and "欧阳娜娜" not in seen
    clock.advance(timedelta(minutes=60))
    close = reverse("desk:responders-shift-close", args=[turn.number])
    seat, theirs = Seat.objects.get(responder=one), Seat.objects.get(responder=other)
    answer = clerk.post(close, {f"minutes-{seat.id}": "x", f"minutes-{theirs.id}": "7"})
    assert answer.status_code in (400, 422) and 'value="7"' in answer.content.decode()
    assert clerk.post(close, {f"minutes-{seat.id}": "50", f"minutes-{theirs.id}": "0"}).status_code == 302
    service = Service.objects.get()
    assert service.minutes == 50 and "已点名" in page(clerk, "responders-shifts")
    address = reverse("desk:responders-record", args=[service.id])
    assert address in page(clerk, "responders-shift", turn.number) and address in page(
        clerk, "responders-records"
    )
    for wrong in ({"minutes": "x", "reason": "早走"}, {"minutes": "30", "reason": "\0"}):
        answer = clerk.post(address, wrong)
        assert answer.status_code in (400, 422)
    assert clerk.post(address, {"minutes": "30", "reason": "早走了"}).status_code == 302
    told = page(clerk, "responders-record", service.id)
    assert "50 分钟" in told and "30 分钟" in told and "早走了" in told and "已被更正" in told
    assert "30 分钟" in page(clerk, "responders-shift", turn.number)


def test_a_turn_is_called_off_with_a_reason(clerk: Client) -> None:
    [turn] = open_turns()
    take_seat(turn, enrol())
    cancel = reverse("desk:responders-shift-cancel", args=[turn.number])
    assert clerk.post(cancel).status_code in (400, 422)
    assert clerk.post(cancel, {"reason": "暴雨"}).status_code == 302
    assert "暴雨" in page(clerk, "responders-shift", turn.number)
    assert clerk.post(reverse("desk:responders-shift-close", args=[turn.number])).status_code == 409


def test_a_story_is_written_here_and_shown_by_somebody_else(clerk: Client) -> None:
    address = reverse("desk:responders-stories")
    said = {
        "area": STREET,
        "team": "小队",
        "title": "路口的灯",
        "text": "一起站好一班岗",
        "idempotency_key": "s",
    }
    answer = clerk.post(address, {**said, "title": ""})
    assert answer.status_code in (400, 422) and "一起站好一班岗" in answer.content.decode()
    assert clerk.post(address, said).status_code == 302
    row = Story.objects.get()
    assert "自己写的要由另一位" in page(clerk, "responders-stories")
    step = lambda one: reverse("desk:responders-story", args=[row.id, one])  # noqa: E731
    assert clerk.post(step("show")).status_code == 403
    other = Client()
    other.force_login(Account.objects.get(person=on_duty(username="er").person_id), backend=BACKEND)
    assert other.post(step("x")).status_code in (400, 422) and other.post(step("decline")).status_code in (
        400,
        422,
    )
    assert other.post(step("show")).status_code == 302 and other.post(step("show")).status_code == 409
    assert other.post(step("down"), {"reason": "认得出人"}).status_code == 302
    assert "认得出人" in page(clerk, "responders-stories")


def test_the_lists_take_the_same_queries_however_long(clerk: Client) -> None:

    def queries() -> list[int]:
        found = []
        for name in ("responders-shifts", "responders-records", "responders-stories"):
            found.append(least(lambda name=name: page(clerk, name)))
        return found

    def grow(count: int) -> None:
        for _number in range(count):
            one = enrol()
            take_seat(open_turns()[0], one)
            served(one, 30)
            factories.story()

    grow(1)
    few = queries()
    grow(4)
    assert queries() == few

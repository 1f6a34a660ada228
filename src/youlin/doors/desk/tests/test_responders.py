"""Responders at the desk: looked at before calling, led, confirmed, verified, counted; nobody is named in full."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import DISTRICT, GRID, STREET, make_district, make_member, point_in
from youlin.apps.duties import services as duties
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.responders import choosing, services
from youlin.apps.responders.models import CallOut, Responder, Service
from youlin.apps.responders.tests import factories
from youlin.apps.responders.tests.factories import actor_of, call_out, call_to, enrol, on_duty
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.tests.queries import least


@pytest.fixture
def monday() -> Iterator[None]:
    with clock.frozen(factories.MONDAY):
        yield


@pytest.fixture
def clerk(monday: None, client: Client, db: None) -> Client:
    choosing.forget()
    make_district()
    factories.declare_words()
    verbs = ("responder.verify", "responder.call", "responder.organise", "responder.count")
    actor = on_duty(DISTRICT, verbs=verbs)
    from youlin.apps.parties.models import Account

    client.force_login(Account.objects.get(person=actor.person_id), backend=BACKEND)
    return client


def page(client: Client, name: str, *args: str, **asked: str) -> str:
    answer = client.get(reverse(f"desk:{name}", args=args), asked)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def form(**values: Any) -> dict[str, Any]:
    lon, lat = point_in(GRID)
    given = {
        "kind": "elder_help",
        "wanted": "1",
        "what": "抬轮椅下楼",
        "where": "2 号楼",
        "lon": lon,
        "lat": lat,
    }
    return {**given, "idempotency_key": "k1", **values}


def test_how_many_fit_is_seen_before_anybody_is_called_and_then_they_are(clerk: Client) -> None:
    for _number in range(3):
        enrol()
    assert "哪种场景" in page(clerk, "responders-new")
    seen = clerk.post(reverse("desk:responders-new"), form(look="1")).content.decode()
    assert "现在有 3 人合适" in seen and not CallOut.objects.exists() and "抬轮椅下楼" in seen
    answer = clerk.post(reverse("desk:responders-new"), form(send="1"))
    again = clerk.post(reverse("desk:responders-new"), form(send="1"))
    row = CallOut.objects.get()
    assert answer.url == again.url == reverse("desk:responders-call", args=[row.number])
    assert row.number in page(clerk, "responders") and "没有这样的召集" in page(
        clerk, "responders", standing="ended"
    )


@pytest.mark.parametrize(
    "values",
    [
        {"wanted": "x"},
        {"wanted": "99"},
        {"what": "\0"},
        {"lon": ""},
        {"lat": "nan"},
        {"kind": "\0"},
        {"case": "\0X"},
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(clerk: Client, values: dict[str, str]) -> None:
    answer = clerk.post(reverse("desk:responders-new"), form(**values, where="三单元"))
    assert answer.status_code in (400, 404, 422) and "三单元" in answer.content.decode()
    assert not CallOut.objects.exists()


def test_a_point_of_another_street_is_told_and_nothing_typed_is_lost(clerk: Client) -> None:
    from youlin.apps.parties.models import Account

    street = on_duty(STREET, username="jiedao")
    clerk.force_login(Account.objects.get(person=street.person_id), backend=BACKEND)
    lon, lat = point_in("110102002001001")
    answer = clerk.post(reverse("desk:responders-new"), form(lon=lon, lat=lat, where="三单元", send="1"))
    assert answer.status_code == 403 and "三单元" in answer.content.decode()
    assert not CallOut.objects.exists()


def test_a_case_begins_a_call_out_with_its_place(clerk: Client) -> None:
    assert clerk.get(reverse("desk:responders-new"), {"case": "\0"}).status_code == 200
    assert clerk.get(reverse("desk:responders-new"), {"case": "XC-NONE"}).status_code == 200


def test_whoever_leads_sees_answers_and_metres_and_no_full_name_nor_place_of_anybody(clerk: Client) -> None:
    one = enrol(who=factories.person("欧阳娜娜"))
    row = call_out(wanted=1)
    call = call_to(row, one)
    services.accept(actor=actor_of(one), district=DISTRICT, call_id=call.id)
    lon, lat = point_in(GRID)
    services.share_position(actor=actor_of(one), district=DISTRICT, call_id=call.id, lon=lon, lat=lat + 0.001)
    seen = page(clerk, "responders-call", row.number)
    assert "已接受" in seen and "现在 111 米" in seen
    assert "欧阳娜娜" not in seen and f"{lat + 0.001:.5f}" not in seen
    part = clerk.get(reverse("desk:responders-call", args=[row.number]), headers={"HX-Request": "true"})
    assert b"<html" not in part.content and "1/1" in part.content.decode()


def test_minutes_are_confirmed_and_thanked_for_from_the_page(clerk: Client) -> None:
    one = enrol()
    row = call_out(wanted=1)
    call = call_to(row, one)
    given = {"actor": actor_of(one), "district": DISTRICT, "call_id": call.id}
    services.accept(**given)
    services.arrive(**given)
    from datetime import timedelta

    clock.advance(timedelta(minutes=30))
    services.finish(**given)
    assert "确认分钟" in page(clerk, "responders-call", row.number)
    address = reverse("desk:responders-confirm", args=[row.number, call.id])
    for wrong in ("x", "31", "99999"):
        assert clerk.post(address, {"minutes": wrong}).status_code in (400, 422)
    assert clerk.post(address, {"minutes": "30"}).status_code == 302
    service = Service.objects.get()
    thanking = reverse("desk:responders-thank", args=[row.number, service.id])
    assert clerk.post(thanking, {"said": ""}).status_code in (400, 422)
    assert clerk.post(thanking, {"said": "谢谢您"}).status_code == 302
    seen = page(clerk, "responders-figures")
    assert "30 分钟" in seen and one.number not in seen


def test_standing_down_needs_a_reason(clerk: Client) -> None:
    enrol()
    row = call_out(wanted=1)
    address = reverse("desk:responders-stand-down", args=[row.number])
    assert clerk.post(address).status_code in (400, 422)
    assert clerk.post(address, {"reason": "家属到了"}).status_code == 302
    assert "已解除" in page(clerk, "responders-call", row.number)


def test_the_street_verifies_and_takes_back(clerk: Client) -> None:
    one = enrol(verified=False, skills=["first_aid"])
    seen = page(clerk, "responders-people")
    assert "急救" in seen and "等核实" in seen and "****" in seen
    address = reverse("desk:responders-decide", args=[one.id])
    assert clerk.post(address).status_code == 302
    assert "没有人在等" in page(clerk, "responders-people")
    assert clerk.post(address, {"withdraw": "1"}).status_code in (400, 422)
    assert clerk.post(address, {"withdraw": "1", "reason": "已离职"}).status_code == 302
    assert Responder.objects.get().verified_at is None


def test_the_addressed_and_the_enrolled_are_counted_apart(clerk: Client) -> None:
    enrol()
    address = reverse("desk:responders-addressed")
    given = {"occupation": "courier", "source": "平台月报", "number": "12000"}
    for wrong in ({"number": "x"}, {"source": "\0"}, {"occupation": "\0"}, {"number": "-1"}):
        assert clerk.post(address, {**given, **wrong}).status_code in (400, 422), wrong
    assert clerk.post(address, {**given, "counted_on": "2026-11-01"}).status_code == 302
    seen = page(clerk, "responders-figures")
    assert "12000" in seen and "12001" not in seen


def test_lists_take_the_same_queries_however_long(clerk: Client, django_assert_max_num_queries: Any) -> None:
    def grow(count: int) -> None:
        for _number in range(count):
            enrol(verified=False)
            one = enrol()
            row = call_out(wanted=1)
            services.decline(actor=actor_of(one), district=DISTRICT, call_id=call_to(row, one).id)

    def queries() -> list[int]:
        found = []
        for name in ("responders", "responders-people", "responders-figures"):
            found.append(least(lambda name=name: page(clerk, name)))
        return found

    grow(1)
    few = queries()
    grow(4)
    assert queries() == few


def test_whoever_calls_nobody_is_told_no(client: Client, monday: None, db: None) -> None:
    make_district()
    member = make_member("anyone", "某")
    duties.declare_kind(
        actor=SYSTEM,
        district=DISTRICT,
        programme="t",
        code="reader",
        name="r",
        level="street",
        verbs=["case.read"],
    )
    from tests.cast import give_duty

    give_duty(member, "reader", STREET)
    client.force_login(member.account, backend=BACKEND)  # type: ignore[arg-type]
    assert client.get(reverse("desk:responders")).status_code == 403

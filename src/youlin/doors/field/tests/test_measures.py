"""Measures on a phone: asked for by the holder, taken up by who was called."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from youlin.apps.cases import clocks, services
from youlin.apps.cases.models import Case, Measure
from youlin.apps.cases.tests.factories import MONDAY, handling, key
from youlin.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_monday() -> Any:
    with clock.frozen(MONDAY):
        yield


def phone(person: Any) -> Client:
    client = Client()
    client.force_login(person.account)
    return client


def test_the_holder_asks_for_an_extension_and_keeps_what_was_typed(people: Cast) -> None:
    case = handling(people.wang.actor)
    client, path = phone(people.wang), f"/field/case/{case.number}/"
    assert f"{path}measure/extension/" in client.get(path).content.decode()
    far = {
        "note": "等配件",
        "until": (clocks.local_day(clock.now()) + timedelta(days=90)).isoformat(),
        "idempotency_key": key(),
        "version": case.version,
    }
    refused = client.post(f"{path}measure/extension/", far)
    assert refused.status_code == 400 and "等配件" in refused.content.decode()
    near = far | {"until": (clocks.local_day(clock.now()) + timedelta(days=1)).isoformat()}
    for _sent in range(2):  # the answer to the first may have been lost on the way
        assert client.post(f"{path}measure/extension/", near).status_code == 302
    assert Measure.objects.get(case=case).state == "asked"


def test_who_is_called_sees_it_today_and_reports_in(people: Cast) -> None:
    case = handling(people.wang.actor)
    services.begin_measure(
        actor=people.wang.actor,
        case_id=case.id,
        kind="whistle",
        note="请来开门",
        people=[people.community.id],
        idempotency_key=key(),
    )
    client, called = phone(people.community), Measure.objects.get(case=case)
    assert case.title in client.get("/field/").content.decode()
    path = f"/field/case/{case.number}/measure/{called.id}/"
    assert "请来开门" in client.get(f"{path}arrive/").content.decode()
    sent = {"idempotency_key": key(), "version": Case.objects.get(id=case.id).version}
    assert client.post(f"{path}arrive/", sent).status_code == 302
    assert client.post(f"{path}report/", sent | {"note": ""}).status_code == 422
    called.refresh_from_db()
    assert (called.state, called.outcome) == ("arrived", "kept")

"""A host's counter on a phone: one field and one button, one tap for a service; what is refused comes back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import DISTRICT, make_areas
from youlin.apps.offers.models import Redemption, Tally
from youlin.apps.offers.tests import factories
from youlin.apps.parties.models import Account
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.passes.tests import factories as passes
from youlin.apps.places.tests.factories import declare_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(client: Client) -> Any:
    """Signed in as the host of a place with a meal and a service."""
    make_areas()
    declare_words()
    factories.declare_words()
    factories.host()
    place = factories.make_place()
    meal = factories.given_at(factories.make_offer(per_person_day=2), place)
    service = factories.given_at(factories.make_service(), place)
    client.force_login(Account.objects.get(username="hemin"), backend=BACKEND)
    return client, place, meal, service


def test_one_place_is_opened_at_once_and_shows_a_tap_and_a_meal(counter: Any) -> None:
    client, place, meal, _service = counter
    page = client.get(reverse("field:offers"), follow=True)
    assert page.redirect_chain == [(reverse("field:counter", args=[place.number]), 302)]
    html = page.content.decode()
    assert html.count("data-outbox") == 2 and reverse("field:meal", args=[place.number, meal.id]) in html
    assert 'name="day" value="" data-today="Asia/Shanghai"' in html, (
        "the device says on which day it was tapped"
    )
    assert client.get(reverse("field:offers"), {"q": "\0没有", "page": "x"}).status_code == 200


def test_a_meal_is_redeemed_shown_and_taken_back(counter: Any) -> None:
    client, place, meal, _service = counter
    held = factories.rider()
    address = reverse("field:meal", args=[place.number, meal.id])
    looked = client.post(address, {"said": "1001李", "step": "look", "idempotency_key": "a"})
    assert "李*" in looked.content.decode() and not Redemption.objects.exists()
    sent = {"said": held.number, "step": "redeem", "idempotency_key": "a"}
    done = client.post(address, sent, follow=True).content.decode()
    assert "核销成功" in done and "还可取 1 份" in done and "李强" not in done
    client.post(address, sent)
    row = Redemption.objects.get()
    back = reverse("field:meal-reverse", args=[place.number, row.id])
    assert client.post(back, {"reason": ""}).status_code == 422
    assert "点错了" in client.post(back, {"reason": "点错了"}, follow=True).content.decode()
    assert client.get(address, {"done": "x"}).status_code == 200


def test_a_code_that_was_scanned_is_redeemed_and_one_that_does_not_hold_is_told(counter: Any) -> None:
    client, place, meal, _service = counter
    passes.declare_kinds()
    held = factories.rider()
    card = passes.issue("card", held.person)
    address = reverse("field:meal", args=[place.number, meal.id])
    page = client.get(address)
    assert "ui/scan-form.js" in page.content.decode() and "wasm" in page.headers["Content-Security-Policy"]
    sent = {"said": passes.printed(card), "step": "redeem", "idempotency_key": "a"}
    assert "核销成功" in client.post(address, sent, follow=True).content.decode()
    for wrong in ("1" * 900, "https://youlin.example/v/#" + "1" * 60, "T-AAAAAAAAA", "\0" * 80):
        told = client.post(address, {"said": wrong, "step": "redeem", "idempotency_key": wrong[:20] or "x"})
        assert told.status_code == 422, wrong
    assert Redemption.objects.count() == 1


def test_what_is_refused_comes_back_with_what_was_typed(counter: Any) -> None:
    client, place, meal, _service = counter
    address = reverse("field:meal", args=[place.number, meal.id])
    page = client.post(address, {"said": "9999王", "idempotency_key": "a"})
    assert page.status_code == 422 and 'value="9999王"' in page.content.decode()
    assert client.post(address, {"said": factories.rider().number}).status_code == 422, "no key, no count"
    factories.rider("张华", "13800002002")
    for key in ("b", "c"):
        client.post(address, {"said": "2002张", "idempotency_key": key})
    full = client.post(address, {"said": "2002张", "idempotency_key": "d"})
    assert full.status_code == 409 and "已用完" in full.content.decode()


def test_a_tap_is_counted_once_and_undone(counter: Any) -> None:
    client, place, _meal, service = counter
    address = reverse("field:counter-count", args=[place.number])
    sent = {"given": str(service.id), "times": "1", "idempotency_key": "t", "day": ""}
    answer = client.post(address, sent, headers={"Accept": "application/json", "X-Outbox": "1"})
    assert answer.status_code == 201 and answer.json()["href"] == reverse(
        "field:counter", args=[place.number]
    )
    assert client.post(address, sent).status_code == 302 and Tally.objects.count() == 1
    for wrong in ({"times": "x"}, {"times": "0"}, {"day": "morgen"}, {"given": "x"}, {"day": "2020-01-01"}):
        assert client.post(address, {**sent, "idempotency_key": "u", **wrong}).status_code == 422, wrong
    undo = reverse("field:counter-undo", args=[place.number, Tally.objects.get().id])
    assert client.post(undo).status_code == 302 and Tally.objects.get(district=DISTRICT).undone_at


@pytest.mark.parametrize("path", ["%00", "P-%00", "nothing"])
def test_addresses_that_mean_nothing_are_not_found(counter: Any, path: str) -> None:
    client = counter[0]
    assert client.get(f"/field/offers/{path}/").status_code == 404

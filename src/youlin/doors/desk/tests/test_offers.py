"""Offers at the desk: registered, placed, retired; people entitled one by one and by roster; counts as a table."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import DISTRICT, make_areas
from youlin.apps.offers.models import Entitlement, Offer, OfferPlace, Roster, Season
from youlin.apps.offers.tests import factories
from youlin.apps.parties.models import Account
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.places.tests.factories import declare_words
from youlin.kernel import clock, ids

pytestmark = pytest.mark.django_db

MEAL = {
    "name": "友好套餐",
    "kind": "meal",
    "price": "15",
    "audience": ["courier"],
    "hours": "周一至周五 11:00-13:30",
    "idempotency_key": "k",
}


@pytest.fixture
def office(client: Client) -> Client:
    make_areas()
    declare_words()
    factories.declare_words()
    factories.keeper()
    client.force_login(Account.objects.get(username="fang"), backend=BACKEND)
    return client


def test_an_offer_is_registered_placed_changed_and_retired(office: Client) -> None:
    place = factories.make_place()
    assert office.post(reverse("desk:offer-new"), MEAL).status_code == 302
    offer = Offer.objects.get()
    assert (offer.price, offer.hours) == (1500, "Mo-Fr 11:00-13:30")
    address = reverse("desk:offer", args=[offer.number])
    step = {name: reverse("desk:offer-step", args=[offer.number, name]) for name in ("places", "retire")}
    assert office.post(step["places"], {"places": place.number, "kind": ""}).status_code == 302
    assert OfferPlace.objects.filter(ended_at=None).count() == 1
    wrong = office.post(step["places"], {"places": "P-NICHTS", "kind": ""})
    assert wrong.status_code == 422 and "P-NICHTS" in wrong.content.decode()
    page = office.post(address, MEAL | {"price": "多少", "version": "1"})
    assert page.status_code == 422 and 'value="多少"' in page.content.decode()
    assert office.post(address, MEAL | {"price": "12.5", "version": "1"}).status_code == 302
    assert office.post(address, MEAL | {"version": "1"}).status_code == 409
    assert office.post(step["retire"], {"reason": "停"}).status_code == 302
    offer.refresh_from_db()
    assert offer.price == 1250 and offer.retired_at
    assert (
        offer.number in office.get(reverse("desk:offers"), {"state": "retired", "q": "套餐"}).content.decode()
    )
    assert office.get("/desk/offers/%00/").status_code == 404


def test_a_season_is_held_and_taken_off(office: Client) -> None:
    service = factories.make_service()
    today = clock.today().isoformat()
    sent = {"brand": "服务月", "name": "服务月", "starts_on": today, "ends_on": today, "idempotency_key": "k"}
    assert office.post(reverse("desk:seasons"), sent).status_code == 422
    assert office.post(reverse("desk:seasons"), sent | {"offers": [service.number]}).status_code == 302
    season = Season.objects.get()
    assert "服务月" in office.get(reverse("desk:seasons")).content.decode()
    office.post(reverse("desk:season-retire", args=[season.id]))
    season.refresh_from_db()
    assert season.retired_at


def test_somebody_is_entitled_found_and_ended(office: Client) -> None:
    address = reverse("desk:entitlements")
    sent = {"name": "李强", "phone": "13800001001", "kind": "courier", "idempotency_key": "k"}
    assert office.post(address, sent | {"phone": "12"}).status_code == 422
    assert office.post(address, sent).status_code == 302
    page = office.get(address, {"q": "1001李"}).content.decode()
    assert "李*" in page and "李强" not in page and "13800001001" not in page
    held = Entitlement.objects.get()
    end = reverse("desk:entitlement-end", args=[held.id])
    assert office.post(end, {"reason": ""}).status_code == 422
    assert office.post(end, {"reason": "离职"}).status_code == 302
    assert "离职" in office.get(address, {"state": "ended"}).content.decode()


def test_a_roster_is_looked_at_and_taken_in(office: Client) -> None:
    factories.company()
    table = SimpleUploadedFile("a.csv", "姓名,手机号\n李强,13800001001\n王五,1\n".encode())
    sent = {"kind": "courier", "organisation": "sudida"}
    assert office.post(reverse("desk:roster"), sent).status_code == 422
    page = office.post(reverse("desk:roster"), sent | {"file": table})
    html = page.content.decode()
    assert page.status_code == 200 and "第 3 行" in html and not Entitlement.objects.exists()
    take = html.split('action="/desk/entitlements/roster/')[1].split('"')[0]
    taken = office.post(f"/desk/entitlements/roster/{take}")
    assert taken.status_code == 302
    assert Entitlement.objects.filter(district=DISTRICT, ended_at=None).count() == 1
    shown = office.get(taken["Location"]).content.decode()
    assert "第 3 行" in shown and "新认定 1 人" in shown and "王五" not in shown
    assert (
        reverse("desk:roster-run", args=[Roster.objects.get().id])
        in office.get(reverse("desk:roster")).content.decode()
    )
    undo = reverse("desk:roster-undo", args=[Roster.objects.get().id])
    assert undo in shown
    page = office.post(undo, follow=True).content.decode()
    assert "已撤销：终止 1 人，恢复 0 人" in page and undo not in page
    assert office.post(undo).status_code == 409
    assert not Entitlement.objects.filter(ended_at=None).exists()
    assert office.get(reverse("desk:roster-run", args=[ids.uuid7()])).status_code == 404


@pytest.mark.parametrize("by", ["item", "category", "place", "street", "\0"])
def test_counts_are_shown_and_leave_as_tables(office: Client, by: str) -> None:
    from youlin.apps.offers import services
    from youlin.kernel.actors import SYSTEM

    given = factories.given_at(factories.make_service(), factories.make_place())
    services.count(actor=SYSTEM, district=DISTRICT, given_id=given.id, times=7, idempotency_key="k")
    asked: dict[str, Any] = {"by": by, "month": "\0"}
    assert "<b>7</b>" in office.get(reverse("desk:offer-counts"), asked).content.decode()
    for form, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        response = office.get(reverse("desk:offer-counts-export", args=[form]), asked)
        assert response.status_code == 200 and response.content.startswith(begins)
        assert "attachment" in response["Content-Disposition"] and response["Cache-Control"] == "no-store"

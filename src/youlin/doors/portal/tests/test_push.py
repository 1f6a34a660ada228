"""A browser subscribes to be told, and stops."""

import pytest
from django.test import Client

from youlin.apps.parties.models import ContactPoint

SUBSCRIPTION = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
    "keys": {"p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQ", "auth": "tBHItJI5svbpez7KI4CCXg"},
}


@pytest.fixture
def browser(signed_in, people):
    return signed_in(people.li)


def test_the_key_is_given_to_people_only(browser):
    assert len(browser.get("/my/push/").json()["key"]) > 60
    assert Client().get("/my/push/").status_code == 302


def test_a_subscription_is_kept_once_and_forgotten(browser, people):
    for _again in range(2):
        answer = browser.post("/my/push/", SUBSCRIPTION, content_type="application/json")
        assert answer.status_code == 201
    kept = ContactPoint.objects.filter(person=people.li.person, kind="push")
    assert kept.count() == 1
    browser.delete("/my/push/", SUBSCRIPTION, content_type="application/json")
    assert not kept.exists()


@pytest.mark.parametrize(
    "body", ["", "[]", '{"endpoint": "https://evil.example/x", "keys": {"p256dh": "a", "auth": "b"}}']
)
def test_what_is_no_subscription_is_refused_in_words(browser, body):
    answer = browser.post(
        "/my/push/", body, content_type="application/json", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["field"] == "subscription"

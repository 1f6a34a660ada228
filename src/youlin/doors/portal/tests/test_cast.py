"""Being one of the cast: in demonstration mode, on this machine, and nowhere else."""

import pytest
from django.test import Client

from youlin.apps.parties import services as parties
from youlin.doors.portal import cast
from youlin.kernel.actors import SYSTEM
from youlin.programmes.selectors import CastCard


@pytest.fixture
def demonstration(settings, monkeypatch, people):
    """Demonstration mode with wang in the cast."""
    settings.DEMO = True
    card = CastCard(username="wang", name="王网格", role="网格员", words="看今天的事", home="field")
    monkeypatch.setattr(cast.programmes, "cast", lambda: [card])


def test_one_click_makes_one_of_the_cast(client: Client, demonstration):
    assert "王网格" in client.get("/demo/").content.decode()
    assert client.post("/demo/be/", {"username": "wang"})["Location"] == "/field/"
    assert client.get("/field/").status_code == 200
    assert client.post("/demo/be/", {"username": ""})["Location"] == "/"
    assert client.get("/field/").status_code == 302


def test_whoever_configures_comes_into_the_admin(client: Client, settings, monkeypatch, people):
    settings.DEMO = True
    card = CastCard(username="sun", name="孙区长", role="平台管理员", words="定岗", home="admin")
    monkeypatch.setattr(cast.programmes, "cast", lambda: [card])
    parties.allow_admin(actor=SYSTEM, account_id=people.sun.account.id, allowed=True)
    assert client.post("/demo/be/", {"username": "sun"})["Location"] == "/admin/"
    assert client.get("/admin/duties/assignment/").status_code == 200


def test_somebody_outside_the_cast_cannot_be_played(client: Client, demonstration):
    assert client.post("/demo/be/", {"username": "zhao"}).status_code == 404


def test_another_site_is_no_goal(client: Client, demonstration):
    answer = client.post("/demo/be/", {"username": "wang", "next": "https://example.org/"})
    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    "asked",
    [
        {"REMOTE_ADDR": "203.0.113.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_X_FORWARDED_PORT": "443"},
        {"HTTP_TRUE_CLIENT_IP": "127.0.0.1"},
    ],
)
def test_it_is_not_there_for_other_machines(client: Client, demonstration, asked):
    assert client.get("/demo/", **asked).status_code == 404
    assert client.post("/demo/be/", {"username": "wang"}, **asked).status_code == 404


def test_it_is_not_there_in_earnest(client: Client, demonstration, settings):
    settings.DEMO = False
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/be/", {"username": "wang"}).status_code == 404

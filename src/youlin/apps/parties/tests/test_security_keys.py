"""Security keys as a second factor, by the protocol: enrolled, used, confirmed by, renamed, removed; never forged."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD, make_district, make_member
from youlin.apps.parties.tests.soft_key import SoftKey
from youlin.kernel.journal import JournalEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cache():
    cache.clear()


@pytest.fixture
def zhao():
    """A member of staff."""
    make_district()
    return make_member("zhao", "赵街道")


def browser() -> Client:
    """Over TLS, without which no browser hands out a key."""
    return Client(headers={"host": "testserver"}, **{"wsgi.url_scheme": "https"})


def sign_in(client):
    return client.post(reverse("account_login"), {"login": "zhao", "password": PASSWORD})


def confirm(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def options(client, name: str) -> dict:
    """What a page asks of the browser."""
    page = client.get(reverse(name)).content.decode()
    found = re.search(r'<script id="security-key-options" type="application/json">(.*?)</script>', page, re.S)
    assert found, page
    return json.loads(found[1])


def enrolled(zhao) -> tuple[Client, SoftKey]:
    client, key = browser(), SoftKey()
    sign_in(client)
    confirm(client)
    asked = options(client, "mfa_add_webauthn")["creation_options"]
    answer = client.post(reverse("mfa_add_webauthn"), {"name": "蓝色那把", "credential": key.create(asked)})
    assert answer.status_code == 302, answer.content.decode()
    return client, key


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def with_key(key: SoftKey, **changed) -> Client:
    """A new browser that has typed the password and uses the key."""
    client = browser()
    assert sign_in(client).url == reverse("mfa_authenticate")
    asked = options(client, "mfa_authenticate")["request_options"]
    asked["publicKey"].update(changed)
    client.post(reverse("mfa_authenticate"), {"credential": key.get(asked)})
    return client


def test_a_key_is_enrolled_on_the_record_and_recovery_codes_come_along(zhao):
    client, _key = enrolled(zhao)
    shown = client.get(reverse("mfa_list_webauthn")).content.decode()
    assert "蓝色那把" in shown
    assert "已有 1 把" in client.get(reverse("mfa_index")).content.decode()
    added = JournalEntry.objects.filter(act="parties.factor_added").order_by("seq")
    assert [line.after["kind"] for line in added] == ["webauthn", "recovery_codes"]


def test_the_password_alone_no_longer_suffices_and_the_key_does(zhao):
    _client, key = enrolled(zhao)
    client = browser()
    sign_in(client)
    assert not is_in(client)
    assert is_in(with_key(key))


def test_another_key_another_site_and_another_challenge_are_refused(zhao):
    _client, key = enrolled(zhao)
    assert not is_in(with_key(SoftKey(id=key.id)))
    assert not is_in(
        with_key(SoftKey(id=key.id, private=key.private, origin="https://testserver.evil.example"))
    )
    assert not is_in(with_key(SoftKey(id=key.id, private=key.private, host="evil.example")))
    assert not is_in(with_key(key, challenge="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))


NONSENSE = [
    "",
    "x",
    "[]",
    "{}",
    "null",
    '"text"',
    '{"id": 1}',
    '{"id":"a","rawId":"a","response":{}}',
    '{"id":"YWE","rawId":"YWE","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"AA"}}',
    '{"id":"YWE","rawId":"YWE","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA"}}',
]


def test_nonsense_is_refused_in_words_everywhere(zhao):
    client, _key = enrolled(zhao)
    stranger = browser()
    sign_in(stranger)
    for nonsense in NONSENSE:
        options(stranger, "mfa_authenticate")
        answer = stranger.post(reverse("mfa_authenticate"), {"credential": nonsense})
        assert answer.status_code == 200 and not is_in(stranger), nonsense
        cache.clear()
        options(client, "mfa_add_webauthn")
        answer = client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": nonsense})
        assert answer.status_code == 200, nonsense
        options(client, "mfa_reauthenticate_webauthn")
        answer = client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": nonsense})
        assert answer.status_code == 302, nonsense
        cache.clear()
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == 1


def test_a_challenge_is_long_and_never_the_same(zhao):
    _client, _key = enrolled(zhao)
    client = browser()
    sign_in(client)
    seen = {
        options(client, "mfa_authenticate")["request_options"]["publicKey"]["challenge"] for _ in range(5)
    }
    assert len(seen) == 5 and all(len(one) * 6 >= 128 for one in seen)


def test_the_key_confirms_a_change_and_can_be_renamed_and_removed(zhao):
    _client, key = enrolled(zhao)
    client = with_key(key)
    asked = options(client, "mfa_reauthenticate_webauthn")["request_options"]
    assert (
        client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": key.get(asked)}).status_code == 302
    )
    row = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    assert client.get(reverse("mfa_edit_webauthn", args=[row.pk])).status_code == 200
    client.post(reverse("mfa_edit_webauthn", args=[row.pk]), {"name": "抽屉里那把"})
    assert "抽屉里那把" in client.get(reverse("mfa_list_webauthn")).content.decode()
    assert "移除" in client.get(reverse("mfa_remove_webauthn", args=[row.pk])).content.decode()
    client.post(reverse("mfa_remove_webauthn", args=[row.pk]))
    assert not Authenticator.objects.exists()
    assert sign_in(browser()).url != reverse("mfa_authenticate")


def test_nobody_touches_the_key_of_another(zhao):
    enrolled(zhao)
    make_member("qian", "钱")
    row = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    stranger = browser()
    stranger.post(reverse("account_login"), {"login": "qian", "password": PASSWORD})
    confirm(stranger)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert stranger.get(reverse(name, args=[row.pk])).status_code == 404
        assert stranger.post(reverse(name, args=[row.pk]), {"name": "x"}).status_code == 404
    assert Authenticator.objects.filter(pk=row.pk).exists()


def test_where_a_second_factor_is_required_a_key_is_one(zhao, settings):
    settings.STAFF_SECOND_FACTOR = "required"
    client, _key = enrolled(zhao)
    assert client.get("/").status_code == 200

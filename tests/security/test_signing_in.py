"""Whoever guesses is stopped, the office behind the same address is not; sessions end; passwords are no patterns."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from tests.cast import PASSWORD, make_member
from youlin.apps.parties import guessing, sessions
from youlin.apps.parties.passwords import Keyed
from youlin.apps.parties.tests.test_sign_in import ELSEWHERE, OFFICE, attempt, fail, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(district):
    return make_member("zhao", "赵街道")


def test_one_account_guessed_from_many_addresses_is_left_alone_and_its_owner_signs_in(staff, monkeypatch):
    monkeypatch.setattr(guessing, "PER_ACCOUNT", type(guessing.PER_ACCOUNT)(20))
    own = Client()
    attempt("zhao", client=own)
    own.post("/accounts/logout/")
    for each in range(5):
        fail("zhao", 4, address=f"198.51.100.{each}")
    assert not signed_in(right := Client()) and attempt("zhao", address="198.51.100.77", client=right)
    assert not signed_in(right), "the right password is no longer looked at from unknown devices"
    assert attempt("zhao", address=OFFICE, client=own).status_code == 302, "who has a device here goes on"


def test_guesses_that_are_refused_unseen_use_nothing_up(staff, monkeypatch):
    monkeypatch.setattr(guessing, "PER_ACCOUNT", type(guessing.PER_ACCOUNT)(20))
    fail("zhao", 60, address=ELSEWHERE)
    assert attempt("zhao", address=OFFICE).status_code == 302


def test_one_password_tried_on_every_account_stops_the_address_and_no_colleague_on_their_own_device(
    staff, monkeypatch
):
    monkeypatch.setattr(guessing, "PER_ADDRESS", type(guessing.PER_ADDRESS)(30))
    office = [Client() for _each in range(5)]
    for number, own in enumerate(office):
        make_member(f"staff{number}", f"员{number}")
        attempt(f"staff{number}", client=own)
        own.post("/accounts/logout/")
    for number in range(30):
        fail(f"guessed{number}", 1)
    attacker = Client()
    attempt("zhao", client=attacker)
    assert not signed_in(attacker), "the address is stopped, whatever account is next"
    for number, own in enumerate(office):
        assert attempt(f"staff{number}", client=own).status_code == 302
    assert attempt("zhao", address=ELSEWHERE).status_code == 302


class TestSessions:
    @pytest.fixture
    def browser(self, staff):
        client = Client()
        attempt("zhao", client=client)
        return client

    def later(self, browser, **changes):
        session = browser.session
        for name, seconds in changes.items():
            session[name] -= seconds
        session.save()
        browser.get("/accounts/2fa/")
        return signed_in(browser)

    def test_a_working_day_is_the_end_however_busy(self, browser):
        assert self.later(browser, began=11 * 3600)
        assert not self.later(browser, began=2 * 3600)

    def test_a_computer_that_nobody_touches_is_signed_out(self, browser):
        assert self.later(browser, seen=110 * 60)
        assert self.later(browser, seen=110 * 60), "the request before counts"
        assert not self.later(browser, seen=121 * 60)

    def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(self, browser):
        session = browser.session
        session[sessions.SEEN] -= 100 * 60
        session.save()
        browser.get("/ui/csrf")
        browser.post("/desk/case/XC-1/here/", {"doing": "looking"})
        assert browser.session[sessions.SEEN] == session[sessions.SEEN]

    def test_a_new_password_ends_the_other_sessions(self, browser, staff):
        other = Client()
        attempt("zhao", client=other)
        new = "又一句很长很长的新密码-7"
        browser.post(
            "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
        )
        assert other.get("/desk/").status_code == 302

    def test_signing_out_ends_the_session_on_the_server(self, browser):
        stolen = Client()
        stolen.cookies[django_settings.SESSION_COOKIE_NAME] = browser.cookies["sessionid"].value
        assert "_auth_user_id" in stolen.session
        browser.post("/accounts/logout/")
        assert "_auth_user_id" not in stolen.session

    def test_residents_keep_theirs(self, cast):
        client = Client()
        client.force_login(cast.li.account, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert sessions.BEGAN not in client.session


@pytest.mark.parametrize(
    "weak",
    [
        "短一点的",
        "111111111111",
        "qwertyuiop12",
        "1234567890123",
        "Youlin2026Youlin",
        "abcdefghijkl12",
        "友邻友邻友邻友邻友邻友邻",
        "password12345",
        "长" * 5 + "y" * 130,
    ],
)
def test_patterns_and_endless_passwords_are_refused(weak):
    with pytest.raises(ValidationError):
        validate_password(weak)


@pytest.mark.parametrize(
    "good",
    ["correct horse battery", "今天晚上想吃什么面条好呢", "tr0ub4dor&3-zebra", "🦊🐼🐸🐙🦉🐝🌵🍄🌊🔥⭐️🎈"],
)
def test_sentences_in_any_script_are_taken(good):
    validate_password(good)


def test_a_stolen_table_of_passwords_cannot_be_guessed_without_the_key_file(settings):
    hasher = Keyed()
    hasher.iterations = 1000
    stored = hasher.encode(PASSWORD, "salzundmehrsalz")
    assert hasher.verify(PASSWORD, stored) and not hasher.verify(PASSWORD + "x", stored)
    assert not PBKDF2PasswordHasher().verify(PASSWORD, stored.replace("keyed_", "", 1)), "the key counts"
    declared = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings as s; print(s.PASSWORD_HASHERS[0])"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "youlin.config.settings"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert declared.stdout.strip() == "youlin.apps.parties.passwords.Keyed"
    assert PBKDF2PasswordHasher.iterations >= 600_000 and len(PBKDF2PasswordHasher().salt()) >= 20


def test_behind_tls_cookies_are_bound_to_the_host(tmp_path):
    code = (
        "from django.conf import settings as s; import json; print(json.dumps([s.SESSION_COOKIE_NAME,"
        "s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS]))"
    )
    env = {
        **os.environ,
        "YOULIN_BEHIND_TLS": "1",
        "YOULIN_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "youlin.config.settings",
    }
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert json.loads(said.stdout) == ["__Host-sessionid", "__Host-csrftoken", True, True, 31536000]

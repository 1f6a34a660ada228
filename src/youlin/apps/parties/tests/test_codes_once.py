"""A code of the app is good once in the whole installation, and its second use is told (ASVS 2.8.4, 2.8.5)."""

import re
import time
from datetime import UTC, datetime

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD, make_district, make_member
from youlin.kernel import pacing
from youlin.kernel.journal import JournalEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _moment(time_machine):
    """Counters begin anew, and time stands still: a code lives for thirty seconds."""
    time_machine.move_to(datetime(2026, 11, 22, 4, 0, 10, tzinfo=UTC), tick=False)
    cache.clear()
    pacing.forget()


@pytest.fixture
def secret():
    """The secret of a member of staff who has set up a code app."""
    make_district()
    make_member("zhao", "赵街道")
    client = Client()
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    found = re.search(r"<code>([A-Z2-7]+)</code>", page)[1]
    assert client.post(reverse("mfa_activate_totp"), {"code": code(found, -1)}).status_code == 302
    return found


def code(secret: str, drift: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + drift))


def sign_in(client) -> None:
    client.post(reverse("account_login"), {"login": "zhao", "password": PASSWORD})


def with_code(given: str) -> tuple[bool, str]:
    """A new browser with the password and this code: whether it is in, and what it was told."""
    client = Client()
    sign_in(client)
    page = client.post(reverse("mfa_authenticate"), {"code": given})
    return "_auth_user_id" in client.session, page.content.decode()


def replays() -> int:
    return JournalEntry.objects.filter(act="parties.code_replayed").count()


def test_a_second_use_is_refused_and_on_the_record(secret):
    assert with_code(code(secret))[0]
    again, told = with_code(code(secret))
    assert not again and "验证码不对" in told and replays() == 1


def test_a_code_that_another_process_took_is_refused(secret):
    assert with_code(code(secret))[0]
    cache.clear()
    again, told = with_code(code(secret))
    assert not again and "验证码不对" in told and replays() == 1
    assert with_code(code(secret, 1))[0]


def test_a_wrong_code_is_no_replay_and_uses_up_nothing(secret):
    valid = {code(secret, drift) for drift in (-1, 0, 1)}
    wrong = next(text for text in ("000000", "000001", "000002", "000003") if text not in valid)
    assert not with_code(wrong)[0]
    assert replays() == 0 and with_code(code(secret))[0]

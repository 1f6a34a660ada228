"""Staff sign in by password and second factor; a lock-out hits one guesser, never an office."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.cast import PASSWORD, make_member
from youlin.apps.parties import services, sign_in
from youlin.apps.parties.models import Account, SignInSecret
from youlin.apps.parties.tests import factories
from youlin.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db

OFFICE = "203.0.113.7"
ELSEWHERE = "198.51.100.9"


@pytest.fixture(autouse=True)
def _cache():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def staff(district):
    """A member of staff."""
    return make_member("zhao", "赵街道")


def attempt(username, password=PASSWORD, address=OFFICE, client=None, **data):
    client = client or Client()
    return client.post(
        reverse("account_login"), {"login": username, "password": password, **data}, REMOTE_ADDR=address
    )


def fail(username, times, address=OFFICE, client=None):
    return [attempt(username, "falsch-und-lang", address, client).status_code for _ in range(times)]


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


class TestPassword:
    def test_staff_sign_in_and_out(self, staff):
        client = Client()
        assert attempt("zhao", client=client).status_code == 302
        assert signed_in(client)
        assert client.get(reverse("account_logout")).status_code == 200
        client.post(reverse("account_logout"))
        assert not signed_in(client)

    def test_the_pages_are_ours_and_chinese(self, staff):
        page = Client().get(reverse("account_login")).content.decode()
        assert "工作人员登录" in page and "忘记密码请联系本单位管理员" in page
        assert "password/reset" not in page
        assert "账号或密码不对" in attempt("zhao", "wrong").content.decode()

    def test_an_unknown_name_reads_like_a_wrong_password(self, staff):
        known, unknown = (attempt(name, "wrong").content.decode() for name in ("zhao", "nobody"))
        assert ("账号或密码不对" in known) and ("账号或密码不对" in unknown)

    def test_a_closed_account_does_not_sign_in(self, staff):
        services.close_account(actor=SYSTEM, account_id=staff.account.id, district="110102")
        client = Client()
        attempt("zhao", client=client)
        assert not signed_in(client)

    def test_nobody_signs_up(self, district):
        page = Client().get(reverse("account_signup")).content.decode()
        assert "不用注册" in page
        Client().post(reverse("account_signup"), {"username": "x", "password1": PASSWORD})
        assert not Account.objects.filter(username="x").exists()

    def test_a_person_changes_their_password(self, staff):
        client = Client()
        attempt("zhao", client=client)
        new = "换了一句更长的新密码-9"
        page = client.post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": new, "password2": new},
        )
        assert page.status_code == 302
        assert attempt("zhao", new).status_code == 302

    def test_reporters_set_no_password(self, staff):
        person = factories.person(phone="13800138001")
        client = Client()
        client.force_login(services.account_for(person=person), backend=sign_in.BACKEND)
        assert client.get(reverse("account_set_password")).status_code == 404

    def test_the_admin_asks_for_the_same_sign_in(self, staff):
        page = Client().get("/admin/")
        assert page.status_code == 302
        page = Client().get("/admin/login/")
        assert page.status_code == 302 and page.url.startswith("/accounts/login/")


class TestLockOut:
    def test_a_guesser_is_stopped_and_told_how_long(self, staff):
        codes = fail("zhao", 8)
        assert codes[:7] == [200] * 7 and codes[7] == 429
        page = attempt("zhao")
        assert page.status_code == 429
        assert "15 分钟" in page.content.decode()

    def test_the_log_names_nobody(self, staff, caplog):
        with caplog.at_level("INFO"):
            mine = Client()
            attempt("zhao", client=mine)
            mine.post(reverse("account_logout"))
            fail("zhao", 9)
        told = [record.getMessage() for record in caplog.records]
        assert any("locked for 15 minutes" in line for line in told)
        assert not [line for line in told if "zhao" in line.casefold() or OFFICE in line]

    def test_thirty_colleagues_behind_the_same_address_still_sign_in(self, staff):
        for n in range(30):
            make_member(f"staff{n}", f"员{n}")
        fail("zhao", 50)
        fail("nobody", 50)
        for n in range(30):
            assert attempt(f"staff{n}").status_code == 302

    def test_an_attacker_elsewhere_does_not_lock_the_owner_out(self, staff):
        fail("zhao", 100, address=ELSEWHERE)
        assert attempt("zhao", address=ELSEWHERE).status_code == 429
        assert attempt("zhao", address=OFFICE).status_code == 302

    def test_an_attacker_at_the_same_address_does_not_lock_out_who_uses_their_own_device(self, staff):
        mine = Client()
        attempt("zhao", client=mine)
        mine.post(reverse("account_logout"))
        fail("zhao", 100)
        assert attempt("zhao").status_code == 429
        assert attempt("zhao", client=mine).status_code == 302

    def test_a_known_device_is_stopped_too_when_it_guesses(self, staff):
        mine = Client()
        attempt("zhao", client=mine)
        mine.post(reverse("account_logout"))
        assert fail("zhao", 8, client=mine)[-1] == 429
        assert attempt("zhao", client=mine).status_code == 429

    def test_the_device_of_one_is_not_the_device_of_another(self, staff):
        make_member("qian", "钱")
        theirs = Client()
        attempt("qian", client=theirs)
        theirs.post(reverse("account_logout"))
        fail("zhao", 8)
        assert attempt("zhao", client=theirs).status_code == 429

    def test_other_spellings_of_a_name_are_no_way_round(self, staff):
        for name in ("zhao", "ZHAO", "Zhao", "ｚｈａｏ"):
            fail(name, 2)
        assert attempt("zhao").status_code == 429

    def test_a_forged_device_cookie_is_no_way_round(self, staff):
        forger = Client()
        forger.cookies[sign_in.DEVICE_COOKIE] = "eyJkIjoieCIsInAiOlsieCJdfQ:x:y"
        fail("zhao", 8, client=forger)
        assert attempt("zhao").status_code == 429

    def test_success_clears_the_count(self, staff):
        fail("zhao", 7)
        assert attempt("zhao").status_code == 302
        assert fail("zhao", 7)[-1] == 200

    def test_the_address_is_taken_from_as_many_proxies_as_are_trusted(self, settings):
        request = RequestFactory().get("/", headers={"x-forwarded-for": "6.6.6.6, 203.0.113.7, 10.0.0.2"})
        for trusted, address in ((0, "127.0.0.1"), (1, "10.0.0.2"), (2, "203.0.113.7"), (9, "127.0.0.1")):
            settings.TRUSTED_PROXIES = trusted
            assert sign_in.client_address(request) == address


def code_for(secret: str, drift: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + drift))


@pytest.fixture
def with_factor(staff):
    """A member of staff who has set up a second factor, their secret and recovery codes."""
    client = Client()
    attempt("zhao", client=client)
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))
    assert "请再确认一次" in client.get(reverse("account_reauthenticate")).content.decode()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)[1]
    assert client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}).status_code == 302
    codes = re.findall(
        r"<code>(\d{8})</code>", client.get(reverse("mfa_view_recovery_codes")).content.decode()
    )
    return client, secret, codes


class TestSecondFactor:
    def test_the_password_alone_no_longer_suffices(self, with_factor):
        _, secret, codes = with_factor
        assert len(codes) == 10
        client = Client()
        assert attempt("zhao", client=client).url == reverse("mfa_authenticate")
        assert not signed_in(client)
        assert "验证码不对" in client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
        client.post(reverse("mfa_authenticate"), {"code": code_for(secret, drift=1)})
        assert signed_in(client)

    def test_a_recovery_code_is_good_once(self, with_factor):
        _, _, codes = with_factor
        for expected in (True, False):
            client = Client()
            attempt("zhao", client=client)
            client.post(reverse("mfa_authenticate"), {"code": codes[0]})
            assert signed_in(client) is expected

    def test_guessing_codes_is_stopped(self, with_factor):
        _, secret, _ = with_factor
        client = Client()
        attempt("zhao", client=client)
        for _ in range(5):
            client.post(reverse("mfa_authenticate"), {"code": "000000"})
        page = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
        assert page.status_code in (200, 429) and not signed_in(client)

    def test_secrets_are_encrypted_in_the_database_and_deleted_with_the_factor(self, with_factor):
        from allauth.mfa.models import Authenticator
        from django.db import connection

        client, secret, _ = with_factor
        assert secret not in str(list(Authenticator.objects.values()))
        with connection.cursor() as cursor:
            cursor.execute("SELECT value FROM parties_signinsecret")
            assert secret not in str(cursor.fetchall())
        assert SignInSecret.objects.count() == 2
        assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
        assert not Authenticator.objects.exists() and not SignInSecret.objects.exists()

    def test_every_page_of_it_opens(self, with_factor):
        client, _, _ = with_factor
        for name in (
            "mfa_index",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_deactivate_totp",
        ):
            assert client.get(reverse(name)).status_code == 200
        assert client.get(reverse("mfa_download_recovery_codes")).status_code == 200

    def test_where_it_is_required_staff_get_no_further_without(self, staff, settings):
        settings.STAFF_SECOND_FACTOR = "required"
        client = Client()
        attempt("zhao", client=client)
        assert client.get("/").url == reverse("mfa_activate_totp")
        assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))
        assert Client().get("/").status_code == 200

    def test_where_it_is_required_who_has_one_goes_on_and_keeps_it(self, with_factor, settings):
        settings.STAFF_SECOND_FACTOR = "required"
        client, _, _ = with_factor
        assert client.get("/").status_code == 200
        client.post(reverse("mfa_deactivate_totp"))
        assert SignInSecret.objects.exists()

    def test_reporters_are_never_asked_for_one(self, district, settings):
        settings.STAFF_SECOND_FACTOR = "required"
        client = Client()
        client.force_login(services.account_for(person=factories.person()), backend=sign_in.BACKEND)
        assert client.get("/").status_code == 200

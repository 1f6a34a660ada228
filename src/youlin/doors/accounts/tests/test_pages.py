"""One's own sessions and the strength of a new password, page by page."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD, make_district, make_member
from youlin.apps.parties import open_sessions, services, sign_in
from youlin.apps.parties.models import OpenSession
from youlin.apps.parties.tests import factories
from youlin.kernel import clock, pacing
from youlin.kernel.actors import SYSTEM
from youlin.kernel.journal import JournalEntry

pytestmark = pytest.mark.django_db

DESK = {
    "HTTP_USER_AGENT": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    "REMOTE_ADDR": "203.0.113.7",
}
PHONE = {
    "HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 MicroMessenger/8.0",
    "REMOTE_ADDR": "2408:8207:1:2::9",
}


@pytest.fixture(autouse=True)
def _cache():
    from django.core.cache import cache

    cache.clear()
    pacing.forget()


@pytest.fixture
def zhao():
    """A member of staff."""
    make_district()
    return make_member("zhao", "赵街道")


def come_in(machine, name="zhao", goal="/desk/") -> Client:
    """Signed in by password on a machine."""
    client = Client(**machine)
    answer = client.post(reverse("account_login"), {"login": name, "password": PASSWORD, "next": goal})
    assert answer.status_code == 302
    return client


def lines(member) -> list[JournalEntry]:
    """What the journal says of the account, oldest first."""
    return list(JournalEntry.objects.filter(subject_id=member.account.id).order_by("subject_seq"))


def page(client) -> str:
    return client.get(reverse("accounts:security")).content.decode()


def is_in(client) -> bool:
    return client.get(reverse("accounts:security")).status_code == 200


def other(client) -> str:
    """The id of the one session that is not this client's."""
    return str(OpenSession.objects.exclude(session_key=client.session.session_key).get().id)


def test_people_see_device_door_and_network_and_no_address(zhao):
    desk = come_in(DESK)
    come_in(PHONE, goal="/field/")
    shown = page(desk)
    assert "Chrome · Windows" in shown and "派遣台" in shown and "203.0.*.*" in shown
    assert "微信 · Android" in shown and "外勤" in shown and "2408:8207:*" in shown
    assert "203.0.113.7" not in shown and "2408:8207:1" not in shown
    assert shown.count("这台设备") == 1 and "结束其他所有登录" in shown
    assert "113.7" not in str(list(OpenSession.objects.values()))


def test_one_session_is_ended_and_the_others_stay(zhao):
    desk, phone, third = come_in(DESK), come_in(PHONE), come_in(DESK)
    row = OpenSession.objects.get(session_key=phone.session.session_key)
    assert desk.post(reverse("accounts:end"), {"session": str(row.id)}).status_code == 302
    assert not is_in(phone) and is_in(desk) and is_in(third)
    line = lines(zhao)[-1]
    assert (line.act, line.after) == ("parties.session_ended", {"ended": 1, "others": False})
    assert desk.post(reverse("accounts:end"), {"session": str(row.id)}).status_code == 404


def test_all_others_are_ended_at_once(zhao):
    desk, phone, third = come_in(DESK), come_in(PHONE), come_in(DESK)
    shown = desk.post(reverse("accounts:end-others"), follow=True).content.decode()
    assert "已结束其他 2 个登录" in shown and "结束其他所有登录" not in shown
    assert is_in(desk) and not is_in(phone) and not is_in(third)
    assert lines(zhao)[-1].after == {"ended": 2, "others": True}
    assert "没有其他登录" in desk.post(reverse("accounts:end-others"), follow=True).content.decode()


def test_nobody_ends_or_sees_the_sessions_of_another(zhao):
    make_member("qian", "钱")
    desk, stranger = come_in(DESK), come_in(PHONE, "qian")
    answer = stranger.post(reverse("accounts:end"), {"session": other(stranger)})
    assert answer.status_code == 404 and is_in(desk)
    assert "Windows" not in page(stranger)
    assert stranger.post(reverse("accounts:end"), {"session": "x"}).status_code == 400


def test_signing_out_takes_the_row_away(zhao):
    desk = come_in(DESK)
    desk.post(reverse("account_logout"))
    assert not OpenSession.objects.exists()


def test_a_new_password_leaves_this_session_alone(zhao):
    desk, phone = come_in(DESK), come_in(PHONE)
    new = "换了一句更长的新密码-9"
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert desk.post(reverse("account_change_password"), given).status_code == 302
    assert is_in(desk) and not is_in(phone)
    assert OpenSession.objects.get().session_key == desk.session.session_key
    assert lines(zhao)[-1].act == "parties.password_set"
    services.set_password(actor=SYSTEM, account_id=zhao.account.id, password=PASSWORD, district="110102")
    assert not OpenSession.objects.exists() and not is_in(desk)


def test_use_is_noted_seldom_and_what_has_run_out_is_not_shown(zhao):
    start = clock.now()
    with clock.frozen(start):
        desk, phone = come_in(DESK), come_in(PHONE)
        began = OpenSession.objects.get(session_key=desk.session.session_key).seen_at
        page(desk)
        assert OpenSession.objects.get(session_key=desk.session.session_key).seen_at == began
    with clock.frozen(start + timedelta(minutes=100)):
        page(desk)
        assert OpenSession.objects.get(session_key=desk.session.session_key).seen_at == clock.now()
    with clock.frozen(start + timedelta(minutes=140)):
        shown = page(desk)
        assert "Windows" in shown and "Android" not in shown and not is_in(phone)


def test_old_rows_and_sessions_go(zhao):
    desk = come_in(DESK)
    assert open_sessions.forget_old(clock.now() - timedelta(days=30)) == 0
    Session.objects.update(expire_date=clock.now() - timedelta(days=1))
    assert open_sessions.forget_old(clock.now() + timedelta(seconds=1)) == 1
    assert not Session.objects.exists() and not is_in(desk)


def test_residents_have_the_page_too_without_passwords():
    make_district()
    client = Client(**PHONE)
    client.force_login(services.account_for(person=factories.person()), backend=sign_in.BACKEND)
    shown = page(client)
    assert "这台设备" in shown and reverse("account_change_password") not in shown


def ask(client, password):
    return client.post(reverse("accounts:strength"), {"password1": password})


@pytest.mark.parametrize(
    ("password", "word", "hint"),
    [
        ("password1234", "很弱", "含有常见的词"),
        ("zhaozhaozhao", "很弱", "重复"),
        ("correcthorsebatterystaple", "很强", ""),
        ("一句话比一串符号好记", "密码太短", ""),
        ("换了一句更长的新密码-9", "很强", ""),
    ],
)
def test_the_strength_is_told_in_words_and_as_a_bar(zhao, password, word, hint):
    shown = ask(come_in(DESK), password).content.decode()
    assert "<svg" in shown and hint in shown and password not in shown
    assert word in shown or "弱" in shown


def test_nothing_of_what_is_asked_is_kept(zhao, caplog):
    client = come_in(DESK)
    before = len(lines(zhao))
    with caplog.at_level("DEBUG"):
        assert ask(client, "geheime-worte-vom-balkon").status_code == 200
    assert "geheime" not in caplog.text and len(lines(zhao)) == before
    assert "geheime" not in str(list(Session.objects.values()))


def test_it_cannot_be_used_to_try_words_by_the_thousand(zhao):
    client = come_in(DESK)
    with clock.frozen(clock.now()):
        answers = [ask(client, f"ein-langer-satz-{n}").content.decode() for n in range(121)]
    assert "<svg" in answers[0] and "<svg" not in answers[-1] and "太快" in answers[-1]
    assert "<svg" not in ask(client, "").content.decode()
    assert ask(client, "x" * 1000).status_code == 200


def test_only_for_who_is_signed_in(zhao):
    assert ask(Client(), "x").url.startswith(reverse("portal:sign-in"))


@pytest.mark.parametrize("password", ["password1234!", "zhaozhaozhao1", "qwertyuiop1990", "1990-01-01-1990"])
def test_what_is_guessed_at_once_is_refused(zhao, password):
    client = come_in(DESK)
    given = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert client.post(reverse("account_change_password"), given).status_code == 200
    zhao.account.refresh_from_db()
    assert zhao.account.check_password(PASSWORD)

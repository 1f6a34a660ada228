"""People hear of every change in how they sign in, through their own channels and at their own old address."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from tests.cast import DISTRICT, make_district, make_member
from youlin.apps.notices import account_news
from youlin.apps.notices.models import Delivery, Letter, Notice
from youlin.apps.parties import credentials, services
from youlin.apps.parties.models import ContactPoint
from youlin.kernel import clock, reactions
from youlin.kernel.actors import SYSTEM
from youlin.kernel.journal import JournalEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhao():
    """A member of staff who can be reached by mail, and nothing told yet."""
    make_district()
    member = make_member("zhao", "赵街道")
    services.add_contact(
        actor=SYSTEM, person=member.person, kind="email", value="zhao@example.com", district=DISTRICT
    )
    reactions.drain_all()
    Notice.objects.all().delete()
    return member


def told(member) -> list[str]:
    """The titles of what the person was told, oldest first."""
    reactions.drain_all()
    return list(Notice.objects.filter(person=member.person).order_by("id").values_list("title", flat=True))


def test_a_new_password_is_told_at_once_and_by_mail(zhao):
    services.set_password(
        actor=SYSTEM, account_id=zhao.account.id, password="换了一句更长的新密码-9", district=DISTRICT
    )
    assert told(zhao) == ["您的登录密码已修改"]
    notice = Notice.objects.get()
    assert notice.urgent and notice.link == "/accounts/security/" and "登录与安全" in notice.body
    assert "mail" in Delivery.objects.filter(notice=notice).values_list("channel", flat=True)
    reactions.drain_all()
    assert Notice.objects.count() == 1


def test_second_factors_are_told_when_they_come_and_go(zhao):
    factor = Authenticator.objects.create(
        user=zhao.account, type=Authenticator.Type.WEBAUTHN, data={"name": "k"}
    )
    codes = RecoveryCodes.activate(zhao.account).instance
    factor.delete()
    credentials.factor_used(zhao.account, codes)
    credentials.code_replayed(zhao.account)
    assert told(zhao) == [
        "您的账号添加了一种登录方式：安全密钥",
        "您的账号添加了一种登录方式：恢复码",
        "您的账号停用了一种登录方式：安全密钥",
        "有人用恢复码登录了您的账号，还剩 10 个",
        "您的验证码被用了第二次，已拒绝",
    ]


def test_an_address_that_is_taken_away_hears_of_it_itself(zhao):
    point = ContactPoint.objects.get(person=zhao.person, kind="email")
    services.remove_contact(actor=SYSTEM, contact_id=point.id, district=DISTRICT)
    assert told(zhao) == ["您的联系方式有减少：邮箱"]
    assert [letter.channel for letter in Letter.objects.all()] == ["mail"]
    services.add_contact(
        actor=SYSTEM, person=zhao.person, kind="phone", value="13800138099", district=DISTRICT
    )
    assert told(zhao)[1:] == ["您的联系方式有增加：电话"]


def test_who_speaks_english_is_told_in_english(zhao):
    services.change_person(actor=SYSTEM, person_id=zhao.person.id, district=DISTRICT, language="en")
    services.set_password(
        actor=SYSTEM, account_id=zhao.account.id, password="换了一句更长的新密码-9", district=DISTRICT
    )
    assert told(zhao) == ["Your password was changed"]


def test_registering_somebody_and_old_news_tell_nobody(zhao):
    other = make_member("qian", "钱")
    assert told(other) == []
    services.set_password(
        actor=SYSTEM, account_id=zhao.account.id, password="换了一句更长的新密码-9", district=DISTRICT
    )
    entry = JournalEntry.objects.filter(act="parties.password_set").get()
    with clock.frozen(entry.at + account_news.LATE + timedelta(minutes=1)):
        account_news.tell([entry], {})
    assert not Notice.objects.exists()

"""Signing in by a code sent to one's phone."""

import re
from datetime import timedelta

import pytest

from tests.cast import GRID, give_duty
from youlin.apps.notices.adapters import fake
from youlin.apps.parties import codes, selectors, services, sign_in
from youlin.apps.parties.models import Account, OneTimeCode, Person
from youlin.apps.parties.tests import factories
from youlin.kernel import clock
from youlin.kernel.errors import Conflict, Invalid, NotAllowed

pytestmark = pytest.mark.django_db

PHONE = "13700137000"
HOME = "203.0.113.7"


@pytest.fixture(autouse=True)
def _gateway(settings):
    settings.SMS_ADAPTER = "youlin.apps.notices.adapters.fake.send_sms"
    fake.reset()
    with clock.frozen(clock.now()):
        yield


def send(phone=PHONE, address=HOME):
    return sign_in.send_code(phone=phone, address=address)


def sent_code() -> str:
    return re.search(r"\d{6}", fake.outbox[-1].text)[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_code_signs_a_new_person_in_and_then_the_same_again():
    send()
    assert fake.outbox[-1].to == "+8613700137000"
    person = sign_in.check_code(phone=PHONE, code=sent_code())
    assert selectors.persons_by_phone(PHONE) == [person]
    clock.advance(timedelta(minutes=2))
    send()
    assert sign_in.check_code(phone=PHONE, code=f" {sent_code()} ") == person
    assert Person.objects.count() == 1


def test_the_code_is_kept_only_as_a_digest():
    send()
    row = OneTimeCode.objects.get()
    assert all(len(value) == 64 for value in (row.digest, row.blind, row.asked_from))
    assert sent_code() not in str(OneTimeCode.objects.values())


def test_the_account_of_a_reporter_has_no_password():
    send()
    account = sign_in.account_by_code(phone=PHONE, code=sent_code())
    assert not account.has_usable_password()
    assert sign_in.actor_for(account, "portal").person_id == account.person_id
    assert services.account_for(person=account.person) == account


def test_a_code_is_good_once():
    send()
    code = sent_code()
    sign_in.check_code(phone=PHONE, code=code)
    with pytest.raises(Invalid):
        sign_in.check_code(phone=PHONE, code=code)


def test_a_code_is_good_for_ten_minutes():
    send()
    clock.advance(timedelta(minutes=10))
    with pytest.raises(Invalid):
        sign_in.check_code(phone=PHONE, code=sent_code())


def test_five_wrong_guesses_use_a_code_up():
    send()
    for _ in range(5):
        with pytest.raises(Invalid):
            sign_in.check_code(phone=PHONE, code=wrong(sent_code()))
    with pytest.raises(Invalid):
        sign_in.check_code(phone=PHONE, code=sent_code())


def test_guesses_of_others_do_not_use_up_the_code_of_who_holds_the_ticket():
    sent = send()
    code = sent_code()
    other = send(address="198.51.100.9")
    for _ in range(9):
        with pytest.raises(Invalid):
            sign_in.check_code(phone=PHONE, code="000000", ticket=other.ticket)
    assert sign_in.check_code(phone=PHONE, code=code, ticket=sent.ticket)


def test_a_ticket_is_good_for_its_phone_only():
    sent = send()
    with pytest.raises(Invalid):
        sign_in.check_code(phone="13700137001", code=sent_code(), ticket=sent.ticket)


def test_every_failure_reads_the_same():
    factories.person(phone="13700137002", contacts_verified=True)
    words = set()
    for phone in ("13700137001", "13700137002"):
        with pytest.raises(Invalid) as refused:
            sign_in.check_code(phone=phone, code="000000")
        words.add(refused.value.message)
    assert len(words) == 1


def test_one_phone_is_sent_one_code_a_minute_and_five_an_hour_from_one_address():
    send()
    with pytest.raises(Conflict) as refused:
        send()
    assert "60 秒" in refused.value.problems[0].remedy
    for _ in range(4):
        clock.advance(timedelta(minutes=1))
        send()
    clock.advance(timedelta(minutes=1))
    with pytest.raises(Conflict) as refused:
        send()
    assert "分钟" in refused.value.problems[0].remedy
    assert len(fake.outbox) == 5


def test_a_hundred_people_behind_one_address_all_get_their_codes():
    for n in range(100):
        send(phone=str(13600000000 + n))
    assert len(fake.outbox) == 100


def test_a_stranger_who_asks_for_my_phone_does_not_keep_me_from_asking():
    for _ in range(5):
        send(address="198.51.100.9")
        clock.advance(timedelta(minutes=1))
    assert send(address=HOME)


def test_one_phone_is_not_flooded_from_many_addresses():
    for n in range(30):
        send(address=f"198.51.100.{n}")
    with pytest.raises(Conflict):
        send(address="198.51.100.200")


@pytest.mark.parametrize("phone", ["12345", "010-66066099", "abc", ""])
def test_what_takes_no_message_is_refused(phone):
    with pytest.raises(Invalid):
        send(phone=phone)
    assert not fake.outbox


def test_people_in_duty_do_not_sign_in_by_code(cast):
    services.add_contact(
        actor=cast.wang.actor, person=cast.wang.person, kind="phone", value=PHONE, verified=True
    )
    send()
    with pytest.raises(NotAllowed, match="验证码"):
        sign_in.check_code(phone=PHONE, code=sent_code())


def test_a_resident_who_got_a_duty_no_longer_signs_in_by_code(cast):
    give_duty(cast.li, "grid_worker", GRID)
    send(phone="13800138001")
    with pytest.raises(NotAllowed):
        sign_in.check_code(phone="13800138001", code=sent_code())


def test_a_phone_that_nobody_verified_gives_no_one_elses_record():
    typed_in = factories.person("热线登记", phone=PHONE)
    send()
    assert sign_in.check_code(phone=PHONE, code=sent_code()) != typed_in


def test_of_two_people_with_one_phone_the_first_is_meant():
    first = factories.person("先", phone=PHONE, contacts_verified=True)
    factories.person("后", phone=PHONE, contacts_verified=True)
    send()
    assert sign_in.check_code(phone=PHONE, code=sent_code()) == first


def test_a_closed_account_does_not_come_back_by_code():
    person = factories.person(phone=PHONE, contacts_verified=True)
    account = services.account_for(person=person)
    Account.objects.filter(id=account.id).update(is_active=False)
    send()
    with pytest.raises(NotAllowed):
        sign_in.check_code(phone=PHONE, code=sent_code())


def test_old_codes_are_forgotten():
    send()
    assert codes.forget_old_codes(clock.now()) == 0
    assert codes.forget_old_codes(clock.now() + timedelta(days=1)) == 1

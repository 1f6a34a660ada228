"""Letters: a message to whoever left an address and has no account."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.cast import DISTRICT
from youlin.apps.notices import personal_data, services
from youlin.apps.notices.adapters import Refused, fake
from youlin.apps.notices.models import Letter
from youlin.apps.notices.services import writing
from youlin.kernel import clock, jobs, journal

pytestmark = pytest.mark.django_db(transaction=True)

ADAPTER = "youlin.apps.notices.adapters.fake."
PHONE = "138 0013 8000"


@pytest.fixture(autouse=True)
def _outbox(settings, district):
    settings.SMS_ADAPTER, settings.MAIL_ADAPTER = f"{ADAPTER}send_sms", f"{ADAPTER}send_mail"
    settings.QUIET_HOURS = ""
    fake.reset()
    yield
    fake.reset()


def write(contact: str = PHONE, key: str = "k1") -> Letter | None:
    return services.write(
        district=DISTRICT, contact=contact, key=key, title="您反映的事已办结", text="您反映的事已办结。"
    )


def test_a_phone_gets_a_text_message_and_a_mailbox_a_mail():
    write()
    write("li@example.org", "k2")
    jobs.run_pending()
    short, long = sorted(fake.outbox, key=lambda message: message.subject)
    assert (short.to, short.text) == ("+8613800138000", "【友邻】您反映的事已办结。")
    assert (long.to, long.subject) == ("li@example.org", "您反映的事已办结")


@pytest.mark.parametrize("contact", ["门口小卖部老王", "010-66001234", "12345", ""])
def test_what_is_no_address_gets_nothing(contact):
    assert write(contact) is None
    assert not Letter.objects.exists()


def test_the_same_is_written_once():
    assert write() == write()
    assert Letter.objects.count() == 1


def test_the_address_is_unreadable_at_rest_and_goes_when_it_is_sent():
    letter = write()
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM notices_letter")
        assert "13800138000" not in cursor.fetchone()[0]
    jobs.run_pending()
    letter.refresh_from_db()
    assert (letter.state, letter.address) == ("sent", "")
    (entry,) = journal.entries_for(letter)
    assert entry.act == "notices.written" and "138" not in str(entry.after)


def test_quiet_hours_are_waited_for(settings):
    settings.QUIET_HOURS = "22:00-07:00"
    night = clock.local_now().replace(hour=23, minute=0)
    with clock.frozen(night):
        write()
        jobs.run_pending()
        assert not fake.outbox
    with clock.frozen(night + timedelta(hours=9)):
        services.send_due(district=DISTRICT)
    assert len(fake.outbox) == 1


def test_what_fails_is_tried_again_and_what_is_refused_is_given_up():
    fake.fail_next(RuntimeError("gateway is down"))
    letter = write()
    jobs.run_pending()
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, bool(letter.address)) == ("waiting", 1, True)
    fake.fail_next(Refused("wrong number"))
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        services.send_due(district=DISTRICT)
    letter.refresh_from_db()
    assert (letter.state, letter.address) == ("refused", "")
    assert journal.entries_for(letter)[-1].act == "notices.given_up"


def test_nobody_s_phone_is_flooded_with_their_number_given_by_others():
    found = [write(key=str(n)) for n in range(writing.MOST_A_DAY + 2)]
    assert found[-2:] == [None, None] and None not in found[: writing.MOST_A_DAY]
    assert write("13900139000", "other")
    with clock.frozen(clock.now() + timedelta(days=1, minutes=1)):
        assert write(key="tomorrow")


def test_letters_are_forgotten_in_time():
    write()
    assert personal_data.forget_before(clock.now() + timedelta(minutes=1)) == 1

"""Telling people: once, through the channels they chose, not at night, again when it failed."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import DISTRICT, OTHER_DISTRICT
from youlin.apps.notices import selectors, services
from youlin.apps.notices.adapters import Refused, fake
from youlin.apps.notices.models import Delivery, Notice
from youlin.apps.notices.services import delivering
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import ContactPoint
from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import ANONYMOUS
from youlin.kernel.errors import Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 1, 16, tzinfo=UTC)
SUBSCRIPTION = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
    "keys": {"p256dh": "BPk", "auth": "c2Vj"},
    "expirationTime": None,
}


@pytest.fixture(autouse=True)
def _world(settings):
    settings.SMS_ADAPTER = "youlin.apps.notices.adapters.fake.send_sms"
    settings.MAIL_ADAPTER = "youlin.apps.notices.adapters.fake.send_mail"
    settings.PUBLIC_URL = "https://youlin.example"
    fake.reset()
    with clock.frozen(NOON):
        yield


@pytest.fixture
def pushed(monkeypatch):
    """Web push without a network: what was sent; endpoints named `gone` are refused."""
    sent = []

    def send(subscription, message):
        if "gone" in subscription["endpoint"]:
            raise Refused("410")
        sent.append((subscription["endpoint"], message["title"]))

    monkeypatch.setattr(delivering.web_push, "send", send)
    return sent


def tell(member, **fields):
    asked = {
        "district": DISTRICT,
        "person_id": member.id,
        "kind": "case.assigned",
        "key": "case:1:assigned",
        "title": "有新的案件",
        "body": "四川营一网格，暴露垃圾",
        "link": "/field/case/XC-1/",
    }
    notice = services.notify(**{**asked, **fields})
    jobs.run_pending()
    return notice


class TestTelling:
    def test_a_notice_is_in_the_inbox_until_it_is_read(self, cast):
        notice = tell(cast.wang)
        assert selectors.inbox(cast.wang.actor) == [notice]
        assert selectors.unread_count(cast.wang.actor) == 1
        assert services.mark_read(actor=cast.wang.actor, notice_ids=[notice.id]) == 1
        assert selectors.unread_count(cast.wang.actor) == 0
        assert selectors.inbox(cast.wang.actor, unread=True) == []

    def test_the_same_key_tells_once(self, cast):
        first = tell(cast.wang, urgent=True)
        assert tell(cast.wang, urgent=True, title="anders") == first
        assert len(fake.outbox) == 1
        assert tell(cast.wang, key="case:1:reminded") != first
        assert tell(cast.zhao) != first

    def test_nobody_reads_the_notices_of_another(self, cast):
        notice = tell(cast.wang)
        for actor in (cast.zhao.actor, ANONYMOUS):
            assert selectors.inbox(actor) == [] and selectors.unread_count(actor) == 0
            assert services.mark_read(actor=actor, notice_ids=[notice.id]) == 0

    def test_notices_of_all_districts_are_in_one_inbox_newest_first(self, cast):
        tell(cast.wang, title="一")
        tell(cast.wang, title="二", district=OTHER_DISTRICT)
        titles = [n.title for n in selectors.inbox(cast.wang.actor)]
        assert titles == ["二", "一"]
        (older,) = selectors.inbox(cast.wang.actor, before=selectors.inbox(cast.wang.actor, limit=1)[0].id)
        assert older.title == "一"
        assert services.mark_all_read(actor=cast.wang.actor) == 2

    def test_the_journal_names_the_kind_and_none_of_the_words(self, cast):
        (entry,) = journal.entries_for(tell(cast.wang))
        assert entry.act == "notices.sent" and entry.after["kind"] == "case.assigned"
        assert "案件" not in str(entry.public)

    def test_a_merged_person_is_told_as_the_one_they_became(self, cast):
        from youlin.kernel.actors import SYSTEM

        parties.merge_persons(actor=SYSTEM, keep=cast.li.person, drop=cast.qian.person, reason="同一人")
        assert tell(cast.qian).person_id == cast.li.id

    def test_unknown_people_and_foreign_links_are_refused(self, cast):
        from youlin.kernel import ids

        with pytest.raises(NotFound):
            services.notify(district=DISTRICT, person_id=ids.uuid7(), kind="k", key="k", title="t")
        with pytest.raises(Invalid):
            tell(cast.wang, link="https://evil.example/")

    def test_a_long_title_is_cut_not_refused(self, cast):
        assert len(tell(cast.wang, title="长" * 500).title) == 160


class TestChannels:
    def test_by_default_a_text_message_is_sent_only_for_what_is_urgent(self, cast):
        tell(cast.wang)
        assert fake.outbox == []
        tell(cast.wang, key="2", urgent=True)
        (sms,) = fake.outbox
        assert sms.to == "+8613800138002"
        assert sms.text == "【友邻】有新的案件 https://youlin.example/field/case/XC-1/"

    def test_mail_goes_to_those_who_have_an_address(self, cast):
        parties.add_contact(
            actor=cast.wang.actor, person=cast.wang.person, kind="email", value="wang@example.cn"
        )
        tell(cast.wang)
        (mail,) = fake.outbox
        assert (mail.to, mail.subject) == ("wang@example.cn", "有新的案件")
        assert "暴露垃圾" in mail.text and "https://youlin.example/field/" in mail.text

    def test_people_choose_by_kind(self, cast):
        services.set_preference(
            actor=cast.wang.actor,
            district=DISTRICT,
            channels={"case.assigned": ["sms"], "case.closed": [], "*": ["mail"]},
        )
        tell(cast.wang)
        tell(cast.wang, key="2", kind="case.closed", urgent=True)
        tell(cast.wang, key="3", kind="case.other")
        assert [m.to for m in fake.outbox] == ["+8613800138002"]

    def test_an_unknown_channel_and_malformed_hours_are_refused(self, cast):
        for wrong in ({"channels": {"*": ["pigeon"]}}, {"quiet_hours": "nachts"}):
            with pytest.raises(Invalid):
                services.set_preference(actor=cast.wang.actor, district=DISTRICT, **wrong)
        with pytest.raises(NotAllowed):
            services.set_preference(actor=ANONYMOUS, district=DISTRICT, quiet_hours="")

    def test_push_goes_to_every_browser_and_gone_ones_are_forgotten(self, cast, pushed):
        for name in ("one", "two", "gone"):
            endpoint = f"https://fcm.googleapis.com/{name}"
            services.subscribe_push(
                actor=cast.wang.actor, subscription={**SUBSCRIPTION, "endpoint": endpoint}
            )
        notice = tell(cast.wang)
        assert sorted(pushed) == [(f"https://fcm.googleapis.com/{n}", "有新的案件") for n in ("one", "two")]
        assert Delivery.objects.get(notice=notice).state == "sent"
        assert ContactPoint.objects.filter(kind="push").count() == 2

    def test_when_all_browsers_are_gone_the_delivery_is_given_up(self, cast, pushed):
        endpoint = "https://fcm.googleapis.com/gone"
        services.subscribe_push(actor=cast.wang.actor, subscription={**SUBSCRIPTION, "endpoint": endpoint})
        assert Delivery.objects.get(notice=tell(cast.wang)).state == "refused"


class TestSubscribing:
    def test_subscribing_twice_is_once_and_unsubscribing_ends_it(self, cast):
        first = services.subscribe_push(actor=cast.wang.actor, subscription=SUBSCRIPTION)
        assert services.subscribe_push(actor=cast.wang.actor, subscription=SUBSCRIPTION) == first
        ended = services.unsubscribe_push(actor=cast.wang.actor, endpoint=SUBSCRIPTION["endpoint"])
        assert ended == 1 and not ContactPoint.objects.filter(kind="push").exists()

    @pytest.mark.parametrize(
        "endpoint",
        [
            "http://fcm.googleapis.com/x",
            "https://127.0.0.1/x",
            "https://fcm.googleapis.com.evil.example/x",
            "https://evil.example/fcm.googleapis.com",
            "https://user@internal/x",
            "ftp://fcm.googleapis.com/x",
            "",
        ],
    )
    def test_only_push_services_are_written_to(self, cast, endpoint):
        with pytest.raises(Invalid):
            services.subscribe_push(
                actor=cast.wang.actor, subscription={**SUBSCRIPTION, "endpoint": endpoint}
            )

    def test_a_whole_family_of_hosts_may_be_named(self, cast):
        endpoint = "https://wns2-by3p.notify.windows.com/w/?token=1"
        assert services.subscribe_push(
            actor=cast.wang.actor, subscription={**SUBSCRIPTION, "endpoint": endpoint}
        )

    @pytest.mark.parametrize(
        "wrong", [{}, {"endpoint": "https://fcm.googleapis.com/x", "keys": {"auth": "x"}}]
    )
    def test_an_incomplete_subscription_is_refused(self, cast, wrong):
        with pytest.raises(Invalid):
            services.subscribe_push(actor=cast.wang.actor, subscription=wrong)

    def test_visitors_subscribe_to_nothing(self, district):
        with pytest.raises(NotAllowed):
            services.subscribe_push(actor=ANONYMOUS, subscription=SUBSCRIPTION)


class TestQuietHours:
    def choose_sms(self, member, **fields):
        services.set_preference(actor=member.actor, district=DISTRICT, channels={"*": ["sms"]}, **fields)

    def test_at_night_a_message_waits_for_the_morning(self, cast):
        self.choose_sms(cast.wang)
        with clock.frozen(MIDNIGHT):
            tell(cast.wang)
            assert selectors.unread_count(cast.wang.actor) == 1
            assert delivering.send_all_due() == 0 and not fake.outbox
            clock.advance(timedelta(hours=7))
            assert delivering.send_all_due() == 1
        assert len(fake.outbox) == 1

    def test_what_is_urgent_rings_at_night(self, cast):
        self.choose_sms(cast.wang)
        with clock.frozen(MIDNIGHT):
            tell(cast.wang, urgent=True)
        assert len(fake.outbox) == 1

    def test_people_have_quiet_hours_of_their_own(self, cast):
        self.choose_sms(cast.wang, quiet_hours="11:00-14:00")
        tell(cast.wang)
        assert not fake.outbox
        assert Delivery.objects.get().not_before == NOON + timedelta(hours=2)


class TestFailures:
    def test_a_failure_is_tried_again_with_growing_pauses_and_then_given_up(self, cast):
        fake.fail_next(*[OSError("gateway down")] * 10)
        notice = tell(cast.wang, urgent=True)
        waits = []
        for _ in range(6):
            delivery = Delivery.objects.get(notice=notice)
            if delivery.state != "waiting":
                break
            waits.append(delivery.not_before - clock.now())
            clock.advance(waits[-1])
            delivering.send_all_due()
        assert [int(wait.total_seconds() / 60) for wait in waits] == [1, 5, 15, 60, 240]
        delivery = Delivery.objects.get(notice=notice)
        assert (delivery.state, delivery.attempts) == ("failed", 6)
        assert "gateway down" in delivery.last_error
        assert [e.act for e in journal.entries_for(notice)] == ["notices.sent", "notices.given_up"]

    def test_after_a_failure_it_arrives_once(self, cast):
        fake.fail_next(OSError("gateway down"))
        tell(cast.wang, urgent=True)
        clock.advance(timedelta(minutes=1))
        assert [delivering.send_all_due() for _ in range(3)] == [1, 0, 0]
        assert len(fake.outbox) == 1
        assert Delivery.objects.get().sent_at == clock.now()

    def test_a_refused_message_is_not_tried_again(self, cast):
        fake.fail_next(Refused("wrong number"))
        tell(cast.wang, urgent=True)
        clock.advance(timedelta(days=1))
        assert delivering.send_all_due() == 0
        assert Delivery.objects.get().state == "refused"

    def test_a_message_claimed_by_a_worker_that_died_goes_out_later(self, cast):
        services.notify(district=DISTRICT, person_id=cast.wang.id, kind="k", key="k", title="t", urgent=True)
        ((kind, id),) = delivering._due(DISTRICT)
        assert delivering._claim(DISTRICT, kind, id)
        assert delivering._claim(DISTRICT, kind, id) is None
        assert delivering.send_all_due() == 0
        clock.advance(delivering.CLAIM)
        assert delivering.send_all_due() == 1
        assert len(fake.outbox) == 1

    def test_one_broken_channel_does_not_hold_the_others(self, cast):
        parties.add_contact(
            actor=cast.wang.actor, person=cast.wang.person, kind="email", value="wang@example.cn"
        )
        fake.fail_next(OSError("down"))
        tell(cast.wang, urgent=True)
        assert {d.state for d in Delivery.objects.all()} == {"waiting", "sent"}


def test_unsent_words_leave_nothing_when_the_transaction_fails(cast):
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        services.notify(district=DISTRICT, person_id=cast.wang.id, kind="k", key="k", title="t", urgent=True)
        raise RuntimeError
    jobs.run_pending()
    assert not fake.outbox and not Notice.objects.exists()


def test_the_inbox_costs_the_same_for_any_number(cast, django_assert_max_num_queries):
    for n in range(20):
        services.notify(district=DISTRICT, person_id=cast.wang.id, kind="k", key=str(n), title="t")
    selectors.inbox(cast.wang.actor)  # what a process keeps for the next is read once
    with django_assert_max_num_queries(2):
        assert len(selectors.inbox(cast.wang.actor)) == 20

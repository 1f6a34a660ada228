"""Web hooks: signed as the standard says, in the journal's order, at least once, nothing personal."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tests.cast import DISTRICT, OTHER_DISTRICT, Cast
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.apps.exchange import services, signing
from youlin.apps.exchange.models import HookMessage, Subscription
from youlin.apps.exchange.services import delivering, hooks
from youlin.apps.exchange.tests import receivers
from youlin.kernel import clock, journal, reactions
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(people):
    with receivers.running(receivers.Receiver) as server:
        yield server


def subscribed(people: Cast, receiver, *acts: str) -> Subscription:
    row, receiver.secret = services.subscribe(
        actor=people.sun.actor,
        district=DISTRICT,
        name="市政平台",
        url=receiver.url + "/in",
        acts=acts or ("*",),
    )
    return row


def shown(**more) -> Case:
    """A public case that shows."""
    case = factories.reported(**more).case
    Case.objects.filter(id=case.id).update(public=True, moderation="shown")
    return case


def types(receiver) -> list[str]:
    return [event["type"] for _id, event in receiver.seen]


class TestSigning:
    def test_the_signature_is_that_of_the_standard_s_example(self):
        at = datetime.fromtimestamp(1614265330, UTC)
        found = signing.signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at,
            b'{"test": 2432232314}',
        )
        assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    def test_a_changed_body_is_found_out(self):
        secret, body = signing.new_secret(), b'{"a":1}'
        headers = signing.headers([secret], "msg_1", clock.now(), body)
        assert Webhook(secret).verify(body, headers) == {"a": 1}
        for wrong in (b'{"a":2}', body + b" "):
            with pytest.raises(WebhookVerificationError):
                Webhook(secret).verify(wrong, headers)

    def test_either_of_two_secrets_verifies(self):
        old, new, body = signing.new_secret(), signing.new_secret(), b"{}"
        headers = signing.headers([new, old], "msg_1", clock.now(), body)
        assert all(Webhook(secret).verify(body, headers) == {} for secret in (old, new))


class TestEvents:
    def test_what_happens_is_told_in_its_order_and_signed(self, people, receiver):
        subscribed(people, receiver)
        case = shown()
        for act in ("file", "dispatch"):
            factories.do(case, act)
        reactions.drain_all()
        delivering.deliver_events()
        assert types(receiver) == ["cases.reported", "cases.filed", "cases.dispatched"]
        event = receiver.seen[0][1]
        assert event["data"]["number"] == case.number and event["data"]["is_open"] is True
        assert event["data"]["url"] == f"https://youlin.example/case/{case.number}/"

    def test_only_what_was_asked_for_comes(self, people, receiver):
        subscribed(people, receiver, "cases.fil*", "cases.closed")
        case = shown()
        factories.do(case, "file")
        delivering.deliver_events()
        assert types(receiver) == ["cases.filed"]

    def test_nothing_before_the_subscription_comes(self, people, receiver):
        shown()
        subscribed(people, receiver)
        delivering.deliver_events()
        assert receiver.seen == []

    def test_nothing_personal_and_nothing_hidden_comes(self, people, receiver):
        subscribed(people, receiver)
        case = shown(text="李小哥电话 13800138001 反映垃圾", actor=people.li.actor, contact="13800138001")
        secret = factories.reported(category=factories.TIP_OFF, protected=True).case
        hidden = factories.reported().case
        Case.objects.filter(id=hidden.id).update(public=False)
        factories.do(case, "file", note="请王网格联系 13900139000")
        delivering.deliver_events()
        told = json.dumps([event for _id, event in receiver.seen], ensure_ascii=False)
        assert types(receiver) == ["cases.reported", "cases.filed"]
        for word in ("13800138001", "13900139000", "王网格", secret.number, hidden.number, str(people.li.id)):
            assert word not in told

    def test_the_place_of_a_sensitive_category_is_coarse_here_too(self, people, receiver):
        subscribed(people, receiver)
        case = shown(category=factories.NOISE)
        delivering.deliver_events()
        data = receiver.seen[0][1]["data"]
        assert data["approximate"] and data["lat"] == round(case.lat, 3) and not data["address"]

    def test_a_public_event_wakes_the_deliverer_once(self, people, receiver):
        from django_tasks_db.models import DBTaskResult

        subscribed(people, receiver)
        for _case in range(3):
            shown()
        reactions.drain_all()
        path = delivering.deliver_events.module_path
        assert DBTaskResult.objects.filter(task_path=path, status="READY").count() == 1

    def test_where_nobody_subscribed_nothing_is_woken(self, people):
        from django_tasks_db.models import DBTaskResult

        shown()
        reactions.drain_all()
        assert not DBTaskResult.objects.filter(task_path=delivering.deliver_events.module_path).exists()


class TestFailures:
    def test_one_that_fails_keeps_the_later_ones_waiting_and_comes_again_with_its_id(self, people, receiver):
        hook = subscribed(people, receiver)
        receiver.answers = [(500, {})]
        case = shown()
        factories.do(case, "file")
        with clock.frozen(clock.now()):
            delivering.deliver_events()
            assert types(receiver) == ["cases.reported"]
            hook.refresh_from_db()
            assert hook.failing_since is not None and "500" in hook.last_error
            clock.advance(timedelta(seconds=6))
            delivering.deliver_events()
        assert types(receiver) == ["cases.reported", "cases.reported", "cases.filed"]
        assert receiver.seen[0][0] == receiver.seen[1][0] != receiver.seen[2][0]
        hook.refresh_from_db()
        assert hook.failing_since is None and hook.delivered_at is not None

    def test_a_subscriber_is_waited_for_as_long_as_it_says(self, people, receiver):
        subscribed(people, receiver)
        receiver.answers = [(503, {"Retry-After": "600"})]
        shown()
        with clock.frozen(clock.now()):
            delivering.deliver_events()
            waits = HookMessage.objects.get().not_before - clock.now()
        assert waits == timedelta(seconds=600)

    def test_after_the_last_try_it_is_given_up_and_can_be_played_again(self, people, receiver, time_machine):
        subscribed(people, receiver)
        shown()
        tries = len(delivering.BACK_OFF) + 1
        receiver.answers = [(500, {})] * tries
        for _try in range(tries):
            delivering.deliver_events()
            time_machine.move_to(clock.now() + timedelta(hours=11))
        message = HookMessage.objects.get()
        assert (message.state, message.attempts) == ("dead", tries)
        shown()
        delivering.deliver_events()
        services.replay(actor=people.sun.actor, district=DISTRICT, message_id=message.id)
        delivering.deliver_events()
        assert [id for id, _event in receiver.seen].count(message.public_id) == tries + 1
        message.refresh_from_db()
        assert message.state == "delivered"

    def test_who_is_gone_is_asked_no_more(self, people, receiver):
        hook = subscribed(people, receiver)
        receiver.answers = [(410, {})]
        shown()
        delivering.deliver_events()
        hook.refresh_from_db()
        assert hook.state == "gone" and "exchange.hook_gone" in acts_of(hook)
        shown()
        delivering.deliver_events()
        assert len(receiver.seen) == 1

    def test_a_slow_subscriber_does_not_hold_up_another(self, people, receiver):
        subscribed(people, receiver)
        services.subscribe(
            actor=people.sun.actor, district=DISTRICT, name="不在", url="http://127.0.0.1:9/", acts=("*",)
        )
        case = shown()
        factories.do(case, "file")
        delivering.deliver_events()
        assert types(receiver) == ["cases.reported", "cases.filed"]

    def test_a_worker_that_died_while_sending_is_taken_over(self, people, receiver):
        hook = subscribed(people, receiver)
        shown()
        with clock.frozen(clock.now()):
            delivering.collect(DISTRICT, hook.id)
            delivering._claim(DISTRICT, HookMessage.objects.get().id)
            assert delivering.deliver_events() == 0
            clock.advance(delivering.CLAIM)
            assert delivering.deliver_events() == 1
        assert len(receiver.seen) == 1

    def test_an_address_inside_is_not_called_and_that_is_seen(self, people, receiver, settings):
        hook = subscribed(people, receiver)
        settings.PRIVATE_NETWORKS = []
        shown()
        delivering.deliver_events()
        hook.refresh_from_db()
        assert "may not be called" in hook.last_error and receiver.seen == []


class TestManaging:
    def test_paused_it_waits_and_loses_nothing(self, people, receiver):
        hook = subscribed(people, receiver)
        services.pause_hook(actor=people.sun.actor, district=DISTRICT, hook_id=hook.id)
        shown()
        delivering.deliver_events()
        assert receiver.seen == []
        services.resume_hook(actor=people.sun.actor, district=DISTRICT, hook_id=hook.id)
        delivering.deliver_events()
        assert types(receiver) == ["cases.reported"]

    def test_a_new_secret_signs_beside_the_old_one_for_a_day(self, people, receiver):
        hook = subscribed(people, receiver)
        _hook, secret = services.rotate_hook(actor=people.sun.actor, district=DISTRICT, hook_id=hook.id)
        for verified_by in (receiver.secret, secret):
            receiver.secret = verified_by
            services.test_hook(actor=people.sun.actor, district=DISTRICT, hook_id=hook.id)
            delivering.deliver_events()
        assert types(receiver) == [hooks.PING, hooks.PING]

    def test_the_secret_is_kept_sealed_and_out_of_the_journal(self, people, receiver):
        from django.db import connection

        hook = subscribed(people, receiver)
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM exchange_subscription")
            assert receiver.secret not in cursor.fetchone()[0]
        assert receiver.secret not in json.dumps([entry.public for entry in journal.entries_for(hook)])

    def test_only_who_looks_after_the_exchange_may(self, people, receiver):
        hook = subscribed(people, receiver)
        for member in (people.zhao, people.other, people.li):
            with pytest.raises(NotAllowed):
                services.test_hook(actor=member.actor, district=DISTRICT, hook_id=hook.id)
            with pytest.raises(NotAllowed):
                services.subscribe(
                    actor=member.actor, district=DISTRICT, name="x", url="https://a.example/", acts=("*",)
                )
        with pytest.raises(NotFound):
            services.test_hook(actor=people.other.actor, district=OTHER_DISTRICT, hook_id=hook.id)

    @pytest.mark.parametrize(
        ("change", "field"),
        [({"name": ""}, "name"), ({"url": "ftp://x"}, "url"), ({"acts": []}, "acts"),
         ({"acts": ["parties.*"]}, "acts"), ({"acts": ["cases.unmasked"]}, "acts")],
    )  # fmt: skip
    def test_what_cannot_be_is_told_by_its_field(self, people, change, field):
        values = {"name": "x", "url": "https://a.example/", "acts": ["*"], **change}
        with pytest.raises(Invalid) as refused:
            services.subscribe(actor=people.sun.actor, district=DISTRICT, **values)
        assert [one.field for one in refused.value.problems] == [field]

    def test_what_still_waits_is_not_played_again(self, people, receiver):
        hook = subscribed(people, receiver)
        message = services.test_hook(actor=people.sun.actor, district=DISTRICT, hook_id=hook.id)
        with pytest.raises(Conflict):
            services.replay(actor=people.sun.actor, district=DISTRICT, message_id=message.id)

    def test_after_a_month_delivered_events_are_forgotten(self, people, receiver):
        subscribed(people, receiver)
        shown()
        delivering.deliver_events()
        HookMessage.objects.update(made_at=clock.now() - timedelta(days=31))
        assert delivering.forget_events() == 1


def acts_of(row) -> list[str]:
    return [entry.act for entry in journal.entries_for(row)]

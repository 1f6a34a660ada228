"""The exchange's pages: set up, tried out, put right; strangers are refused, nothing typed is lost."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from tests.cast import DISTRICT, Cast
from youlin.apps.cases.models import Category
from youlin.apps.cases.tests import factories
from youlin.apps.exchange import looks, selectors, services
from youlin.apps.exchange.models import Forwarding, HookMessage, OutsideSystem, Subscription
from youlin.apps.exchange.services import delivering, forwarding
from youlin.apps.exchange.tests import receivers
from youlin.doors.open.tests.api import signed_in
from youlin.kernel import clock
from youlin.kernel.tests.queries import least

pytestmark = pytest.mark.django_db

SYSTEM = {
    "district": DISTRICT,
    "code": "lighting",
    "name": "照明中心",
    "url": "http://127.0.0.1:9/v2",
    "services": "event = 77\n* = 1",
    "poll_minutes": "15",
}
HOOK = {
    "district": DISTRICT,
    "name": "市政平台",
    "url": "https://hooks.example.org/in",
    "acts": "cases.closed\ncases.fil*",
}


@pytest.fixture
def engineer(people: Cast, settings) -> Client:
    settings.PRIVATE_NETWORKS = ["127.0.0.0/8"]
    return signed_in(people.sun)


def page(response) -> str:
    return unescape(response.content.decode())


def test_with_nothing_yet_the_page_says_what_could_be(engineer: Client) -> None:
    text = page(engineer.get("/exchange/"))
    assert "还没有外部系统" in text and "还没有人订阅" in text


def test_a_system_is_registered_and_seen(engineer: Client) -> None:
    answer = engineer.post("/exchange/systems/new/", SYSTEM, follow=True)
    assert answer.status_code == 200 and "照明中心" in page(answer)
    assert OutsideSystem.objects.get().services == {"event": "77", "*": "1"}
    assert "还没有用过" in page(engineer.get("/exchange/"))


def test_what_cannot_be_is_told_at_its_field_and_nothing_is_lost(engineer: Client) -> None:
    for change, words in (
        ({"url": "nowhere"}, "不是可以调用的网址"),
        ({"code": "Not Good"}, "代码应为小写字母"),
        ({"services": "no sign"}, "这一行不是"),
        ({"poll_minutes": "0"}, "poll_minutes"),
    ):
        answer = engineer.post("/exchange/systems/new/", {**SYSTEM, **change})
        assert answer.status_code == 422 and words in page(answer) and "照明中心" in page(answer)
    assert not OutsideSystem.objects.exists()


def test_a_dead_system_shows_what_waits_and_its_last_error(engineer: Client, people: Cast) -> None:
    engineer.post("/exchange/systems/new/", SYSTEM)
    case = factories.reported().case
    zhao = signed_in(people.zhao)
    assert "照明中心" in page(zhao.get(f"/exchange/forward/{case.number}/"))
    answer = zhao.post(
        f"/exchange/forward/{case.number}/", {"system": "lighting", "note": "灯不亮"}, follow=True
    )
    assert "等待转送" in page(answer)
    forwarding.send_due()
    text = page(engineer.get("/exchange/"))
    assert case.number in text and "ConnectionRefused" in text and "没有应答" in text
    row = Forwarding.objects.get()
    Forwarding.objects.update(not_before=clock.now().replace(year=2099))
    assert engineer.post(f"/exchange/forwardings/{row.id}/retry/").status_code == 302
    row.refresh_from_db()
    assert row.not_before <= clock.now()
    assert "它没有正常应答" in page(engineer.post(f"/exchange/systems/{row.system_id}/test/"))


def test_the_desk_is_told_why_a_case_cannot_go(engineer: Client, people: Cast) -> None:
    engineer.post("/exchange/systems/new/", {**SYSTEM, "services": ""})
    case = factories.reported().case
    answer = signed_in(people.zhao).post(f"/exchange/forward/{case.number}/", {"system": "lighting"})
    assert answer.status_code == 422 and "对应对方的哪个类别" in page(answer)
    answer = signed_in(people.wang).post(
        f"/exchange/forward/{factories.dispatched().number}/", {"system": "lighting", "service": "7"}
    )
    assert answer.status_code == 422 and "转送案件需要派遣的岗位" in page(answer)


def test_a_subscription_is_made_tried_paused_and_ended(engineer: Client, people: Cast) -> None:
    with receivers.running(receivers.Receiver) as receiver:
        answer = engineer.post("/exchange/hooks/new/", {**HOOK, "url": receiver.url + "/in"}, follow=True)
        row = Subscription.objects.get()
        receiver.secret = row.secret
        assert row.secret in page(answer) and row.acts == ["cases.closed", "cases.fil*"]
        here = f"/exchange/hooks/{row.id}/"
        engineer.post(f"{here}test/")
        delivering.deliver_events()
        assert "已送达" in page(engineer.get(here))
        message = HookMessage.objects.get()
        assert engineer.post(f"/exchange/events/{message.id}/replay/").status_code == 302
        delivering.deliver_events()
        assert [id for id, _event in receiver.seen] == [message.public_id] * 2
        for act, state in (
            ("pause", "paused"),
            ("resume", "active"),
            ("rotate", "active"),
            ("retire", "retired"),
        ):
            assert engineer.post(f"{here}{act}/").status_code == 302
            row.refresh_from_db()
            assert row.state == state
        assert row.secret != receiver.secret
        assert engineer.get(here).status_code == 404
        assert engineer.post(f"{here}dance/").status_code == 404


def test_the_desk_shows_answers_and_leads_to_forwarding(engineer: Client, people: Cast) -> None:
    Category.objects.filter(code=factories.GARBAGE).update(
        attributes=[{"code": "bags", "name": "几袋垃圾", "datatype": "number"}]
    )
    number = factories.reported(attributes={"bags": ["3"]}).number
    text = page(signed_in(people.zhao).get(f"/desk/case/{number}/"))
    assert "<dt>几袋垃圾</dt><dd>3</dd>" in text and f"/exchange/forward/{number}/" in text


def test_an_event_nobody_has_heard_of_is_told(engineer: Client) -> None:
    answer = engineer.post("/exchange/hooks/new/", {**HOOK, "acts": "cases.danced"})
    assert answer.status_code == 422 and "cases.danced" in page(answer)


def test_an_operator_sees_what_is_alive(engineer: Client, people: Cast) -> None:
    engineer.post("/exchange/systems/new/", SYSTEM)
    services.subscribe(
        actor=people.sun.actor, district=DISTRICT, name="市政", url="http://127.0.0.1:9/", acts=["*"]
    )
    case = factories.reported().case
    services.forward(actor=people.sun.actor, district=DISTRICT, case_id=case.id, system="lighting")
    forwarding.send_due()
    found = {one.kind: one for one in selectors.alive()}
    assert (found["open311"].alive, found["open311"].waiting) == (False, 1)
    assert found["hook"].alive is None and found["sms"].alive is None
    assert set(found) == {"open311", "hook", "push", "wecom", "mail", "sms"}
    look = looks.look()
    assert (look.state, look.figures["silent"]) == ("soon", 1.0) and "照明中心" in look.details[0].title
    OutsideSystem.objects.update(failing_since=clock.now() - timedelta(hours=2))
    assert looks.look().state == "late"


def test_the_list_takes_as_many_queries_for_many_as_for_few(engineer: Client, people: Cast) -> None:
    def asked() -> int:
        return least(lambda: engineer.get("/exchange/"))

    engineer.post("/exchange/systems/new/", SYSTEM)
    few = asked()
    for number in range(5):
        engineer.post("/exchange/systems/new/", {**SYSTEM, "code": f"s{number}"})
        case = factories.reported().case
        services.forward(actor=people.sun.actor, district=DISTRICT, case_id=case.id, system="lighting")
    assert asked() <= few + 1

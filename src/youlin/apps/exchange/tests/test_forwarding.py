"""Forwarding to another Open311 server that behaves in every way it may: once there, whatever broke on the way."""

import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cast import DISTRICT, OTHER_DISTRICT, STREET, Cast
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.selectors import sharing
from youlin.apps.cases.tests import factories
from youlin.apps.exchange import open311, services
from youlin.apps.exchange.models import Forwarding, OutsideSystem
from youlin.apps.exchange.services import forwarding, polling, systems
from youlin.apps.exchange.tests import receivers
from youlin.apps.notices.models import Notice
from youlin.kernel import clock, journal, reactions
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.reactions.declarations import declare_rules

pytestmark = pytest.mark.django_db


class Elsewhere(BaseHTTPRequestHandler):
    """An Open311 server of another make: no idempotency keys, no extensions. `broken` says how it fails."""

    def do_POST(self) -> None:
        sent = {name: values[0] for name, values in parse_qs(self.rfile.read(self.length()).decode()).items()}
        how = self.server.broken.pop(0) if self.server.broken else ""
        if how.isdigit():
            return self.say(int(how), [{"code": int(how), "description": "no"}])
        row = {"service_request_id": f"E-{len(self.server.rows) + 1}", "status": "open", **sent}
        self.server.rows.append(row)
        if how == "lost":
            return self.connection.close()
        if how == "mumbles":
            return self.say(201, {"thanks": "a lot"})
        if how == "token":
            return self.say(201, [{"token": "t-1", "service_notice": ""}])
        return self.say(201, [{"service_request_id": row["service_request_id"], "account_id": None}])

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.server.asked.append(parts.path)
        if self.server.down:
            return self.say(500, [])
        if parts.path.endswith("/tokens/t-1.json"):
            found = self.server.rows if self.server.tokens_known else [{}]
            return self.say(200, [{"token": "t-1", **{k: found[0].get(k) for k in ("service_request_id",)}}])
        if parts.path.endswith("/services.json"):
            return self.say(200, [{"service_code": "77", "service_name": "Rubbish"}])
        if "/requests/" in parts.path:
            number = parts.path.rpartition("/")[2].removesuffix(".json")
            rows = [row for row in self.server.rows if row["service_request_id"] == number]
            return self.say(200 if rows else 404, rows)
        return self.say(200, self.listed(asked))

    def listed(self, asked: dict[str, str]) -> list[dict[str, str]]:
        if "service_request_id" in asked:
            return [
                r
                for r in self.server.rows
                if r["service_request_id"] in asked["service_request_id"].split(",")
            ]
        return [r for r in self.server.rows if r["service_code"] == asked.get("service_code")]

    def length(self) -> int:
        return int(self.headers["Content-Length"])

    def say(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def elsewhere(people):
    with receivers.running(Elsewhere) as server:
        server.rows, server.asked, server.broken = [], [], []
        server.down, server.tokens_known = False, True
        yield server


@pytest.fixture
def system(people, elsewhere) -> OutsideSystem:
    return services.add_system(
        actor=people.sun.actor,
        district=DISTRICT,
        code="lighting",
        name="照明中心",
        url=elsewhere.url,
        api_key="secret-key",
        services={"event.sanitation": "77"},
    )


def asked(people: Cast, **more) -> Forwarding:
    case = more.pop("case", None) or factories.reported(text="路灯不亮 13800138000").case
    return services.forward(
        actor=people.zhao.actor, district=DISTRICT, case_id=case.id, system="lighting", **more
    )


def told(row: Forwarding) -> list[str]:
    """What the case's own history says of it."""
    return [e.act for e in journal.entries_for(row.case) if e.act.startswith("exchange.")]


def later(**span) -> None:
    clock.advance(timedelta(**span))
    forwarding.send_due()


def test_a_case_arrives_with_matter_and_place_and_nobody_s_number(people, elsewhere, system):
    row = asked(people)
    forwarding.send_due()
    row.refresh_from_db()
    assert (row.state, row.number, row.doubtful_since) == ("open", "E-1", None)
    [sent] = elsewhere.rows
    assert sent["service_code"] == "77" and sent["api_key"] == "secret-key"
    assert "13800138000" not in json.dumps(elsewhere.rows) and float(sent["lat"]) == row.case.lat
    assert f"[youlin:{DISTRICT}:{row.case.number}]" in sent["description"]
    assert told(row) == ["exchange.forward_asked", "exchange.acknowledged"]
    system.refresh_from_db()
    assert system.answered_at is not None


def test_asked_twice_it_goes_once(people, elsewhere, system):
    case = factories.reported().case
    first, second = asked(people, case=case), asked(people, case=case)
    forwarding.send_due()
    forwarding.send_due()
    assert first.id == second.id and len(elsewhere.rows) == 1


@pytest.mark.parametrize("how", ["lost", "mumbles"])
def test_an_answer_that_was_lost_is_looked_for_before_anything_is_sent_again(people, elsewhere, system, how):
    elsewhere.broken = [how]
    with clock.frozen(clock.now()):
        row = asked(people)
        forwarding.send_due()
        row.refresh_from_db()
        assert row.state == "waiting" and row.doubtful_since is not None and row.last_error
        later(minutes=2)
    row.refresh_from_db()
    assert (row.state, row.number) == ("open", "E-1") and len(elsewhere.rows) == 1


def test_what_surely_did_not_arrive_is_sent_again_after_patience(people, elsewhere, system):
    elsewhere.broken = ["500"]
    with clock.frozen(clock.now()):
        row = asked(people)
        forwarding.send_due()
        later(minutes=2)
        assert elsewhere.rows == []
        later(minutes=20)
    row.refresh_from_db()
    assert row.state == "open" and len(elsewhere.rows) == 1


def test_a_worker_that_died_in_the_middle_leaves_it_doubtful(people, elsewhere, system):
    with clock.frozen(clock.now()):
        row = asked(people)
        forwarding._claim(DISTRICT, row.id)
        case = sharing.handed_over(DISTRICT, row.case_id)
        open311.submit(systems.server_of(system), forwarding._fields(row, case), key="k")
        later(minutes=6)
    row.refresh_from_db()
    assert row.number == "E-1" and len(elsewhere.rows) == 1


def test_a_server_that_is_not_there_is_seen_and_tried_ever_more_rarely(people, elsewhere, system):
    OutsideSystem.objects.update(url="http://127.0.0.1:9")
    with clock.frozen(clock.now()):
        row, waits = asked(people), []
        forwarding.send_due()
        for _again in range(8):
            row.refresh_from_db()
            waits.append(row.not_before - clock.now())
            clock.advance(waits[-1])
            forwarding.send_due()
        assert waits[0] == timedelta(minutes=1) and waits[-1] == timedelta(hours=1)
        other = asked(people)
        assert forwarding.send_due() == 1
        for one in (row, system, other):
            one.refresh_from_db()
        assert row.doubtful_since is None and "127.0.0.1" in row.last_error
        assert system.failing_since is not None and system.last_error
        OutsideSystem.objects.update(url=elsewhere.url)
        clock.advance(timedelta(hours=2))
        forwarding.send_due()
    assert len(elsewhere.rows) == 2
    system.refresh_from_db()
    assert system.failing_since is None


def test_a_no_waits_for_a_person_who_puts_it_right(people, elsewhere, system):
    elsewhere.broken = ["400"]
    row = asked(people)
    forwarding.send_due()
    row.refresh_from_db()
    assert row.state == "refused" and "no" in row.last_error and told(row)[-1] == "exchange.refused"
    services.retry_forwarding(actor=people.sun.actor, district=DISTRICT, forwarding_id=row.id)
    forwarding.send_due()
    row.refresh_from_db()
    assert row.state == "open" and len(elsewhere.rows) == 1
    with pytest.raises(Conflict):
        services.retry_forwarding(actor=people.sun.actor, district=DISTRICT, forwarding_id=row.id)


def test_a_server_that_is_busy_was_heard_and_did_nothing(people, elsewhere, system):
    elsewhere.broken = ["429"]
    row = asked(people)
    forwarding.send_due()
    row.refresh_from_db()
    assert row.state == "waiting" and row.doubtful_since is None


def test_a_token_becomes_a_number(people, elsewhere, system):
    elsewhere.broken, elsewhere.tokens_known = ["token"], False
    with clock.frozen(clock.now()):
        row = asked(people)
        forwarding.send_due()
        row.refresh_from_db()
        assert (row.state, row.token) == ("asking", "t-1")
        later(minutes=2)
        elsewhere.tokens_known = True
        later(minutes=5)
    row.refresh_from_db()
    assert (row.state, row.number) == ("open", "E-1") and len(elsewhere.rows) == 1


def test_what_changes_there_is_journalled_here_and_told_to_the_holder(people, elsewhere, system):
    case = factories.dispatched()
    with clock.frozen(clock.now()):
        row = asked(people, case=case)
        forwarding.send_due()
        elsewhere.rows[0] |= {
            "status": "closed",
            "status_notes": "已换灯泡",
            "updated_datetime": "2026-01-01",
        }
        assert polling.poll_due() == 0
        clock.advance(timedelta(minutes=16))
        assert (polling.poll_due(), polling.poll_due()) == (1, 0)
        row.refresh_from_db()
        assert (row.state, row.status_notes) == ("closed", "已换灯泡")
        assert told(row)[-1] == "exchange.status_changed"
        notice = Notice.objects.get(kind="exchange.status")
        assert notice.person_id == case.holder_id and case.number in notice.title
        elsewhere.rows[0] |= {"status": "open"}
        clock.advance(timedelta(days=1, minutes=1))
        assert polling.poll_due() == 1
    case.refresh_from_db()
    assert case.state == "dispatched"
    timeline = cases.case_page(people.zhao.actor, case.number).timeline
    assert any("已换灯泡" in one.text for one in timeline)


def test_a_server_that_fails_while_asked_is_seen_and_asked_again_later(people, elsewhere, system):
    row = asked(people)
    forwarding.send_due()
    elsewhere.down = True
    assert polling.poll_system(system) == 0
    system.refresh_from_db(), row.refresh_from_db()
    assert "500" in system.last_error and row.state == "open" and row.not_before > clock.now()


def test_a_programme_s_rule_forwards(people, elsewhere, system):
    rule = {
        "when": ["cases.filed"],
        "condition": f"area.startsWith('{STREET}')",
        "do": "exchange.forward",
        "params": {"to": "lighting"},
    }
    declare_rules(district=DISTRICT, programme="test", declared={"lighting": rule})
    case = factories.do(factories.reported().case, "file")
    reactions.drain_all()
    assert Forwarding.objects.get().case_id == case.id


def test_a_rule_to_a_system_that_is_not_there_is_seen(people):
    rule = {"when": ["cases.filed"], "condition": "", "do": "exchange.forward", "params": {"to": "nobody"}}
    declare_rules(district=DISTRICT, programme="test", declared={"lost": rule})
    factories.do(factories.reported().case, "file")
    reactions.drain_all()
    assert "nobody" in reactions.failing()[0].last_error


def test_who_may_not_dispatch_may_not_forward(people, system):
    case = factories.reported().case
    for member in (people.wang, people.other, people.li, people.leader):
        with pytest.raises(NotAllowed):
            services.forward(actor=member.actor, district=DISTRICT, case_id=case.id, system="lighting")


def test_what_is_secret_closed_or_without_a_service_is_not_forwarded(people, system):
    secret = factories.reported(category=factories.TIP_OFF, protected=True).case
    with pytest.raises(Conflict):
        services.forward(
            actor=people.confidant.actor, district=DISTRICT, case_id=secret.id, system="lighting"
        )
    closed = factories.closed(people.wang.actor, people.sun.actor)
    with pytest.raises(Conflict):
        asked(people, case=closed)
    with pytest.raises(Invalid) as refused:
        asked(people, case=factories.reported(category=factories.NOISE).case)
    assert refused.value.problems[0].field == "service"
    with pytest.raises(NotFound):
        services.forward(
            actor=people.zhao.actor, district=DISTRICT, case_id=factories.reported().case.id, system="none"
        )


def test_a_system_s_key_is_kept_sealed_and_stays_when_none_is_given(people, system):
    from django.db import connection

    services.change_system(
        actor=people.sun.actor, district=DISTRICT, system_id=system.id, name="新名", api_key=""
    )
    system.refresh_from_db()
    assert (system.name, system.api_key) == ("新名", "secret-key")
    with connection.cursor() as cursor:
        cursor.execute("SELECT api_key FROM exchange_outsidesystem")
        assert "secret-key" not in cursor.fetchone()[0]
    assert "secret-key" not in json.dumps([entry.public for entry in journal.entries_for(system)])
    for member in (people.zhao, people.other):
        with pytest.raises(NotAllowed):
            services.retire_system(actor=member.actor, district=DISTRICT, system_id=system.id)
    services.retire_system(actor=people.sun.actor, district=DISTRICT, system_id=system.id)
    with pytest.raises(NotFound):
        asked(people)


def test_what_a_system_offers_is_asked_of_it(people, system, elsewhere):
    assert systems.offered(actor=people.sun.actor, district=DISTRICT, system_id=system.id) == {
        "77": "Rubbish"
    }
    elsewhere.down = True
    with pytest.raises(Invalid):
        systems.offered(actor=people.sun.actor, district=DISTRICT, system_id=system.id)
    with pytest.raises(NotFound):
        systems.offered(actor=people.other.actor, district=OTHER_DISTRICT, system_id=system.id)

"""One installation forwards to another one of its own kind, in another process, over real HTTP."""

import os
import re
import shlex
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.cast import DISTRICT, Cast
from youlin.apps.cases.tests import factories
from youlin.apps.exchange import services, signing
from youlin.apps.exchange.models import Forwarding
from youlin.apps.exchange.services import forwarding, polling, systems
from youlin.apps.exchange.tests import elsewhere
from youlin.config.commands import exchange_listen
from youlin.config.commands.exchange import exchange
from youlin.config.commands.exchange_listen import Listener
from youlin.kernel import clock, journal, outgoing

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[5]
LAMP = "component.utility.street_light"


@dataclass
class Neighbour:
    """The other installation: its address, and what it can be told to do."""

    url: str
    environment: dict[str, str]

    def run(self, *words: str) -> None:
        command = [sys.executable, "-W", "ignore", "-m", elsewhere.__name__, *words]
        subprocess.run(command, env=self.environment, cwd=ROOT, check=True, capture_output=True)


@pytest.fixture(scope="module")
def neighbour(tmp_path_factory) -> Iterator[Neighbour]:
    home = tmp_path_factory.mktemp("neighbour")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"YOULIN_HOME": str(home), "PYTHONPATH": str(ROOT), "YOULIN_LOG_LEVEL": "ERROR"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = Neighbour(f"http://127.0.0.1:{port}/open311/v2", environment)
    found.run("prepare")
    command = [sys.executable, "-W", "ignore", "-m", elsewhere.__name__, "serve", str(port)]
    server = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        _wait_for(port)
        yield found
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the neighbour does not answer")


def known(people: Cast, neighbour: Neighbour, **more):
    return services.add_system(
        actor=people.sun.actor,
        district=DISTRICT,
        code="neighbour",
        name="邻区",
        url=neighbour.url,
        jurisdiction=DISTRICT,
        api_key=elsewhere.KEY,
        services={"*": LAMP},
        **more,
    )


def asked(people: Cast, text: str) -> Forwarding:
    case = factories.reported(text=text).case
    row = services.forward(actor=people.zhao.actor, district=DISTRICT, case_id=case.id, system="neighbour")
    forwarding.send_due()
    row.refresh_from_db()
    return row


def test_it_says_what_it_offers(people, neighbour):
    system = known(people, neighbour)
    offered = systems.offered(actor=people.sun.actor, district=DISTRICT, system_id=system.id)
    assert offered[LAMP] == "路灯"


def recipe() -> list[str]:
    """The commands of the guide's section on trying forwarding and events out, in their order."""
    guide = (ROOT / "docs/guides/open.md").read_text(encoding="utf-8")
    section = guide.partition("### Try both on one machine\n")[2].partition("\n## ")[0]
    return re.findall(r"^youlin (exchange .+?)(?: &)?$", section, re.MULTILINE)


def test_the_guide_s_commands_forward_a_case_and_bring_its_events(people, neighbour, monkeypatch):
    heard: list[str] = []
    monkeypatch.setattr(exchange_listen, "echo", heard.append)
    system, hook, listen, forward, send, poll, status = recipe()
    with clock.frozen(clock.now()), Listener(0, "") as listener:
        threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        here = f"127.0.0.1:{listener.server_address[1]}"
        done(system.replace("http://127.0.0.1:8001/open311/v2", neighbour.url).replace("demo", elsewhere.KEY))
        listener.secret = done(hook.replace("127.0.0.1:9000", here)).split()[-1]
        assert "--port 9000 --secret" in listen and listener.secret.startswith("whsec_")
        case = factories.reported(text="门口垃圾").case
        done(forward.replace("$NUMBER", case.number))
        done(send)
        row = Forwarding.objects.get(case=case)
        assert row.state == "open" and row.number
        neighbour.run("close", row.number)
        clock.advance(timedelta(minutes=16))
        assert "1" in done(poll)
        assert "Listener" in done(status) and "Neighbour" in done(status)
        listener.shutdown()
    row.refresh_from_db()
    assert row.state == "closed"
    assert heard and all(line.startswith("✓") for line in heard)
    assert any(f"cases.reported {case.number}" in line for line in heard), heard


def test_an_event_that_was_not_signed_with_the_secret_is_told_apart(monkeypatch):
    heard: list[str] = []
    monkeypatch.setattr(exchange_listen, "echo", heard.append)
    with Listener(0, signing.new_secret()) as listener:
        threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        url = f"http://127.0.0.1:{listener.server_address[1]}/"
        forged = signing.headers([signing.new_secret()], "e1", clock.now(), b"{}")
        for headers in (
            forged,
            {"webhook-timestamp": "²"},
            {"webhook-id": "e1", "webhook-timestamp": "9" * 400},
        ):
            assert outgoing.call("POST", url, body=b"{}", headers=headers).status == 401
        listener.shutdown()
    assert len(heard) == 3 and all(line.startswith("✗") for line in heard)


def done(line: str) -> str:
    """Run a command of the guide in this process; what it printed."""
    answer = CliRunner().invoke(exchange, shlex.split(line)[1:])
    assert answer.exit_code == 0, answer.output + repr(answer.exception)
    return answer.output


def test_a_case_goes_over_and_its_end_comes_back(people, neighbour):
    known(people, neighbour)
    with clock.frozen(clock.now()):
        row = asked(people, "路灯不亮")
        assert (row.state, row.last_error) == ("open", "") and row.number
        clock.advance(timedelta(minutes=16))
        polling.poll_due()
        row.refresh_from_db()
        assert row.state == "open" and row.polled_at and row.status_notes
        neighbour.run("close", row.number)
        clock.advance(timedelta(minutes=16))
        assert polling.poll_due() == 1
    row.refresh_from_db()
    assert row.state == "closed"
    acts = [entry.act for entry in journal.entries_for(row.case) if entry.act.startswith("exchange.")]
    assert acts[0] == "exchange.forward_asked" and acts[-1] == "exchange.status_changed"


@pytest.mark.parametrize("keyed", [False, True])
def test_an_answer_lost_on_the_way_makes_no_second_request(people, neighbour, monkeypatch, keyed):
    known(people, neighbour, keyed=keyed)
    really = outgoing.call
    sent: list[bytes] = []

    def lossy(method, url, **how):
        answer = really(method, url, **how)
        if method == "POST":
            sent.append(answer.body)
            if len(sent) == 1:
                raise outgoing.NotAnswered("the answer was lost")
        return answer

    monkeypatch.setattr(outgoing, "call", lossy)
    with clock.frozen(clock.now()):
        row = asked(people, f"井盖翘起 {keyed}")
        assert row.state == "waiting" and row.doubtful_since is not None
        clock.advance(timedelta(minutes=2))
        forwarding.send_due()
    row.refresh_from_db()
    assert row.state == "open" and row.number.encode() in sent[0]
    assert len(sent) == (2 if keyed else 1)


def test_a_wrong_key_is_a_no_in_words(people, neighbour):
    system = known(people, neighbour)
    services.change_system(
        actor=people.sun.actor, district=DISTRICT, system_id=system.id, api_key="not-the-key"
    )
    row = asked(people, "路灯不亮")
    assert row.state == "refused" and "api_key" in row.last_error

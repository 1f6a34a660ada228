"""One installation forwards to another one of its own kind, in another process, over real HTTP."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cast import DISTRICT, Cast
from youlin.apps.cases.tests import factories
from youlin.apps.exchange import services
from youlin.apps.exchange.models import Forwarding
from youlin.apps.exchange.services import forwarding, polling, systems
from youlin.apps.exchange.tests import elsewhere
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

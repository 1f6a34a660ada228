"""SIGKILL of server and worker during intake: every acknowledged case is there once, every reaction ran."""

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.faults.running import PATIENCE, Client, children_of, free_port, kill_all, settled, start

ROUNDS = 2
CLIENTS = 3
ENOUGH = 10
"""Reports taken before it ends, however slow the machine."""

pytestmark = pytest.mark.slow


def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(environment, prepare, tmp_path):
    prepare(environment)
    port = free_port()
    stop = threading.Event()
    clients = [Client(port, number, stop) for number in range(CLIENTS)]
    rng = random.Random(7)
    with open(tmp_path / "run.log", "w") as log:
        process = start(environment, port, log)
        for client in clients:
            client.start()
        for _round in range(ROUNDS):
            time.sleep(rng.uniform(1.0, 2.5))
            worker = [
                pid
                for pid in children_of(process.pid)
                if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
            ]
            os.kill(worker[-1], signal.SIGKILL)
            time.sleep(rng.uniform(0.3, 1.5))
            kill_all(process)
            process = start(environment, port, log)
        give_up = time.monotonic() + PATIENCE
        while sum(len(client.acknowledged) for client in clients) < ENOUGH and time.monotonic() < give_up:
            time.sleep(0.2)
        stop.set()
        for client in clients:
            client.join(timeout=60)
        found = settled(environment)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0, (tmp_path / "run.log").read_text()[-3000:]

    acknowledged = {text for client in clients for text in client.acknowledged}
    assert not [refusal for client in clients for refusal in client.refused]
    assert len(acknowledged) >= ENOUGH
    assert not acknowledged - set(found["texts"]), "acknowledged and lost"
    assert set(found["texts"].values()) == {1}, "stored twice"
    assert set(found["reported"]) == {1}
    assert set(found["dispatched"]) == {1}, "dispatched twice"
    assert len(found["dispatched"]) == len(found["texts"])
    assert set(found["notices"]) == {1}, "told twice"
    assert len(found["notices"]) == len(found["texts"])
    assert found["undispatched"] == found["backlog"] == found["running"] == 0
    assert not found["failing"]
    assert not found["breaks"]

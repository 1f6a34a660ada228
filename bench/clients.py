"""Clients and servers of a measurement: several at once, a connection each that is kept, and what it cost."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Load:
    """What came of it: seconds of each answer, when it came (time.time), its body; how long it all took."""

    seconds: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    lasted: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.lasted


Request = Callable[[int], tuple[str, str, bytes | None, Mapping[str, str]]]
"""From a running number to method, path, body and headers."""


def load(
    port: int, request: Request, *, clients: int, seconds: float, pace: float = 0.0, expect: int = 200
) -> Load:
    """`clients` threads send for `seconds`, as fast as they are answered or `pace` requests a second together."""
    found, lock, counter = Load(), threading.Lock(), iter(range(10**9))
    begun = time.perf_counter()

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                number = next(counter)
            due = begun + number / pace if pace else time.perf_counter()
            if max(due, time.perf_counter()) > begun + seconds:
                return
            time.sleep(max(0.0, due - time.perf_counter()))
            method, path, body, headers = request(number)
            start = time.perf_counter()
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != expect:
                raise RuntimeError(f"{method} {path}: {answer.status} {content[:400]!r}")
            with lock:
                found.seconds.append(time.perf_counter() - start)
                found.ended.append(time.time())
                found.bodies.append(content)

    _together(client, clients)
    found.lasted = time.perf_counter() - begun
    if not found.seconds:
        raise RuntimeError("nothing was answered")
    return found


def _together(work: Callable[[], None], count: int) -> None:
    """The work in so many threads. What one of them raises is raised, once all have ended."""
    with ThreadPoolExecutor(count) as pool:
        for done in [pool.submit(work) for _ in range(count)]:
            done.result()


@contextmanager
def served(environment: Mapping[str, str], *, processes: int = 2) -> Iterator[tuple[int, int]]:
    """The platform's own server on a free port: its port and process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("granian")),
        "--interface=wsgi",
        "--host=127.0.0.1",
        f"--port={port}",
        f"--workers={processes}",
        "--blocking-threads=2",
        "--log-level=warning",
        "youlin.config.wsgi:application",
    ]
    with running(command, environment) as process:
        _wait(port, process)
        yield port, process.pid


@contextmanager
def running(command: list[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended afterwards."""
    process = subprocess.Popen(command, env=dict(environment), start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def cpu_of(pid: int) -> float:
    """CPU seconds that a process, its threads and its children have used so far (Linux)."""
    family, total = {pid}, 0.0
    for line in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            fields = (line / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(line.name) == pid or int(fields[1]) in family:
            family.add(int(line.name))
            total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _try in range(1200):
        if process.poll() is not None:
            raise RuntimeError("the server ended")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer")

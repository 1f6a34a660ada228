"""Calls to others: what may be called, what is not followed, and what is known when it goes wrong."""

import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from youlin.kernel import outgoing
from youlin.kernel.errors import Invalid

PUBLIC = "93.184.215.14"
DRIPPING = 60
"""Seconds for which an answer drips."""


class Other(BaseHTTPRequestHandler):
    """Another machine, in the ways it may answer."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == "/away":
            return self.say(302, b"", Location="/elsewhere")
        if self.path == "/long":
            return self.say(200, b"x" * (outgoing.MOST_BYTES + 1))
        if self.path == "/slow":
            return self.drip()
        if self.path == "/cut":
            return self.cut()
        return self.say(404 if self.path == "/none" else 200, self.headers["Host"].encode())

    def do_POST(self) -> None:
        self.say(201, self.rfile.read(int(self.headers["Content-Length"])))

    def say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        for number in range(20 * DRIPPING):
            try:
                self.wfile.write(f"X-{number}: 1\r\n".encode())
            except OSError:
                return
            time.sleep(0.05)

    def cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"only this")

    def log_message(self, *args: object) -> None:
        """Tests print nothing."""


@contextmanager
def another_machine():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    server.daemon_threads, server.asked = True, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def other(settings):
    settings.PRIVATE_NETWORKS = ["127.0.0.0/8"]
    with another_machine() as found:
        yield found


def leads_to(monkeypatch, *addresses: str) -> list[str]:
    """Every name leads to these addresses; where connections went."""
    went: list[str] = []

    def resolve(host, port, **how):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    def connect(address, timeout):
        went.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    return went


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "2002:7f00:1::",
        "64:ff9b::10.0.0.1", "ff02::1",
    ],
)  # fmt: skip
def test_an_address_inside_is_not_called(monkeypatch, address):
    went = leads_to(monkeypatch, address)
    with pytest.raises(outgoing.NotSent, match="may not be called"):
        outgoing.call("GET", "https://hooks.example.org/")
    assert not went


def test_one_address_inside_among_public_ones_is_enough_to_refuse(monkeypatch):
    went = leads_to(monkeypatch, PUBLIC, "10.0.0.1")
    with pytest.raises(outgoing.NotSent, match="10.0.0.1"):
        outgoing.call("GET", "https://hooks.example.org/")
    assert not went


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch):
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    went = leads_to(monkeypatch, PUBLIC)
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, **how: [(socket.AF_INET, 1, 6, "", (one, port)) for one in next(answers)],
    )
    with pytest.raises(outgoing.NotSent):
        outgoing.call("GET", "https://rebinding.example.org/")
    assert went == [PUBLIC]


def test_plain_http_does_not_leave_the_house(monkeypatch):
    leads_to(monkeypatch, PUBLIC)
    with pytest.raises(outgoing.NotSent, match="may not be called"):
        outgoing.call("GET", "http://hooks.example.org/")


def test_a_private_network_is_called_when_it_is_allowed(monkeypatch, settings):
    settings.PRIVATE_NETWORKS = ["10.0.0.0/8", "fd00::/8"]
    for address in ("10.9.8.7", "fd00::1"):
        went = leads_to(monkeypatch, address)
        with pytest.raises(outgoing.NotSent):
            outgoing.call("GET", "http://inside.example.org/")
        assert went == [address]


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a.example", "https://", "https://u:p@a.example/", "https://a.example/#x", "https://a b.example/",
     "https://a.example:99999/", "javascript:alert(1)", "https://a.example/\r\nX: 1", "//a.example", "https://[::1",
     "https://a.example\\@b.example/", f"https://{'a' * 70}.example/"],
)  # fmt: skip
def test_what_is_no_address_is_told_in_words(url):
    with pytest.raises(Invalid) as refused:
        outgoing.target(url)
    assert refused.value.problems[0].field == "url"


def test_an_answer_comes_back_as_it_is(other):
    _server, url = other
    assert outgoing.call("GET", url + "/a?b=c").body.startswith(b"127.0.0.1:")
    assert outgoing.call("GET", url + "/none").status == 404
    answer = outgoing.call("POST", url + "/", body="词".encode(), headers={"Content-Type": "text/plain"})
    assert (answer.status, answer.body.decode()) == (201, "词")


def test_a_redirect_is_not_followed(other):
    server, url = other
    answer = outgoing.call("GET", url + "/away")
    assert (answer.status, answer.headers["location"]) == (302, "/elsewhere")
    assert server.asked == ["/away"]


@pytest.mark.parametrize("path", ["/long", "/cut"])
def test_an_answer_too_long_or_cut_off_is_none(other, path):
    _server, url = other
    with pytest.raises(outgoing.NotAnswered) as failed:
        outgoing.call("GET", url + path)
    assert path not in str(failed.value)


def test_who_drips_is_cut_off_in_time(other):
    _server, url = other
    begun = time.monotonic()
    with pytest.raises(outgoing.NotAnswered):
        outgoing.call("GET", url + "/slow", timeout=0.3)
    assert time.monotonic() - begun < DRIPPING / 2


def test_nobody_listening_is_known_not_to_have_heard(settings):
    settings.PRIVATE_NETWORKS = ["127.0.0.0/8"]
    with another_machine() as (_server, url):
        pass
    with pytest.raises(outgoing.NotSent):
        outgoing.call("POST", url + "/", body=b"x")


def test_a_name_without_address_is_known_not_to_have_heard(monkeypatch):
    def nothing(*args, **how):
        raise socket.gaierror("unknown")

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    with pytest.raises(outgoing.NotSent, match="nowhere.example.org"):
        outgoing.call("GET", "https://nowhere.example.org/")


def test_our_own_server_is_asked_wherever_it_listens(settings):
    settings.PRIVATE_NETWORKS = []
    with another_machine() as (_server, url):
        with pytest.raises(outgoing.NotSent):
            outgoing.call("GET", f"{url}/")
        assert outgoing.own_server(f"{url}/").status == 200

"""Small real servers on loopback: SMTP, and HTTP that answers what a test wants."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


class Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as one client needs. Recipients at `refused.example` are turned down for good."""

    def handle(self) -> None:
        self.say("220 test")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "QUIT":
                self.say("221 bye")
                return
            if verb == "DATA":
                self.take()
            elif verb == "RCPT" and "refused.example" in line:
                self.say("550 no such user")
            elif verb == "RCPT" and "later.example" in line:
                self.say("450 busy")
            else:
                self.say("250 ok")

    def take(self) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        self.server.mails.append(b"".join(lines))
        self.say("250 taken")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def smtp() -> Iterator[socketserver.TCPServer]:
    """A mail server; `.mails` holds what it took, `.server_address` says where it listens."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp)
    server.daemon_threads = True
    server.mails = []
    with _running(server):
        yield server


class Http(BaseHTTPRequestHandler):
    """Answers each POST with the server's `answer` (status, body) and keeps the request."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), body))
        status, answer = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        """Tests print nothing."""


@contextmanager
def http(status: int = 200, answer: bytes = b"{}") -> Iterator[HTTPServer]:
    """A web server; `.requests` holds what was posted."""
    server = HTTPServer(("127.0.0.1", 0), Http)
    server.requests, server.answer = [], (status, answer)
    with _running(server):
        yield server


@contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

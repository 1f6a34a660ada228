"""Subscribers and outside servers as small real servers on loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook


class Receiver(BaseHTTPRequestHandler):
    """Takes events as a subscriber does: verifies each by the kept library, then answers as it was told to."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        status, headers = server.answers.pop(0) if server.answers else (204, {})
        if server.secret:
            event = Webhook(server.secret).verify(body, dict(self.headers.items()))
            server.seen.append((self.headers["webhook-id"], event))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Tests print nothing."""


@contextmanager
def running(handler: type[BaseHTTPRequestHandler]) -> Iterator[ThreadingHTTPServer]:
    """A server; `.url` says where."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.url = "http://{}:{}".format(*server.server_address)
    server.seen, server.answers, server.secret = [], [], ""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

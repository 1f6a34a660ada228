"""A subscriber on this machine, to see events come in: each signature is verified as Standard Webhooks has it."""

import hmac
import json
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from click import echo

from youlin.apps.exchange import signing

MOST = 1024 * 1024


class Listener(ThreadingHTTPServer):
    """Takes what is posted to it; `secret` is the subscription's."""

    daemon_threads = True

    def __init__(self, port: int, secret: str) -> None:
        super().__init__(("127.0.0.1", port), Taking)
        self.secret = secret


class Taking(BaseHTTPRequestHandler):
    """Says of each event whether its signature holds, what happened and to which case. A false one is answered 401."""

    server: Listener

    def do_POST(self) -> None:
        """One event."""
        size = self.headers.get("Content-Length", "")
        body = self.rfile.read(min(int(size), MOST)) if size.isascii() and size.isdigit() else b""
        good = self._holds(body)
        if good:
            said = json.loads(body)
            number = said.get("data", {}).get("number", "")
            echo(f"✓ {self.headers['webhook-id']} {said['type']} {number}".rstrip())
        else:
            echo(f"✗ {self.headers.get('webhook-id', '')}")
        self.send_response(204 if good else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _holds(self, body: bytes) -> bool:
        told = self.headers.get("webhook-timestamp", "")
        if not (told.isascii() and told.isdigit() and len(told) < 12):
            return False
        at = datetime.fromtimestamp(int(told), UTC)
        ours = signing.signature(self.server.secret, self.headers.get("webhook-id", ""), at, body)
        given = self.headers.get("webhook-signature", "").split()
        return any(hmac.compare_digest(ours.encode(), one.encode()) for one in given)

    def log_message(self, *args: object) -> None:
        """The event's line says it all."""

"""A platform company's system as the guide describes it, on this machine: what ours is tried against.

It is held to the description itself: every page it gives is read by the shape that the guide prints.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-token-of-the-company"
SIZE = 2
"""Riders on a page."""


@dataclass
class System:
    """Who works there. `status` answers everything, `spoil` changes a page before it is sent."""

    riders: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    spoil: Any = None
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def page(self, month: str, number: int) -> dict[str, Any]:
        """One page as the guide has it."""
        pages = max(1, -(-len(self.riders) // SIZE))
        found = {
            "month": month,
            "pages": pages,
            "riders": self.riders[(number - 1) * SIZE : number * SIZE],
        }
        return self.spoil(found, number) if self.spoil else found


@contextmanager
def running() -> Iterator[System]:
    """The system, listening."""
    system = System()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            system.asked.append(self.path)
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            status = system.status if self.headers["Authorization"] == f"Bearer {TOKEN}" else 401
            body = json.dumps(system.page(query["month"], int(query["page"]))) if status == 200 else "{}"
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    system.url = f"http://127.0.0.1:{server.server_address[1]}/roster?city=1"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield system
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

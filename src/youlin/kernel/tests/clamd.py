"""A small server that speaks clamd's protocol as its manual has it (clamd(8), INSTREAM), for tests."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The text by which every scanner can be tried (eicar.org); in two parts, so that none takes this file away."""
LIMIT = 4 * 2**20
"""`StreamMaxLength` of this one."""


class Handler(socketserver.StreamRequestHandler):
    """One command a connection, ended by a zero byte."""

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            part = self.rfile.read(1)
            if not part:
                return
            command += part
        answers = {b"zPING\0": b"PONG\0", b"zVERSION\0": b"ClamAV 1.4.3/27800/Sun Nov 22 08:00:00 2026\0"}
        known = answers.get(command)
        self.wfile.write(known or (self.instream() if command == b"zINSTREAM\0" else b"UNKNOWN COMMAND\0"))

    def instream(self) -> bytes:
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > LIMIT:
                return b"INSTREAM size limit exceeded. ERROR\0"
        self.server.seen.append(content)
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


class Garbled(socketserver.StreamRequestHandler):
    """Something that is no clamd."""

    def handle(self) -> None:
        self.connection.recv(10)
        self.wfile.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@contextmanager
def served(server: socketserver.BaseServer) -> Iterator[socketserver.BaseServer]:
    """Runs until the end of the block."""
    server.seen = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

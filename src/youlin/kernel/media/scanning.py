"""Looking for malware in what people send, by a clamd that the operator runs (`YOULIN_CLAMD`); off without one.

Speaks clamd's own protocol over TCP or a local socket: `zINSTREAM`, chunks with their length before them, an empty
one at the end, and one answer. Fails closed: while the scanner cannot be asked, no file is taken. What was sent here is
rewritten anyway (`formats`), so this finds only what somebody tried.
"""

import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from youlin.kernel.errors import Invalid, Unavailable

TIMEOUT_SECONDS = 20.0
LOOK_SECONDS = 3.0
"""How long the operator's page waits for it."""
_CHUNK = 64 * 1024
_MOST_ANSWER = 4096


class NoScanner(Exception):
    """The scanner could not be asked, or did not answer as clamd does."""


def is_on() -> bool:
    """Whether files are scanned here."""
    return bool(settings.CLAMD)


def demand_clean(content: bytes) -> None:
    """Raise `Invalid` for a file in which the scanner finds something, `Unavailable` when it cannot be asked."""
    if not is_on():
        return
    try:
        found = scan(content)
    except NoScanner as error:
        raise Unavailable(
            _("现在无法检查上传的文件，所以没有接收"),
            remedy=_("请过几分钟再试，或者先不带照片提交；已填的内容都还在。"),
        ) from error
    if found:
        raise Invalid(
            _("这个文件里查出了恶意代码（%(name)s），没有接收") % {"name": found},
            remedy=_("请换一张照片；这台设备最好查一次毒。"),
        )


def scan(content: bytes) -> str:
    """The name of what clamd finds in the content, or "" for nothing. Raises `NoScanner`."""
    with _connected() as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            part = content[start : start + _CHUNK]
            connection.sendall(struct.pack("!L", len(part)) + part)
        connection.sendall(struct.pack("!L", 0))
        answer = _answer(connection)
    if answer == "stream: OK":
        return ""
    if found := re.fullmatch(r"stream: (.{1,200}) FOUND", answer):
        return found[1]
    raise NoScanner(f"clamd answered {answer[:80]!r}")


def version() -> str:
    """What the scanner calls itself: `ClamAV 1.4.3/27800/…`. Raises `NoScanner`."""
    with _connected(LOOK_SECONDS) as connection:
        connection.sendall(b"zVERSION\0")
        return _answer(connection)


@contextmanager
def _connected(timeout: float = TIMEOUT_SECONDS) -> Iterator[socket.socket]:
    """A connection to the scanner; whatever goes wrong with it is `NoScanner`."""
    try:
        with _connection(timeout) as connection:
            yield connection
    except (OSError, ValueError) as error:
        raise NoScanner(type(error).__name__) from error


def _connection(timeout: float) -> socket.socket:
    parts = urlsplit(settings.CLAMD)
    if parts.scheme == "unix" and parts.path:
        found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        found.settimeout(timeout)
        try:
            found.connect(parts.path)
        except OSError:
            found.close()
            raise
        return found
    if parts.scheme == "tcp" and parts.hostname:
        return socket.create_connection((parts.hostname, parts.port or 3310), timeout)
    raise ValueError("YOULIN_CLAMD is tcp://host:port or unix:///path")


def _answer(connection: socket.socket) -> str:
    """Everything up to the zero byte, within the time and a size."""
    until = time.monotonic() + TIMEOUT_SECONDS
    text = b""
    while not text.endswith(b"\0") and len(text) < _MOST_ANSWER and time.monotonic() < until:
        part = connection.recv(_MOST_ANSWER)
        if not part:
            break
        text += part
    if not text.endswith(b"\0"):
        raise NoScanner("no whole answer")
    return text.rstrip(b"\0").decode("utf-8", "replace").strip()

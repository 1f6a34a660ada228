"""Calls to other machines over HTTP: the address is checked, nothing is followed, size and time are limited.

Somebody may write any address into a form, so an address is resolved once, every result of it must be public or
in `settings.PRIVATE_NETWORKS`, and the connection goes to what was checked: a name that changes its mind
between check and call (DNS rebinding) changes nothing. Plain `http` is for the private networks alone.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from youlin.kernel.errors import Invalid

TIMEOUT_SECONDS = 10.0
MOST_BYTES = 2 * 1024 * 1024
_CHUNK = 64 * 1024

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Answer(NamedTuple):
    """What came back: the status, the headers by lower-case name, the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NotSent(Exception):
    """The call did not leave this machine: no such name, no connection, an address that may not be called."""


class NotAnswered(Exception):
    """The call may have arrived, and nothing complete came back: nobody knows whether it was done."""


@dataclass(frozen=True)
class Target:
    """A checked address in its parts. Made by `target`. `own` is a server that we started ourselves."""

    secure: bool
    host: str
    port: int
    path: str
    own: bool = False

    @cached_property
    def networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """The private networks that may be called."""
        return tuple(ipaddress.ip_network(one, strict=False) for one in settings.PRIVATE_NETWORKS)

    def addresses(self) -> list[str]:
        """Where the name leads now, all of it allowed. Raises `NotSent`."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NotSent(f"no address for {self.host}: {error}") from error
        addresses = list(dict.fromkeys(str(row[4][0]).partition("%")[0] for row in found))
        for one in addresses:
            if not self._allowed(_plain(ipaddress.ip_address(one))):
                raise NotSent(f"{self.host} leads to {one}, which may not be called")
        return addresses

    def _allowed(self, address: Address) -> bool:
        if self.own or any(address.version == one.version and address in one for one in self.networks):
            return True
        return self.secure and address.is_global and not address.is_multicast


def target(url: str, *, field: str = "url") -> Target:
    """The address in its parts. Raises `Invalid` in words for what cannot be called; looks up no name."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        raise _wrong(field) from None
    odd = not url.isprintable() or " " in url or "\\" in url or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or not host or odd:
        raise _wrong(field)
    return Target(parts.scheme == "https", host, port, _path(parts))


def call(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT_SECONDS,
) -> Answer:
    """One request and its whole answer, whatever its status, within `timeout` seconds. No redirect is followed.

    Raises `Invalid` for what is no address, `NotSent` when nothing went out, `NotAnswered` when it did and
    nothing complete came back. Their words never hold the address's path, where some put secrets.
    """
    return _call(target(url), method, body, headers, timeout)


def own_server(url: str, *, timeout: float = TIMEOUT_SECONDS) -> Answer:
    """What a server that we started ourselves answers to a GET, wherever it listens. Raises as `call` does."""
    return _call(replace(target(url), own=True), "GET", None, None, timeout)


def _call(
    place: Target, method: str, body: bytes | None, headers: Mapping[str, str] | None, timeout: float
) -> Answer:
    until = time.monotonic() + timeout
    connection = _connected(place, until)
    with _ended_by(connection, until):
        try:
            connection.request(method, place.path, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            given = {name.lower(): value for name, value in response.getheaders()}
            content = _read(response)
            if time.monotonic() >= until:
                raise TimeoutError
            return Answer(response.status, given, content)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotAnswered(f"{place.host}: {type(error).__name__}") from error


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _wrong(field: str) -> Invalid:
    return Invalid(
        _("不是可以调用的网址"),
        field=field,
        remedy=_("请写成 https://example.org/path 的样子，不带用户名和 #"),
    )


def _plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 one only wraps."""
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if wrapped is None and address in _NAT64:
            wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return wrapped or address
    return address


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _connected(place: Target, until: float) -> http.client.HTTPConnection:
    """A connection to one of the checked addresses, each tried in turn."""
    last: Exception | None = None
    for address in place.addresses():
        left = until - time.monotonic()
        if left <= 0:
            break
        connection = _Pinned(place, address, left)
        try:
            connection.connect()
        except OSError as error:
            last = error
            connection.close()
        else:
            return connection
    raise NotSent(f"{place.host}: {type(last).__name__ if last else 'no time left'}") from last


class _Pinned(http.client.HTTPConnection):
    """Connects to the address that was checked, and speaks to the host that was named."""

    def __init__(self, place: Target, address: str, timeout: float) -> None:
        super().__init__(place.host, place.port, timeout=timeout)
        self._place, self._address = place, address
        if place.secure:
            self.default_port = 443

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._place.secure:
            self.sock = _trust().wrap_socket(self.sock, server_hostname=self._place.host)


def _trust() -> ssl.SSLContext:
    """The authorities of this machine; `SSL_CERT_FILE` names others."""
    return ssl.create_default_context()


@contextmanager
def _ended_by(connection: http.client.HTTPConnection, until: float) -> Iterator[None]:
    """Cuts the connection when the time is over, however slowly the other side drips."""
    socket_ = connection.sock
    timer = threading.Timer(max(0.01, until - time.monotonic()), _cut, (socket_,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.close()


def _cut(socket_: socket.socket) -> None:
    try:
        socket_.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _read(response: http.client.HTTPResponse) -> bytes:
    found = bytearray()
    while chunk := response.read(_CHUNK):
        found += chunk
        if len(found) > MOST_BYTES:
            raise ValueError("the answer is too long")
    if response.length:
        raise http.client.IncompleteRead(bytes(found))
    return bytes(found)

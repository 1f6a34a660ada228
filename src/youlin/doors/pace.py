"""How fast one may write: each visitor, person, key and token at a pace of its own, and an address as a whole.

An address is given a generous pace, because hundreds of people may stand behind it; whoever is known otherwise
(a person signed in, a client with a key) is not counted by address at all. All server
processes count together (`kernel.pacing`): one query for a write. The paces are settings (`YOULIN_PACE_*`).
"""

import hashlib
import ipaddress
import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.http import HttpRequest
from django.utils.translation import gettext as _
from limits import RateLimitItem, parse_many
from ninja.throttling import BaseThrottle

from youlin.apps.parties.sign_in import client_address
from youlin.kernel import pacing
from youlin.kernel.actors import ANONYMOUS, Actor
from youlin.kernel.errors import TooMany
from youlin.ui.errors import RETRY_AFTER


def demand(request: HttpRequest, actor: Actor, *, token: str = "") -> None:
    """Count one write by whoever asks. Raises `TooMany` with the seconds to wait when they are too fast.

    `token` is that of a tracking page, which several people may hold.
    """
    counters = [
        pacing.Counter(name, item.amount, item.get_expiry())
        for pace, name in _counted(request, actor, token)
        for item in _paces(pace)
    ]
    if wait := pacing.hit(counters):
        raise _too_many(request, math.ceil(wait))


def speaker(request: HttpRequest, actor: Actor) -> str:
    """What tells two visitors apart who say something: the person, else the network, else the browser.

    Several people behind one address count as one: three voices from there would be too easily made.
    """
    if actor.person_id is not None:
        return f"person:{actor.person_id}"
    if network := _network(client_address(request)):
        return f"address:{network}"
    return f"browser:{_digest(request.COOKIES.get(settings.CSRF_COOKIE_NAME, ''))}"


def forget() -> None:
    """Forget what this process remembers of who was refused: for tests."""
    pacing.forget()


class Paced(BaseThrottle):
    """The same for writes of the JSON API, which asks this after it has recognised who asks."""

    def allow_request(self, request: HttpRequest) -> bool:
        if request.method in ("GET", "HEAD"):
            return True
        asker = getattr(request, "auth", None)
        try:
            demand(request, asker.actor if asker else ANONYMOUS)
        except TooMany:
            return False
        return True

    def wait(self) -> None:
        """`Retry-After` is set for all doors alike, by `ErrorsInWords`."""


def check(**_named: Any) -> list[CheckMessage]:
    """Whether the settings can be read, told when the server starts."""
    found: list[CheckMessage] = []
    for setting in ("PACE_VISITOR", "PACE_CLIENT", "PACE_ADDRESS"):
        try:
            _paces(getattr(settings, setting))
        except ValueError:
            words = _("YOULIN_%(name)s 应写成“40 per 10 minutes; 300 per day”的样子") % {"name": setting}
            found.append(Error(words, id="youlin.E001"))
    return found


def _counted(request: HttpRequest, actor: Actor, token: str) -> Iterator[tuple[str, str]]:
    """The counters a write counts in: each with the setting of its pace."""
    if actor.kind == "client":
        yield settings.PACE_CLIENT, f"client:{actor.key}"
        return
    if token:
        yield settings.PACE_VISITOR, f"token:{_digest(token)}"
    if actor.person_id is not None:
        yield settings.PACE_VISITOR, f"person:{actor.person_id}"
        return
    browser = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    if browser:
        yield settings.PACE_VISITOR, f"browser:{_digest(browser)}"
    if network := _network(client_address(request)):
        yield settings.PACE_ADDRESS, f"address:{network}"


def _network(address: str) -> str:
    """The address, or its /64 where one household has many; nothing for a proxy on this machine."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.is_loopback:
        return ""
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def _too_many(request: HttpRequest, wait: int) -> TooMany:
    request.META[RETRY_AFTER] = wait
    if wait < 60:
        remedy = _("请等 %(n)d 秒再试，已填的内容都还在。") % {"n": wait}
    else:
        remedy = _("请等 %(n)d 分钟再试，已填的内容都还在。") % {"n": math.ceil(wait / 60)}
    return TooMany(_("短时间内提交得太多。"), remedy=remedy)


@lru_cache(maxsize=16)
def _paces(text: str) -> tuple[RateLimitItem, ...]:
    return tuple(parse_many(text)) if text.strip() else ()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]

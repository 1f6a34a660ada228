"""How long staff stay signed in: a working day at most, and not on a computer that nobody touches.

Residents, who sign in by a code on their own phone, keep Django's two weeks.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from youlin.apps.parties import open_sessions
from youlin.apps.parties.models import Account
from youlin.kernel import clock

BEGAN, SEEN = "began", "seen"
_OFTEN = 0.1
"""The part of the idle time after which a request is noted: a busy session is written ten times an idle time."""
_BY_ITSELF = ("/here/", "/ui/csrf", "/healthz")
"""Addresses that pages ask without anybody's doing: they keep nobody signed in."""


def begin(request: HttpRequest, user: Account, **signal: Any) -> None:
    """Note when a session of staff begins. Receives Django's `user_logged_in`."""
    if user.has_usable_password():
        request.session[BEGAN] = request.session[SEEN] = int(clock.now().timestamp())


class Limits:
    """Middleware: ends a session of staff that is too old or was left alone; notes that one is used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and BEGAN in request.session:
            _check(request, int(clock.now().timestamp()))
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            open_sessions.follow(request)
        return response


def _check(request: HttpRequest, now: int) -> None:
    idle = now - int(request.session[SEEN])
    allowed = settings.STAFF_IDLE_MINUTES * 60
    too_old = now - int(request.session[BEGAN]) > settings.STAFF_SESSION_HOURS * 3600
    if too_old or (allowed and idle > allowed):
        logout(request)
        messages.info(request, _("为了安全，长时间未操作或超过一个工作日要重新登录，已填的内容都还在。"))
    elif allowed and idle > allowed * _OFTEN and not request.path.endswith(_BY_ITSELF):
        request.session[SEEN] = now

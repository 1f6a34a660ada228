"""What both machine doors share: the demonstration's key, this very machine, and UTF-8 alone."""

import codecs

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

DEMO_KEY = "demo"
"""The key that opens both doors in demonstration mode, to callers on this very machine alone."""

LOOPBACK = ("127.0.0.1", "::1")
PASSED_ON = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")
"""Headers that a proxy adds: whoever asks through one is not on this machine."""

UNREADABLE = (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError)
"""What Django raises over a body that is no form, breaks off, or holds too much."""


def is_loopback(request: HttpRequest) -> bool:
    """Whether the request comes from this very machine, and no proxy stands between."""
    passed_on = any(name in request.headers for name in PASSED_ON)
    return request.META.get("REMOTE_ADDR", "") in LOOPBACK and not passed_on


def speaks_utf8(request: HttpRequest) -> bool:
    """Whether the request names no other encoding. Asked before its form or query is read."""
    try:
        return codecs.lookup((request.content_params or {}).get("charset", "utf-8")).name == "utf-8"
    except (LookupError, ValueError):
        return False

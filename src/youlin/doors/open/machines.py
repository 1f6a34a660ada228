"""What the machine doors share: the demonstration's key, and UTF-8 alone."""

import codecs

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

DEMO_KEY = "demo"
"""The key that opens both doors in demonstration mode, to callers on this very machine alone."""

UNREADABLE = (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError)
"""What Django raises over a body that is no form, breaks off, or holds too much."""


def speaks_utf8(request: HttpRequest) -> bool:
    """Whether the request names no other encoding. Asked before its form or query is read."""
    try:
        return codecs.lookup((request.content_params or {}).get("charset", "utf-8")).name == "utf-8"
    except (LookupError, ValueError):
        return False

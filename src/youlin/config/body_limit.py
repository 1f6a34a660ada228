"""A body that is too large is refused by what it says of itself, before a byte of it is read or stored."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from youlin.ui import errors


class BodyLimit:
    """Answers 413, in words, to more than `YOULIN_BODY_MAX_BYTES`; without a length no body is read at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        told = request.META.get("CONTENT_LENGTH") or "0"
        if told.isdecimal() and int(told) > settings.BODY_MAX_BYTES:
            return errors.answer(request, 413)
        return self.get_response(request)

"""The outermost middleware: gives each request its id, counts it, and logs it without saying whose it was."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from youlin.kernel.observing import metrics, requests

log = logging.getLogger("youlin.requests")

HEADER = "X-Request-ID"
SLOW = 1.0
"""Seconds after which a request is logged even where others are not."""


class Observed:
    """Sees every request first and every answer last."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.monotonic()
        with requests.begun(request.headers.get(HEADER, "")) as id:
            response = self.get_response(request)
            seconds = time.monotonic() - begun
            response[HEADER] = id
            _note(request, response, seconds)
        return response


def route_of(request: HttpRequest) -> str:
    """The pattern of the address; one word for all addresses that are none."""
    match = request.resolver_match
    return f"/{match.route}" if match is not None else "unknown"


def _note(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    route, status = route_of(request), response.status_code
    method = (
        request.method if request.method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS") else "OTHER"
    )
    metrics.answered(method=str(method), route=route, status=status, seconds=seconds)
    if settings.LOG_REQUESTS or seconds > SLOW or status >= 500:
        figures = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000)}
        log.log(logging.ERROR if status >= 500 else logging.INFO, "answered", extra={"figures": figures})

"""`/metrics`: figures for Prometheus, for this very machine or whoever brings the key."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from youlin.doors.entrance import is_this_machine
from youlin.kernel.errors import NotFound
from youlin.kernel.observing import metrics as figures

TEXT = "text/plain; version=0.0.4; charset=utf-8"


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures. To everybody else there is no such address."""
    may = _brings_the_key(request) if settings.METRICS_KEY else is_this_machine(request)
    if not may:
        raise NotFound()
    return HttpResponse(figures.exposed(), content_type=TEXT)


def _brings_the_key(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), settings.METRICS_KEY.encode())

"""The configuration admin's own content policy: unfold's pages need inline scripts and styles, ours never do.

The operator's page stands below `/admin/` and is ours.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

RELAXED = {
    "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}


class AdminPolicy:
    """Relaxes the policy for `/admin/` alone; runs inside django-csp's middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith("/admin/") and not request.path.startswith("/admin/operations/"):
            response._csp_replace = RELAXED  # type: ignore[attr-defined]
        return response

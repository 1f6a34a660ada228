"""Example data for the gallery, shaped as the doors' is and marked 示例."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from youlin.kernel import clock


def everything() -> dict[str, Any]:
    """The gallery's whole context."""
    now = clock.now()
    return {"now": now, "soon": now + timedelta(minutes=38), "late": now - timedelta(minutes=80)}


def answer(request: HttpRequest, name: str) -> HttpResponse:
    """The answer of one moving example."""
    raise Http404

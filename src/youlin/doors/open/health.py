"""`/healthz`: whether database, worker and schedule are alive."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from youlin.kernel import health


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is alive, 503 otherwise, with one word per part. Tells nothing personal."""
    state = health.health()
    return JsonResponse(state, status=200 if state["well"] else 503)

"""Web push: a browser asks for our key, subscribes, and may stop."""

import json
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from youlin.apps.notices import services, web_push
from youlin.doors.entrance import person
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid

LONGEST = 8192


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@person("portal")
def subscription(request: HttpRequest, actor: Actor) -> JsonResponse:
    """GET gives the key to subscribe with, POST keeps a subscription, DELETE forgets it."""
    if request.method == "POST":
        services.subscribe_push(actor=actor, subscription=_sent(request), label=_browser(request))
        return JsonResponse({"subscribed": True}, status=201)
    if request.method == "DELETE":
        endpoint = str(_sent(request).get("endpoint", ""))
        return JsonResponse({"forgotten": services.unsubscribe_push(actor=actor, endpoint=endpoint)})
    return JsonResponse({"key": web_push.public_key()})


def _sent(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body) if len(request.body) <= LONGEST else None
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise Invalid(_("推送订阅的内容不完整"), field="subscription")
    return sent


def _browser(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")[:64]

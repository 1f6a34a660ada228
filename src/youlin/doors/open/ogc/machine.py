"""What every address of the map's machine door shares: methods, errors as the standard has them, who may read."""

import functools
import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from youlin.doors.open.machines import speaks_utf8
from youlin.kernel import away
from youlin.kernel.errors import YoulinError

log = logging.getLogger(__name__)

METHODS = ("GET", "HEAD")
CODES = {404: "NotFound", 405: "NotAllowed", 503: "ServiceUnavailable"}
GEOJSON = "application/geo+json"
View = Callable[..., HttpResponse]


def public_read(view: View) -> View:
    """A view that anybody's program may read: it asks no session and shows nothing that is not public. What goes
    wrong is told as the standard's exception: `code` and `description`."""

    @functools.wraps(view)
    def answered(request: HttpRequest, **named: Any) -> HttpResponse:
        if request.method not in METHODS:
            words = _("这个地址不接受 %(method)s 方法") % {"method": request.method}
            response = _exception(405, words)
            response["Allow"] = ", ".join(METHODS)
            return response
        if not speaks_utf8(request):
            return _exception(400, _("所有内容都用 UTF-8 编码"))
        return _answer(view, request, named)

    answered.csrf_exempt = True  # type: ignore[attr-defined]
    return answered


def document(content: Mapping[str, Any], *, kind: str = "application/json") -> HttpResponse:
    """A document to be asked for again each time it is used."""
    response = JsonResponse(content, content_type=kind, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-cache"
    return response


def _answer(view: View, request: HttpRequest, named: Mapping[str, Any]) -> HttpResponse:
    try:
        return view(request, **named)
    except YoulinError as error:
        return _refusal(error)
    except (DatabaseError, OSError) as error:
        gone = away.unavailable(error)
        if gone is None:
            raise
        log.error("not available: %s", type(error).__name__)
        return _refusal(gone)


def _refusal(error: YoulinError) -> HttpResponse:
    told = [" ".join(part for part in (p.message, p.remedy) if part) for p in error.problems]
    fields = [p.field for p in error.problems]
    words = "; ".join(f"{field}: {text}" if field else text for field, text in zip(fields, told, strict=True))
    return _exception(400 if error.status == 422 else error.status, words)


def _exception(status: int, words: str) -> HttpResponse:
    code = CODES.get(status, "InvalidParameterValue")
    response = JsonResponse(
        {"code": code, "description": words}, status=status, json_dumps_params={"ensure_ascii": False}
    )
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = str(away.RETRY_AFTER)
    return response

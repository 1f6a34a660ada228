"""Every answer of the API in one shape, whatever went wrong: `{status, title, problems: [{field, message, remedy}]}`."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, InternalError, OperationalError, ProgrammingError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from youlin.doors.open.machines import UNREADABLE, speaks_utf8
from youlin.kernel import away
from youlin.kernel.errors import Problem, YoulinError

ASKED_WRONGLY = {
    "missing": _("没有给出"),
    "string_too_long": _("最多 {max_length} 个字符"),
    "string_too_short": _("至少 {min_length} 个字符"),
    "string_pattern_mismatch": _("不合格式 {pattern}"),
    "string_type": _("应为文字"),
    "string_unicode": _("不是 UTF-8 文字"),
    "int_type": _("应为整数"),
    "int_parsing": _("应为整数"),
    "int_from_float": _("应为整数"),
    "float_type": _("应为数字"),
    "float_parsing": _("应为数字"),
    "finite_number": _("应为数字"),
    "bool_type": _("应为 true 或 false"),
    "bool_parsing": _("应为 true 或 false"),
    "uuid_parsing": _("应为 UUID"),
    "uuid_type": _("应为 UUID"),
    "greater_than_equal": _("不小于 {ge}"),
    "less_than_equal": _("不大于 {le}"),
    "literal_error": _("应为 {expected}"),
    "list_type": _("应为列表"),
    "dict_type": _("应为对象"),
    "model_type": _("应为对象"),
    "model_attributes_type": _("应为对象"),
    "extra_forbidden": _("没有这个字段"),
    "too_long": _("最多 {max_length} 项"),
}
"""What is wrong by pydantic's code; others keep pydantic's own words."""

STATUSES = {
    400: _("读不懂这个请求"),
    401: _("没有登录，也没有有效的密钥"),
    403: _("缺少 CSRF 令牌，或它已失效"),
    404: _("没有这个地址"),
    405: _("这个地址不接受这种方法"),
    413: _("内容太大"),
    429: _("短时间内提交得太多。"),
}
REMEDIES = {
    400: _("请发送 UTF-8 编码的 JSON"),
    401: _("带上 X-API-Key，或先登录"),
    403: _("把 csrftoken 的值放进 X-CSRFToken"),
    404: _("全部地址见 /api/v1/docs"),
    429: _("等 Retry-After 所说的秒数再发，用同一个 Idempotency-Key"),
}

View = Callable[..., HttpResponseBase]


class Plainly(JSONRenderer):
    """Chinese as it is, not as escapes: half the bytes, and readable."""

    json_dumps_params = {"ensure_ascii": False}


class JsonAlone(Parser):
    """Reads a body that says it is JSON, and no other: what a foreign page can send without asking is none."""

    def parse_body(self, request: HttpRequest) -> Any:
        """What the body says; any error becomes a 400 in words."""
        kind = request.content_type or ""
        if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
            raise ValueError("not JSON by its own account")
        return super().parse_body(request)


class Interface(NinjaAPI):
    """NinjaAPI that also answers a wrong method or address in the one shape, and leads from its root to its page."""

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        found, app, namespace = super().urls
        for pattern in found:
            if isinstance(pattern, URLPattern):
                pattern.callback = _root if pattern.name == "api-root" else _guarded(pattern.callback)
        return [*found, path("<path:rest>", _no_such_address, name="nothing")], app, namespace


def tell(api: NinjaAPI) -> None:
    """Let `api` answer every exception that is the caller's doing in the one shape."""

    @api.exception_handler(YoulinError)
    def in_words(request: HttpRequest, error: YoulinError) -> HttpResponse:
        return refusal(error.status, error.problems)

    @api.exception_handler(ValidationError)
    def wrong_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return refusal(422, [_problem(one) for one in error.errors])

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = refusal(401)
        response["WWW-Authenticate"] = 'ApiKey header="X-API-Key"'
        return response

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        return refusal(error.status_code)

    def unreadable(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
        return refusal(413 if isinstance(error, RequestDataTooBig) else 400)

    def gone(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
        told = away.unavailable(error if isinstance(error, Exception) else None)
        if told is None:
            raise error
        response = refusal(told.status, told.problems)
        response["Retry-After"] = str(away.RETRY_AFTER)
        return response

    for away_kind in (OperationalError, InterfaceError, InternalError, ProgrammingError, OSError):
        api.add_exception_handler(away_kind, gone)
    for kind in UNREADABLE:
        api.add_exception_handler(kind, unreadable)


def refusal(status: int, problems: list[Problem] | None = None) -> HttpResponse:
    """The one shape. Without problems it says what the status means."""
    words = STATUSES.get(status, STATUSES[400])
    told = problems or [Problem(None, str(words), str(REMEDIES.get(status, "")))]
    title = "；".join(problem.message for problem in told)
    rows = [problem._asdict() for problem in told]
    content = {"status": status, "title": title, "problems": rows}
    response = JsonResponse(content, status=status, json_dumps_params=Plainly.json_dumps_params)
    response["Cache-Control"] = "no-store"
    return response


def _problem(error: Mapping[str, Any]) -> Problem:
    """One complaint of pydantic: the place without the name of the parameter that holds it."""
    place = [str(part) for part in error["loc"]]
    words = ASKED_WRONGLY.get(error["type"])
    message = str(words).format(**error.get("ctx", {})) if words else error["msg"]
    return Problem(".".join(place[2:] if place[:1] == ["body"] else place[1:]) or None, message)


def _guarded(view: View) -> View:
    """A view that speaks UTF-8 alone, and whose "wrong method" has the one shape."""

    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not speaks_utf8(request):
            return refusal(400)
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        shaped = refusal(405)
        shaped["Allow"] = ", ".join(sorted(response["Allow"].split(", ")))
        return shaped

    return answered


def _root(request: HttpRequest) -> HttpResponseBase:
    if request.method not in ("GET", "HEAD"):
        response = refusal(405)
        response["Allow"] = "GET, HEAD"
        return response
    return HttpResponseRedirect(reverse("open:api-docs"))


def _no_such_address(request: HttpRequest, rest: str) -> HttpResponseBase:
    return refusal(404)


_root.csrf_exempt = _no_such_address.csrf_exempt = True  # type: ignore[attr-defined]

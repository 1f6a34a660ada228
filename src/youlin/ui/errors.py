"""Everything that goes wrong, in words: a page, a fragment for htmx, or JSON, with the right status.

Views let `kernel.errors.YoulinError` rise; `ErrorsInWords` turns it into the answer that was asked for.
Nothing entered is lost: the page offers the way back, and `<youlin-draft>` keeps what was typed.
"""

import json
import logging
import sys
from collections.abc import Callable, Sequence

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from youlin.kernel import away
from youlin.kernel.errors import Problem, YoulinError

log = logging.getLogger(__name__)

RETRY_AFTER = "youlin.retry_after"
"""Where a request keeps the seconds after which it may be repeated, for the answer's `Retry-After`."""

Words = tuple[str, str, str]

WORDS = {
    400: (
        _lazy("这一步没有成功"),
        _lazy("提交的内容有误。"),
        _lazy("请返回上一页改正，已填的内容都还在。"),
    ),
    403: (
        _lazy("您没有这项权限"),
        _lazy("这个页面或这项操作不在您的职责范围内。"),
        _lazy("请登录有此职责的账号，或联系本街道的管理员。"),
    ),
    404: (
        _lazy("没有找到"),
        _lazy("这个地址没有内容，可能已移走或编号有误。"),
        _lazy("请核对编号，或从首页重新找。"),
    ),
    409: (
        _lazy("内容已被他人更新"),
        _lazy("在您填写的时候，别人先改了它。"),
        _lazy("请返回并刷新，看过新内容后再提交。"),
    ),
    413: (
        _lazy("文件太大"),
        _lazy("上传的文件超出了限制。"),
        _lazy("请减少照片数量或换小一些的文件，已填的文字都还在。"),
    ),
    429: (
        _lazy("请求太频繁"),
        _lazy("短时间内的请求太多。"),
        _lazy("请等一分钟再试。"),
    ),
    500: (
        _lazy("系统出错了"),
        _lazy("是我们的问题，不是您的。"),
        _lazy("请稍后再试，已填的内容都还在。问题已记录。"),
    ),
    503: (
        _lazy("暂时不能用"),
        _lazy("系统暂时不能保存，什么都没有改动。"),
        _lazy("请稍后再试，已填的内容都还在。"),
    ),
}
"""What a status means to a person: title, sentence, remedy."""


class ErrorsInWords:
    """Middleware: a YoulinError raised in a view becomes an answer in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 429 and RETRY_AFTER in request.META:
            response["Retry-After"] = str(request.META[RETRY_AFTER])
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Called by Django for an exception that left a view; others go their usual way."""
        told = error if isinstance(error, YoulinError) else away.unavailable(error)
        if told is None:
            return None
        if told is not error:
            log.error("not available: %s", type(error).__name__)
        return answer(request, told.status, problems=told.problems)


def answer(
    request: HttpRequest, status: int, *, problems: Sequence[Problem] = (), words: Words | None = None
) -> HttpResponse:
    """The answer to a failed request, in the form the caller asked for."""
    title, text, remedy = words or _words(status)
    told = list(problems) or [Problem(None, text, remedy)]
    if wants_json(request):
        listed = [{"field": p.field, "message": p.message, "remedy": p.remedy} for p in told]
        return _vary(JsonResponse({"status": status, "title": title, "problems": listed}, status=status))
    if is_fragment(request):
        return _vary(_toast(request, status, told))
    context = {
        "status": status, "title": title, "problems": told, "remedy": remedy,
        "back": _back(request), "sent": request.method not in ("GET", "HEAD"),
    }  # fmt: skip
    return _vary(HttpResponse(_page(request, context), status=status))


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller reads JSON rather than pages."""
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asked for a part of a page (a boosted link or a restored history wants a whole page)."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-Boosted") != "true" and (
        headers.get("HX-History-Restore-Request") != "true"
    )  # fmt: skip


def _toast(request: HttpRequest, status: int, problems: Sequence[Problem]) -> HttpResponse:
    """The problems as toasts at the foot of the page; the part that was asked for stays as it is."""
    toasts = "".join(
        render_to_string("ui/toast.html", {"text": p.message, "remedy": p.remedy, "state": "late"}, request)
        for p in problems
    )
    response = HttpResponse(toasts, status=status)
    response["HX-Retarget"] = "#toasts"
    response["HX-Reswap"] = "beforeend"
    response["HX-Trigger"] = json.dumps({"youlin:refused": {"status": status}})
    return response


def _page(request: HttpRequest, context: dict[str, object]) -> str:
    """The error page; should even that fail (no database, no session), a plain page without either."""
    try:
        return render_to_string("ui/error.html", context, request)
    except Exception:
        log.exception("the error page itself failed")
        return render_to_string("ui/error_plain.html", context)


def _vary(response: HttpResponse) -> HttpResponse:
    response["Vary"] = "Accept, HX-Request, Accept-Language, Cookie"
    response["Cache-Control"] = "no-store"
    if response.status_code == 503:
        response["Retry-After"] = str(away.RETRY_AFTER)
    return response


def _back(request: HttpRequest) -> str:
    """The page the person came from, if it is ours."""
    referer = request.headers.get("Referer", "")
    try:
        return referer if referer.startswith(request.build_absolute_uri("/")) else ""
    except DisallowedHost:
        return ""


def _words(status: int) -> Words:
    """Title, sentence and remedy for a status; an unlisted one speaks as 400 or 500."""
    title, text, remedy = WORDS.get(status) or WORDS[500 if status >= 500 else 400]
    return str(title), str(text), str(remedy)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400."""
    return answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404."""
    return answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500; the log has the trace. Database or disk out of reach is 503: it goes by itself."""
    gone = away.unavailable(sys.exc_info()[1])
    return answer(request, gone.status, problems=gone.problems) if gone else answer(request, 500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: the page was open too long, or the session ended meanwhile."""
    words = (
        _("页面放得太久了"),
        _("为了安全，这一页的提交凭证已失效，内容还没有提交。"),
        _("请返回上一页刷新后再提交，已填的内容会自动恢复。"),
    )
    return answer(request, 403, words=words)

"""The page that describes both machine doors to people, drawn from what machines read."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from youlin.doors.open.api import v1


class Call(NamedTuple):
    """One call as the page shows it: what it does, and what a caller needs for it."""

    method: str
    path: str
    summary: str | Promise
    needs: str | Promise = ""


NEEDS: dict[tuple[str, ...], str | Promise] = {
    (): "",
    ("ClientKey", "SignedIn"): _("密钥或登录"),
    ("SignedIn",): _("登录且在岗"),
}
"""Who may call, by the security that the OpenAPI document names."""

FORM = "{json|xml}"
OPEN311 = (
    Call("GET", f"/open311/discovery.{FORM}", _("服务端点与格式")),
    Call("GET", f"/open311/v2/services.{FORM}", _("可以反映的服务")),
    Call("GET", f"/open311/v2/services/{{service_code}}.{FORM}", _("一项服务的定义")),
    Call("GET", f"/open311/v2/requests.{FORM}", _("公开的服务请求，可筛选")),
    Call("POST", f"/open311/v2/requests.{FORM}", _("提交服务请求"), _("密钥")),
    Call("GET", f"/open311/v2/requests/{{service_request_id}}.{FORM}", _("一件服务请求")),
    Call("GET", f"/open311/v2/tokens/{{token}}.{FORM}", _("凭据对应的编号")),
)


@require_safe
def reading_page(request: HttpRequest) -> HttpResponse:
    """Every call of both doors."""
    document = v1.get_openapi_schema(path_prefix="/api/v1/")
    calls = [
        Call(
            method.upper(),
            path,
            operation["summary"],
            NEEDS[tuple(name for one in operation.get("security", ()) for name in one)],
        )
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    groups = [{"title": "Open311 GeoReport v2", "calls": OPEN311}, {"title": _("JSON 接口"), "calls": calls}]
    return render(request, "open/api.html", {"document": document, "groups": groups})

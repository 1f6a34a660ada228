"""GeoReport v2: discovery, the list of services and their definitions."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from youlin.apps.cases import selectors as cases
from youlin.apps.cases.selectors.rows import CategoryRow
from youlin.doors.open.open311 import asking, formats
from youlin.kernel.errors import NotFound

UPDATED = "2026-11-22T00:00:00+08:00"
"""When this implementation's discovery document last changed."""


@asking.georeport
def discovery(request: HttpRequest, *, form: str) -> HttpResponse:
    """Where the endpoints are and which formats they speak."""
    asking.only(request, "GET", "HEAD")
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": request.build_absolute_uri("/open311/v2"),
        "changeset": UPDATED,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    content = {
        "changeset": UPDATED,
        "contact": request.build_absolute_uri("/"),
        "key_service": _("向本辖区申请密钥"),
        "endpoints": [endpoint],
    }
    return formats.answer("discovery", content, form)


@asking.georeport
def services(request: HttpRequest, *, form: str) -> HttpResponse:
    """Every category that people can report."""
    asking.only(request, "GET", "HEAD")
    rows = _reportable(asking.district_of(request))
    return formats.answer("services", [_service(row, rows) for row in rows.values() if row.is_leaf], form)


@asking.georeport
def definition(request: HttpRequest, *, form: str, code: str) -> HttpResponse:
    """The attributes of one service. Ours need none beyond the standard arguments."""
    asking.only(request, "GET", "HEAD")
    row = _reportable(asking.district_of(request)).get(code)
    if row is None or not row.is_leaf:
        raise NotFound(_("没有这项服务"), field="service_code")
    return formats.answer("service_definition", {"service_code": row.code, "attributes": []}, form)


def _reportable(district: str) -> dict[str, CategoryRow]:
    return {row.code: row for row in cases.categories(district)}


def _service(row: CategoryRow, rows: dict[str, CategoryRow]) -> formats.Row:
    group = rows.get(row.parent)
    return {
        "service_code": row.code,
        "service_name": row.name,
        "description": row.description or row.name,
        "metadata": False,
        "type": "realtime",
        "keywords": ",".join(row.keywords),
        "group": group.name if group else "",
    }

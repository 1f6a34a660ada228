"""GeoReport v2: discovery, the list of services and their definitions."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from youlin.apps.cases import selectors as cases
from youlin.apps.cases.attributes import Question
from youlin.apps.cases.selectors.rows import CategoryRow
from youlin.doors.open.open311 import asking, formats
from youlin.kernel.errors import NotFound

UPDATED = "2026-11-22T00:00:00+08:00"
"""When this implementation's discovery document last changed."""


@asking.georeport("GET", "HEAD")
def discovery(request: HttpRequest, *, form: str) -> HttpResponse:
    """Where the endpoints are and which formats they speak."""
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


@asking.georeport("GET", "HEAD")
def services(request: HttpRequest, *, form: str) -> HttpResponse:
    """Every category that people can report."""
    rows = _declared(asking.district_of(request))
    offered = [_service(row, rows) for row in rows.values() if _is_offered(row)]
    return formats.answer("services", offered, form)


@asking.georeport("GET", "HEAD")
def definition(request: HttpRequest, *, form: str, code: str) -> HttpResponse:
    """What one service asks beyond the standard arguments."""
    row = offered(asking.district_of(request), code)
    attributes = [_attribute(one) for one in row.attributes]
    return formats.answer("service_definition", {"service_code": row.code, "attributes": attributes}, form)


def offered(district: str, code: str) -> CategoryRow:
    """The service with this code, which people of the district can report. Raises `NotFound`."""
    row = _declared(district).get(code)
    if row is None or not _is_offered(row):
        raise NotFound(_("没有这项服务"), field="service_code", remedy=_("可用的代码见 services"))
    return row


def _declared(district: str) -> dict[str, CategoryRow]:
    return {row.code: row for row in cases.categories(district, reportable_only=False)}


def _is_offered(row: CategoryRow) -> bool:
    return row.is_leaf and row.reportable


def _service(row: CategoryRow, rows: dict[str, CategoryRow]) -> formats.Row:
    group = rows.get(row.parent)
    return {
        "service_code": row.code,
        "service_name": row.name,
        "description": row.description or row.name,
        "metadata": bool(row.attributes),
        "type": "realtime",
        "keywords": ", ".join(row.keywords),
        "group": group.name if group else "",
    }


def _attribute(one: Question) -> formats.Row:
    return {
        "variable": one.variable,
        "code": one.code,
        "datatype": one.datatype,
        "required": one.required,
        "datatype_description": one.hint,
        "order": one.order,
        "description": one.name,
        "values": [{"key": value.key, "name": value.name} for value in one.values],
    }

"""GeoReport v2: create, list and read service requests, and what a token became."""

import hashlib
import math
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services
from youlin.apps.cases.selectors.rows import PublicCase
from youlin.doors.open.open311 import asking, formats
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound

PAGE = 100
MOST = 1000
"""GeoReport v2: a list has 1,000 rows at most."""


@asking.georeport
def requests(request: HttpRequest, *, form: str) -> HttpResponse:
    """GET lists public requests, POST makes one."""
    asking.only(request, "GET", "HEAD", "POST")
    district = asking.district_of(request)
    return _create(request, form, district) if request.method == "POST" else _list(request, form, district)


@asking.georeport
def one(request: HttpRequest, *, form: str, number: str) -> HttpResponse:
    """One public request by its number."""
    asking.only(request, "GET", "HEAD")
    found = cases.public_cases(
        district=asking.district_of(request), numbers=(number,), open=None, size=1
    ).rows
    if not found:
        raise NotFound(_("没有这件反映，或它不公开"), field="service_request_id")
    return formats.answer("service_requests", [_row(request, found[0])], form)


@asking.georeport
def token(request: HttpRequest, *, form: str, token: str) -> HttpResponse:
    """The number behind a token. Numbers are given at once, so the number is its own token."""
    asking.only(request, "GET", "HEAD")
    found = cases.public_cases(district=asking.district_of(request), numbers=(token,), open=None, size=1).rows
    if not found:
        raise NotFound(_("没有这个凭据"), field="token")
    rows = [{"service_request_id": found[0].number, "token": token}]
    return formats.answer("service_requests", rows, form)


def _create(request: HttpRequest, form: str, district: str) -> HttpResponse:
    actor = asking.client_of(request, district)
    asked = request.POST
    code = asked.get("service_code", "").strip()
    if not code:
        raise Invalid(_("没有给出服务代码"), field="service_code")
    lon, lat = _degrees(asked.get("long", ""), "long", 180), _degrees(asked.get("lat", ""), "lat", 90)
    address = asked.get("address_string", "").strip()
    if (lon is None or lat is None) and not address and not asked.get("address_id"):
        raise Invalid(_("没有给出位置"), field="lat", remedy=_("给出 lat 和 long，或 address_string"))
    receipt = services.report(
        actor=actor,
        district=district,
        category=code,
        text=_text(asked.get("description", ""), asked.get("media_url", "")),
        lon=lon,
        lat=lat,
        address=address,
        area=asked.get("address_id", "").strip(),
        contact=asked.get("phone", "").strip() or asked.get("email", "").strip(),
        anonymous=not (asked.get("phone") or asked.get("email")),
        channel="open311",
        idempotency_key=_key(request, actor),
    )
    notice = _("已受理，可凭编号查询进展")
    row = {"service_request_id": receipt.number, "service_notice": notice, "account_id": ""}
    return formats.answer("service_requests", [row], form, status=201)


def _key(request: HttpRequest, actor: Actor) -> str:
    """The client's own key, or one made of the content: the same content within ten minutes is one request."""
    given = request.headers.get("Idempotency-Key", "").strip()
    if given:
        return given
    window = clock.now().replace(second=0, microsecond=0)
    content = f"{window - timedelta(minutes=window.minute % 10)}\n" + "\n".join(
        f"{k}={v}" for k, values in sorted(request.POST.lists()) for v in values
    )
    return "open311:" + hashlib.sha256(f"{actor.key}\n{content}".encode()).hexdigest()


def _text(description: str, media_url: str) -> str:
    link = media_url.strip()
    return (
        f"{description.strip()}\n{link}".strip()
        if link.startswith(("https://", "http://"))
        else description.strip()
    )


def _degrees(text: str, field: str, highest: float) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not abs(value) <= highest:
        raise Invalid(_("不是 WGS84 度数"), field=field, remedy=_("例如 lat=39.9139、long=116.3664"))
    return value


def _list(request: HttpRequest, form: str, district: str) -> HttpResponse:
    numbers = asking.listed(request, "service_request_id")
    status = asking.listed(request, "status")
    if set(status) - {"open", "closed"}:
        raise Invalid(_("状态只有 open 和 closed"), field="status")
    start, end = asking.span(request, "start_date", "end_date", default=not numbers)
    changed_from, changed_to = asking.span(request, "updated_after", "updated_before", default=False)
    if changed_from or changed_to:
        start, end = asking.span(request, "start_date", "end_date", default=False)
    page = asking.whole_number(request, "page", default=1, highest=100_000)
    size = asking.whole_number(request, "page_size", default=PAGE, highest=MOST)
    codes = asking.listed(request, "service_code") or ("",)
    found: list[PublicCase] = []
    for code in codes:
        found += cases.public_cases(
            district=district,
            numbers=numbers,
            category=code,
            open=None if len(set(status)) != 1 else status[0] == "open",
            reported_from=start,
            reported_to=end,
            updated_from=changed_from,
            updated_to=changed_to,
            page=page if len(codes) == 1 else 1,
            size=size if len(codes) == 1 else min(page * size, MOST),
        ).rows
    if len(codes) > 1:
        found.sort(key=lambda case: (case.reported_at, case.number), reverse=True)
        found = found[(page - 1) * size : page * size]
    return formats.answer("service_requests", [_row(request, case) for case in found], form)


def _row(request: HttpRequest, case: PublicCase) -> formats.Row:
    return {
        "service_request_id": case.number,
        "status": "open" if case.is_open else "closed",
        "status_notes": case.state_name,
        "service_name": case.category_name,
        "service_code": case.category,
        "description": case.description,
        "agency_responsible": case.area_path,
        "service_notice": "",
        "requested_datetime": case.reported_at.isoformat(),
        "updated_datetime": case.updated_at.isoformat(),
        "expected_datetime": case.due_at.isoformat() if case.due_at else "",
        "address": case.address,
        "address_id": case.area,
        "zipcode": "",
        "lat": case.lat,
        "long": case.lon,
        "media_url": request.build_absolute_uri(case.photo_urls[0]) if case.photo_urls else "",
    }

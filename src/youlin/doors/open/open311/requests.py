"""GeoReport v2: create, list and read service requests, and what a token became."""

import hashlib
import re
from datetime import timedelta

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services
from youlin.apps.cases.selectors import sharing
from youlin.apps.cases.selectors.rows import PublicCase
from youlin.doors import pace, questions
from youlin.doors.open.open311 import asking, formats
from youlin.doors.open.open311.services import offered
from youlin.kernel import clock, idempotency, ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound

PAGE = 100
MOST = 1000
"""GeoReport v2: a list has 1,000 rows at most."""

MOST_CODES = 100
MOST_OWN = 100
"""Requests of a client's own that one list looks up besides the public ones."""

LONGEST_REFERENCE = 64

AGAIN = timedelta(minutes=10)
"""For how long the same content by the same client is one request, where no key says otherwise."""

_DEGREES = re.compile(r"[+-]?\d{1,3}(\.\d{0,20})?\Z", re.ASCII)


@asking.georeport("GET", "HEAD", "POST")
def requests(request: HttpRequest, *, form: str) -> HttpResponse:
    """GET lists public requests, POST makes one."""
    district = asking.district_of(request)
    return _create(request, form, district) if request.method == "POST" else _list(request, form, district)


@asking.georeport("GET", "HEAD")
def one(request: HttpRequest, *, form: str, number: str) -> HttpResponse:
    """One request by its number."""
    found = _found(request, number)
    if found is None:
        raise NotFound(_("没有这件反映，或它不公开"), field="service_request_id")
    return formats.answer("service_requests", [_row(request, found)], form)


@asking.georeport("GET", "HEAD")
def token(request: HttpRequest, *, form: str, token: str) -> HttpResponse:
    """The number behind a token. Numbers are given at once, so the number is its own token; of a case that was
    handed over to another district it is the number under which it lives on."""
    found = _found(request, token)
    if found is None:
        raise NotFound(_("没有这个凭据"), field="token")
    rows = [{"service_request_id": cases.number_now(found) or found.number, "token": token}]
    return formats.answer("service_requests", rows, form)


def _found(request: HttpRequest, number: str) -> PublicCase | None:
    """A public request; with `api_key` also one that its client sent, whatever has become of it."""
    return next(iter(_numbered(request, asking.district_of(request), (number,))), None)


def _numbered(request: HttpRequest, district: str, numbers: tuple[str, ...]) -> list[PublicCase]:
    """The requests with these numbers, as `_found` tells one."""
    rows = list(cases.public_cases(district=district, numbers=numbers, size=MOST).rows)
    known = {ids.normalise_number(row.number) for row in rows}
    missing = [number for number in numbers if ids.normalise_number(number) not in known]
    if not missing or not asking.has_key(request):
        return rows
    client = asking.client_of(request, district)
    sent = (cases.sent_case(client, number, district=district) for number in missing[:MOST_OWN])
    return rows + [row for row in sent if row is not None]


def _create(request: HttpRequest, form: str, district: str) -> HttpResponse:
    actor = asking.client_of(request, district)
    pace.demand(request, actor)
    given = request.POST
    code = given.get("service_code", "").strip()
    if not code:
        raise Invalid(_("没有给出服务代码"), field="service_code", remedy=_("可用的代码见 services"))
    service = offered(district, code)
    lon, lat = _degrees(given.get("long", ""), "long", 180), _degrees(given.get("lat", ""), "lat", 90)
    address, area = given.get("address_string", "").strip(), given.get("address_id", "").strip()
    contact = given.get("phone", "").strip() or given.get("email", "").strip()
    receipt = services.report(
        actor=actor,
        district=district,
        category=service.code,
        text=_text(given.get("description", ""), given.get("media_url", "")) or service.name,
        lon=lon,
        lat=lat,
        address=address,
        area=area or (district if address and lon is None and lat is None else ""),
        contact=contact,
        anonymous=not contact,
        channel="open311",
        external_number=_reference(given),
        attributes=questions.given(given),
        idempotency_key=_key(request, actor, district),
    )
    link = request.build_absolute_uri(receipt.track_path)
    notice = _("已受理。反映人可在此查看进展、评价结果：%(link)s") % {"link": link}
    row = {"service_request_id": receipt.number, "service_notice": notice, "account_id": None}
    return formats.answer("service_requests", [row], form, status=201)


def _reference(given: QueryDict) -> str:
    """The client's own number for it, by which it finds the request again."""
    reference = given.get("external_reference", "").strip()
    if len(reference) > LONGEST_REFERENCE:
        raise Invalid(_("最多 %d 个字") % LONGEST_REFERENCE, field="external_reference")
    return reference


def _key(request: HttpRequest, actor: Actor, district: str) -> str:
    """The client's own key, or one of the content: the same content within ten minutes is one request."""
    given = request.headers.get("Idempotency-Key", "").strip()
    if given:
        return given
    now = clock.now()
    turn = int(now.timestamp() // AGAIN.total_seconds())
    before = _content_key(request, actor, turn - 1)
    repeated = idempotency.done_since(
        now - AGAIN, district=district, actor=actor, act="cases.report", key=before
    )
    return before if repeated else _content_key(request, actor, turn)


def _content_key(request: HttpRequest, actor: Actor, turn: int) -> str:
    """A key of what was sent and of the ten minutes, counted from 1970, in which it was."""
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "api_key")
    return "open311:" + hashlib.sha256(repr((actor.key, turn, fields)).encode()).hexdigest()


def _text(description: str, media_url: str) -> str:
    """The description, with the address of a picture as its last line."""
    link = media_url.strip()
    lines = [description.strip(), link if link.startswith(("https://", "http://")) else ""]
    return "\n".join(line for line in lines if line)


def _degrees(text: str, field: str, highest: float) -> float | None:
    text = text.strip()
    if not text:
        return None
    if not _DEGREES.match(text) or abs(float(text)) > highest:
        raise Invalid(_("不是 WGS84 度数"), field=field, remedy=_("例如 lat=39.9139、long=116.3664"))
    return float(text)


def _list(request: HttpRequest, form: str, district: str) -> HttpResponse:
    """Numbers override all else. Who asks for what changed lately is not held to the last 90 days as well."""
    numbers = asking.listed(request, "service_request_id", most=MOST)
    reference = request.GET.get("external_reference", "").strip()
    if numbers:
        rows = _numbered(request, district, numbers)
    elif reference and asking.has_key(request):
        rows = list(sharing.sent_under(asking.client_of(request, district), district, reference))
    else:
        changed_from, changed_to = asking.span(request, "updated_after", "updated_before", default=False)
        changed = changed_from is not None
        made_from, made_to = asking.span(request, "start_date", "end_date", default=not changed)
        found = cases.public_cases(
            district=district,
            category=asking.listed(request, "service_code", most=MOST_CODES),
            open=_open(request),
            reported_from=made_from,
            reported_to=made_to,
            updated_from=changed_from,
            updated_to=changed_to,
            page=asking.whole_number(request, "page", default=1, highest=100_000),
            size=asking.whole_number(request, "page_size", default=PAGE, highest=MOST),
        )
        rows = list(found.rows)
    return formats.answer("service_requests", [_row(request, case) for case in rows], form)


def _open(request: HttpRequest) -> bool | None:
    status = set(asking.listed(request, "status", most=MOST_CODES))
    if status - {"open", "closed"}:
        raise Invalid(_("状态只有 open 和 closed"), field="status")
    return None if len(status) != 1 else "open" in status


def _row(request: HttpRequest, case: PublicCase) -> formats.Row:
    changed = case.closed_at if case.closed_at and not case.is_open else case.updated_at
    moved_to = cases.number_now(case)
    row = {
        "service_request_id": case.number,
        "status": "open" if case.is_open else "closed",
        "status_notes": case.state_name,
        "service_name": case.category_name,
        "service_code": case.category,
        "description": case.description,
        "agency_responsible": case.area_path,
        "service_notice": _("已移交另一个区办理，新编号 %(number)s") % {"number": moved_to}
        if moved_to
        else "",
        "requested_datetime": case.reported_at.isoformat(timespec="seconds"),
        "updated_datetime": changed.isoformat(timespec="seconds"),
        "expected_datetime": case.due_at.isoformat(timespec="seconds") if case.due_at else "",
        "address": case.address,
        "address_id": case.area,
        "zipcode": "",
        "lat": case.lat,
        "long": case.lon,
        "media_url": request.build_absolute_uri(case.photo_urls[0]) if case.photo_urls else "",
    }
    return row | {"extended_attributes": _extended(request, case, moved_to)} if _wants_more(request) else row


def _wants_more(request: HttpRequest) -> bool:
    return request.GET.get("extensions", "").strip().lower() in ("true", "1")


def _extended(request: HttpRequest, case: PublicCase, moved_to: str) -> formats.Row:
    """What GeoReport v2 has no place for: answers that are public, the asking client's own reference, the number
    under which a case that was handed over lives on."""
    mine = request.GET.get("external_reference", "").strip() if asking.has_key(request) else ""
    answers = [{"code": one.code, "name": one.name, "value": one.text} for one in case.answers]
    moved = {"moved_to": moved_to} if moved_to else {}
    return {"external_reference": mine or None, **moved, "attributes": answers}

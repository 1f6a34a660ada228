"""Reading an Open311 request: format, jurisdiction, dates, key. Every mistake is told as GeoReport v2 asks."""

import functools
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.parties import clients
from youlin.doors.entrance import is_this_machine
from youlin.doors.open.machines import DEMO_KEY, UNREADABLE, speaks_utf8
from youlin.doors.open.open311 import formats
from youlin.kernel import away, clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed, NotFound, Problem, YoulinError

LONGEST_SPAN = timedelta(days=90)
"""GeoReport v2: a list covers 90 days at most, and ends today unless said otherwise."""

YEARS = range(1900, 2200)
"""Years that a date may lie in; what is outside is a slip, and may not fit into a calendar."""

FIELDS = {
    "category": "service_code",
    "text": "description",
    "place": "lat, long",
    "area": "address_id",
    "address": "address_string",
    "contact": "phone, email",
    "idempotency_key": "Idempotency-Key",
}
"""How GeoReport v2 calls what the services complain about."""

Asked = Callable[..., HttpResponse]


def georeport(*methods: str) -> Callable[[Asked], Asked]:
    """A view of GeoReport v2 for these methods: its problems become the spec's error list in the asked format."""

    def wrap(view: Asked) -> Asked:
        @functools.wraps(view)
        def answered(request: HttpRequest, *, form: str = "", **named: str) -> HttpResponse:
            form, named = _form_of(request, form, named)
            if form not in formats.CONTENT_TYPES:
                return _wrong_form(form)
            if request.method not in methods:
                return _wrong_method(request, form, methods)
            try:
                _check_characters(request, named)
                return view(request, form=form, **named)
            except (YoulinError, DatabaseError, OSError, *UNREADABLE) as error:
                if (told := _told(error, form)) is None:
                    raise
                return told

        answered.csrf_exempt = True  # type: ignore[attr-defined]
        return answered

    return wrap


def _told(error: Exception, form: str) -> HttpResponse | None:
    """What went wrong as the spec's error list; None for what is our own fault."""
    if isinstance(error, YoulinError):
        problems = [p._replace(field=FIELDS.get(p.field or "", p.field)) for p in error.problems]
        return formats.errors(problems, form, status=error.status)
    if isinstance(error, RequestDataTooBig):
        return formats.errors([Problem(None, _("内容太大"))], form, status=413)
    if isinstance(error, UNREADABLE):
        problem = Problem(None, _("读不懂这个请求"), _("请用 application/x-www-form-urlencoded 和 UTF-8"))
        return formats.errors([problem], form, status=400)
    gone = away.unavailable(error)
    return formats.errors(gone.problems, form, status=gone.status) if gone else None


def _wrong_form(form: str) -> HttpResponse:
    """No format of ours: by the address's ending (404), or by what the client accepts (406)."""
    if form:
        problem = Problem("format", _("没有这种格式"), _("请用 json 或 xml"))
        return formats.errors([problem], "json", status=404)
    problem = Problem("Accept", _("没有这种格式"), _("请用 application/json 或 text/xml"))
    return formats.errors([problem], "json", status=406)


def _form_of(request: HttpRequest, form: str, named: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The format by the address's ending, else by what the client accepts; "" when it accepts none of ours.

    Codes have dots in them: what follows the last one is a format only if it is one of ours.
    """
    if form and form not in formats.CONTENT_TYPES and named:
        last = list(named)[-1]
        form, named = "", {**named, last: f"{named[last]}.{form}"}
    if form:
        return form, named
    wanted = request.get_preferred_type(list(ACCEPTED))
    return ACCEPTED[wanted] if wanted else "", named


ACCEPTED = {"application/json": "json", "text/xml": "xml", "application/xml": "xml"}
"""What an address without an ending is answered in."""


def _wrong_method(request: HttpRequest, form: str, methods: Iterable[str]) -> HttpResponse:
    words = _("这个地址不接受 %(method)s 方法") % {"method": request.method}
    response = formats.errors([Problem("method", words)], form, status=405)
    response["Allow"] = ", ".join(methods)
    return response


def _check_characters(request: HttpRequest, named: dict[str, str]) -> None:
    """UTF-8 throughout, as GeoReport v2 asks, and no NUL, which no database keeps."""
    if not speaks_utf8(request):
        raise Invalid(_("不是 UTF-8"), field="charset", remedy=_("所有内容都用 UTF-8 编码"))
    given = chain(named.items(), request.GET.lists(), request.POST.lists())
    for name, value in given:
        if "\0" in name or any("\0" in one for one in value):
            raise Invalid(_("含有空字符"), field=name.replace("\0", ""), remedy=_("请去掉 NUL 字符"))


def district_of(request: HttpRequest) -> str:
    """The district `jurisdiction_id` names; needed only where the installation has several."""
    asked = _argument(request, "jurisdiction_id")
    known = [area.code for area in areas.districts()]
    if asked:
        if asked not in known:
            raise NotFound(
                _("没有这个辖区"), field="jurisdiction_id", remedy=_("可用：%s") % "、".join(known)
            )
        return asked
    if len(known) > 1:
        raise Invalid(_("没有给出辖区"), field="jurisdiction_id", remedy=_("可用：%s") % "、".join(known))
    if not known:
        raise NotFound(_("还没有任何辖区"), field="jurisdiction_id")
    return known[0]


def client_of(request: HttpRequest, district: str) -> Actor:
    """The client behind `api_key`, which writing needs; it must be of this district and may report."""
    key = _argument(request, "api_key")
    if not key:
        raise NotAllowed(_("没有给出接口密钥"), field="api_key", remedy=_("向本辖区申请密钥"))
    if settings.DEMO and key == DEMO_KEY and is_this_machine(request):
        return Actor("client", via="open311", label=DEMO_KEY)
    client = clients.client_of(key)
    if client is None or client.district != district or not client.may_report:
        raise NotAllowed(_("接口密钥无效"), field="api_key", remedy=_("核对密钥，或向本辖区申请新的"))
    return clients.actor_of(client)


def has_key(request: HttpRequest) -> bool:
    """Whether a key came along, needed or not."""
    return bool(_argument(request, "api_key"))


def _argument(request: HttpRequest, name: str) -> str:
    """An argument of the form or the query. Blank is the same as none."""
    return (request.POST.get(name) or request.GET.get(name) or "").strip()


def span(
    request: HttpRequest, first: str, last: str, *, default: bool
) -> tuple[datetime | None, datetime | None]:
    """The dates `first`/`last` of the query, at most 90 days apart; the last 90 days when `default`."""
    start, end = _moment(request, first), _moment(request, last)
    if start is None and end is None:
        return (clock.now() - LONGEST_SPAN, None) if default else (None, None)
    if start is None:
        assert end is not None
        return end - LONGEST_SPAN, end
    if end is None:
        return start, start + LONGEST_SPAN
    if end < start:
        raise Invalid(_("结束早于开始"), field=last, remedy=_("请核对 %s") % f"{first}, {last}")
    return start, min(end, start + LONGEST_SPAN)


def _moment(request: HttpRequest, name: str) -> datetime | None:
    """A date and time in the W3C form; without an offset it is UTC. A `+` that arrived as blank is put right."""
    text = request.GET.get(name, "").strip()
    if not text:
        return None
    try:
        moment = parse_datetime(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        raise Invalid(_("不是时间"), field=name, remedy=_("例如 2026-01-31T08:00:00+08:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def whole_number(request: HttpRequest, name: str, *, default: int, highest: int) -> int:
    """A number from 1 to `highest` from the query."""
    text = request.GET.get(name, "").strip()
    if not text:
        return default
    digits = text.lstrip("0") if text.isascii() and text.isdigit() else ""
    if not digits or len(digits) > len(str(highest)) or int(digits) > highest:
        raise Invalid(_("应为 1 到 %d 的整数") % highest, field=name)
    return int(digits)


def listed(request: HttpRequest, name: str, *, most: int) -> tuple[str, ...]:
    """The values of an argument that may be given several times and hold several, parted by commas."""
    values = ",".join(request.GET.getlist(name)).split(",")
    found = tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
    if len(found) > most:
        raise Invalid(_("最多 %d 个") % most, field=name, remedy=_("请分几次查询"))
    return found

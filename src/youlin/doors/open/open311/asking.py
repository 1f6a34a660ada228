"""Reading an Open311 request: format, jurisdiction, dates, key. Every mistake is told as GeoReport v2 asks."""

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.parties import clients
from youlin.doors.open.open311 import formats
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed, NotFound, Problem, YoulinError

LONGEST_SPAN = timedelta(days=90)
"""GeoReport v2: a list covers 90 days at most, and ends today unless said otherwise."""

View = Callable[..., HttpResponse]


def georeport(view: View) -> View:
    """A view of GeoReport v2: its problems become the spec's error list in the asked format."""

    @functools.wraps(view)
    def answered(request: HttpRequest, *, form: str, **kwargs: str) -> HttpResponse:
        if form not in formats.CONTENT_TYPES:
            words = _("没有这种格式，请用 json 或 xml")
            return formats.errors([Problem("format", words)], "json", status=404)
        try:
            return view(request, form=form, **kwargs)
        except YoulinError as error:
            return formats.errors(error.problems, form, status=error.status)

    answered.csrf_exempt = True  # type: ignore[attr-defined]
    return answered


def only(request: HttpRequest, *methods: str) -> None:
    """Refuse other methods in words."""
    if request.method not in methods:
        raise Invalid(_("这个地址不接受 %(method)s 方法") % {"method": request.method}, field="method")


def district_of(request: HttpRequest) -> str:
    """The district `jurisdiction_id` names; needed only where the installation has several."""
    asked = request.GET.get("jurisdiction_id") or request.POST.get("jurisdiction_id") or ""
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
    """The client behind `api_key`, which writing needs; it must be of this district."""
    key = request.POST.get("api_key") or request.GET.get("api_key") or ""
    if not key:
        raise NotAllowed(_("没有给出接口密钥"), field="api_key", remedy=_("向本辖区申请密钥"))
    if settings.DEMO and key == "demo" and is_loopback(request):
        return Actor("client", via="open311", label="demo")
    client = clients.client_of(key)
    if client is None or client.district != district or not client.may_report:
        raise NotAllowed(_("接口密钥无效"), field="api_key", remedy=_("核对密钥，或向本辖区申请新的"))
    return clients.actor_of(client)


def is_loopback(request: HttpRequest) -> bool:
    """Whether the request comes from this very machine, and no proxy stands between."""
    forwarded = request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded")
    return request.META.get("REMOTE_ADDR", "") in ("127.0.0.1", "::1") and not forwarded


def span(
    request: HttpRequest, first: str, last: str, *, default: bool
) -> tuple[datetime | None, datetime | None]:
    """The dates `first`/`last` of the query, at most 90 days apart; the last 90 days when `default`."""
    start, end = _moment(request, first), _moment(request, last)
    if start is None and end is None:
        return (clock.now() - LONGEST_SPAN, None) if default else (None, None)
    if start is None and end is not None:
        start = end - LONGEST_SPAN
    if start is not None and end is None:
        end = min(start + LONGEST_SPAN, clock.now())
    if start is not None and end is not None and end - start > LONGEST_SPAN:
        end = start + LONGEST_SPAN
    return start, end


def _moment(request: HttpRequest, name: str) -> datetime | None:
    text = request.GET.get(name, "").strip().replace(" ", "+")
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise Invalid(_("不是时间"), field=name, remedy=_("例如 2026-01-31T08:00:00+08:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def whole_number(request: HttpRequest, name: str, *, default: int, highest: int) -> int:
    """A number from 1 to `highest` from the query."""
    text = request.GET.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= highest:
        raise Invalid(_("应为 1 到 %d 的整数") % highest, field=name)
    return int(text)


def listed(request: HttpRequest, name: str) -> tuple[str, ...]:
    """A comma-separated list from the query."""
    return tuple(part.strip() for part in request.GET.get(name, "").split(",") if part.strip())

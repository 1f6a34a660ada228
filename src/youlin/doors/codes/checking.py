"""The checker's page: a camera, an answer in a moment, also without a network; and what the phone needs for that."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.passes import checkers, keys, permission, services
from youlin.doors.codes import words
from youlin.doors.entrance import staff
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed, Problem
from youlin.ui.errors import wants_json


@require_http_methods(["GET", "HEAD", "POST"])
@staff("field")
def check(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Look at a code: the page, or what a form or the outbox sends."""
    districts = _districts(actor)
    if request.method != "POST":
        return _page(request, actor, districts)
    try:
        found = services.check(
            actor=actor,
            district=_district(request, districts),
            code=request.POST.get("code", ""),
            at=_moment(request.POST.get("at", "")),
            place_id=_uuid(request.POST.get("place", "")),
            told=request.POST.get("told", "")[:32],
            idempotency_key=request.POST.get("idempotency_key", "") or str(ids.uuid7()),
        )
    except Invalid as error:
        if wants_json(request):
            raise
        return _page(request, actor, districts, problems=error.problems, status=422)
    told = words.told(found)
    if wants_json(request):
        return JsonResponse(told)
    return _page(request, actor, districts, told=told)


@never_cache
@require_safe
@staff("field")
def known(request: HttpRequest, actor: Actor) -> JsonResponse:
    """What a checker's phone keeps: the time, the keys, the kinds, and where the lists of revoked codes are."""
    districts = _districts(actor)
    return JsonResponse(
        {
            "now": int(clock.now().timestamp() * 1000),
            "districts": list(districts),
            "keys": keys.published(),
            "kinds": {district: _kinds(district) for district in districts},
            "lists": {district: reverse("codes:revoked", args=[district]) for district in districts},
        }
    )


def _page(
    request: HttpRequest,
    actor: Actor,
    districts: tuple[str, ...],
    *,
    told: dict[str, Any] | None = None,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    district = _district(request, districts)
    context = {
        "district": district,
        "districts_checked": [(code, areas.short_name(code)) for code in districts],
        "places": checkers.gates(actor, district),
        "place": request.POST.get("place", ""),
        "reasons": words.reasons(),
        "told": told,
        "problems": problems or [],
        "code": request.POST.get("code", "")[:64] if problems else "",
        "idempotency_key": str(ids.uuid7()),
    }
    response = render(request, "codes/check.html", context, status=status)
    response._csp_update = {"script-src": ["'wasm-unsafe-eval'"]}  # type: ignore[attr-defined]
    return response


def _districts(actor: Actor) -> tuple[str, ...]:
    found = permission.checks_any(actor)
    if not found:
        raise NotAllowed(_("您没有查验码证的岗位"), remedy=_("请联系所在单位或街道"))
    return found


def _district(request: HttpRequest, districts: tuple[str, ...]) -> str:
    asked = request.POST.get("district") or request.GET.get("district", "")
    return asked if asked in districts else districts[0]


def _kinds(district: str) -> dict[str, Any]:
    return {one.code: {"name": words.name_of(one), "skew": one.skew} for one in checkers.kinds(district)}


def _moment(text: str) -> datetime | None:
    """Milliseconds since 1970, as a phone counts them."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        raise Invalid(_("查验时间不对"), field="at", remedy=_("请核对手机的时间"))
    return datetime.fromtimestamp(int(text) / 1000, UTC)


def _uuid(text: str) -> UUID | None:
    if not text.strip():
        return None
    try:
        return UUID(text.strip())
    except ValueError as error:
        raise Invalid(_("没有这个地点"), field="place", remedy=_("请从列表里选")) from error

"""The checker's page: a camera, an answer in a moment, also without a network; and what the phone needs for that."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.gates import selectors as gates
from youlin.apps.gates.words import DIRECTIONS
from youlin.apps.passes import checkers, keys, permission, services
from youlin.apps.passes.services import Checked
from youlin.doors import scanning
from youlin.doors.codes import words
from youlin.doors.entrance import staff
from youlin.doors.rule_words import both
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed, Problem
from youlin.kernel.languages import in_language
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
            known_at=_moment(request.POST.get("known", "")),
            idempotency_key=request.POST.get("idempotency_key", "") or str(ids.uuid7()),
        )
    except Invalid as error:
        if wants_json(request):
            raise
        return _page(request, actor, districts, problems=error.problems, status=422)
    told = words.told(found) | _at_gate(request, actor, found)
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
            "gates": {key: told for district in districts for key, told in _stands(actor, district).items()},
        }
    )


def _stands(actor: Actor, district: str) -> dict[str, Any]:
    """The compounds at whose gates the checker stands: their gates, rules, and where in and out are noted."""
    return {
        str(one.row.place_id): {
            "name": in_language(one.row.place.name, one.row.place.name_en),
            "page": reverse("gates:check", args=[one.row.place.number]),
            "record": reverse("gates:act", args=[one.row.place.number, "record"]),
            "gates": one.gates,
            "rules": [both(rule) for rule in one.rules],
        }
        for one in gates.stands(actor, district)
    }


def _at_gate(request: HttpRequest, actor: Actor, found: Checked) -> dict[str, Any]:
    """What the compound's rules make of a good code that was looked at there just now."""
    place = _uuid(request.POST.get("place", ""))
    if not found.valid or found.id is None or place is None:
        return {}
    gate = request.POST.get("gate", "").replace("\0", "")
    answer = gates.answer_at(actor, place_id=place, check_id=found.id, gate=gate)
    if answer is None:
        return {}
    number, told = answer
    return {
        "gate": {
            "allowed": told.allowed,
            "told": in_language(told.rule.reason, told.rule.reason_en) if told.rule else "",
            "gates": list(told.gates),
            "until": told.until.isoformat() if told.until else "",
            "tells": [in_language(rule.reason, rule.reason_en) for rule in told.tells],
            "page": reverse("gates:check", args=[number]),
        }
    }


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
        "ways": DIRECTIONS.items(),
        "reasons": words.reasons(),
        "told": told,
        "problems": problems or [],
        "code": request.POST.get("code", "")[:64] if problems else "",
        "idempotency_key": str(ids.uuid7()),
    }
    return scanning.page(request, "codes/check.html", context, status=status)


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

"""A guard's gate on a phone: a good code was looked at; in, out, or not, and why not."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.gates import selectors, services
from youlin.apps.gates.acts import CHECK, KEEP
from youlin.apps.gates.services import Answer
from youlin.apps.gates.words import DIRECTIONS, REASONS, VEHICLES
from youlin.apps.passes.reasons import WORDS
from youlin.doors.entrance import holds, staff
from youlin.doors.gates import words
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from youlin.ui.errors import wants_json
from youlin.ui.paging import known_page

PAGE_SIZE = 30


@require_safe
@staff("field")
def mine(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The gates where I stand; where there is one, that one."""
    said = request.GET.get("q", "").replace("\0", "")[:60]
    number = words.number(request.GET.get("page", "1"))
    rows, total = selectors.at_gates(actor, words=said, page=number, size=PAGE_SIZE)
    if not total and not said and not holds(request, CHECK):
        raise NotAllowed(_("没有归您的门岗"), remedy=_("请联系小区的1号位或街道"))
    if total == 1 and not said:
        return HttpResponseRedirect(reverse("gates:check", args=[rows[0].place.number]))
    page = min(max(number, 1), max(1, -(-total // PAGE_SIZE)))
    context = {
        "rows": [(words.name_of(one), one) for one in rows],
        "words": said,
        "total": total,
        "page": known_page(rows, number=page, size=PAGE_SIZE, total=total),
    }
    return render(request, "gates/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("field")
def check(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The codes I have just looked at here; or look at one that is typed or was read (`code`)."""
    row = _compound(actor, number)
    if request.method != "POST":
        return _page(request, actor, row)
    try:
        found = services.look(
            actor=actor,
            district=row.district,
            compound_id=row.id,
            code=request.POST.get("code", "").replace("\0", "")[:1300],
            gate=words.text(request, "gate"),
            vehicle=words.text(request, "vehicle", 8),
            at=words.moment(request.POST.get("at", "")),
            told=words.text(request, "told", 32),
            idempotency_key=words.text(request, "idempotency_key", 64),
        )
    except (Invalid, Conflict) as error:
        if wants_json(request):
            raise
        return _page(request, actor, row, problems=error.problems, status=words.status_of(error))
    if wants_json(request):
        return JsonResponse(_json(found))
    return _page(request, actor, row, answer=found)


@require_POST
@staff("field")
def act(request: HttpRequest, actor: Actor, number: str, step: str) -> HttpResponse:
    """In or out, refused though valid, or a vehicle lent. From a phone that was without a network also with the code."""
    row = _compound(actor, number)
    if step not in _STEPS:
        raise Http404
    try:
        told = _STEPS[step](request, actor, row)
    except (Invalid, Conflict) as error:
        if wants_json(request):
            raise
        return _page(request, actor, row, problems=error.problems, status=words.status_of(error))
    address = reverse("gates:check", args=[row.place.number])
    if wants_json(request):
        return JsonResponse({"href": address}, status=201)
    messages.success(request, told)
    return HttpResponseRedirect(address)


def _recorded(request: HttpRequest, actor: Actor, row: Any) -> str:
    check = request.POST.get("check", "").strip()
    made = services.record(
        actor=actor,
        district=row.district,
        compound_id=row.id,
        direction=words.text(request, "direction", 4),
        idempotency_key=words.text(request, "idempotency_key", 64),
        check_id=words.uuid(check, "check") if check else None,
        code=request.POST.get("code", "").replace("\0", "")[:1300],
        gate=words.text(request, "gate"),
        vehicle=words.text(request, "vehicle", 8),
        at=words.moment(request.POST.get("at", "")),
        told=words.text(request, "told", 32),
        known_at=words.moment(request.POST.get("known", "")),
        look_key=words.text(request, "look", 64),
    )
    return _("已登记：%(way)s") % {"way": DIRECTIONS[made.direction]}


def _refused(request: HttpRequest, actor: Actor, row: Any) -> str:
    made = services.refuse(
        actor=actor,
        district=row.district,
        compound_id=row.id,
        check_id=words.uuid(request.POST.get("check", ""), "check"),
        reason=words.text(request, "reason", 16),
        gate=words.text(request, "gate"),
    )
    return _("已记下 %(number)s，转给1号位处理") % {"number": made.number}


def _lent(request: HttpRequest, actor: Actor, row: Any) -> str:
    loan = services.lend_vehicle(
        actor=actor,
        district=row.district,
        compound_id=row.id,
        check_id=words.uuid(request.POST.get("check", ""), "check"),
        idempotency_key=words.text(request, "idempotency_key", 64),
    )
    return _("已借出一辆，%(hours)s 小时内还") % {"hours": loan.lendable.hours_allowed}


_STEPS = {"record": _recorded, "refuse": _refused, "lend": _lent}


def _compound(actor: Actor, number: str) -> Any:
    """The compound, for who stands there. Raises `NotFound` as if there were none."""
    row = selectors.compound(number)
    if not selectors.may(actor, CHECK, row):
        raise NotFound(_("没有这个小区，或这里的门岗不归您"))
    return row


def _page(
    request: HttpRequest,
    actor: Actor,
    row: Any,
    *,
    answer: Answer | None = None,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = selectors.public_page(row)
    asked = request.POST if request.method == "POST" else request.GET
    gate = asked.get("gate", "")
    gate = gate if gate in found.gates else ""
    answers = [answer] if answer else []
    answers += [
        services.again(actor=actor, district=row.district, compound_id=row.id, check_id=one.id, gate=gate)
        for one in selectors.looks(actor, row)
        if not answer or one.id != answer.check_id
    ]
    context = {
        "row": row,
        "name": words.name_of(row),
        "gates": found.gates,
        "gate": gate,
        "vehicles": VEHICLES.items(),
        "lends": found.vehicles,
        "lends_left": found.vehicles.total - found.vehicles.lent if found.vehicles else 0,
        "answers": [_told(one) for one in answers],
        "reasons": REASONS.items(),
        "keeps": selectors.may(actor, KEEP, row),
        "key": str(ids.uuid7()),
        "problems": problems or [],
        "code": words.text(request, "code", 24) if problems else "",
    }
    return render(request, "gates/check.html", context, status=status)


def _told(one: Answer) -> dict[str, Any]:
    """An answer in words: allowed or not, for which gate, until when."""
    why = WORDS[one.why]
    return {
        "check": one.check_id,
        "state": "ok" if one.allowed else "late",
        "valid": one.valid,
        "allowed": one.allowed,
        "told": _("可以进") if one.allowed else (words.reason_of(one.rule) if one.rule else why.told),
        "advice": "" if one.valid else why.advice,
        "gates": one.gates,
        "until": one.until,
        "at": one.at,
        "tells": [words.reason_of(rule) for rule in one.tells],
        "ways": [(way, word, str(ids.uuid7())) for way, word in DIRECTIONS.items()],
        "lend_key": str(ids.uuid7()),
    }


def _json(one: Answer) -> dict[str, Any]:
    told = _told(one)
    return {
        "check": str(one.check_id),
        "allowed": one.allowed,
        "told": str(told["told"]),
        "gates": list(one.gates),
        "until": one.until.isoformat() if one.until else "",
        "tells": told["tells"],
    }

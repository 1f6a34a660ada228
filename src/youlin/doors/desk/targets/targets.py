"""Targets at the desk: those of areas and periods, a new one, its history, approving and refusing."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import saying
from youlin.apps.indicators.targets import permission, selectors, services, spans
from youlin.doors.desk.offers.frame import page_number
from youlin.doors.desk.targets.frame import day, district_of, frame, number, status_of, text
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem
from youlin.ui.paging import known_page

PAGE_SIZE = 50
FIELDS = ("indicator", "area", "period_kind", "period_start", "value", "reason", "source")
STATES = {
    "": _lazy("现行和待批"),
    "proposed": _lazy("待批准"),
    "approved": _lazy("已批准"),
    "refused": _lazy("未批准"),
    "replaced": _lazy("已被取代"),
}


@never_cache
@require_safe
@staff("desk")
def index(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The targets of a district that the actor may see, by area, period and state."""
    every = permission.districts(actor)
    district = district_of(request, every)
    area = request.GET.get("area", "").replace("\0", "")[:24]
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    periods = selectors.periods(actor, district)
    period = next((one for one in periods if _key(one[0], one[1]) == request.GET.get("period")), None)
    page = page_number(request)
    found = selectors.listed(
        actor,
        district,
        area=area,
        period=(period[0], period[1]) if period else None,
        state=state,
        page=page,
        size=PAGE_SIZE,
    )
    indicators, places = selectors.proposable(actor, district)
    context = frame(district, every, "targets") | {
        "rows": [(row, _value(row)) for row in found.rows],
        "total": found.total,
        "waiting": selectors.waiting(actor, district),
        "area": area,
        "areas": [(one.code, one.short_name) for one in areas.subtree(district, level="street")],
        "period": _key(period[0], period[1]) if period else "",
        "periods": [(_key(kind, start), words) for kind, start, words in periods],
        "state": state,
        "states": STATES.items(),
        "may_propose": bool(indicators and places),
        "page": known_page(found.rows, number=page, size=PAGE_SIZE, total=found.total),
    }
    return render(request, "desk/targets/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Propose a target. What is refused keeps what was typed."""
    every = permission.districts(actor)
    district = district_of(request, every)
    if request.method != "POST":
        given = {"period_kind": "year", "period_start": f"{clock.today().year}-01-01"}
        return _form(request, actor, every, district, given | _asked(request))
    given = {name: text(request, name, 600) for name in FIELDS}
    try:
        made = services.propose(actor=actor, district=district, **_values(actor, district, given))
    except (Invalid, Conflict) as error:
        return _form(request, actor, every, district, given, error)
    messages.success(request, _("已提出，待批准"))
    return _back(made)


@never_cache
@require_safe
@staff("desk")
def target(request: HttpRequest, actor: Actor, target_id: UUID) -> HttpResponse:
    """One target with all its versions, and what can be decided on it."""
    return _page(request, actor, target_id)


@require_POST
@staff("desk")
def decide(request: HttpRequest, actor: Actor, target_id: UUID, step: str) -> HttpResponse:
    """Approve or refuse what somebody else proposed."""
    if step not in STEPS:
        raise Http404
    row = selectors.one(actor, target_id)
    given = {
        "district": row.target.district,
        "target_id": target_id,
        "decision": text(request, "decision", 600),
    }
    try:
        STEPS[step](actor=actor, **given)
    except (Invalid, Conflict) as error:
        return _page(request, actor, target_id, error)
    messages.success(request, _("已批准，即日起执行") if step == "approve" else _("未批准，已记下理由"))
    return _back(row.target)


STEPS: dict[str, Callable[..., Any]] = {"approve": services.approve, "refuse": services.refuse}


def _page(
    request: HttpRequest, actor: Actor, target_id: UUID, error: Invalid | Conflict | None = None
) -> HttpResponse:
    row = selectors.one(actor, target_id)
    district = row.target.district
    history = selectors.history(actor, row.target)
    context = frame(district, permission.districts(actor), "targets") | {
        "districts": [],
        "row": row,
        "value": _value(row),
        "history": [(one, _value(one)) for one in history],
        "standing": next((one for one in history if one.target.state == "approved"), None),
        "decision": request.POST.get("decision", "")[:600] if error else "",
        "problems": error.problems if error else list[Problem](),
    }
    return render(request, "desk/targets/target.html", context, status=status_of(error))


def _form(
    request: HttpRequest,
    actor: Actor,
    every: tuple[str, ...],
    district: str,
    given: dict[str, str],
    error: Invalid | Conflict | None = None,
) -> HttpResponse:
    indicators, places = selectors.proposable(actor, district)
    context = frame(district, every, "targets") | {
        "districts": [],
        "given": given,
        "indicators": [
            (one.code, f"{one.title}（{saying.unit_name(one.indicator.unit)}）") for one in indicators
        ],
        "areas": places,
        "kinds": selectors.KINDS.items(),
        "problems": error.problems if error else list[Problem](),
    }
    return render(request, "desk/targets/new.html", context, status=status_of(error))


def _asked(request: HttpRequest) -> dict[str, str]:
    """What a link to the form says already."""
    return {name: said[:64] for name in FIELDS if (said := request.GET.get(name, "").replace("\0", ""))}


def _values(actor: Actor, district: str, given: dict[str, str]) -> dict[str, Any]:
    """The form as the service takes it: percentages as shares, any day of a period as its first."""
    value, start, kind = number(given["value"]), day(given["period_start"]), given["period_kind"]
    problems = []
    if value is None:
        problems.append(Problem("value", _("目标值要填数字")))
    if start is None:
        problems.append(Problem("period_start", _("请选周期里的一天")))
    if problems or value is None or start is None:
        raise Invalid(problems=problems)
    units = {one.code: one.indicator.unit for one in selectors.proposable(actor, district)[0]}
    share = units.get(given["indicator"]) == "percent"
    return given | {
        "value": value / 100 if share else value,
        "period_start": spans.start_of(kind, start) if kind in spans.MONTHS else start,
    }


def _value(row: selectors.Row) -> str:
    """The target with its unit; of an indicator that is declared no more, the bare number."""
    if not row.unit:
        return saying.plain(row.target.value, row.decimals)
    return saying.said(row.target.value, row.unit, row.decimals)  # type: ignore[arg-type]


def _key(kind: str, start: date) -> str:
    return f"{kind}-{start:%Y-%m}"


def _back(made: Any) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:target", args=[made.id]))

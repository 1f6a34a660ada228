"""Consultations at the desk: the list, planning one, its page with who came, its minutes and what it decided."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.cases import selectors as cases
from youlin.apps.cases.selectors.rows import CasePage
from youlin.apps.linkage import acts, selectors, words
from youlin.apps.linkage.services import consulting
from youlin.doors.desk.linkage.frame import day_in, district_of, frame, status_of
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem

MOST_DECISIONS = 5
STANDINGS = {"": None, "open": True, "closed": False}


@require_safe
@staff("desk")
def consultations(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All consultations, paired visits and studies, those that come next first."""
    district = district_of(request, actor, acts.CONSULT)
    kind = request.GET.get("kind", "")
    kind = kind if kind in words.CONSULTATIONS else ""
    standing = request.GET.get("standing", "")
    standing = standing if standing in STANDINGS else ""
    every = selectors.consultations(actor, district, open=STANDINGS[standing])
    found = [row for row in every if not kind or row.category == kind]
    days = selectors.planned_for(found)
    context = frame(actor, district, "consultations") | {
        "rows": [(row, parse_datetime(days.get(row.id) or "")) for row in found],
        "kind": kind,
        "kinds": [
            (code, name, sum(row.category == code for row in every))
            for code, name in words.CONSULTATIONS.items()
        ],
        "total": len(every),
        "standing": standing,
    }
    return render(request, "desk/linkage/consultations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Plan one."""
    district = district_of(request, actor, acts.CONSULT)
    if request.method != "POST":
        return _planning(request, actor, district)
    try:
        planned_on = day_in(request.POST.get("planned_on", ""), "planned_on")
        chosen = set(request.POST.getlist("body"))
        people = set(request.POST.getlist("person"))
        case = consulting.plan(
            actor=actor,
            district=district,
            kind=request.POST.get("kind", ""),
            title=request.POST.get("title", "").replace("\0", "")[:120],
            text=request.POST.get("text", "").replace("\0", ""),
            venue=request.POST.get("venue", "").replace("\0", "")[:200],
            planned_on=planned_on,
            bodies=[one for one in selectors.units(district) if one.code in chosen],
            people=[
                consulting.Seat(person, duty)
                for person, _name, duty, _duty_name in selectors.people(actor, district)
                if str(person) in people
            ],
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        return _planning(request, actor, district, error)
    messages.success(request, _("已列入计划：%(title)s") % {"title": case.title})
    return _back(case.number)


@require_safe
@staff("desk")
def consultation(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One consultation: who was asked and came, its minutes, and how its decisions stand."""
    return _page(request, actor, number)


@require_POST
@staff("desk")
def hold(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Record who came and the minutes."""
    page = _known(actor, number)
    try:
        came = _ids(request.POST.getlist("came"))
        if "attended" in request.POST:
            consulting.attend(actor=actor, number=page.row.number, came=came)
        else:
            consulting.hold(
                actor=actor,
                number=page.row.number,
                came=came,
                minutes=request.POST.get("minutes", "").replace("\0", ""),
                idempotency_key=request.POST.get("idempotency_key", ""),
            )
    except (Invalid, Conflict) as error:
        return _page(request, actor, number, error)
    messages.success(request, _("会议情况已记录"))
    return _back(page.row.number)


@require_POST
@staff("desk")
def decide(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Record what was decided: each becomes a case with its owner and its day."""
    page = _known(actor, number)
    district = page.row.district
    try:
        decisions = [
            consulting.Decision(
                text=request.POST.get(f"decision-{n}-text", "").replace("\0", ""),
                unit=selectors.unit(district, request.POST.get(f"decision-{n}-unit", "")),
                due_on=day_in(said, f"decision-{n}-due")
                if (said := request.POST.get(f"decision-{n}-due", ""))
                else None,
            )
            for n in range(1, MOST_DECISIONS + 1)
        ]
        made = consulting.decide(
            actor=actor,
            number=page.row.number,
            decisions=decisions,
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        return _page(request, actor, number, error)
    messages.success(request, _("已议定 %(n)d 项，各派责任单位") % {"n": len(made)})
    return _back(page.row.number)


def _known(actor: Actor, number: str) -> CasePage:
    page = cases.case_page(actor, number)
    if not page.row.category.startswith("consultation."):
        raise Http404
    return page


def _page(
    request: HttpRequest, actor: Actor, number: str, error: Invalid | Conflict | None = None
) -> HttpResponse:
    page = _known(actor, number)
    district = page.row.district
    made = selectors.decisions(actor, page.row.number)
    units = selectors.units_of(made)
    seats = selectors.seats(actor, page.row.id, district)
    context = frame(actor, district, "consultations") | {
        "page": page,
        "row": page.row,
        "seats": seats,
        "decisions": [(one, units.get(one.id, "")) for one in made],
        "done": sum(not one.is_open for one in made),
        "minutes": _minutes(page),
        "may_hold": page.row.state == "planned",
        "may_attend": page.row.state in ("held", "decided") and all(seat.came is None for seat in seats),
        "may_decide": page.row.state in ("held", "decided"),
        "units": selectors.units(district),
        "slots": [_slot(request, n) for n in range(1, MOST_DECISIONS + 1)],
        "given": request.POST if error else {},
        "today": clock.today(),
        "problems": error.problems if error else list[Problem](),
    }
    return render(request, "desk/linkage/consultation.html", context, status=status_of(error))


def _slot(request: HttpRequest, number: int) -> dict[str, str | int]:
    said = {key: request.POST.get(f"decision-{number}-{key}", "") for key in ("text", "unit", "due")}
    return {"n": number, **said}


def _minutes(page: CasePage) -> str:
    """What was written down when the consultation was held."""
    return next((entry.text for entry in page.timeline if entry.act == "acted" and entry.text), "")


def _planning(
    request: HttpRequest, actor: Actor, district: str, error: Invalid | Conflict | None = None
) -> HttpResponse:
    every = selectors.units(district)
    context = frame(actor, district, "consultations") | {
        "kinds": words.CONSULTATIONS.items(),
        "groups": [
            (_("部门和单位"), [one for one in every if one.kind not in words.KINDS]),
            (_("平台企业"), [one for one in every if one.kind in (words.COMPANY, words.PARTNER)]),
            (_("站点"), [one for one in every if one.kind == words.OUTLET]),
        ],
        "people": selectors.people(actor, district),
        "chosen": set(request.POST.getlist("body")),
        "chosen_people": set(request.POST.getlist("person")),
        "given": request.POST if error else {},
        "today": clock.today(),
        "problems": error.problems if error else list[Problem](),
    }
    return render(request, "desk/linkage/consultation_new.html", context, status=status_of(error))


def _ids(said: list[str]) -> set[UUID]:
    found = set()
    for one in said:
        try:
            found.add(UUID(one))
        except ValueError:
            continue
    return found


def _back(number: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:consultation", args=[number]))

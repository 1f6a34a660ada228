"""Standing tasks: take a seat in one tap, wait for one, give it back; show by the code there that one came."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.responders import mine, services, standing
from youlin.apps.responders.standing import Turn
from youlin.doors import scanning
from youlin.doors.entrance import person
from youlin.doors.portal.home import district_of
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem

STEPS = {"join": services.join, "leave": services.give_back}


@never_cache
@require_safe
@person("portal")
def shifts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is coming, soonest first, and what I was at lately."""
    district = district_of(request)
    if not district:
        return render(request, "portal/nothing.html")
    context = {
        "turns": standing.coming(actor, district),
        "past": standing.lately(actor, district),
        "mine": mine.enrolment(actor, district),
    }
    return render(request, "portal/responders/shifts.html", context)


@never_cache
@require_safe
@person("portal")
def shift(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One turn and my seat in it."""
    return _page(request, actor, standing.turn(actor, number))


@require_POST
@person("portal")
def answer(request: HttpRequest, actor: Actor, number: str, step: str) -> HttpResponse:
    """Take a seat, or give it back."""
    one = standing.turn(actor, number)
    if step not in STEPS:
        raise Http404
    try:
        seat = STEPS[step](actor=actor, district=one.district, shift_id=one.id)
    except Conflict as error:
        return _page(request, actor, one, error)
    messages.success(request, _said(seat.state))
    return HttpResponseRedirect(reverse("portal:respond-shift", args=[one.number]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@person("portal")
def scan(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The camera for the code at the place: first I have come, later I go."""
    one = standing.turn(actor, number)
    if request.method != "POST":
        return _scanner(request, one)
    try:
        seat = services.scan_place(
            actor=actor, district=one.district, shift_id=one.id, code=request.POST.get("code", "")[:2_000]
        )
    except (Conflict, Invalid) as error:
        return _scanner(request, one, error)
    messages.success(request, _("已记离场，谢谢您") if seat.out_at else _("已记到场；走的时候再扫一次"))
    return HttpResponseRedirect(reverse("portal:respond-shift", args=[one.number]))


def _said(state: str) -> str:
    said = {
        "seated": _("报上名了。来不了请提前取消，让给候补的人。"),
        "waiting": _("名额满了，您在候补；有人取消会通知您。"),
    }
    return said.get(state) or _("已取消，没关系。")


def _page(request: HttpRequest, actor: Actor, one: Turn, error: Conflict | None = None) -> HttpResponse:
    context = {
        "one": standing.turn(actor, one.number) if error else one,
        "mine": mine.enrolment(actor, one.district),
        "problems": error.problems if error else list[Problem](),
    }
    return render(request, "portal/responders/shift.html", context, status=error.status if error else 200)


def _scanner(request: HttpRequest, one: Turn, error: Conflict | Invalid | None = None) -> HttpResponse:
    context = {"one": one, "problems": error.problems if error else list[Problem]()}
    return scanning.page(
        request, "portal/responders/scan.html", context, status=error.status if error else 200
    )

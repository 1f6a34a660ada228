"""Calls to me: what is needed and how far, one tap to answer; where I am only if I say so."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.places import navigation
from youlin.apps.responders import mine, services
from youlin.apps.responders.mine import MyCall
from youlin.apps.responders.services import telling
from youlin.doors.entrance import person
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem

STEPS = {
    "accept": services.accept,
    "decline": services.decline,
    "withdraw": services.withdraw,
    "arrive": services.arrive,
    "finish": services.finish,
}


@never_cache
@require_safe
@person("portal")
def calls(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The calls to me, open ones first."""
    rows = [(one, telling.rounded(one.metres)) for one in mine.calls(actor)]
    return render(request, "portal/responders/calls.html", {"rows": rows})


@never_cache
@require_safe
@person("portal")
def call(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One call."""
    return _page(request, mine.call(actor, number))


@require_POST
@person("portal")
def answer(request: HttpRequest, actor: Actor, number: str, step: str) -> HttpResponse:
    """Accept, decline, arrive, finish, cannot come after all; or show where I am."""
    one = mine.call(actor, number)
    given: dict[str, Any] = {"actor": actor, "district": one.district, "call_id": one.id}
    try:
        if step == "share":
            lon, lat = _point(request)
            services.share_position(**given, lon=lon, lat=lat)
            messages.success(request, _("组织者现在能看到您离得多远；召集一结束就删掉"))
        elif step in STEPS:
            STEPS[step](**given)
        else:
            raise Http404
    except (Conflict, Invalid) as error:
        return _page(request, mine.call(actor, number), error)
    return HttpResponseRedirect(reverse("portal:respond-call", args=[one.number]))


def _page(request: HttpRequest, one: MyCall, error: Conflict | Invalid | None = None) -> HttpResponse:
    context = {
        "one": one,
        "metres": telling.rounded(one.metres),
        "ways": navigation.ways(one.lon, one.lat, one.where or one.what)
        if one.lon is not None and one.lat is not None
        else [],
        "problems": error.problems if error else list[Problem](),
    }
    return render(request, "portal/responders/call.html", context, status=error.status if error else 200)


def _point(request: HttpRequest) -> tuple[float, float]:
    try:
        return float(request.POST.get("lon", "")), float(request.POST.get("lat", ""))
    except ValueError:
        raise Invalid(
            _("没有取到位置"), field="position", remedy=_("请允许浏览器使用位置，或者不分享")
        ) from None

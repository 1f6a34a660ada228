"""Stories of teams at the desk: written by one coordinator, looked at by another, then shown to everybody."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from youlin.apps.areas import selectors as areas
from youlin.apps.parties import selectors as parties
from youlin.apps.responders import acts, services
from youlin.apps.responders import stories as told
from youlin.apps.responders.services import Telling
from youlin.doors.desk.responders.frame import district_of, frame, status_of
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid

FIELDS = ("area", "team", "title", "text", "alt", "organisation")
STEPS = ("show", "decline", "down")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def stories(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The stories of where the actor organises, those that wait first; POST writes one."""
    district = district_of(request, actor, acts.ORGANISE)
    if request.method != "POST":
        return _page(request, actor, district)
    said = {name: request.POST.get(name, "").replace("\0", "")[:4_000] for name in FIELDS}
    try:
        services.write_story(
            actor=actor,
            district=district,
            telling=Telling(**said),
            photo=request.FILES.get("photo"),
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        return _page(request, actor, district, error, said)
    messages.success(request, _("写好了，等另一位组织者看过就公开"))
    return HttpResponseRedirect(f"{reverse('desk:responders-stories')}?district={district}")


@require_POST
@staff("desk")
def decide(request: HttpRequest, actor: Actor, story: UUID, step: str) -> HttpResponse:
    """Show a story, say why not, or take it down."""
    district = district_of(request, actor, acts.ORGANISE)
    given: dict[str, Any] = {"actor": actor, "district": district, "story_id": story}
    reason = request.POST.get("reason", "")
    try:
        if step not in STEPS:
            raise Invalid(_("没有选公开还是不公开"), field="step")
        if step == "down":
            services.take_down_story(**given, reason=reason)
        else:
            services.decide_story(**given, show=step == "show", reason=reason)
    except (Invalid, Conflict) as error:
        return _page(request, actor, district, error)
    messages.success(request, _("已公开") if step == "show" else _("已记下"))
    return HttpResponseRedirect(f"{reverse('desk:responders-stories')}?district={district}")


def _page(
    request: HttpRequest,
    actor: Actor,
    district: str,
    error: Invalid | Conflict | None = None,
    said: dict[str, str] | None = None,
) -> HttpResponse:
    context = frame(actor, district, "stories", error) | {
        "rows": told.led(actor, district),
        "said": said or {},
        "streets": areas.subtree(district, level="street"),
        "bodies": parties.organisations(district=district),
    }
    context["key"] = request.POST.get("idempotency_key") or context["key"]
    return render(request, "desk/responders/stories.html", context, status=status_of(error))

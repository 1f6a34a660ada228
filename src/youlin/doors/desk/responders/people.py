"""Who waits to be verified, and who is; by the street or the body they belong to."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.responders import acts, selectors, services
from youlin.doors.desk.responders.frame import district_of, frame, status_of
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid


@never_cache
@require_safe
@staff("desk")
def waiting(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Those who wait, longest first; or those who are verified."""
    return _page(request, actor)


@require_POST
@staff("desk")
def decide(request: HttpRequest, actor: Actor, responder: UUID) -> HttpResponse:
    """Verify somebody, or take it back with a reason."""
    district = district_of(request, actor, acts.VERIFY)
    given: dict[str, Any] = {"actor": actor, "district": district, "responder_id": responder}
    try:
        if "withdraw" in request.POST:
            services.withdraw_verification(**given, reason=request.POST.get("reason", ""))
            messages.success(request, _("已撤回核实，并告诉了对方"))
        else:
            services.verify(**given)
            messages.success(request, _("已核实"))
    except (Invalid, Conflict) as error:
        return _page(request, actor, error)
    return HttpResponseRedirect(f"{reverse('desk:responders-people')}?district={district}")


def _page(request: HttpRequest, actor: Actor, error: Invalid | Conflict | None = None) -> HttpResponse:
    district = district_of(request, actor, acts.VERIFY)
    verified = request.GET.get("state") == "verified" or "withdraw" in request.POST
    context = frame(actor, district, "people", error) | {
        "rows": selectors.to_verify(actor, district, verified=verified),
        "verified": verified,
        "waiting": selectors.waiting(actor, district),
    }
    return render(request, "desk/responders/people.html", context, status=status_of(error))

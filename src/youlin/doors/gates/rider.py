"""For riders: refused here, in one tap; from the gate to the door, in two; what became of my refusals."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.gates import selectors, services
from youlin.doors import pace
from youlin.doors.entrance import person
from youlin.doors.gates import words
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid
from youlin.ui.errors import wants_json


@require_safe
@person("portal")
def mine(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Where my code was just looked at, with one tap for each; and my refusals with their proofs."""
    context = {
        "checked": [(words.name_of(one), one) for one in selectors.just_checked(actor)],
        "refusals": [words.refusal(one) for one in selectors.my_refusals(actor)],
    }
    return render(request, "gates/rider.html", context)


@require_POST
@person("portal")
def refused(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """My valid code was refused here: a case, and a proof for me."""
    pace.demand(request, actor)
    row = selectors.compound(number)
    made = services.complain(
        actor=actor, district=row.district, compound_id=row.id, gate=words.text(request, "gate")
    )
    address = reverse("gates:proof", args=[made.number])
    if wants_json(request):
        return JsonResponse({"href": address}, status=201)
    return HttpResponseRedirect(address)


@require_POST
@person("portal")
def walked(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """How long the way from the gate to the door took; comes by the outbox, maybe later."""
    pace.demand(request, actor)
    row = selectors.compound(number)
    started, stopped = (words.moment(request.POST.get(name, "")) for name in ("started", "stopped"))
    if started is None or stopped is None:
        raise Invalid(_("时间不对"), field="at", remedy=_("请在进门时按开始，到门口按结束"))
    services.walked(
        actor=actor,
        district=row.district,
        compound_id=row.id,
        walk_id=words.uuid(request.POST.get("walk", ""), "walk"),
        started_at=started,
        stopped_at=stopped,
    )
    address = reverse("gates:compound", args=[row.place.number])
    if wants_json(request):
        return JsonResponse({"href": address}, status=201)
    messages.success(request, _("记下了，谢谢。只记用了多久，不记是谁。"))
    return HttpResponseRedirect(address)

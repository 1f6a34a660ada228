"""Leading a call-out: how its waves go, standing down, confirming what was served, a word of thanks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.responders import selectors, services
from youlin.doors.desk.responders.frame import frame, status_of
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid
from youlin.ui.errors import is_fragment


@never_cache
@require_safe
@staff("desk")
def call_out(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One call-out; the part that changes by itself where htmx asks for it."""
    return _page(request, actor, number)


@require_POST
@staff("desk")
def stand_down(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Nobody is needed any more."""
    page = selectors.call_out(actor, number)
    try:
        services.stand_down(
            actor=actor,
            district=page.row.district,
            call_out_id=page.row.id,
            reason=request.POST.get("reason", ""),
        )
    except Invalid as error:
        return _page(request, actor, number, error)
    messages.success(request, _("已解除，在路上的人都告诉了"))
    return _back(page.row.number)


@require_POST
@staff("desk")
def confirm(request: HttpRequest, actor: Actor, number: str, call: UUID) -> HttpResponse:
    """Somebody was there for so many minutes."""
    page = selectors.call_out(actor, number)
    said = request.POST.get("minutes", "").strip()
    try:
        if said and not (said.isascii() and said.isdigit() and len(said) < 5):
            raise Invalid(_("请填写分钟数"), field="minutes")
        services.confirm(
            actor=actor, district=page.row.district, call_id=call, minutes=int(said) if said else None
        )
    except (Invalid, Conflict) as error:
        return _page(request, actor, number, error)
    messages.success(request, _("已确认，记入对方的服务时长"))
    return _back(page.row.number)


@require_POST
@staff("desk")
def thank(request: HttpRequest, actor: Actor, number: str, service: UUID) -> HttpResponse:
    """A word of thanks to somebody who served."""
    page = selectors.call_out(actor, number)
    try:
        services.thank(
            actor=actor, district=page.row.district, service_id=service, said=request.POST.get("said", "")
        )
    except Invalid as error:
        return _page(request, actor, number, error)
    messages.success(request, _("已转达感谢"))
    return _back(page.row.number)


def _page(
    request: HttpRequest, actor: Actor, number: str, error: Invalid | Conflict | None = None
) -> HttpResponse:
    page = selectors.call_out(actor, number)
    context = frame(actor, page.row.district, "calls", error) | {"page": page, "row": page.row}
    template = "desk/responders/_call.html" if is_fragment(request) else "desk/responders/call.html"
    return render(request, template, context, status=status_of(error))


def _back(number: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:responders-call", args=[number]))

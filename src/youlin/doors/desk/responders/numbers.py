"""The district's figures of responders, without names; how many are addressed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.responders import acts, services
from youlin.apps.responders import figures as numbers
from youlin.doors.desk.responders.frame import district_of, frame, status_of
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid


@require_safe
@staff("desk")
def figures(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Addressed and enrolled, two figures; how calls went in the last 30 days."""
    return _page(request, actor)


@require_POST
@staff("desk")
def addressed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """So many people are in a list."""
    district = district_of(request, actor, acts.COUNT)
    said = request.POST.get("number", "").strip()
    try:
        day = parse_date(request.POST.get("counted_on", "").strip())
    except ValueError:
        day = None
    try:
        if not (said.isascii() and said.isdigit() and len(said) < 9):
            raise Invalid(_("请填写人数"), field="number")
        services.count_addressed(
            actor=actor,
            district=district,
            occupation=request.POST.get("occupation", ""),
            source=request.POST.get("source", ""),
            number=int(said),
            counted_on=day,
        )
    except Invalid as error:
        return _page(request, actor, error)
    messages.success(request, _("已登记"))
    return HttpResponseRedirect(f"{reverse('desk:responders-figures')}?district={district}")


def _page(request: HttpRequest, actor: Actor, error: Invalid | None = None) -> HttpResponse:
    district = district_of(request, actor, acts.COUNT)
    context = frame(actor, district, "figures", error) | {
        "found": numbers.figures(actor, district),
        "given": request.POST if error else {},
        "today": clock.today(),
    }
    return render(request, "desk/responders/figures.html", context, status=status_of(error))

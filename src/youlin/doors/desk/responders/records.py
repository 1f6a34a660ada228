"""What was served, as it stands in people's records: the latest, and putting one right with a reason; both rows stay."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from youlin.apps.responders import acts, history, services
from youlin.doors.desk.responders.frame import district_of, frame, status_of
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid


@never_cache
@require_safe
@staff("desk")
def records(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The services of where the actor organises, written latest first; in no other order."""
    district = district_of(request, actor, acts.ORGANISE)
    context = frame(actor, district, "records") | {"rows": history.services(actor, district)}
    return render(request, "desk/responders/records.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def record(request: HttpRequest, actor: Actor, service: UUID) -> HttpResponse:
    """One service with all that was written for it; POST puts it right."""
    lines = history.service(actor, service)
    if request.method != "POST":
        return _page(request, actor, lines)
    said = request.POST.get("minutes", "").strip()
    try:
        if not (said.isascii() and said.isdigit() and len(said) < 5):
            raise Invalid(_("请填写分钟数"), field="minutes", remedy=_("没有服务的填 0"))
        made = services.correct(
            actor=actor,
            district=lines[-1].district,
            service_id=lines[-1].id,
            minutes=int(said),
            reason=request.POST.get("reason", ""),
        )
    except (Invalid, Conflict) as error:
        return _page(request, actor, lines, error)
    messages.success(request, _("已更正，前后两条都留存"))
    return HttpResponseRedirect(reverse("desk:responders-record", args=[made.id]))


def _page(
    request: HttpRequest, actor: Actor, lines: list[history.Line], error: Invalid | Conflict | None = None
) -> HttpResponse:
    context = frame(actor, lines[-1].district, "records", error) | {
        "lines": lines,
        "latest": lines[-1],
        "said": request.POST,
    }
    return render(request, "desk/responders/record.html", context, status=status_of(error))

"""My record of service: by scene and one by one, stars, thanks; a certificate to print and a file to take along."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.responders import mine
from youlin.apps.responders.mine import Record
from youlin.doors.entrance import person
from youlin.doors.portal.home import district_of
from youlin.kernel import clock
from youlin.kernel.actors import Actor


@never_cache
@require_safe
@person("portal")
def record(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What I have served. Nobody else's, and no place among others."""
    found = _found(request, actor)
    if found is None:
        return HttpResponseRedirect(reverse("portal:respond"))
    return render(request, "portal/responders/record.html", {"record": found})


@never_cache
@require_safe
@person("portal")
def certificate(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The certificate of service, to be printed."""
    found = _found(request, actor)
    if found is None:
        return HttpResponseRedirect(reverse("portal:respond"))
    context = {
        "record": found,
        "lines": [(one, areas.local_path(one.area)) for one in found.rows],
        "badges": [one.badge for one in found.badges if one.has],
        "district_name": areas.get(found.responder.district).name,
        "today": clock.today(),
    }
    return render(request, "portal/responders/certificate.html", context)


@never_cache
@require_safe
@person("portal")
def export(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The record as a file that other systems read."""
    found = _found(request, actor)
    if found is None:
        return HttpResponseRedirect(reverse("portal:respond"))
    response = JsonResponse(mine.exported(found), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="youlin-service-record.json"'
    return response


def _found(request: HttpRequest, actor: Actor) -> Record | None:
    district = district_of(request)
    return mine.record(actor, district) if district else None

"""My record of service: by scene and one by one, stars, thanks; a certificate to print and a file to take along."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.passes import codes
from youlin.apps.passes import services as passes
from youlin.apps.responders import certificates, mine, services
from youlin.apps.responders.mine import Record
from youlin.doors import qr_codes
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
@require_http_methods(["GET", "HEAD", "POST"])
@person("portal")
def certificate(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The certificate of all I have served, or of one service, to be printed; sent, it is signed with a code."""
    district = district_of(request)
    alone = _uuid(request.POST.get("service") or request.GET.get("service", ""))
    found = certificates.certificate(actor, district, alone) if district else None
    if found is None:
        return HttpResponseRedirect(reverse("portal:respond-record" if alone else "portal:respond"))
    if request.method == "POST":
        services.certify(actor=actor, district=district, service_id=alone)
        query = f"?service={alone}" if alone else ""
        return HttpResponseRedirect(reverse("portal:respond-certificate") + query)
    record = found.record
    context = {
        "record": record,
        "alone": alone,
        "lines": [(one, areas.local_path(one.area)) for one in record.rows],
        "badges": [one.badge for one in record.badges if one.has],
        "district_name": areas.get(record.responder.district).name,
        "today": clock.today(),
        "code": found.code,
        "offered": found.offered,
        "drawn": _drawn(request, found.code) if found.code else "",
    }
    return render(request, "portal/responders/certificate.html", context)


def _drawn(request: HttpRequest, code: Any) -> str:
    parts = codes.parts(request.build_absolute_uri("/"), passes.token_of(code))
    return qr_codes.inline_parts(parts)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


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

"""Call-outs at the desk: the list, and a new one from a case or a point, looked at before anybody is called."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from youlin.apps.cases import selectors as cases
from youlin.apps.responders import acts, selectors, services, words
from youlin.apps.responders.selectors import Preview
from youlin.apps.responders.services import CallFor
from youlin.doors import maps
from youlin.doors.desk.responders.frame import district_of, frame, status_of
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

STANDINGS = {"": None, "open": True, "ended": False}


@require_safe
@staff("desk")
def call_outs(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All call-outs the actor leads, newest first."""
    district = district_of(request, actor, acts.CALL)
    standing = request.GET.get("standing", "")
    standing = standing if standing in STANDINGS else ""
    rows = selectors.call_outs(actor, district, open=STANDINGS[standing])
    context = frame(actor, district, "calls") | {"rows": rows, "standing": standing}
    return render(request, "desk/responders/calls.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Say whom is needed, look how many fit, call them."""
    district = district_of(request, actor, acts.CALL)
    if request.method != "POST":
        return _form(request, actor, district, _begun(request, actor))
    call_for = _said(request)
    try:
        if "look" in request.POST:
            return _form(
                request, actor, district, call_for, found=selectors.preview(actor, district, call_for)
            )
        made = services.call_out(
            actor=actor,
            district=district,
            call_for=call_for,
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict, NotFound, NotAllowed) as error:
        return _form(request, actor, district, call_for, error=error)
    messages.success(request, _("已召集：%(number)s") % {"number": made.number})
    return HttpResponseRedirect(reverse("desk:responders-call", args=[made.number]))


def _begun(request: HttpRequest, actor: Actor) -> CallFor:
    """A form that a case has begun: where it is; what it says is for the clerk to say in their own words."""
    said = CallFor(kind="", wanted=1, lon=_degrees(request.GET, "lon"), lat=_degrees(request.GET, "lat"))
    number = request.GET.get("case", "").replace("\0", "")[:32]
    if not number:
        return said
    try:
        page = cases.case_page(actor, number)
    except (NotFound, NotAllowed):
        return said
    if page.row.confidential:
        return said
    return replace(
        said, case=page.row.number, lon=page.row.lon, lat=page.row.lat, where=page.row.address[:200]
    )


def _said(request: HttpRequest) -> CallFor:
    given = {name: request.POST.get(name, "").replace("\0", "") for name in ("kind", "what", "where", "why")}
    wanted = request.POST.get("wanted", "")
    return CallFor(
        kind=given["kind"],
        what=given["what"],
        where=given["where"],
        why=given["why"],
        wanted=int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else 0,
        lon=_degrees(request.POST, "lon"),
        lat=_degrees(request.POST, "lat"),
        case=request.POST.get("case", "").replace("\0", "")[:32],
        skills=tuple(one.replace("\0", "")[:64] for one in request.POST.getlist("skills")),
        language=request.POST.get("language", "").replace("\0", "")[:16],
        emergency=bool(request.POST.get("emergency")),
    )


def _degrees(given: object, name: str) -> float | None:
    try:
        found = float(given.get(name, ""))  # type: ignore[attr-defined]
    except ValueError:
        return None
    return found if -180 <= found <= 180 else None


def _form(
    request: HttpRequest,
    actor: Actor,
    district: str,
    said: CallFor,
    *,
    found: Preview | None = None,
    error: Invalid | Conflict | NotFound | NotAllowed | None = None,
) -> HttpResponse:
    choices = selectors.words(district)
    context = frame(actor, district, "calls", error) | {
        "said": said,
        "found": found,
        "tasks": [one for one in choices["tasks"] if one.way == "call"],
        "skills": choices["skills"],
        "languages": list(words.LANGUAGES.items()),
        "map": maps.picture(district),
        "key": request.POST.get("idempotency_key") or frame(actor, district, "calls")["key"],
    }
    return render(request, "desk/responders/new.html", context, status=status_of(error))

"""Reporting: what, where, a look at what is already known nearby, and a receipt."""

from collections.abc import Sequence
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services
from youlin.apps.cases.selectors.rows import CategoryRow
from youlin.doors import maps, pace, qr_codes, questions, uploads
from youlin.doors.entrance import visitor
from youlin.doors.portal.forms import JoinForm, ReportForm
from youlin.doors.portal.home import DISTRICT_COOKIE, district_of
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem, TooMany
from youlin.ui.errors import wants_json


@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
@visitor("portal")
def report(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form; POST makes the case once, however often it is sent."""
    district = district_of(request)
    form = ReportForm(request.POST or None, initial=_initial(request), streets=lambda: _streets(district))
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _made(request, actor, district, form)
            except (Invalid, Conflict, TooMany) as error:
                if wants_json(request):
                    raise
                problems, status = error.problems, error.status
        if wants_json(request):
            raise Invalid(problems=form_problems(form))
    rows = cases.categories(district, reportable_only=False) if district else ()
    chosen = str(form["category"].value() or "")
    context = {
        "form": form,
        "problems": problems,
        "asked": chosen,
        "questions": questions.shown(questions.row_of(rows, chosen), request.POST, problems),
        "district": areas.get(district) if district else None,
        "map": maps.picture(district),
        "groups": _groups(rows),
        "idempotency_key": request.POST.get("idempotency_key") or str(ids.uuid7()),
        "signed_in": actor.person_id is not None,
    }
    return render(request, "portal/report.html", context, status=status)


def _made(request: HttpRequest, actor: Actor, district: str, form: ReportForm) -> HttpResponse:
    pace.demand(request, actor)
    given = form.cleaned_data
    place = areas.locate(given["lon"], given["lat"]) if given["lon"] is not None else None
    media = uploads.received(request, actor, place.district if place else district, purpose="case")
    made = services.report(
        actor=actor,
        district=None if place else district,
        category=given["category"],
        text=given["text"],
        lon=given["lon"],
        lat=given["lat"],
        address=given["address"],
        area=given["area"],
        media_ids=media,
        contact=given["contact"],
        anonymous=given["anonymous"] or (actor.person_id is None and not given["contact"]),
        channel="web",
        attributes=questions.answered(request.POST, given["category"], was_offline=wants_json(request)),
        idempotency_key=request.POST.get("idempotency_key", ""),
    )
    return receipt_answer(request, made, draft="report")


def receipt_answer(request: HttpRequest, made: services.Receipt, *, draft: str) -> HttpResponse:
    """To the receipt, which ends the browser's draft once; the outbox, which does so itself, is told where it lies."""
    address = reverse("portal:receipt", args=[made.number]) + f"?t={made.token}"
    if wants_json(request):
        return JsonResponse({"number": made.number, "receipt": address}, status=201)
    return HttpResponseRedirect(f"{address}&done={draft}")


@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """Categories recognised in the text, each with the words it was recognised by."""
    text = request.POST.get("text", "")[:2000]
    found = cases.suggest_categories(district_of(request), text) if text.strip() else ()
    return render(request, "portal/_suggestions.html", {"suggestions": found, "asked": bool(text.strip())})


@require_safe
def questions_of(request: HttpRequest) -> HttpResponse:
    """What a category asks besides, for the form in which it was just chosen."""
    code = request.GET.get("category", "")[:128]
    row = questions.row_of(cases.categories(district_of(request)), code)
    context = {"asked": code, "questions": questions.shown(row, QueryDict())}
    return render(request, "ui/questions.html", context)


@require_safe
def nearby(request: HttpRequest) -> HttpResponse:
    """Open cases close to the chosen point, before a new one is sent."""
    try:
        lon, lat = float(request.GET.get("lon", "")), float(request.GET.get("lat", ""))
    except ValueError:
        return render(request, "portal/_nearby.html", {"found": ()})
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return render(request, "portal/_nearby.html", {"found": ()})
    place = areas.locate(lon, lat)
    here = request.COOKIES.get(DISTRICT_COOKIE, "") or (place.district if place else "")
    found = cases.nearby_open(lon=lon, lat=lat, category=request.GET.get("category", "")[:128])
    context = {
        "found": found,
        "place": place,
        "path": areas.local_path(place.code) if place else "",
        "elsewhere": areas.short_name(place.district) if place and place.district != here else "",
        "outside": place is None,
    }
    return render(request, "portal/_nearby.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@visitor("portal")
def me_too(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Join a public case and hear about it like its first reporter."""
    page = cases.public_case(number)
    form = JoinForm(request.POST or None)
    problems: list[Problem] = []
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            pace.demand(request, actor)
            made = services.me_too(
                actor=actor,
                case_number=page.case.number,
                contact=form.cleaned_data["contact"],
                note=form.cleaned_data["note"],
                idempotency_key=request.POST.get("idempotency_key", ""),
            )
            return receipt_answer(request, made, draft=f"me-too-{number}")
        except (Invalid, Conflict, TooMany) as error:
            problems, status = error.problems, max(status, error.status)
    context = {
        "case": page.case,
        "form": form,
        "problems": problems,
        "idempotency_key": request.POST.get("idempotency_key") or str(ids.uuid7()),
        "signed_in": actor.person_id is not None,
    }
    return render(request, "portal/me_too.html", context, status=status)


@never_cache
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Number, token and QR code: what the reporter keeps."""
    token = request.GET.get("t", "")
    found = cases.track(number, token)
    address = _track_address(request, found.case.number, token)
    context = {
        "track": found,
        "case": found.case,
        "token": token,
        "address": address,
        "done": request.GET.get("done", "")[:40],
    }
    return render(request, "portal/receipt.html", context)


@never_cache
@require_safe
def qr(request: HttpRequest, number: str) -> HttpResponse:
    """The tracking address as a QR code."""
    token = request.GET.get("t", "")
    found = cases.track(number, token)
    drawn = qr_codes.svg(_track_address(request, found.case.number, token))
    return HttpResponse(drawn, content_type="image/svg+xml")


def _track_address(request: HttpRequest, number: str, token: str) -> str:
    return request.build_absolute_uri(reverse("portal:track-case", args=[number]) + f"?t={token}")


def _initial(request: HttpRequest) -> dict[str, str]:
    return {
        name: request.GET[name][:128] for name in ("category", "lon", "lat", "text") if name in request.GET
    }


def _streets(district: str) -> list[tuple[str, str]]:
    return [(area.code, area.name) for area in areas.children(district)] if district else []


def _groups(rows: Sequence[CategoryRow]) -> list[dict[str, Any]]:
    """Categories by their class, for choosing by hand."""
    names = {row.code: row.name for row in rows}
    groups: dict[str, list[Any]] = {}
    for row in rows:
        if row.is_leaf and row.reportable:
            groups.setdefault(names.get(row.parent, _("其他")), []).append(row)
    return [{"name": name, "rows": listed} for name, listed in groups.items()]


def form_problems(form: Form) -> list[Problem]:
    """The mistakes of a form, for those who are answered in JSON."""
    return [Problem(field, str(message)) for field, messages in form.errors.items() for message in messages]

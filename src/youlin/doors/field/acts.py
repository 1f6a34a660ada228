"""Acts from the field: sent at once or from the outbox later, done once in either case."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services
from youlin.apps.duties import selectors as duties
from youlin.doors import maps, uploads
from youlin.doors.entrance import staff
from youlin.doors.field.forms import PatrolForm
from youlin.doors.field.pages import case_context, tabs
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem
from youlin.ui.errors import wants_json


@require_POST
@staff("field")
def act(request: HttpRequest, actor: Actor, number: str, act: str) -> HttpResponse:
    """Do an act; refused ones come back with what was entered."""
    page = cases.case_page(actor, number)
    try:
        media = uploads.received(request, actor, page.row.district, purpose="case")
        done = services.act(
            actor=actor,
            case_id=page.row.id,
            act=act,
            note=request.POST.get("note", "")[:2000],
            media_ids=media,
            to_person=_uuid(request.POST.get("to_person", "")),
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        if wants_json(request):
            raise
        context = case_context(page, actor) | {
            "problems": error.problems,
            "kept": request.POST,
            "kept_act": act,
        }
        return render(request, "field/case.html", context, status=error.status)
    still_mine = done.is_open and done.holder_id == actor.person_id
    goes_on = still_mine and not request.POST.get("from_list")
    address = reverse("field:case", args=[number]) if goes_on else reverse("field:today")
    return (
        JsonResponse({"number": number, "href": address})
        if wants_json(request)
        else HttpResponseRedirect(address)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff("field")
def report(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the worker saw on the way: text, photo, position."""
    district = _district(actor)
    form = PatrolForm(request.POST or None, categories=_categories(district), places=_places(actor))
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _reported(request, actor, district, form)
            except (Invalid, Conflict) as error:
                problems, status = error.problems, error.status
        if wants_json(request):
            listed = [Problem(name, str(m)) for name, messages in form.errors.items() for m in messages]
            raise Invalid(problems=problems or listed)
    context = {
        "tabs": tabs("report", actor),
        "form": form,
        "problems": problems,
        "map": maps.picture(maps.common_prefix([code for code, _name in _places(actor)])),
        "idempotency_key": request.POST.get("idempotency_key") or str(ids.uuid7()),
    }
    return render(request, "field/report.html", context, status=status)


def _reported(request: HttpRequest, actor: Actor, district: str, form: PatrolForm) -> HttpResponse:
    given = form.cleaned_data
    media = uploads.received(request, actor, district, purpose="case")
    made = services.report(
        actor=actor,
        district=district,
        category=given["category"],
        text=given["text"],
        lon=given["lon"],
        lat=given["lat"],
        area=given["area"] if given["lon"] is None else "",
        media_ids=media,
        channel="patrol",
        idempotency_key=request.POST.get("idempotency_key", ""),
    )
    address = reverse("field:today")
    if wants_json(request):
        return JsonResponse({"number": made.number, "href": address}, status=201)
    return HttpResponseRedirect(address)


def _district(actor: Actor) -> str:
    found = [holding.district for holding in duties.holdings(actor)]
    if not found:
        raise Invalid(_("您现在没有岗位"))
    return found[0]


def _places(actor: Actor) -> list[tuple[str, str]]:
    codes = dict.fromkeys(code for holding in duties.holdings(actor) for code in holding.areas)
    return [(code, areas.local_path(code)) for code in codes]


def _categories(district: str) -> list[tuple[str, str]]:
    rows: Any = cases.categories(district)
    return [(row.code, row.name) for row in rows if row.is_leaf]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Invalid(_("没有这位经办人"), field="to_person") from error

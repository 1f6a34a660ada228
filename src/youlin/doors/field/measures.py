"""Measures from the field: a phone asks for an extension, puts a question, reports in when it was called."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from youlin.apps.cases import selectors as cases
from youlin.apps.cases.selectors.rows import CasePage
from youlin.doors import measuring
from youlin.doors.entrance import staff
from youlin.doors.field.pages import tabs
from youlin.doors.measuring import MeasureForm, StepForm
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem


@require_http_methods(["GET", "HEAD", "POST"])
@staff("field")
def begin(request: HttpRequest, actor: Actor, number: str, kind: str) -> HttpResponse:
    """GET asks for what the measure needs, POST begins it."""
    page = cases.case_page(actor, number)
    if request.method != "POST":
        beginning = cases.beginning(actor, number, kind)
        form = MeasureForm(beginning, initial={"version": page.row.version})
        return _ask(request, actor, page, beginning.name, form)
    beginning, refusal = measuring.offered(request, actor, page, kind)
    form = MeasureForm(beginning, request.POST)
    if not form.is_valid():
        status, problems = (refusal.status, refusal.problems) if refusal else (422, [])
        return _ask(request, actor, page, beginning.name, form, status=status, problems=problems)
    try:
        measuring.begin(request, actor, page, kind, form)
    except (Invalid, Conflict) as error:
        form.see_version(page.row.version)
        return _ask(request, actor, page, beginning.name, form, status=error.status, problems=error.problems)
    return HttpResponseRedirect(reverse("field:case", args=[number]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff("field")
def take(request: HttpRequest, actor: Actor, number: str, measure: UUID, step: str) -> HttpResponse:
    """One step of a measure: report in, say what came of it, answer, resume."""
    page = cases.case_page(actor, number)
    row = next((one for one in page.measures if one.id == measure), None)
    if row is None:
        raise NotFound(_("没有这项措施"))
    found = next((one for one in row.steps if one.code == step), None)
    if found is None and request.method != "POST":
        raise Conflict(_("这一步现在不能做"), remedy=_("请看最新状态"))
    found = found or measuring.repeated(request, step)
    title, said = f"{row.kind_name} · {found.name}", row.reason
    if request.method != "POST":
        form = StepForm(found, initial={"version": page.row.version})
        return _ask(request, actor, page, title, form, said=said)
    form = StepForm(found, request.POST)
    if not form.is_valid():
        return _ask(request, actor, page, title, form, said=said, status=422)
    try:
        measuring.take(request, actor, page, row.id, step, form)
    except (Invalid, Conflict) as error:
        form.see_version(page.row.version)
        return _ask(
            request, actor, page, title, form, said=said, status=error.status, problems=error.problems
        )
    return HttpResponseRedirect(reverse("field:case", args=[number]))


def _ask(
    request: HttpRequest,
    actor: Actor,
    page: CasePage,
    title: str,
    form: forms.Form,
    *,
    said: str = "",
    status: int = 200,
    problems: list[Problem] | None = None,
) -> HttpResponse:
    context = {
        "tabs": tabs("", actor),
        "case": page.row,
        "title": title,
        "said": said,
        "form": form,
        "problems": problems or [],
        "idempotency_key": request.POST.get("idempotency_key") or str(ids.uuid7()),
    }
    return render(request, "field/measure.html", context, status=status)

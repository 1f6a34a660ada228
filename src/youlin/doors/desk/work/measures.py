"""Measures from the desk: one form to begin one, one form for each step."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from youlin.apps.cases import selectors as cases
from youlin.apps.cases.selectors.rows import Beginning, CasePage, MeasureRow, MeasureStep
from youlin.doors import measuring
from youlin.doors.desk.asking import Asking, ask, done
from youlin.doors.entrance import staff
from youlin.doors.measuring import MeasureForm, StepForm
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def begin(request: HttpRequest, actor: Actor, number: str, kind: str) -> HttpResponse:
    """GET asks for what the measure needs, POST begins it."""
    page = cases.case_page(actor, number)
    if request.method == "POST":
        return _begin(request, actor, page, kind)
    beginning = cases.beginning(actor, number, kind)
    form = MeasureForm(beginning, initial={"version": page.row.version})
    return ask(request, actor, page, _asking(page, beginning), form)


def _begin(request: HttpRequest, actor: Actor, page: CasePage, kind: str) -> HttpResponse:
    beginning, refusal = measuring.offered(request, actor, page, kind)
    form = MeasureForm(beginning, request.POST)
    asking = _asking(page, beginning, open=refusal is None)
    if not form.is_valid():
        status, problems = (refusal.status, refusal.problems) if refusal else (422, [])
        return ask(request, actor, page, asking, form, status=status, problems=problems)
    try:
        measuring.begin(request, actor, page, kind, form)
    except (Invalid, Conflict) as error:
        form.see_version(page.row.version)
        return ask(request, actor, page, asking, form, status=error.status, problems=error.problems)
    return done(request, actor, page.row.number)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def take(request: HttpRequest, actor: Actor, number: str, measure: UUID, step: str) -> HttpResponse:
    """One step of a measure: approve, refuse, arrive, answer, resume, lift …"""
    page = cases.case_page(actor, number)
    row = next((one for one in page.measures if one.id == measure), None)
    if row is None:
        raise NotFound(_("没有这项措施"))
    found = next((one for one in row.steps if one.code == step), None)
    if request.method != "POST":
        if found is None:
            raise Conflict(_("这一步现在不能做"), remedy=_("请看最新状态"))
        form = StepForm(found, initial={"version": page.row.version})
        return ask(request, actor, page, _step_asking(page, row, found), form)
    return _take(request, actor, page, row, found, step)


def _take(
    request: HttpRequest, actor: Actor, page: CasePage, row: MeasureRow, found: MeasureStep | None, code: str
) -> HttpResponse:
    step = found or measuring.repeated(request, code)
    form = StepForm(step, request.POST)
    asking = _step_asking(page, row, step, open=found is not None)
    if not form.is_valid():
        return ask(request, actor, page, asking, form, status=422)
    try:
        measuring.take(request, actor, page, row.id, code, form)
    except (Invalid, Conflict) as error:
        form.see_version(page.row.version)
        return ask(request, actor, page, asking, form, status=error.status, problems=error.problems)
    return done(request, actor, page.row.number)


def _asking(page: CasePage, beginning: Beginning, *, open: bool = True) -> Asking:
    return Asking(
        title=beginning.name,
        name=beginning.name,
        url=reverse("desk:measure", args=[page.row.number, beginning.kind]),
        key=f"measure-{page.row.number}-{beginning.kind}",
        open=open,
        photos=0 if beginning.evidence else None,
        help=_("报到时限 %(limit)s") % {"limit": beginning.limit}
        if beginning.calls and beginning.limit
        else "",
    )


def _step_asking(page: CasePage, row: MeasureRow, step: MeasureStep, *, open: bool = True) -> Asking:
    said = f"{row.reason}{'；' + row.plan if row.plan else ''}"
    return Asking(
        title=f"{row.kind_name} · {step.name}",
        name=step.name,
        url=reverse("desk:measure-step", args=[page.row.number, row.id, step.code]),
        key=f"step-{row.id}-{step.code}",
        open=open,
        danger=step.danger,
        photos=0 if step.code in ("report", "answer") else None,
        help=said,
    )

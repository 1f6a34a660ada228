"""Acts from the desk: any act of the workflow, a follow-up call, a look at the reporter with a reason."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services
from youlin.apps.cases.selectors.rows import AvailableAct, CasePage
from youlin.doors import uploads
from youlin.doors.desk.cases import detail_context
from youlin.doors.desk.forms import ActForm, FollowUpForm, ReasonForm
from youlin.doors.entrance import staff
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem, YoulinError


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def act(request: HttpRequest, actor: Actor, number: str, act: str) -> HttpResponse:
    """GET asks for what the act needs, POST does it. A refused act is shown again with what was entered."""
    page = cases.case_page(actor, number)
    if request.method == "POST":
        return _do(request, actor, page, act)
    found = _available(page, act)
    initial = {"version": page.row.version}
    form = ActForm(found, initial=initial, categories=_categories(found, page))
    return _ask(request, page, found, form)


def _do(request: HttpRequest, actor: Actor, page: CasePage, code: str) -> HttpResponse:
    found = next((a for a in page.acts if a.code == code), None)
    if found is None:
        # Perhaps this very request was done a moment ago: the service knows the key and answers as then.
        found = AvailableAct(code, code, primary=False, danger=False, role="", note="optional", photos=0)
    form = ActForm(found, request.POST, request.FILES, categories=_categories(found, page))
    if not form.is_valid():
        return _ask(request, page, found, form, status=422)
    try:
        media = uploads.received(request, actor, page.row.district, purpose="case")
        services.act(
            actor=actor,
            case_id=page.row.id,
            act=code,
            note=form.cleaned_data.get("note", ""),
            media_ids=media,
            to_person=UUID(form.cleaned_data["to_person"]) if form.cleaned_data.get("to_person") else None,
            to_category=form.cleaned_data.get("to_category") or None,
            expected_version=form.cleaned_data.get("version"),
            idempotency_key=request.POST.get("idempotency_key", ""),
            fields=form.extra_fields(),
        )
    except (Invalid, Conflict) as error:
        return _ask(request, page, found, form, status=error.status, problems=error.problems)
    return _done(request, actor, page.row.number)


def _available(page: CasePage, code: str) -> AvailableAct:
    for found in page.acts:
        if found.code == code:
            if not found.allowed:
                raise Conflict(found.why_not)
            return found
    raise Conflict(_("这一步现在不能做"), remedy=_("案件可能刚被别人办过，请看最新状态。"))


def _categories(found: AvailableAct, page: CasePage) -> tuple[Any, ...]:
    return cases.categories(page.row.district, reportable_only=False) if found.asks_category else ()


def _ask(
    request: HttpRequest,
    page: CasePage,
    found: AvailableAct,
    form: ActForm,
    *,
    status: int = 200,
    problems: list[Problem] | None = None,
) -> HttpResponse:
    context = {
        "detail": page,
        "case": page.row,
        "act": found,
        "form": form,
        "problems": problems or [],
        "idempotency_key": request.POST.get("idempotency_key") or str(ids.uuid7()),
    }
    whole = request.headers.get("HX-Request") != "true"
    return render(request, "desk/act.html" if whole else "desk/_act.html", context, status=status)


def _done(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The case as it stands now, or a plain redirect to it."""
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(reverse("desk:case", args=[number]))
    try:
        response = render(request, "desk/_detail.html", detail_context(actor, number))
    except YoulinError:
        response = render(request, "desk/_gone.html", {"number": number})
    response["HX-Trigger"] = "youlin:changed"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def follow_up(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """A follow-up call: reached, solved, satisfied."""
    page = cases.case_page(actor, number)
    form = FollowUpForm(request.POST or None)
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.record_follow_up(
                    actor=actor,
                    case_id=page.row.id,
                    reached=form.cleaned_data["reached"] == "yes",
                    solved=form.answer("solved"),
                    satisfied=form.answer("satisfied"),
                    note=form.cleaned_data["note"],
                    channel="phone",
                    idempotency_key=request.POST.get("idempotency_key", ""),
                )
                return _done(request, actor, number)
            except (Invalid, Conflict) as error:
                problems, status = error.problems, error.status
    context = {
        "detail": page,
        "case": page.row,
        "form": form,
        "problems": problems,
        "idempotency_key": request.POST.get("idempotency_key") or str(ids.uuid7()),
    }
    return render(request, "desk/follow_up.html", context, status=status)


@require_POST
@staff("desk")
def unmask(request: HttpRequest, actor: Actor, number: str, reporter: UUID) -> HttpResponse:
    """Show one reporter's contact to somebody who may see it and says why. Never kept in any cache."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请写明查看理由（至少四个字）"), field="reason")
    shown = services.unmask_reporter(
        actor=actor,
        case_id=cases.case_id(actor, number),
        reporter_id=reporter,
        reason=form.cleaned_data["reason"],
    )
    response = render(request, "desk/_unmasked.html", {"shown": shown, "number": number})
    response["Cache-Control"] = "no-store"
    return response

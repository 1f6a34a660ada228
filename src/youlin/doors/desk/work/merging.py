"""Two cases side by side: which stays? And taking a merge back."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services
from youlin.apps.cases.selectors.rows import CasePage
from youlin.doors import pictures
from youlin.doors.desk.asking import Asking, ask, done
from youlin.doors.desk.work.forms import MergeForm, UnmergeForm
from youlin.doors.entrance import staff
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def compare(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The case and another (`with`) side by side; POST merges the one that is not kept into the other."""
    page = cases.case_page(actor, number)
    other = request.POST.get("other", "") or request.GET.get("with", "")
    if request.method == "POST":
        return _merge(request, actor, page, other)
    return _compare(request, actor, page, other)


def _merge(request: HttpRequest, actor: Actor, page: CasePage, other: str) -> HttpResponse:
    form = MergeForm(request.POST)
    if not form.is_valid():
        return _compare(request, actor, page, other, [Problem("keep", _("没有选留下哪一件"))], status=422)
    given = form.cleaned_data
    try:
        kept = services.merge(
            actor=actor,
            keep_id=cases.case_id(actor, given["keep"]),
            drop_id=cases.case_id(actor, given["drop"]),
            note=given["note"],
            keep_version=given["keep_version"],
            drop_version=given["drop_version"],
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        return _compare(request, actor, page, other, error.problems, status=error.status)
    return HttpResponseRedirect(reverse("desk:case", args=[kept.number]))


def _compare(
    request: HttpRequest,
    actor: Actor,
    page: CasePage,
    other: str,
    problems: list[Problem] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    found: CasePage | None = None
    found_problems = list(problems or [])
    if other:
        try:
            found = cases.case_page(actor, other)
        except NotFound as error:
            found_problems += [Problem("with", one.message, one.remedy) for one in error.problems]
            status = max(status, 422)
    if found is not None and found.row.id == page.row.id:
        found, status = None, 422
        found_problems.append(Problem("with", _("这是同一个案件"), _("请填另一件的编号")))
    context: dict[str, Any] = {
        "page": page,
        "other": other,
        "sides": [_side(page, found), _side(found, page)] if found else [],
        "likely": page.likely,
        "problems": found_problems,
        "note": request.POST.get("note", ""),
        "idempotency_key": request.POST.get("idempotency_key") or str(ids.uuid7()),
    }
    return render(request, "desk/compare.html", context, status=status)


def _side(one: CasePage, against: CasePage) -> dict[str, Any]:
    """One of the two, and whether the other may be merged into it."""
    return {
        "page": one,
        "case": one.row,
        "photos": pictures.shown(one.photos),
        "drop": against.row,
        "may_keep": against.may_merge and one.row.district == against.row.district,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def unmerge(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Take a merge back, with a reason."""
    page = cases.case_page(actor, number)
    asking = Asking(
        title=_("撤销并案"),
        name=_("撤销并案"),
        url=reverse("desk:unmerge", args=[page.row.number]),
        key=f"unmerge-{page.row.number}",
        open=page.may_unmerge,
        danger=True,
        help=_("案件回到并案前的状态，时限接着走；反映人回到这一件。"),
    )
    if request.method != "POST":
        if not page.may_unmerge:
            raise Conflict(_("这一件没有并入别的案件，或不由您撤销"), remedy=_("请看最新状态"))
        return ask(request, actor, page, asking, UnmergeForm(initial={"version": page.row.version}))
    form = UnmergeForm(request.POST)
    if not form.is_valid():
        return ask(request, actor, page, asking, form, status=422)
    try:
        services.unmerge(
            actor=actor,
            case_id=page.row.id,
            note=form.cleaned_data["note"],
            expected_version=form.cleaned_data.get("version"),
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        form.see_version(page.row.version)
        return ask(request, actor, page, asking, form, status=error.status, problems=error.problems)
    return done(request, actor, page.row.number)

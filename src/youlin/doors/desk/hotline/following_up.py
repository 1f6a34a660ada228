"""Calling back: a worklist, one call at a time, the next with one key."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services
from youlin.apps.cases.hotline import claiming, worklist
from youlin.doors.desk.hotline.forms import FollowUpForm
from youlin.doors.entrance import staff
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem


@require_safe
@staff("hotline")
def work(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who waits to be called, in the order in which they are due."""
    return render(request, "desk/hotline/follow_ups.html", {"due": worklist.due(actor)})


@require_POST
@staff("hotline")
def following(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Claim the next call that is due and go to it."""
    return _next(actor)


def _next(actor: Actor) -> HttpResponse:
    worklist.count(actor)
    case = claiming.claim_next(actor=actor)
    if case is None:
        return HttpResponseRedirect(reverse("desk:follow-ups"))
    return HttpResponseRedirect(reverse("desk:follow-up-call", args=[case.number]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff("hotline")
def call(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One call back; POST keeps what was found, or puts the call off, and claims the next."""
    page = worklist.to_call(actor, number)
    form = FollowUpForm(request.POST or None)
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if _done(request, actor, page, form):
                return _next(actor)
        except (Invalid, Conflict) as error:
            problems = error.problems
            status = 409 if isinstance(error, Conflict) else 422
    elif not claiming.claim(actor=actor, case_id=page.row.id) and not page.state_is_unreachable:
        raise Conflict(_("另一位同事正在回访这一件"), remedy=_("请办下一件"))
    context: dict[str, Any] = {
        "page": page,
        "case": page.row,
        "form": form,
        "problems": problems,
        "idempotency_key": request.POST.get("idempotency_key") or str(ids.uuid7()),
    }
    return render(request, "desk/hotline/follow_up.html", context, status=status)


@require_POST
@staff("hotline")
def contact(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The number to be dialled, shown to the one who makes the call; each look is on record."""
    page = worklist.to_call(actor, number)
    if page.reporter_id is None:
        raise Invalid(_("这位诉求人没有留联系方式"), field="contact")
    shown = services.unmask_reporter(
        actor=actor,
        case_id=cases.case_id(actor, number),
        reporter_id=page.reporter_id,
        reason=_("拨打回访电话"),
    )
    response = render(request, "desk/hotline/_contact.html", {"shown": shown})
    response["Cache-Control"] = "no-store"
    return response


def _done(request: HttpRequest, actor: Actor, page: worklist.ToCall, form: FollowUpForm) -> bool:
    """Keep what the form says; False when the form is not right."""
    if request.POST.get("do") == "later":
        form.fields["reached"].required = False
        if not form.is_valid():
            return False
        claiming.put_off(actor=actor, case_id=page.row.id, call_at=form.again_at())
        return True
    if not form.is_valid():
        return False
    services.record_follow_up(
        actor=actor,
        case_id=page.row.id,
        reached=form.cleaned_data["reached"] == "yes",
        solved=form.answer("solved"),
        satisfied=form.answer("satisfied"),
        note=form.cleaned_data["note"],
        channel="phone",
        call_at=form.again_at() if form.cleaned_data["reached"] == "no" else None,
        idempotency_key=request.POST.get("idempotency_key", ""),
    )
    return True

"""Acts from the desk: any act of the workflow, a follow-up call, a look at the reporter with a reason."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services
from youlin.apps.cases.selectors.rows import AvailableAct, CasePage, Choice
from youlin.doors import uploads
from youlin.doors.desk.asking import Asking, ask, done
from youlin.doors.desk.forms import ActForm, FollowUpForm, ReasonForm
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid

FOLLOW_UP = "follow_up"


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def act(request: HttpRequest, actor: Actor, number: str, act: str) -> HttpResponse:
    """GET asks for what the act needs, POST does it. A refused act is shown again with what was entered."""
    page = cases.case_page(actor, number)
    if request.method == "POST":
        return _do(request, actor, page, act)
    found = _available(page, act)
    if found.role == FOLLOW_UP:
        return HttpResponseRedirect(reverse("desk:follow-up", args=[page.row.number]))
    form = ActForm(found, initial={"version": page.row.version}, categories=_categories(found, page))
    return ask(request, actor, page, _asking(page, found), form)


def _do(request: HttpRequest, actor: Actor, page: CasePage, code: str) -> HttpResponse:
    known = next((a for a in page.acts if a.code == code), None)
    found = known or _as_sent(code, request.POST)
    form = ActForm(found, request.POST, request.FILES, categories=_categories(found, page))
    asking = _asking(page, found, open=known is not None and known.allowed)
    if not form.is_valid():
        return ask(request, actor, page, asking, form, status=422)
    given = form.cleaned_data
    try:
        services.act(
            actor=actor,
            case_id=page.row.id,
            act=code,
            note=given.get("note", ""),
            media_ids=uploads.received(request, actor, page.row.district, purpose="case"),
            to_person=UUID(given["to_person"]) if given.get("to_person") else None,
            to_category=given.get("to_category") or None,
            expected_version=given.get("version"),
            idempotency_key=request.POST.get("idempotency_key", ""),
            fields=form.extra_fields(),
        )
    except (Invalid, Conflict) as error:
        form.see_version(page.row.version)
        return ask(request, actor, page, asking, form, status=error.status, problems=error.problems)
    return done(request, actor, page.row.number)


def _available(page: CasePage, code: str) -> AvailableAct:
    for found in page.acts:
        if found.code == code:
            if not found.allowed:
                raise Conflict(found.why_not)
            return found
    raise Conflict(_("这一步现在不能做"), remedy=_("案件可能刚被别人办过，请看最新状态。"))


def _as_sent(code: str, sent: QueryDict) -> AvailableAct:
    """An act that the case does not offer now, with what was sent for it.

    Perhaps this very request was done a moment ago: then the service knows its key and answers as it did.
    """
    person = sent.get("to_person", "")
    return AvailableAct(
        code,
        _("办理"),
        primary=False,
        danger=False,
        role="",
        note="optional",
        photos=0,
        asks_person=bool(person),
        asks_category=bool(sent.get("to_category")),
        asks_duplicate=bool(sent.get("duplicate_of")),
        people=(Choice(person, person),) if person else (),
    )


def _asking(page: CasePage, found: AvailableAct, *, open: bool = True) -> Asking:
    return Asking(
        title=found.name,
        name=found.name,
        url=reverse("desk:act", args=[page.row.number, found.code]),
        key=f"act-{page.row.number}-{found.code}",
        open=open,
        danger=found.danger,
        photos=found.photos if found.photos or found.note != "none" else None,
        to_state=found.to_state_name if found.to_state != page.row.state else "",
    )


def _categories(found: AvailableAct, page: CasePage) -> tuple[Any, ...]:
    return cases.categories(page.row.district, reportable_only=False) if found.asks_category else ()


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def follow_up(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """A follow-up call: reached, solved, satisfied."""
    page = cases.case_page(actor, number)
    offered = next((a for a in page.acts if a.role == FOLLOW_UP), None)
    asking = Asking(
        title=_("回访"),
        name=_("记下回访"),
        url=reverse("desk:follow-up", args=[page.row.number]),
        key=f"follow-up-{page.row.number}",
        reporters=page.reporters,
        open=offered is not None and offered.allowed,
    )
    if request.method != "POST":
        if offered is None or not offered.allowed:
            raise Conflict(offered.why_not if offered else _("这一件现在不用回访"))
        return ask(request, actor, page, asking, FollowUpForm())
    form = FollowUpForm(request.POST)
    if not form.is_valid():
        return ask(request, actor, page, asking, form, status=422)
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
    except (Invalid, Conflict) as error:
        return ask(request, actor, page, asking, form, status=error.status, problems=error.problems)
    return done(request, actor, page.row.number)


@require_POST
@staff("desk")
def unmask(request: HttpRequest, actor: Actor, number: str, reporter: UUID) -> HttpResponse:
    """Show one reporter's contact to somebody who may see it and says why. Never kept in any cache."""
    case = cases.case_id(actor, number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("请写明查看理由（至少四个字）"), field="reason")
    shown = services.unmask_reporter(
        actor=actor, case_id=case, reporter_id=reporter, reason=form.cleaned_data["reason"]
    )
    whole = request.headers.get("HX-Request") != "true"
    template = "desk/unmasked.html" if whole else "desk/_unmasked.html"
    response = render(request, template, {"shown": shown, "number": number})
    response["Cache-Control"] = "no-store"
    return response

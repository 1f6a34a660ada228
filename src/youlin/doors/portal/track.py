"""Tracking by number and token; rating; saying that it is not solved."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.cases import selectors as cases
from youlin.apps.cases import services
from youlin.apps.cases.selectors.rows import Track
from youlin.doors import maps, pace, pictures
from youlin.doors.entrance import visitor
from youlin.doors.portal.forms import AnswerForm, RateForm, ReopenForm, TrackForm
from youlin.doors.portal.home import light_of, steps, timeline
from youlin.kernel import ids
from youlin.kernel.actors import ANONYMOUS, Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem, TooMany


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Number and token from the receipt."""
    form = TrackForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            number, token = form.cleaned_data["number"], form.cleaned_data["token"]
            try:
                pace.demand(request, ANONYMOUS)
                found = cases.track(number, token)
            except TooMany as error:
                problem, status = error.problems[0], error.status
                form.add_error(None, f"{problem.message}{problem.remedy}")
            except NotFound:
                form.add_error(None, _("没有这样的编号和凭据。请对照回执再输一次。"))
            else:
                address = reverse("portal:track-case", args=[found.case.number]) + f"?t={token}"
                return HttpResponseRedirect(address)
    return render(request, "portal/track_find.html", {"form": form}, status=status)


@never_cache
@require_safe
@visitor("portal")
def track(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What the reporter sees."""
    return _page(request, actor, number)


@require_POST
@visitor("portal")
def rate(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Solved or not, how satisfied."""
    form = RateForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, number, rate_form=form, status=422)
    try:
        pace.demand(request, actor, token=request.POST.get("t", ""))
        services.rate(
            actor=actor,
            token=request.POST.get("t", ""),
            case_number=number,
            solved=form.cleaned_data["solved"] == "yes",
            stars=int(form.cleaned_data["stars"]),
            comment=form.cleaned_data["comment"],
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict, TooMany) as error:
        return _page(request, actor, number, rate_form=form, status=error.status, problems=error.problems)
    return _back(request, number)


@require_POST
@visitor("portal")
def reopen(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """It is not solved: the case goes back to the one who handled it, with a new clock."""
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, number, reopen_form=form, status=422)
    try:
        pace.demand(request, actor, token=request.POST.get("t", ""))
        services.reopen(
            actor=actor,
            token=request.POST.get("t", ""),
            case_number=number,
            reason=form.cleaned_data["reason"],
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict, TooMany) as error:
        return _page(request, actor, number, reopen_form=form, status=error.status, problems=error.problems)
    return _back(request, number)


@require_POST
@visitor("portal")
def answer(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What the handler asked is answered; the clock runs on."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, number, answer_form=form, status=422)
    try:
        services.answer_question(
            actor=actor,
            token=request.POST.get("t", ""),
            case_number=number,
            text=form.cleaned_data["text"],
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        return _page(request, actor, number, answer_form=form, status=error.status, problems=error.problems)
    return _back(request, number)


def _found(actor: Actor, number: str, token: str) -> Track:
    return cases.track(number, token) if token or actor.person_id is None else cases.my_track(actor, number)


def _back(request: HttpRequest, number: str) -> HttpResponse:
    token = request.POST.get("t", "")
    return HttpResponseRedirect(
        reverse("portal:track-case", args=[number]) + (f"?t={token}" if token else "")
    )


def _page(
    request: HttpRequest,
    actor: Actor,
    number: str,
    *,
    rate_form: RateForm | None = None,
    reopen_form: ReopenForm | None = None,
    answer_form: AnswerForm | None = None,
    status: int = 200,
    problems: list[Problem] | None = None,
) -> HttpResponse:
    token = request.POST.get("t", "") or request.GET.get("t", "")
    found = _found(actor, number, token)
    case = found.case
    told = timeline(found.timeline, token)
    context = {
        "track": found,
        "case": case,
        "token": token,
        "steps": steps(found.steps),
        "timeline": told,
        "photos": pictures.each_once(pictures.shown(found.photos, token), told),
        "place": maps.closer(maps.place(case.area, case.lon, case.lat, light_of(case))),
        "rate_form": rate_form or RateForm(),
        "reopen_form": reopen_form or ReopenForm(),
        "problems": problems or [],
        "answer_form": answer_form or AnswerForm(),
        "answer_key": request.POST.get("idempotency_key") or str(ids.uuid7()),
        "rate_key": str(ids.uuid7()),
        "reopen_key": str(ids.uuid7()),
    }
    return render(request, "portal/track.html", context, status=status)

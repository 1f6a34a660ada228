"""One call on one screen: who, what, where, and how it ended; the next call is one key away."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.hotline import calls, selectors
from youlin.apps.cases.hotline.calls import HotlineCall
from youlin.doors import maps, questions
from youlin.doors.desk.hotline.forms import CallForm, Groups, category_groups
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound, Problem


@require_http_methods(["GET", "HEAD", "POST"])
@staff("hotline")
def start(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Between calls: what was set aside and the day so far; POST takes the next call."""
    district = selectors.district_of(actor)
    if request.method == "POST":
        call = calls.begin(actor=actor, district=district)
        return HttpResponseRedirect(reverse("desk:hotline-call", args=[call.id]))
    context = {"unfinished": selectors.unfinished(actor), "day": selectors.today(actor)}
    return render(request, "desk/hotline/start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("hotline")
def call(request: HttpRequest, actor: Actor, call_id: UUID) -> HttpResponse:
    """The call; POST ends it in one of four ways. What was typed stays until it is done."""
    taken = selectors.call(actor, call_id)
    if taken.outcome:
        return HttpResponseRedirect(reverse("desk:hotline-done", args=[taken.id]))
    rows = cases.categories(taken.district, reportable_only=False)
    form = CallForm(request.POST or None, categories=category_groups(rows), areas=_areas(taken.district))
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                ended = _end(request.POST, actor, taken, form)
                return HttpResponseRedirect(reverse("desk:hotline-done", args=[ended.id]))
            except (Invalid, Conflict) as error:
                problems = error.problems
                status = 409 if isinstance(error, Conflict) else 422
    context = {
        "call": taken,
        "form": form,
        "problems": problems,
        "unfinished": [one for one in selectors.unfinished(actor) if one.id != taken.id],
        "map": maps.picture(taken.district),
        "asked": form["category"].value() or "",
        "questions": questions.shown(
            questions.row_of(rows, form["category"].value() or ""), request.POST, problems
        ),
    }
    return render(request, "desk/hotline/call.html", context, status=status)


@require_safe
@staff("hotline")
def done(request: HttpRequest, actor: Actor, call_id: UUID) -> HttpResponse:
    """How the call ended: the number to be read out, and the next call."""
    taken = selectors.call(actor, call_id)
    if not taken.outcome:
        return HttpResponseRedirect(reverse("desk:hotline-call", args=[taken.id]))
    case = taken.case
    context = {
        "call": taken,
        "case": case,
        "groups": selectors.for_voice(case.number) if case else (),
        "unfinished": selectors.unfinished(actor),
        "day": selectors.today(actor),
    }
    return render(request, "desk/hotline/done.html", context)


@require_POST
@staff("hotline")
def caller(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The caller's earlier cases. By POST, so that no number stands in an address or a log."""
    selectors.district_of(actor)
    phone = request.POST.get("phone", "")[:32]
    found = () if request.POST.get("anonymous") else selectors.earlier(actor, phone)
    context = {"found": found, "asked": bool(phone.strip()), "about": request.POST.get("about", "")}
    return render(request, "desk/hotline/_caller.html", context)


@require_POST
@staff("hotline")
def recognise(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Categories that the words speak of, and answers that were given to the like."""
    district = selectors.district_of(actor)
    text, category = typed(request.POST, "text", 2000), typed(request.POST, "category", 128)
    found = cases.suggest_categories(district, text, reportable_only=False)
    likely = category or next((one.code for one in found), "")
    context = {
        "suggestions": found,
        "asked": bool(text.strip()),
        "given": selectors.answers_given(actor, likely, text) if likely and text.strip() else (),
    }
    return render(request, "desk/hotline/_recognised.html", context)


@require_safe
@staff("hotline")
def questions_of(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the category asks besides, to be asked of the caller."""
    code = typed(request.GET, "category", 128)
    rows = cases.categories(selectors.district_of(actor), reportable_only=False)
    context = {"asked": code, "questions": questions.shown(questions.row_of(rows, code), QueryDict())}
    return render(request, "ui/questions.html", context)


@require_safe
@staff("hotline")
def places(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Places by name, area code or an address known already."""
    text = typed(request.GET, "q", 100)
    context = {"found": selectors.places(actor, text), "asked": len(text.strip()) > 1}
    return render(request, "desk/hotline/_places.html", context)


def typed(sent: QueryDict, name: str, longest: int) -> str:
    """What was typed into a field that is no form's, without what no database stores."""
    return sent.get(name, "")[:longest].replace("\0", "")


def _end(sent: QueryDict, actor: Actor, taken: HotlineCall, form: CallForm) -> HotlineCall:
    do, given = sent.get("do", ""), form.cleaned_data
    who = calls.Caller(
        phone=given["phone"],
        anonymous=given["anonymous"],
        protected=given["protected"],
        on_behalf_of=given["on_behalf_of"],
    )
    if do == "nothing":
        return calls.nothing(actor=actor, call_id=taken.id, caller=who)
    if do != "answer" and given["about"]:
        return calls.repeat(
            actor=actor,
            call_id=taken.id,
            caller=who,
            case_id=_about(actor, given["about"]),
            note=given["text"],
        )
    told = _told(given, sent)
    if do == "answer":
        return calls.answer(actor=actor, call_id=taken.id, caller=who, told=told, words=given["answer"])
    return calls.report(actor=actor, call_id=taken.id, caller=who, told=told)


def _told(given: dict[str, Any], sent: QueryDict) -> calls.Told:
    """What a new case needs, every missing part named at once."""
    has_place = given["area"] or (given["lon"] is not None and given["lat"] is not None)
    missing: list[tuple[bool, Callable[[], Problem]]] = [
        (bool(given["text"].strip()), lambda: Problem("text", _("没有写诉求"), _("写一两句对方说的话"))),
        (bool(given["category"]), lambda: Problem("category", _("没有选类别"), _("按 Alt 1 选第一个推荐"))),
        (bool(has_place), lambda: Problem("area", _("没有选在哪里"), _("搜索地点、点地图，或选街道"))),
    ]
    problems = [problem() for there, problem in missing if not there]
    if problems:
        raise Invalid(problems=problems)
    names = ("category", "text", "address", "area", "lon", "lat")
    asked = questions.answered(sent, given["category"])
    return calls.Told(**{name: given[name] for name in names}, attributes=asked)


def _about(actor: Actor, number: str) -> UUID:
    try:
        return cases.case_id(actor, number)
    except NotFound as error:
        raise Invalid(_("没有编号为“%(number)s”的案件") % {"number": number}, field="about") from error


def _areas(district: str) -> Groups:
    """Streets with their communities."""
    found = list(areas.subtree(district).order_by("code"))
    streets = [area for area in found if area.level == "street"]
    return [
        (
            street.name,
            [
                (street.code, street.name),
                *(
                    (area.code, area.name)
                    for area in found
                    if area.level == "community" and area.code.startswith(street.code)
                ),
            ],
        )
        for street in streets
    ]

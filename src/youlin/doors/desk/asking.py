"""Asking for what an act needs: a form in the third pane, shown again with what was entered when it is refused."""

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from youlin.apps.cases.selectors.rows import CasePage, ReporterRow
from youlin.doors.desk import inbox
from youlin.doors.desk.cases import detail_context, timeline_entry
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Problem, YoulinError


@dataclass(frozen=True)
class Asking:
    """What `_act.html` asks: words, where it goes, whether photos are wanted (None: not at all), whether it
    can be sent (`open`) at all now."""

    title: str
    name: str
    url: str
    key: str
    open: bool = True
    danger: bool = False
    photos: int | None = None
    to_state: str = ""
    reporters: tuple[ReporterRow, ...] = ()
    help: str = ""


def ask(
    request: HttpRequest,
    actor: Actor,
    page: CasePage,
    asking: Asking,
    form: forms.Form,
    *,
    status: int = 200,
    problems: list[Problem] | None = None,
) -> HttpResponse:
    """The form in the third pane; the whole desk around it for those who came without htmx.

    What is wrong with a field is told beside it. Who was overtaken sees what happened since the form was opened,
    and everything they had typed.
    """
    moved_on = status == Conflict.status
    seen = request.POST.get("seen", "")
    since = page.timeline[int(seen) :] if moved_on and seen.isdecimal() else ()
    elsewhere = _beside(form, problems or [])
    context = {
        "asking": asking,
        "case": page.row,
        "chosen": page.row.number,
        "form": form,
        "problems": elsewhere,
        "moved_on": moved_on,
        "seen": len(page.timeline),
        "changes": [timeline_entry(entry) for entry in since],
        "typed": typed(form) if not asking.open else [],
        "idempotency_key": request.POST.get("idempotency_key") or str(ids.uuid7()),
    }
    if request.headers.get("HX-Request") != "true":
        around = inbox.page_context(request, actor)
        return render(request, "desk/act.html", around | context, status=status)
    response = render(request, "desk/_act.html", context, status=status)
    if status >= 400:
        response["HX-Retarget"] = "#detail"
    return response


def _beside(form: forms.Form, problems: list[Problem]) -> list[Problem]:
    """Tell each problem with a field of the form beside this field; the problems that are left."""
    for one in problems:
        if one.field in form.fields:
            form.add_error(one.field, " ".join(text for text in (one.message, one.remedy) if text))
    return [one for one in problems if one.field not in form.fields]


def typed(form: forms.Form) -> list[tuple[str, str]]:
    """What was entered in a form that can no longer be sent, field by field, choices in words."""
    found = []
    for bound in form:
        value = "" if bound.is_hidden else str(bound.value() or "").strip()
        choices = dict(getattr(bound.field, "choices", None) or [])
        if value:
            found.append((str(bound.label), str(choices.get(value, value))))
    return found


def done(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The case as it stands now, or a plain redirect to it."""
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(reverse("desk:case", args=[number]))
    try:
        response = render(request, "desk/_detail.html", detail_context(actor, number))
    except YoulinError:
        response = render(request, "desk/_gone.html", {"number": number})
    response["HX-Trigger-After-Settle"] = "youlin:changed"
    return response

"""The departments' task list at the desk: by department with its lights, a new task, and the sheet for the printer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from youlin.apps.cases.selectors.rows import CaseRow
from youlin.apps.linkage import acts, selectors
from youlin.apps.linkage.services import tasks as services
from youlin.doors.desk.linkage.frame import day_in, district_of, frame, status_of
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem

STANDINGS = {"": True, "closed": False, "all": None}


@require_safe
@staff("desk")
def tasks(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The tasks, department by department, those due first at the top."""
    district = district_of(request, actor, "case.read")
    return render(request, "desk/linkage/tasks.html", _listed(request, actor, district))


@require_safe
@staff("desk")
def sheet(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The same list as it goes on paper."""
    district = district_of(request, actor, "case.read")
    context = _listed(request, actor, district) | {"now": clock.local_now()}
    return render(request, "desk/linkage/tasks_sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Set one task."""
    district = district_of(request, actor, acts.TASK)
    if request.method != "POST":
        return _form(request, actor, district)
    said = {
        key: request.POST.get(key, "").replace("\0", "") for key in ("title", "text", "list_name", "number")
    }
    try:
        due = request.POST.get("due_on", "")
        case = services.set_task(
            actor=actor,
            district=district,
            unit=selectors.unit(district, request.POST.get("unit", "")),
            due_on=day_in(due, "due_on") if due else None,
            idempotency_key=request.POST.get("idempotency_key", ""),
            title=said["title"],
            text=said["text"],
            list_name=said["list_name"],
            number=said["number"],
        )
    except (Invalid, Conflict) as error:
        return _form(request, actor, district, error)
    messages.success(request, _("已下达：%(title)s") % {"title": case.title})
    return HttpResponseRedirect(f"{reverse('desk:tasks')}?district={district}")


def _listed(request: HttpRequest, actor: Actor, district: str) -> dict[str, Any]:
    standing = request.GET.get("standing", "")
    standing = standing if standing in STANDINGS else ""
    groups = selectors.task_list(actor, district, open=STANDINGS[standing])
    every = [row for _unit, rows in groups for row in rows]
    numbers = selectors.numbers_of(every)
    return frame(actor, district, "tasks") | {
        "groups": [
            (
                unit or _("未定责任单位"),
                [(row, *numbers.get(row.id, ("", ""))) for row in rows],
                _lights(rows),
            )
            for unit, rows in groups
        ],
        "total": len(every),
        "late": sum(row.light == "late" for row in every),
        "soon": sum(row.light == "soon" for row in every),
        "review": sum(row.state == "reported" for row in every),
        "standing": standing,
    }


def _lights(rows: list[CaseRow]) -> dict[str, int]:
    return {light: sum(row.light == light for row in rows) for light in ("late", "soon")}


def _form(
    request: HttpRequest, actor: Actor, district: str, error: Invalid | Conflict | None = None
) -> HttpResponse:
    context = frame(actor, district, "tasks") | {
        "units": [one for one in selectors.units(district)],
        "given": request.POST if error else {},
        "today": clock.today(),
        "problems": error.problems if error else list[Problem](),
    }
    return render(request, "desk/linkage/task_new.html", context, status=status_of(error))

"""Tables of bodies and tasks in and out: looked at first, the good rows taken in, and given back."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from youlin.apps.linkage import acts, permission, tables
from youlin.apps.linkage.services import importing
from youlin.apps.linkage.services.importing import What
from youlin.doors.desk.linkage.frame import district_of, frame, status_of
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid

VERBS: dict[What, str] = {"bodies": acts.KEEP, "tasks": acts.TASK}
COLUMNS: dict[What, dict[str, str]] = {"bodies": tables.BODY_COLUMNS, "tasks": tables.TASK_COLUMNS}
NEEDED = {"bodies": ("code", "name", "kind"), "tasks": ("title", "unit", "due_on", "number")}
LISTS = {"bodies": "linkage", "tasks": "tasks"}


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def bring_bodies(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A table of companies and outlets."""
    return _bring(request, actor, "bodies")


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def bring_tasks(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A whole task list."""
    return _bring(request, actor, "tasks")


@require_safe
@staff("desk")
def export_bodies(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The bodies the actor keeps, contacts masked."""
    district = district_of(request, actor, acts.KEEP)
    return _file(tables.bodies(actor, district), f"linkage-{district}")


@require_safe
@staff("desk")
def export_tasks(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The tasks the actor may know."""
    district = district_of(request, actor, "case.read")
    return _file(tables.tasks(actor, district), f"tasks-{district}")


def _bring(request: HttpRequest, actor: Actor, what: What) -> HttpResponse:
    district = district_of(request, actor, VERBS[what])
    permission.demand(actor, VERBS[what], district)
    columns = COLUMNS[what]
    context = frame(actor, district, LISTS[what]) | {
        "what": what,
        "back": reverse(f"desk:{LISTS[what]}"),
        "needed": [columns[key] for key in NEEDED[what]],
        "optional": [heading for key, heading in columns.items() if key not in NEEDED[what]],
        "most_rows": importing.MOST_ROWS,
    }
    if request.method != "POST":
        return render(request, "desk/linkage/import.html", context)
    try:
        if "sealed" in request.POST:
            return _take(request, actor, district, what, context)
        context |= _shown(_looked_at(request, actor, district, what))
    except (Invalid, Conflict) as error:
        context |= {"problems": error.problems}
        return render(request, "desk/linkage/import.html", context, status=status_of(error))
    return render(request, "desk/linkage/preview.html", context)


def _looked_at(request: HttpRequest, actor: Actor, district: str, what: What) -> Any:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(_("请选择一个文件"), field="file")
    content = file.read(importing.MOST_BYTES + 1)
    return importing.look(actor=actor, district=district, what=what, name=file.name or "", content=content)


def _shown(outcome: Any) -> dict[str, Any]:
    refused = [(line, problem.field, problem) for line, problem in outcome.refused]
    return {"outcome": outcome, "refused": refused}


def _take(
    request: HttpRequest, actor: Actor, district: str, what: What, context: dict[str, Any]
) -> HttpResponse:
    """The list with how many were taken in; where rows were refused, these and why before it."""
    outcome = importing.take(actor=actor, district=district, what=what, sealed=request.POST.get("sealed", ""))
    if outcome.refused:
        return render(request, "desk/linkage/preview.html", context | _shown(outcome) | {"taken": True})
    counts = {name: outcome.counts[name] for name in ("new", "changed", "same")}
    messages.success(request, _("已导入：新增 %(new)d，更新 %(changed)d，没变 %(same)d") % counts)
    return HttpResponseRedirect(f"{reverse(f'desk:{LISTS[what]}')}?district={district}")


def _file(lines: Iterator[str], name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(
        (line.encode() for line in lines), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}-{clock.today():%Y%m%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response

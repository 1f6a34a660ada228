"""The import's inbox: rows of files that have no place or cannot be read, put right by hand one by one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases.imports import selectors, services
from youlin.doors import maps
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from youlin.ui.paging import known_page

PAGE_SIZE = 50
STATES = {"no_place": gettext_lazy("没有位置"), "error": gettext_lazy("读不懂")}
LONGEST = 4000


@require_safe
@staff("desk")
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The imports of a district, and the rows that wait."""
    districts = selectors.importing_districts(actor)
    if not districts:
        raise NotAllowed(_("您没有查看本区导入的权限"), remedy=_("请联系区级管理员"))
    asked = request.GET.get("district", "")
    district = asked if asked in districts else districts[0]
    state = request.GET.get("state", "")
    state = state if state in STATES else "no_place"
    found = selectors.inbox(actor, district, state, page=_number(request), size=PAGE_SIZE)
    context = {
        "districts": [(code, areas.short_name(code)) for code in districts],
        "district": district,
        "district_name": areas.short_name(district),
        "states": STATES.items(),
        "state": state,
        "page": known_page(found.rows, number=found.number, size=found.size, total=found.total),
        "runs": selectors.runs(actor, district),
    }
    return render(request, "desk/imports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def row(request: HttpRequest, actor: Actor, row_id: UUID) -> HttpResponse:
    """One row: what is wrong with it, its cells to correct, a map to place it on. POST tries it again."""
    found = selectors.opened(actor, row_id)
    if request.method != "POST":
        return _page(request, found, found.row.problems)
    try:
        case = services.retry(
            actor=actor,
            district=found.district,
            row_id=row_id,
            cells=_cells(request, found),
            **_place(request),
        )
    except (Invalid, Conflict) as error:
        status = 422 if isinstance(error, Invalid) else error.status
        return _page(request, found, error.problems, status=status)
    messages.success(
        request, _("第 %(line)s 行已成为案件 %(number)s") % {"line": found.row.line, "number": case.number}
    )
    return HttpResponseRedirect(_next(actor, found))


def _page(
    request: HttpRequest, found: selectors.Opened, problems: list[Problem], *, status: int = 200
) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    suggestion = found.row.suggestion or ("", "")
    lon, lat = (given or seen for given, seen in zip(found.place, suggestion, strict=True))
    fields = [
        {"id": f"cell-{number}", "name": name, "value": sent.get(f"cell-{number}", text) if sent else text}
        for number, (name, text) in enumerate(found.meant.items())
    ]
    context = {
        "found": found,
        "problems": [_linked(problem, found) for problem in problems],
        "tried": sent is not None,
        "fields": fields,
        "lon": sent.get("lon", "") if sent else lon,
        "lat": sent.get("lat", "") if sent else lat,
        "is_suggested": not sent and bool(found.row.suggestion) and not any(found.place),
        "map": maps.picture(found.district),
        "longest": LONGEST,
    }
    return render(request, "desk/imports_row.html", context, status=status)


def _linked(problem: Problem, found: selectors.Opened) -> Problem:
    """A problem that leads to the field of its column."""
    if problem.field in found.place_columns:
        return problem._replace(field="lon", message=f"{problem.field}：{problem.message}")
    names = list(found.meant)
    if problem.field not in names:
        return problem
    return problem._replace(
        field=f"cell-{names.index(problem.field)}", message=f"{problem.field}：{problem.message}"
    )


def _cells(request: HttpRequest, found: selectors.Opened) -> dict[str, str]:
    """What was typed, by column."""
    return {
        name: request.POST.get(f"cell-{number}", text)[:LONGEST]
        for number, (name, text) in enumerate(found.meant.items())
    }


def _place(request: HttpRequest) -> dict[str, Any]:
    """The chosen place, in degrees; nothing where none was chosen."""
    given = {name: request.POST.get(name, "").strip() for name in ("lon", "lat")}
    if not any(given.values()):
        return {}
    try:
        lon, lat = float(given["lon"]), float(given["lat"])
    except ValueError:
        lon = lat = 999.0
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Invalid(_("不是 WGS84 度数"), field="lon", remedy=_("请在地图上选点"))
    return {"lon": lon, "lat": lat}


def _next(actor: Actor, found: selectors.Opened) -> str:
    """The next row that waits for the same, or the list when that was the last one."""
    waiting = selectors.inbox(actor, found.district, found.state, size=1).rows
    if waiting:
        return reverse("desk:imported-row", args=[waiting[0].id])
    return f"{reverse('desk:imports')}?district={found.district}&state={found.state}"


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 else 1

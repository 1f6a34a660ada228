"""One case beside the list: steps, photos, place, timeline that explains itself, acts at the bottom."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from youlin.apps.cases import selectors as cases
from youlin.apps.cases import workflow as workflows
from youlin.apps.cases.selectors.rows import CasePage, Step, TimelineEntry
from youlin.apps.responders import selectors as responders
from youlin.doors import maps, pictures
from youlin.doors.desk import inbox
from youlin.doors.entrance import staff
from youlin.kernel import ids
from youlin.kernel.actors import Actor

STEP_STATES = {"done": "done", "current": "now", "ahead": "todo"}


@require_safe
@staff("desk")
def case(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The case: the third pane alone for htmx, else the whole desk with it open."""
    detail = detail_context(actor, number) | {"query": request.GET.urlencode()}
    if request.headers.get("HX-Request") == "true":
        return render(request, "desk/_detail.html", detail)
    return render(request, "desk/case.html", inbox.page_context(request, actor) | detail)


@require_safe
@staff("desk")
def workflow(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The workflow of this case, drawn from its table, the present state marked."""
    page = cases.case_page(actor, number)
    drawn = workflows.draw_svg(workflows.parse(page.workflow), current=page.row.state)
    return render(
        request, "desk/workflow.html", {"page": page, "case": page.row, "drawing": mark_safe(drawn)}
    )


def detail_context(actor: Actor, number: str) -> dict[str, Any]:
    """What the third pane shows."""
    page = cases.case_page(actor, number)
    row = page.row
    return {
        "detail": page,
        "case": row,
        "chosen": row.number,
        "steps": steps(page.steps),
        "timeline": [timeline_entry(entry) for entry in page.timeline],
        "photos": pictures.shown(page.photos),
        "acts": [act for act in page.acts if act.allowed],
        "refused_acts": [act for act in page.acts if not act.allowed],
        "place": place(page),
        "consultation": row.category.startswith("consultation."),
        "may_call_responders": responders.may(actor, "responder.call", row.district),
        "idempotency_key": str(ids.uuid7()),
    }


def place(page: CasePage) -> dict[str, Any] | None:
    """A close look at where the case is: the part of its street around it."""
    row = page.row
    return maps.closer(maps.place(row.area, row.lon, row.lat, row.light))


def steps(found: tuple[Step, ...]) -> list[dict[str, str]]:
    """Steps as `ui/steps.html` reads them."""
    return [{"label": step.name, "state": STEP_STATES[step.position]} for step in found]


def timeline_entry(entry: TimelineEntry) -> dict[str, Any]:
    """A step of history as `ui/timeline.html` reads it."""
    return {
        "at": entry.at,
        "act": entry.what,
        "who": entry.who,
        "text": entry.text,
        "why": "\n".join(entry.why),
        "photos": pictures.shown(entry.photos),
    }

"""One scene for a responder: what it is, what of it is mine now, and the one tap it takes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from youlin.apps.responders import declarations, mine, standing
from youlin.apps.responders.services import telling
from youlin.doors.entrance import visitor
from youlin.doors.portal.home import district_of
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

REPORTS = {"quality_picks": "portal:respond-pick"}
"""Scenes of the way `report` with a page of their own; the others are a word from the street."""
WORD = "portal:respond-word"


@never_cache
@require_safe
@visitor("portal")
def scene(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """The scene; for whoever has not enrolled the way in."""
    district = district_of(request)
    task = next((one for one in declarations.tasks(district) if one.code == code), None) if district else None
    if task is None:
        raise NotFound()
    row = mine.enrolment(actor, district)
    context: dict[str, Any] = {
        "task": task,
        "mine": row,
        "report": report_of(task.code) if task.way == "report" else "",
    }
    if row is not None:
        found = mine.record_of(row)
        context |= {
            "calls": [
                (one, telling.rounded(one.metres))
                for one in mine.calls(actor)
                if one.open and one.task.id == task.id
            ],
            "turns": standing.coming(actor, district, code) if task.way == "session" else [],
            "done": next(((n, minutes) for kind, n, minutes in found.by_task if kind.id == task.id), None),
        }
    return render(request, "portal/responders/scene.html", context)


def report_of(code: str) -> str:
    """Where one tells what one saw in a scene of that way."""
    return reverse(REPORTS.get(code, WORD))

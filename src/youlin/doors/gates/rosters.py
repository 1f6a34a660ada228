"""Platform companies' rosters of a month: looked at first, taken in by whoever brought them, given back as a whole."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from youlin.apps.areas import selectors as areas
from youlin.apps.gates.rosters import fetching, reading, selectors, services
from youlin.doors.entrance import staff
from youlin.doors.gates import words
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, Problem

MOST_SHOWN = 200
"""Lines with something to correct that a page tells one by one."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def rosters(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My companies' rosters; a new one is sent to be looked at, or fetched from the company's own system."""
    every = selectors.districts(actor)
    if not every:
        raise NotAllowed(_("平台名单不归您导入"), remedy=_("请联系友好城市专班"))
    asked = request.POST.get("district") or request.GET.get("district", "")
    district = asked if asked in every else every[0]
    if request.method != "POST":
        return _list(request, actor, district, every)
    try:
        run = _brought(request, actor, district)
    except (Invalid, Conflict) as error:
        return _list(request, actor, district, every, error.problems, words.status_of(error))
    return HttpResponseRedirect(reverse("gates:roster", args=[run]))


@require_http_methods(["GET", "HEAD"])
@staff("desk")
def roster(request: HttpRequest, actor: Actor, run_id: UUID) -> HttpResponse:
    """One: what would become of it, or what became of it."""
    return _one(request, actor, run_id)


@require_POST
@staff("desk")
def settle(request: HttpRequest, actor: Actor, run_id: UUID, step: str) -> HttpResponse:
    """Take it in, or give it back."""
    run = selectors.of_id(actor, run_id)
    if step not in _STEPS:
        raise Http404
    try:
        told = _STEPS[step](actor, run)
    except (Invalid, Conflict) as error:
        return _one(request, actor, run_id, error.problems, words.status_of(error))
    messages.success(request, told)
    return HttpResponseRedirect(reverse("gates:roster", args=[run.id]))


def _brought(request: HttpRequest, actor: Actor, district: str) -> UUID:
    body = words.text(request, "organisation")
    if request.POST.get("from") == "system":
        return fetching.fetch(actor=actor, district=district, organisation=body).id
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(_("请选择一个文件"), field="file")
    found = services.keep_file(
        actor=actor,
        district=district,
        organisation=body,
        name=file.name or "",
        content=file.read(reading.MOST_BYTES + 1),
    )
    return found.run


def _taken(actor: Actor, run: Any) -> str:
    made = services.take_kept(actor=actor, district=run.district, run_id=run.id)
    return _("已导入，停用 %(n)s 个到访码") % {"n": made.counts["ended"]}


def _undone(actor: Actor, run: Any) -> str:
    counts = services.undo(actor=actor, district=run.district, run_id=run.id)
    return _("已撤销，重新发出 %(n)s 个到访码") % {"n": counts["restored"]}


_STEPS = {"take": _taken, "undo": _undone}


def _list(
    request: HttpRequest,
    actor: Actor,
    district: str,
    every: tuple[str, ...],
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    bodies = selectors.companies(actor, district)
    systems = selectors.connected(district)
    context = {
        "district": district,
        "districts": [(code, areas.short_name(code)) for code in every],
        "bodies": bodies,
        "connected": [one for one in bodies if one.code in systems],
        "rows": selectors.listed(actor, district, bodies),
        "headings": list(reading.HEADINGS.values()),
        "left": reading.LEFT[:4],
        "chosen": words.text(request, "organisation"),
        "problems": problems or [],
    }
    return render(request, "gates/rosters.html", context, status=status)


def _one(
    request: HttpRequest,
    actor: Actor,
    run_id: UUID,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    run = selectors.of_id(actor, run_id)
    waits = run.taken_at is None and bool(run.content)
    found = services.preview(actor=actor, district=run.district, run_id=run.id) if waits else None
    context = {
        "run": run,
        "found": found,
        "counts": found.counts if found else run.counts,
        "faults": [(line, one.field, one) for line, one in found.faults[:MOST_SHOWN]] if found else [],
        "unknown": found.unknown[:MOST_SHOWN] if found else [],
        "problems": problems or [],
    }
    return render(request, "gates/roster.html", context, status=status)

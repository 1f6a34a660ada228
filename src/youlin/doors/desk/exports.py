"""Exports: what to put in, in which format, and the files that are ready."""

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.cases.lists import selectors as lists
from youlin.apps.cases.lists import services
from youlin.doors.desk import filters
from youlin.doors.desk.chosen import Chosen, chosen_in
from youlin.doors.entrance import staff
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def exports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form for a list (its words in the address, or ticked rows by POST), and what was exported lately."""
    chosen = chosen_in(request, actor)
    if request.method != "POST" or "format" not in request.POST:
        return _page(request, actor, chosen)
    sent = request.POST
    try:
        services.ask_export(
            actor=actor,
            filters=chosen.filters,
            numbers=chosen.numbers,
            columns=sent.getlist("column"),
            format=sent.get("format", ""),
            bom=bool(sent.get("bom")),
            reason=sent.get("reason", "") if sent.get("full") else "",
            idempotency_key=sent.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        return _page(
            request,
            actor,
            chosen,
            problems=error.problems,
            status=422 if isinstance(error, Invalid) else error.status,
        )
    return HttpResponseRedirect(f"{reverse('desk:exports')}?{chosen.query}")


@require_safe
@staff("desk")
def rows(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The exports alone, while one of them is in the making."""
    return render(request, "desk/_exports.html", {"exports": lists.exports(actor)})


@require_POST
@staff("desk")
def fetch(request: HttpRequest, actor: Actor, export_id: UUID) -> FileResponse:
    """The file, to be saved; every fetch is journalled, so it is asked for by POST."""
    file, row = services.fetch_export(actor=actor, export_id=export_id)
    name = f"{_('案件')}-{timezone.localtime(row.at):%Y%m%d-%H%M}.{row.format}"
    response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[row.format])
    response["Cache-Control"] = "no-store"
    return response


def _page(
    request: HttpRequest,
    actor: Actor,
    chosen: Chosen,
    *,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    sent = request.POST if "format" in request.POST else None
    picked = set(sent.getlist("column")) if sent else {n for n, one in lists.COLUMNS.items() if one.usual}
    context = {
        "columns": [
            {"name": name, "title": one.title, "personal": one.personal, "checked": name in picked}
            for name, one in lists.COLUMNS.items()
        ],
        "format": sent.get("format") if sent else "xlsx",
        "bom": bool(sent.get("bom")) if sent else True,
        "full": bool(sent.get("full")) if sent else False,
        "reason": sent.get("reason", "") if sent else "",
        "may_unmask": lists.may_unmask(actor),
        "chosen": chosen,
        "words": filters.in_words(chosen.query, actor),
        "most": lists.EXPORT_MOST,
        "exports": lists.exports(actor),
        "problems": problems or [],
        "idempotency_key": (sent and sent.get("idempotency_key")) or str(ids.uuid7()),
    }
    return render(request, "desk/exports.html", context, status=status)

"""Tables of subjects: looked at first, taken in by whoever brought them, taken back as a whole."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.passes.subjects import importing, selectors
from youlin.apps.passes.subjects.words import HEADINGS, KINDS, NEEDED, heading
from youlin.doors.codes.subjects import district_of, frame
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem
from youlin.kernel.languages import listed


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def bring(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send a table to be looked at; nothing is written yet. Below, the tables that were brought."""
    district, every = district_of(request, actor)
    problems, status = list[Problem](), 200
    if request.method == "POST":
        try:
            run = _looked_at(request, actor, district)
            return HttpResponseRedirect(reverse("codes:subjects-run", args=[run]))
        except Invalid as error:
            problems, status = error.problems, 422
    context = frame(district, every) | {
        "needed": listed(heading(key) for key in NEEDED),
        "optional": listed(heading(key) for key in HEADINGS if key not in NEEDED),
        "kinds": listed(KINDS.values()),
        "most": importing.MOST_ROWS,
        "runs": selectors.runs(actor, district),
        "problems": problems,
    }
    return render(request, "codes/subjects_bring.html", context, status=status)


@require_safe
@staff("desk")
def pattern(request: HttpRequest, actor: Actor) -> HttpResponse:
    """An empty table with the right columns."""
    district_of(request, actor)
    first = ",".join(heading(key) for key in HEADINGS)
    response = HttpResponse(f"\ufeff{first}\r\n", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="subjects.csv"'
    return response


@require_safe
@staff("desk")
def run(request: HttpRequest, actor: Actor, run_id: UUID) -> HttpResponse:
    """What would become of a table, or what became of it."""
    return _one(request, actor, run_id)


@require_POST
@staff("desk")
def settle(request: HttpRequest, actor: Actor, run_id: UUID, step: str) -> HttpResponse:
    """Take it in, or take it back."""
    row = selectors.run(actor, run_id)
    if step not in _STEPS:
        raise Http404
    try:
        told = _STEPS[step](actor, row)
    except (Invalid, Conflict) as error:
        return _one(request, actor, run_id, error)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("codes:subjects-run", args=[row.id]))


def _taken(actor: Actor, row: Any) -> str:
    counts = importing.take(actor=actor, district=row.district, run_id=row.id).counts
    return _("已导入：新增 %(new)s 个，更新 %(changed)s 个") % {
        "new": counts.get("new", 0),
        "changed": counts.get("changed", 0),
    }


def _undone(actor: Actor, row: Any) -> str:
    counts = importing.undo(actor=actor, district=row.district, run_id=row.id)
    words = _("已撤销：注销 %(ended)s 个，恢复 %(restored)s 个，之后改过的 %(kept)s 个没有动")
    return words % {name: counts[name] for name in ("ended", "restored", "kept")}


_STEPS = {"take": _taken, "undo": _undone}


def _looked_at(request: HttpRequest, actor: Actor, district: str) -> UUID:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(_("请选择一个文件"), field="file")
    content = file.read(importing.MOST_BYTES + 1)
    return importing.keep_file(actor=actor, district=district, name=file.name or "", content=content).run


def _one(
    request: HttpRequest, actor: Actor, run_id: UUID, error: Invalid | Conflict | None = None
) -> HttpResponse:
    row = selectors.run(actor, run_id)
    waits = row.taken_at is None and bool(row.content)
    found = importing.preview(actor=actor, run=row) if waits else None
    counts = found.counts if found else row.counts
    context = frame(row.district, (row.district,)) | {
        "run": row,
        "waits": waits,
        "counts": [
            (words, counts.get(name, 0))
            for name, words in (
                ("read", _("读到")),
                ("new", _("新增")),
                ("changed", _("更新")),
                ("same", _("没有变化")),
                ("refused", _("没有导入，要改")),
            )
        ],
        "takes": counts.get("new", 0) + counts.get("changed", 0),
        "faults": _faults(found.faults) if found else _told(row),
        "problems": error.problems if error else [],
    }
    status = 200 if error is None else 422 if isinstance(error, Invalid) else error.status
    return render(request, "codes/subjects_run.html", context, status=status)


def _faults(faults: list[tuple[int, Problem]]) -> list[tuple[int, str, Problem]]:
    return [(line, heading(one.field or ""), one) for line, one in faults]


def _told(row: Any) -> list[tuple[int, str, Problem]]:
    kept = [(one.line, Problem(**problem)) for one in selectors.refused(row) for problem in one.problems]
    return _faults(kept)

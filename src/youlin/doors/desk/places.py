"""The district's places at the desk: the list, tables in and out, an import looked at before and undone after."""

from typing import Any
from uuid import UUID

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
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.places import kept
from youlin.apps.places.imports import columns, exporting, services
from youlin.apps.places.imports.services import Outcome
from youlin.doors import place_words
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem
from youlin.ui.paging import known_page

PAGE_SIZE = 50
SYSTEMS = (
    ("wgs84", gettext_lazy("WGS84 / CGCS2000（天地图、手机定位）")),
    ("gcj02", gettext_lazy("GCJ-02（高德、腾讯地图）")),
    ("bd09", gettext_lazy("BD-09（百度地图）")),
)
NEEDED = ("name", "kind", "lon", "lat")


@require_safe
@staff("desk")
def places(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All places of a district, those that ask for somebody first."""
    district, others = _district(request, actor)
    state, words = request.GET.get("state", ""), request.GET.get("q", "")[:60]
    number = request.GET.get("page", "1")
    found = kept.listed(
        actor,
        district=district,
        state=state,
        words=words,
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1,
        size=PAGE_SIZE,
    )
    context = _frame(district, others) | {
        "cards": [
            place_words.card(row, reverse("field:place", args=[row.number]))
            | {"due": row.id in found.due_ids}
            for row in found.rows
        ],
        "found": found,
        "state": state if state in kept.STATES else "",
        "words": words,
        "streets": [(area.code, areas.label(area.code)) for area in areas.children(district)],
        "page": known_page(found.rows, number=found.number, size=PAGE_SIZE, total=found.total),
    }
    return render(request, "desk/places.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def bring(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send a table: what would become of it is shown, nothing is written yet. Below, the last imports."""
    district, others = _district(request, actor)
    context = _frame(district, others) | {
        "systems": SYSTEMS,
        "crs": request.POST.get("crs", "wgs84"),
        "needed": [columns.heading(key) for key in NEEDED],
        "optional": [columns.heading(key) for key in columns.HEADINGS if key not in NEEDED],
        "most_rows": services.MOST_ROWS,
        "runs": exporting.runs(actor, district),
    }
    if request.method != "POST":
        return render(request, "desk/places_import.html", context)
    try:
        run, outcome = _looked_at(request, actor, district)
    except (Invalid, Conflict) as error:
        status = 422 if isinstance(error, Invalid) else error.status
        return render(
            request, "desk/places_import.html", context | {"problems": error.problems}, status=status
        )
    return render(request, "desk/places_preview.html", context | _told(outcome) | {"run": run})


@require_POST
@staff("desk")
def take(request: HttpRequest, actor: Actor, run_id: UUID) -> HttpResponseRedirect:
    """Take in the good rows of the file that was looked at."""
    district, _others = _district(request, actor)
    outcome = services.take_kept(actor=actor, district=district, run_id=run_id)
    messages.success(
        request,
        _("已导入：新增 %(new)s 处，更新 %(changed)s 处")
        % {"new": outcome.counts["new"], "changed": outcome.counts["changed"]},
    )
    return HttpResponseRedirect(f"{reverse('desk:places-run', args=[run_id])}?district={district}")


@require_safe
@staff("desk")
def run(request: HttpRequest, actor: Actor, run_id: UUID) -> HttpResponse:
    """What became of an import, with the rows that were refused."""
    district, others = _district(request, actor)
    found, refused = exporting.run(actor, district, run_id)
    context = _frame(district, others) | {"found": found, "refused": refused}
    return render(request, "desk/places_run.html", context)


@require_POST
@staff("desk")
def undo(request: HttpRequest, actor: Actor, run_id: UUID) -> HttpResponseRedirect:
    """Take an import back as a whole."""
    district, _others = _district(request, actor)
    counts = services.undo(actor=actor, district=district, run_id=run_id)
    words = _("已撤销：撤下 %(retired)s 处，恢复 %(restored)s 处，之后改过的 %(kept)s 处没有动")
    messages.success(request, words % {name: counts[name] for name in ("retired", "restored", "kept")})
    return HttpResponseRedirect(f"{reverse('desk:places-run', args=[run_id])}?district={district}")


@require_safe
@staff("desk")
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """All places as a table that can be read in again."""
    district, _others = _district(request, actor)
    lines = (line.encode() for line in exporting.table(actor, district))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"places-{district}-{clock.today():%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _district(request: HttpRequest, actor: Actor) -> tuple[str, tuple[str, ...]]:
    """The district that is worked on, and all in which the actor keeps every place."""
    every = kept.whole_districts(actor)
    asked = request.GET.get("district") or request.POST.get("district", "")
    return asked if asked in every else every[0], every


def _frame(district: str, every: tuple[str, ...]) -> dict[str, Any]:
    return {
        "district": district,
        "district_name": areas.short_name(district),
        "districts": [(code, areas.short_name(code)) for code in every],
        "problems": list[Problem](),
    }


def _looked_at(request: HttpRequest, actor: Actor, district: str) -> tuple[UUID, Outcome]:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(_("请选择一个文件"), field="file")
    content = file.read(services.MOST_BYTES + 1)
    return services.keep_file(
        actor=actor,
        district=district,
        name=file.name or "",
        content=content,
        crs=request.POST.get("crs", "wgs84"),
    )


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "counts": {name: outcome.counts[name] for name in ("new", "changed", "same", "refused")},
        "takes": outcome.counts["new"] + outcome.counts["changed"],
        "refused": outcome.refused,
    }

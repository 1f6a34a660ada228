"""Example data for the gallery, shaped as the doors' is and marked 示例."""

import json
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from youlin.kernel import clock
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from youlin.ui import icons
from youlin.ui.examples import data, district, forms

PAGES = ("phone", "desk", "portal", "cockpit")


def everything(request: HttpRequest) -> dict[str, Any]:
    """The gallery's whole context."""
    now = clock.now()
    areas, view_box = district.drawn()
    return {
        "areas": areas,
        "view_box": view_box,
        "rates": data.rates([a[0] for a in areas]),
        "map_points": _points(areas),
        "points_json": json.dumps(district.points()),
        "cases": data.cases(),
        "steps": data.steps(),
        "steps_stopped": data.steps(2, stopped=True),
        "timeline": data.timeline(),
        "photos": data.photos(),
        "stats": data.stats(),
        "table": data.table(),
        "course": data.course(),
        "trend": [row["value"] or None for row in data.course()],
        "duties": data.duties(),
        "icons": sorted(icons.drawings()),
        "form": forms.empty(),
        "wrong": forms.with_mistakes(),
        "problems": [Problem("where", "这个位置不在本区", "请在图上重新点选，或改打 12345。")],
        "numbers": Paginator(range(2310), 20).get_page(request.GET.get("page", 3)),
        "now": now,
        "moments": [now - timedelta(seconds=s) for s in (5, 400, 9000, 100000, 9000000)],
        "deadlines": [now + timedelta(minutes=m) for m in (38, 220, 4000, -80, -9000)],
        "needs": ("现在开门", "饮水", "微波炉", "充电", "卫生间"),
        "swatches": SWATCHES,
        "narrow": request.GET.get("width") == "phone",
        "zoomed": request.GET.get("zoom") == "2",
    }


SWATCHES = (
    "paper", "card", "sunk", "ink", "ink-2", "line", "control", "jade", "jade-weak", "sky", "sky-weak",
    "ok", "ok-weak", "soon", "soon-weak", "late", "late-weak", "land", "edge", "block", "water",
    "heat-0", "heat-1", "heat-2", "heat-3", "heat-4",
)  # fmt: skip


def _points(areas: list[tuple[str, str, str, float, float]]) -> list[dict[str, Any]]:
    states = ("late", "soon", "ok")
    return [
        {"x": x + 30, "y": y + 34, "state": states[n % 3], "number": n + 1, "label": f"示例 {name} {n + 1}"}
        for n, (_, name, _, x, y) in enumerate(areas[:6])
    ]


def answer(request: HttpRequest, name: str) -> HttpResponse:
    """A whole example page, a fragment, or a failure of the kind that is asked for."""
    if name in PAGES:
        return render(request, f"ui/gallery/{name}.html", everything(request))
    if name == "areas":
        return JsonResponse(district.geojson())
    if name == "points":
        return JsonResponse(district.points())
    if name == "rows":
        return render(request, "ui/gallery/_live.html", {"now": clock.now()})
    if name == "send":
        return HttpResponse(status=204)
    if name in FAILURES:
        raise FAILURES[name]
    raise Http404


FAILURES = {
    "refused": NotAllowed("这件归月坛街道，您不能改派", remedy="请联系月坛街道派遣员，或点“吹哨”请他们来。"),
    "conflict": Conflict("王示例刚刚已经结案", remedy="请刷新后再看。"),
    "invalid": Invalid("位置不在本区", field="where", remedy="请在图上重新点选。"),
}

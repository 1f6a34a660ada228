"""The entrances of a place on a steward's phone: each with its name, its point, and whether there is a step."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from youlin.apps.places import kept, services
from youlin.apps.places.selectors import PlacePage
from youlin.doors import maps, place_words
from youlin.doors.entrance import staff
from youlin.doors.field.pages import tabs
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem

STEP_FREE = {"yes": True, "no": False}
KEPT = ("name", "lon", "lat", "step_free", "note")
AROUND = 0.0016
"""Degrees that the map shows around the place: some 150 metres."""

Entrance = dict[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
@staff("field")
def entrances(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The entrances there are, and a form for one more."""
    page = kept.one(actor, number)
    if request.method != "POST":
        return _page(request, actor, page)
    try:
        _save(request, actor, page, [*_standing(page), _sent(request)])
    except (Invalid, Conflict) as error:
        return _page(request, actor, page, problems=error.problems, status=_status(error))
    messages.success(request, _("出入口已加上"))
    return _back(number)


@require_POST
@staff("field")
def change(request: HttpRequest, actor: Actor, number: str, entrance: UUID, step: str) -> HttpResponse:
    """Save or remove one entrance; one that somebody has changed meanwhile is told."""
    page = kept.one(actor, number)
    if step not in ("save", "remove"):
        raise Http404
    ids = [one.id for one in page.entrances]
    try:
        if entrance not in ids:
            raise Conflict(_("刚刚有人改过这里的出入口"), remedy=_("请看最新的，再改一次"))
        wanted = _standing(page)
        at = ids.index(entrance)
        wanted[at : at + 1] = [_sent(request)] if step == "save" else []
        _save(request, actor, page, wanted)
    except (Invalid, Conflict) as error:
        return _page(request, actor, page, problems=error.problems, status=_status(error), again=entrance)
    messages.success(request, _("已保存") if step == "save" else _("出入口已去掉"))
    return _back(number)


def _save(request: HttpRequest, actor: Actor, page: PlacePage, wanted: list[Entrance]) -> None:
    version = request.POST.get("version", "")
    services.change_place(
        actor=actor,
        district=page.row.district,
        place_id=page.row.id,
        values={"entrances": wanted},
        expected_version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else -1,
    )


def _standing(page: PlacePage) -> list[Entrance]:
    return [{name: getattr(one, name) for name in KEPT} for one in page.entrances]


def _sent(request: HttpRequest) -> Entrance:
    sent = request.POST
    return {
        "name": sent.get("name", "")[:200].replace("\0", ""),
        "lon": sent.get("lon", "")[:40],
        "lat": sent.get("lat", "")[:40],
        "step_free": STEP_FREE.get(sent.get("step_free", "")),
        "note": sent.get("note", "")[:200].replace("\0", ""),
    }


def _status(error: Invalid | Conflict) -> int:
    return 422 if isinstance(error, Invalid) else error.status


def _back(number: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("field:place-entrances", args=[number]))


def _page(
    request: HttpRequest,
    actor: Actor,
    page: PlacePage,
    *,
    problems: list[Problem] | None = None,
    status: int = 200,
    again: UUID | None = None,
) -> HttpResponse:
    """`again`: the entrance whose values were refused; otherwise what was refused is a new one."""
    row = page.row
    box = (row.lon - AROUND, row.lat - AROUND, row.lon + AROUND, row.lat + AROUND)
    context = {
        "tabs": tabs("places", actor),
        "page": page,
        "row": row,
        "name": place_words.name_of(row),
        "bounds": ",".join(f"{degrees:.6f}" for degrees in box),
        "picture": maps.closer(maps.place(row.area, row.lon, row.lat, "none")),
        "states": (("", _("没有看过")), ("yes", _("无台阶")), ("no", _("有台阶"))),
        "problems": problems or [],
        "sent": request.POST,
        "again": again,
    }
    return render(request, "field/entrances.html", context, status=status)

"""A steward's places on a phone: those that ask for them first, confirmed with one tap, put right on one page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.places import kept, services
from youlin.apps.places.selectors import PlacePage
from youlin.doors import place_photos, place_words
from youlin.doors.entrance import staff
from youlin.doors.field.pages import tabs
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem
from youlin.ui.paging import known_page

PAGE_SIZE = 30
LONGEST = 4000
TEXTS = ("name", "name_en", "address", "phone", "hours", "description")


@require_safe
@staff("field")
def places(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My places: those I am asked to confirm, then the others."""
    kept.districts(actor)
    state = request.GET.get("state", "")
    words = request.GET.get("q", "")[:60]
    found = kept.listed(
        actor, state=state, words=words, page=_number(request.GET.get("page", "1")), size=PAGE_SIZE
    )
    cards = [
        place_words.card(row, reverse("field:place", args=[row.number])) | {"due": row.id in found.due_ids}
        for row in found.rows
    ]
    context = {
        "tabs": tabs("places", actor),
        "cards": cards,
        "found": found,
        "state": state if state in kept.STATES else "",
        "words": words,
        "page": known_page(found.rows, number=found.number, size=PAGE_SIZE, total=found.total),
    }
    return render(request, "field/places.html", context)


@require_safe
@staff("field")
def place(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One of my places with everything that can be put right."""
    return render(request, "field/place.html", _context(actor, kept.one(actor, number)))


@require_POST
@staff("field")
def keep(request: HttpRequest, actor: Actor, number: str, step: str) -> HttpResponse:
    """Do one thing with a place; what is refused comes back with what was entered."""
    page = kept.one(actor, number)
    if step not in STEPS:
        raise Http404
    try:
        told = STEPS[step](request, actor, page)
    except (Invalid, Conflict) as error:
        context = _context(actor, page) | {"problems": error.problems, "sent": request.POST, "step": step}
        if step == "change":
            context["chosen"] = request.POST.getlist("has")
        status = 422 if isinstance(error, Invalid) else error.status
        return render(request, "field/place.html", context, status=status)
    messages.success(request, told)
    from_list = request.POST.get("from_list")
    return HttpResponseRedirect(
        reverse("field:places") if from_list else reverse("field:place", args=[number])
    )


def _confirm(request: HttpRequest, actor: Actor, page: PlacePage) -> str:
    services.confirm_place(actor=actor, district=page.row.district, place_id=page.row.id, how="visit")
    return _("已核实：%(name)s") % {"name": page.row.name}


def _change(request: HttpRequest, actor: Actor, page: PlacePage) -> str:
    sent = request.POST
    values: dict[str, Any] = {name: sent.get(name, "")[:LONGEST] for name in TEXTS if name in sent}
    level = sent.get("wheelchair", "")
    values["accessibility"] = {
        **page.accessibility,
        "wheelchair": {"level": level, "note": sent.get("wheelchair_note", "")[:200]},
    }
    known = {one.code: one for one in page.row.facilities}
    broken = set(sent.getlist("broken"))
    values["facilities"] = {
        code: {
            "working": code not in broken,
            "count": known[code].count if code in known else None,
            "note": known[code].note if code in known else "",
        }
        for code in sent.getlist("has")
    }
    services.change_place(
        actor=actor,
        district=page.row.district,
        place_id=page.row.id,
        values=values,
        expected_version=_number(sent.get("version", "0")),
    )
    return _("已保存，并记为今天核实")


def _close(request: HttpRequest, actor: Actor, page: PlacePage) -> str:
    services.close_place(
        actor=actor,
        district=page.row.district,
        place_id=page.row.id,
        reason=request.POST.get("reason", "")[:200],
        ends_at=_moment(request.POST.get("ends_at", "")),
    )
    return _("已标为临时关闭")


def _reopen(request: HttpRequest, actor: Actor, page: PlacePage) -> str:
    for closure in page.closures:
        services.lift_closure(
            actor=actor, district=page.row.district, place_id=page.row.id, closure_id=closure.id
        )
    return _("已恢复开放")


def _crowding(request: HttpRequest, actor: Actor, page: PlacePage) -> str:
    services.tell_crowding(
        actor=actor,
        district=page.row.district,
        place_id=page.row.id,
        crowding=request.POST.get("crowding", ""),
    )
    return _("已更新，两小时后不再显示")


STEPS: dict[str, Callable[[HttpRequest, Actor, PlacePage], str]] = {
    "confirm": _confirm,
    "change": _change,
    "close": _close,
    "reopen": _reopen,
    "crowding": _crowding,
}


def _context(actor: Actor, page: PlacePage) -> dict[str, Any]:
    return {
        "tabs": tabs("places", actor),
        "page": page,
        "card": place_words.card(page.row, reverse("field:place", args=[page.row.number])),
        "heard": kept.heard(actor, page),
        "photos": len(place_photos.shown(page.row.district, page.row.id, page.row.number)),
        "offered": [
            {"code": one.code, "name": one.name_en if place_words.foreign() else one.name, "has": one.has}
            | {"broken": not one.working}
            for one in kept.facilities(page)
        ],
        "chosen": [one.code for one in page.row.facilities],
        "wheelchair": page.accessibility.get("wheelchair", {}),
        "levels": (("", _("不清楚")), ("yes", _("可用")), ("limited", _("部分可用")), ("no", _("不可用"))),
        "crowdings": (("free", _("空闲")), ("busy", _("较忙")), ("full", _("已满")), ("", _("不显示"))),
        "problems": list[Problem](),
        "sent": {},
    }


def _moment(text: str) -> datetime | None:
    """A day and time as a phone's field writes it; None where nothing was chosen."""
    if not text.strip():
        return None
    try:
        found = parse_datetime(text.strip())
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        raise Invalid(_("看不懂这个时间"), field="ends_at", remedy=_("请重新选择日期和时间"))
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1

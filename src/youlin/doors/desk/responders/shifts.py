"""Standing tasks at the desk: seats opened for the weeks to come, the roll-call, codes that people show, called off."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.responders import acts, declarations, services, standing
from youlin.apps.responders.services import Plan
from youlin.doors import scanning
from youlin.doors.desk.responders.frame import district_of, frame, status_of
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound

FIELDS = ("kind", "what", "where", "area", "place", "day", "from", "to", "seats", "weeks")
Refused = Invalid | Conflict | NotFound


@never_cache
@require_safe
@staff("desk")
def shifts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The turns the actor organises: to come, or over."""
    district = district_of(request, actor, acts.ORGANISE)
    past = request.GET.get("state") == "past"
    context = frame(actor, district, "shifts") | {
        "rows": standing.led(actor, district, past=past),
        "past": past,
    }
    return render(request, "desk/responders/shifts.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open the seats of one turn, or of a turn each week."""
    district = district_of(request, actor, acts.ORGANISE)
    if request.method != "POST":
        return _form(request, actor, district, {"seats": "6", "weeks": "1", "from": "18:00", "to": "20:00"})
    said = {name: request.POST.get(name, "").replace("\0", "")[:400] for name in FIELDS}
    try:
        made = services.open_shifts(
            actor=actor,
            district=district,
            plan=_plan(said),
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict, NotFound) as error:
        return _form(request, actor, district, said, error)
    messages.success(request, _("已开放 %(count)s 次的名额") % {"count": len(made)})
    return HttpResponseRedirect(reverse("desk:responders-shift", args=[made[0].number]))


@never_cache
@require_safe
@staff("desk")
def shift(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One turn with its roll and its waiting list."""
    return _page(request, actor, number)


@require_POST
@staff("desk")
def close(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Call the roll: the minutes of each seat, an empty one as it was scanned."""
    page = standing.roll(actor, number)
    try:
        minutes = {one.id: _minutes(request, one.id) for one in page.roll}
        services.close(actor=actor, district=page.row.district, shift_id=page.row.id, minutes=minutes)
    except (Invalid, Conflict) as error:
        return _page(request, actor, number, error)
    messages.success(request, _("点名已记，时长记入各人的服务记录"))
    return _back(page.row.number)


@require_POST
@staff("desk")
def cancel(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Call the turn off."""
    page = standing.roll(actor, number)
    try:
        services.cancel_shift(
            actor=actor,
            district=page.row.district,
            shift_id=page.row.id,
            reason=request.POST.get("reason", ""),
        )
    except (Invalid, Conflict) as error:
        return _page(request, actor, number, error)
    messages.success(request, _("已取消，报名和候补的人都告诉了"))
    return _back(page.row.number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def scan(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The camera for what people show: first they have come, later they go. The next one can be scanned at once."""
    page = standing.roll(actor, number)
    if request.method != "POST":
        return _scanner(request, actor, page)
    try:
        seat = services.scan_pass(
            actor=actor,
            district=page.row.district,
            shift_id=page.row.id,
            code=request.POST.get("code", "")[:2_000],
        )
    except (Invalid, Conflict) as error:
        return _scanner(request, actor, page, error)
    name = next((one.name for one in page.roll if one.id == seat.id), "")
    said = _("%(name)s 已记离场") if seat.out_at else _("%(name)s 已记到场")
    messages.success(request, said % {"name": name})
    return HttpResponseRedirect(reverse("desk:responders-scan", args=[page.row.number]))


def _plan(said: dict[str, str]) -> Plan:
    return Plan(
        kind=said["kind"],
        what=said["what"],
        where=said["where"],
        area=said["area"],
        place=said["place"],
        starts_at=_moment(said["day"], said["from"]),
        ends_at=_moment(said["day"], said["to"]),
        seats=_whole(said["seats"]) or 0,
        weeks=_whole(said["weeks"]) or 0,
    )


def _moment(day: str, clock: str) -> datetime | None:
    """A local time of the installation; None for what is none."""
    try:
        found = parse_datetime(f"{day.strip()}T{clock.strip()}")
        return found and timezone.make_aware(found, timezone.get_default_timezone())
    except (ValueError, OverflowError):
        return None


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def _minutes(request: HttpRequest, seat: UUID) -> int | None:
    said = request.POST.get(f"minutes-{seat}", "").strip()
    found = _whole(said)
    if said and found is None:
        raise Invalid(_("请填写分钟数"), field=f"minutes-{seat}")
    return found


def _form(
    request: HttpRequest, actor: Actor, district: str, said: dict[str, str], error: Refused | None = None
) -> HttpResponse:
    context = frame(actor, district, "shifts", error) | {
        "said": said | {"begin": said.get("from", "")},
        "tasks": declarations.tasks(district, "session"),
        "streets": [
            (street, areas.subtree(street.code, level="community"))
            for street in areas.subtree(district, level="street")
        ],
    }
    context["key"] = request.POST.get("idempotency_key") or context["key"]
    return render(request, "desk/responders/shift_new.html", context, status=status_of(error))


def _page(
    request: HttpRequest, actor: Actor, number: str, error: Invalid | Conflict | None = None
) -> HttpResponse:
    page = standing.roll(actor, number)
    context: dict[str, Any] = frame(actor, page.row.district, "shifts", error) | {
        "page": page,
        "row": page.row,
        "roll": [(one, request.POST.get(f"minutes-{one.id}", one.minutes or "")) for one in page.roll],
    }
    return render(request, "desk/responders/shift.html", context, status=status_of(error))


def _scanner(
    request: HttpRequest, actor: Actor, page: standing.RollPage, error: Invalid | Conflict | None = None
) -> HttpResponse:
    context = frame(actor, page.row.district, "shifts", error) | {"page": page, "row": page.row}
    return scanning.page(request, "desk/responders/scan.html", context, status=status_of(error))


def _back(number: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:responders-shift", args=[number]))

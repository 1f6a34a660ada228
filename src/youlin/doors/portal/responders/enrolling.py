"""What city responders are, joining them, and one's own times and limits: changed at will, left at will."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.parties import selectors as parties
from youlin.apps.responders import mine, selectors, services, words
from youlin.doors import pace
from youlin.doors.entrance import person, visitor
from youlin.doors.portal.home import district_of
from youlin.doors.portal.responders.hours import DAYS, windows_in
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem

Said = dict[str, Any]
LISTS = ("areas", "skills", "languages", "kinds")
PLAIN = ("occupation", "organisation", "quiet", "most_week", "rest_hours", "reach_m")


@require_safe
@visitor("portal")
def about(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The scenes, what a responder is asked and is not, and the way in."""
    district = district_of(request)
    if not district:
        return render(request, "portal/nothing.html")
    context = {
        "district": areas.get(district),
        "tasks": selectors.words(district)["tasks"],
        "mine": mine.enrolment(actor, district),
        "wards": mine.wards(actor, district),
        "hours": mine.minutes_together(district) // 60,
    }
    return render(request, "portal/responders/about.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@person("portal")
def join(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form, with what is known filled in; POST enrols once."""
    district = district_of(request)
    if not district:
        return render(request, "portal/nothing.html")
    if mine.enrolment(actor, district) is not None:
        return HttpResponseRedirect(reverse("portal:respond-me"))
    known = mine.known(actor, district)
    said: Said = {
        "quiet": known["quiet"],
        "languages": [known["language"]],
        "most_week": 2,
        "rest_hours": 12,
        "reach_m": 3000,
        "emergencies": True,
    }
    if request.method != "POST":
        return _form(request, district, said, known)
    pace.demand(request, actor)
    said = _said(request)
    try:
        born_on = known["born_on"] or _birth(request.POST.get("born_on", ""))
        if not request.POST.get("agree"):
            raise Invalid(_("请勾选同意"), field="agree")
        services.register(actor=actor, district=district, values=_values(request, said), born_on=born_on)
    except (Invalid, Conflict) as error:
        return _form(request, district, said, known, error)
    messages.success(request, _("登记好了。核实以后，附近需要人手时会召集您。"))
    return HttpResponseRedirect(reverse("portal:respond-me"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@person("portal")
def me(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My times and limits; POST changes them, or rests for a while."""
    district = district_of(request)
    row = mine.enrolment(actor, district) if district else None
    if row is None:
        return HttpResponseRedirect(reverse("portal:respond"))
    known = mine.known(actor, district)
    if request.method != "POST":
        said: Said = {name: getattr(row, name) for name in (*LISTS, *PLAIN[2:], "windows", "emergencies")}
        said |= {
            "occupation": row.occupation.code,
            "organisation": row.organisation.code if row.organisation else "",
        }
        return _form(request, district, said, known, row=row)
    said = _said(request)
    try:
        if "rest" in request.POST:
            _rest(request, actor, district)
        else:
            services.change(actor=actor, district=district, values=_values(request, said))
    except (Invalid, Conflict) as error:
        return _form(request, district, said, known, error, row=row)
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(reverse("portal:respond-me"))


@require_POST
@person("portal")
def leave(request: HttpRequest, actor: Actor) -> HttpResponse:
    """I am a responder no more."""
    services.leave(actor=actor, district=district_of(request))
    messages.success(request, _("已退出，谢谢您做过的一切。服务记录还在。"))
    return HttpResponseRedirect(reverse("portal:respond"))


@require_POST
@person("portal")
def agree(request: HttpRequest, actor: Actor, responder: UUID) -> HttpResponse:
    """A guardian agrees for a ward."""
    services.consent_for(actor=actor, district=district_of(request), responder_id=responder)
    messages.success(request, _("已同意"))
    return HttpResponseRedirect(reverse("portal:respond"))


def _rest(request: HttpRequest, actor: Actor, district: str) -> None:
    days = request.POST.get("rest", "")
    if days == "0":
        services.change(actor=actor, district=district, values={}, resume=True)
        return
    if days not in ("1", "7", "30"):
        raise Invalid(_("请选择休息多久"), field="rest")
    services.change(
        actor=actor, district=district, values={}, paused_until=clock.now() + timedelta(days=int(days))
    )


def _said(request: HttpRequest) -> Said:
    """What the form says, as it was typed."""
    given = {name: request.POST.get(name, "").replace("\0", "")[:64] for name in PLAIN}
    lists = {name: [one.replace("\0", "")[:64] for one in request.POST.getlist(name)] for name in LISTS}
    lists["areas"] = [one for one in lists["areas"] if one]
    return {**given, **lists, "emergencies": bool(request.POST.get("emergencies"))}


def _values(request: HttpRequest, said: Said) -> Said:
    said["windows"] = windows_in(request.POST)
    return said


def _birth(text: str) -> date | None:
    if not text:
        return None
    try:
        found = parse_date(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise Invalid(_("请核对出生日期"), field="born_on", remedy=_("例如 1996-05-20"))
    return found


def _form(
    request: HttpRequest,
    district: str,
    said: Said,
    known: dict[str, Any],
    error: Invalid | Conflict | None = None,
    row: Any = None,
) -> HttpResponse:
    choices = selectors.words(district)
    chosen = [*said.get("areas", []), "", "", ""][:3]
    context = {
        "row": row,
        "said": said,
        "known": known,
        "choices": choices,
        "calls": [one for one in choices["tasks"] if one.way == "call"],
        "languages": list(words.LANGUAGES.items()),
        "areas": [(f"areas-{number}", code) for number, code in enumerate(chosen)],
        "communities": [
            (street.name, areas.subtree(street.code, level="community"))
            for street in areas.subtree(district, level="street")
        ],
        "streets": areas.subtree(district, level="street"),
        "bodies": parties.organisations(district=district),
        "days": DAYS,
        "windows": _by_day(request, said),
        "today": clock.today(),
        "now": clock.now(),
        "problems": error.problems if error else list[Problem](),
    }
    return render(request, "portal/responders/form.html", context, status=error.status if error else 200)


def _by_day(request: HttpRequest, said: Said) -> list[tuple[int, str, str, str]]:
    """Each day of the week with its first window, as the form shows it."""
    kept = {day: (_clock(start), _clock(end)) for day, start, end in reversed(said.get("windows", []))}
    found = []
    for number, name in enumerate(DAYS):
        start, end = kept.get(number, ("", ""))
        given = (request.POST.get(f"from-{number}", start), request.POST.get(f"to-{number}", end))
        found.append((number, str(name), *given))
    return found


def _clock(half_hours: int) -> str:
    return f"{half_hours // 2:02d}:{half_hours % 2 * 30:02d}"

"""The street's and the district's view: compounds, refusals, minutes saved; and taking a compound in."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.gates import exporting, joining, selectors, services
from youlin.apps.gates.acts import KEEP
from youlin.doors.entrance import staff
from youlin.doors.gates import words
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, Problem

MONTHS = 13


@require_safe
@staff("desk")
def desk(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every compound of my areas with its figures of thirty days."""
    districts = selectors.districts_read(actor)
    if not districts:
        raise NotAllowed(_("这一页给街道和专班用"))
    district = _district(request, districts)
    lines = [(words.name_of(one.row), one) for one in selectors.overview(actor, district)]
    told = [one for one in lines if one[1].minutes.saved is not None]
    context = {
        "lines": lines,
        "told": told,
        "longest": max(
            (max(one.minutes.before or 0, one.minutes.since or 0) for _name, one in told), default=1
        ),
        "months": [f"{one:%Y-%m}" for one in _months()],
        "district": district,
        "districts": [(code, areas.short_name(code)) for code in districts],
        "may_join": _may_join(actor, district),
    }
    return render(request, "gates/desk.html", context)


@require_safe
@staff("desk")
def export(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Entries, exits and refusals of a month by compound and day, as CSV: figures of nobody."""
    districts = selectors.districts_read(actor)
    if not districts:
        raise NotAllowed(_("这一页给街道和专班用"))
    district, asked = _district(request, districts), request.GET.get("month", "")
    first = next((one for one in _months() if f"{one:%Y-%m}" == asked), _months()[0])
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    content = exporting.table(actor, district, first, last)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="gates-{district}-{first:%Y%m}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def join(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a place in as a compound, of a property company."""
    districts = tuple(code for code in selectors.districts_read(actor) if _may_join(actor, code))
    if not districts:
        raise NotAllowed(_("接入小区由区里的专班办理"))
    district = _district(request, districts)
    if request.method != "POST":
        return _form(request, district)
    try:
        made = services.join(
            actor=actor,
            district=district,
            place_id=joining.place_of(district, words.text(request, "place", 24)).id,
            firm=words.text(request, "firm"),
            bureau=words.text(request, "bureau"),
            joined_on=_day(words.text(request, "joined_on", 10)),
            duties_text=request.POST.get("duties", ""),
            duties_text_en=request.POST.get("duties_en", ""),
        )
    except (Invalid, Conflict) as error:
        status = 422 if isinstance(error, Invalid) else error.status
        return _form(request, district, error.problems, status)
    messages.success(request, _("已接入：%(name)s") % {"name": made.place.name})
    return HttpResponseRedirect(reverse("gates:keep", args=[made.place.number]))


def _form(
    request: HttpRequest, district: str, problems: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "district": district,
        "firms": joining.firms(district),
        "bureaus": joining.bureaus(district),
        "given": request.POST,
        "problems": problems or [],
    }
    return render(request, "gates/join.html", context, status=status)


def _may_join(actor: Actor, district: str) -> bool:
    return duties.access(actor).may(KEEP, district=district, area=district)


def _district(request: HttpRequest, districts: tuple[str, ...]) -> str:
    asked = request.POST.get("district") or request.GET.get("district", "")
    return asked if asked in districts else districts[0]


def _months() -> list[date]:
    """The first days of this month and of those before that figures are kept of."""
    found = [clock.today().replace(day=1)]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise Invalid(_("看不懂这个日期"), field="joined_on", remedy=_("请写成 2026-11-23 的样子"))
    return found

"""Contesting a figure at the desk: the cases it rests on, which of them should not count, and why."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators.contesting import selectors, services
from youlin.apps.indicators.selectors import lineage
from youlin.doors.desk.offers.frame import page_number
from youlin.doors.desk.targets.frame import day, status_of, text
from youlin.doors.entrance import staff
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem
from youlin.ui.paging import known_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def appeal(request: HttpRequest, actor: Actor, code: str, indicator: str) -> HttpResponse:
    """The rows of a figure of an area over a period; a POST contests it."""
    period = _period(request)
    if request.method != "POST":
        return _form(request, actor, code, indicator, period)
    try:
        made = services.contest(
            actor=actor,
            area=code,
            indicator=indicator,
            period=period,
            numbers=_numbers(request),
            choice=text(request, "choice", 64),
            reason=text(request, "reason", 1200),
            idempotency_key=text(request, "idempotency_key", 100),
        )
    except (Invalid, Conflict) as error:
        return _form(request, actor, code, indicator, period, error)
    messages.success(request, _("申诉已提出：%(number)s") % {"number": made.case.number})
    address = reverse("desk:appeal", args=[code, indicator])
    return HttpResponseRedirect(f"{address}?first={period[0]}&last={period[1]}")


def _form(
    request: HttpRequest,
    actor: Actor,
    code: str,
    indicator: str,
    period: tuple[date, date],
    error: Invalid | Conflict | None = None,
) -> HttpResponse:
    page = page_number(request)
    behind = lineage.rows_behind(actor, area=code, code=indicator, period=period, page=page)
    shown = [row.case for row in behind.rows if row.case is not None]
    found = selectors.restatements(actor, area=code, codes=[indicator], period=period).get(indicator, [])
    figure: Any = behind.figure
    chosen = set(_numbers(request))
    context = {
        "code": code,
        "place": areas.short_name(code),
        "first": period[0],
        "last": period[1],
        "behind": behind,
        "figure": figure,
        "cases": shown,
        "chosen": chosen,
        "others": sorted(chosen - {one.number for one in shown}),
        "choices": _choices(actor, code, [one.number for one in shown]),
        "choice": request.POST.get("choice", ""),
        "reason": request.POST.get("reason", "")[:1200] if error else "",
        "lodged": selectors.lodged(actor, area=code, code=indicator),
        "restated": [(one, *one.said(figure.unit, figure.decimals)) for one in found],
        "idempotency_key": text(request, "idempotency_key", 100) or str(ids.uuid7()),
        "page": known_page(behind.rows, number=page, size=behind.size, total=behind.total),
        "problems": error.problems if error else list[Problem](),
    }
    return render(request, "desk/targets/appeal.html", context, status=status_of(error))


def _choices(actor: Actor, code: str, numbers: list[str]) -> list[str]:
    """The grounds on which the cases of this page can be left out."""
    try:
        return selectors.choices(actor, area=code, numbers=numbers)
    except Invalid:
        return []


def _numbers(request: HttpRequest) -> list[str]:
    """The cases ticked on this page, and the numbers typed for those on others."""
    typed = text(request, "others", 4000).replace("、", " ").replace("，", " ").replace(",", " ").split()
    ticked = [one.replace("\0", "")[:32] for one in request.POST.getlist("rows")]
    return list(dict.fromkeys([*ticked, *(one[:32] for one in typed)]))


def _period(request: HttpRequest) -> tuple[date, date]:
    """The days the figure is of: this month where the address says nothing that makes sense."""
    asked = request.POST if request.method == "POST" else request.GET
    first, last = day(asked.get("first", "")), day(asked.get("last", ""))
    if first is None or last is None or last < first:
        today = clock.today()
        return today.replace(day=1), today
    return first, last

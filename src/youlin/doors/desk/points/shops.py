"""Partner shops at the desk: which there are, what they give, their stock, their months and what is settled."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.offers import figures
from youlin.apps.rewards import exporting, kept, selectors, services
from youlin.doors import offer_words
from youlin.doors.desk.offers.frame import district_of, page_number
from youlin.doors.desk.points.frame import frame
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem
from youlin.ui.paging import known_page

PAGE_SIZE = 50
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def shops(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The shops of a district; a POST makes a body at a place one of them."""
    every = kept.districts(actor)
    district = district_of(request, every)
    if request.method != "POST":
        return _shops(request, actor, every, district)
    sent = {name: request.POST.get(name, "")[:64].replace("\0", "") for name in ("organisation", "place")}
    try:
        made = services.join_by(actor=actor, district=district, **sent)
    except (Invalid, Conflict) as error:
        return _shops(request, actor, every, district, sent=sent, error=error)
    messages.success(request, _("已加入，请再登记它的奖品"))
    return HttpResponseRedirect(reverse("desk:shop", args=[made.id]))


@never_cache
@require_safe
@staff("desk")
def shop(request: HttpRequest, actor: Actor, shop_id: UUID) -> HttpResponse:
    """One shop."""
    return _shop(request, actor, kept.one(actor, shop_id))


@require_POST
@staff("desk")
def change(request: HttpRequest, actor: Actor, shop_id: UUID, step: str) -> HttpResponse:
    """A shop leaves or comes back; a month of it is settled."""
    one = kept.one(actor, shop_id)
    if step not in STEPS:
        raise Http404
    try:
        told = STEPS[step](request, actor, one)
    except (Invalid, Conflict) as error:
        return _shop(request, actor, one, error=error)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("desk:shop", args=[one.id]))


@require_safe
@staff("desk")
def month(request: HttpRequest, actor: Actor, shop_id: UUID, form: str) -> HttpResponse:
    """A month of a shop as CSV or Excel."""
    one = kept.one(actor, shop_id)
    first, _last = figures.month_of(request.GET.get("month", "")[:7])
    content = exporting.table(one, selectors.month(one, first), form)
    return _file(content, f"rewards-{one.place.number}-{first:%Y%m}", form)


@require_safe
@staff("desk")
def month_of_all(request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
    """A month of all shops of a district as CSV or Excel."""
    district = district_of(request, kept.districts(actor))
    first, _last = figures.month_of(request.GET.get("month", "")[:7])
    content = exporting.table_of_all(kept.month_of_all(actor, district, first), form)
    return _file(content, f"rewards-{district}-{first:%Y%m}", form)


def _leave(request: HttpRequest, actor: Actor, one: Any) -> str:
    reason = request.POST.get("reason", "").replace("\0", "").strip()
    if not reason:
        raise Invalid(_("请说明退出的原因"), field="reason")
    services.leave(actor=actor, district=one.district, shop_id=one.id, reason=reason)
    return _("已退出，兑过的照旧结算")


def _return(request: HttpRequest, actor: Actor, one: Any) -> str:
    services.join(
        actor=actor, district=one.district, organisation_id=one.organisation_id, place_id=one.place_id
    )
    return _("已恢复")


def _settle(request: HttpRequest, actor: Actor, one: Any) -> str:
    asked = request.POST.get("month", "")[:7]
    first, _last = figures.month_of(asked)
    if f"{first:%Y-%m}" != asked:
        raise Invalid(_("请选月份"), field="month")
    row = services.settle(actor=actor, district=one.district, shop_id=one.id, month=first)
    return _("%(month)s 已结算：%(n)s 份，%(points)s 分") % {
        "month": f"{row.month:%Y-%m}",
        "n": row.taken,
        "points": row.points,
    }


STEPS: dict[str, Callable[[HttpRequest, Actor, Any], str]] = {
    "leave": _leave,
    "return": _return,
    "settle": _settle,
}


def _shops(
    request: HttpRequest,
    actor: Actor,
    every: tuple[str, ...],
    district: str,
    *,
    sent: dict[str, str] | None = None,
    error: Invalid | Conflict | None = None,
) -> HttpResponse:
    words = request.GET.get("q", "")[:60].replace("\0", "")
    number = page_number(request)
    rows, total = kept.listed(actor, district, words=words, page=number, size=PAGE_SIZE)
    first, _last = figures.month_of("")
    number = min(number, max(1, -(-total // PAGE_SIZE)))
    context = frame(actor, district, every, "shops") | {
        "rows": [(offer_words.name_of(one.shop.place), one) for one in rows],
        "total": total,
        "words": words,
        "month": f"{first:%Y-%m}",
        "bodies": kept.bodies(district),
        "sent": sent or {},
        "page": known_page(rows, number=number, size=PAGE_SIZE, total=total),
        "problems": _problems(error),
    }
    return render(request, "desk/points/shops.html", context, status=_status(error))


def _shop(
    request: HttpRequest, actor: Actor, one: Any, *, error: Invalid | Conflict | None = None
) -> HttpResponse:
    context = frame(actor, one.district, kept.districts(actor), "shops") | {
        "districts": [],
        "shop": one,
        "place": offer_words.name_of(one.place),
        "rewards": [(offer_words.name_of(each.row), each) for each in kept.rewards_of(one)],
        "months": kept.months(one),
        "problems": _problems(error),
    }
    return render(request, "desk/points/shop.html", context, status=_status(error))


def _problems(error: Invalid | Conflict | None) -> list[Problem]:
    return error.problems if error else []


def _status(error: Invalid | Conflict | None) -> int:
    if error is None:
        return 200
    return 422 if isinstance(error, Invalid) else error.status


def _file(content: bytes, name: str, form: str) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["Cache-Control"] = "no-store"
    return response

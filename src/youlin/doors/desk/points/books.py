"""The books of a district at the desk: pots, what was posted last, giving with a reason, taking back, closing a month."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from youlin.apps.ledger import selectors, services
from youlin.apps.ledger.acts import WHYS
from youlin.apps.offers.services import checking
from youlin.doors import offer_words
from youlin.doors.desk.offers.frame import district_of
from youlin.doors.desk.points.frame import frame
from youlin.doors.entrance import staff
from youlin.kernel import clock, ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid

FIELDS = ("kind", "phone", "amount", "note")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def books(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything of one district; a POST gives something from a pot. What is refused keeps what was typed."""
    every = selectors.districts(actor)
    district = district_of(request, every)
    if request.method != "POST":
        return _page(request, actor, every, district)
    sent = {name: request.POST.get(name, "").replace("\0", "")[:300] for name in FIELDS}
    try:
        services.issue_to_phone(
            actor=actor,
            district=district,
            key=f"desk:{request.POST.get('idempotency_key', '')[:100]}",
            kind=sent["kind"],
            phone=sent["phone"],
            amount=_amount(sent["amount"]),
            note=sent["note"],
        )
    except (Invalid, Conflict) as error:
        return _page(request, actor, every, district, sent=sent, problems=error.problems, status=422)
    messages.success(request, _("已发放"))
    return _back(district)


@require_POST
@staff("desk")
def reverse_one(request: HttpRequest, actor: Actor, transfer: UUID) -> HttpResponse:
    """Take back what was posted, with the reason."""
    every = selectors.districts(actor)
    district = district_of(request, every)
    try:
        services.reverse(
            actor=actor, district=district, transfer_id=transfer, reason=request.POST.get("reason", "")
        )
    except (Invalid, Conflict) as error:
        return _page(request, actor, every, district, problems=error.problems, status=422)
    messages.success(request, _("已冲正"))
    return _back(district)


@require_POST
@staff("desk")
def close(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Close the books of a unit up to the end of last month, or the day that is written."""
    every = selectors.districts(actor)
    district = district_of(request, every)
    try:
        last = checking.day(request.POST.get("last", "")[:20].replace("\0", ""), "last")
        if last is None:
            raise Invalid(_("请填写结账到哪一天"), field="last")
        services.close_period(
            actor=actor,
            district=district,
            unit=request.POST.get("unit", "")[:64].replace("\0", ""),
            last=last,
        )
    except (Invalid, Conflict) as error:
        return _page(request, actor, every, district, problems=error.problems, status=422)
    messages.success(request, _("已结账，之前的日期不能再记入"))
    return _back(district)


def _page(
    request: HttpRequest,
    actor: Actor,
    every: tuple[str, ...],
    district: str,
    *,
    sent: dict[str, str] | None = None,
    problems: Any = (),
    status: int = 200,
) -> HttpResponse:
    rows = selectors.latest(district)
    undone = selectors.reversed_among(district, rows)
    context = frame(actor, district, every, "books") | {
        "pots": [
            (offer_words.name_of(one.kind), offer_words.name_of(one.unit), one)
            for one in selectors.pots(district)
        ],
        "rows": [
            {
                "row": row,
                "why": str(WHYS.get(row.why, row.why)),
                "unit": offer_words.name_of(row.unit),
                "from": offer_words.name_of(row.debit.kind),
                "to": offer_words.name_of(row.credit.kind),
                "is_undone": row.id in undone,
                "may_undo": row.id not in undone and row.reverses_id is None,
            }
            for row in rows
        ],
        "kinds": [(one.code, offer_words.name_of(one)) for one in selectors.personal_kinds(district)],
        "units": [(one.code, offer_words.name_of(one)) for one in selectors.units(district)],
        "periods": [(offer_words.name_of(one.unit), one) for one in selectors.periods(district)],
        "last": clock.today().replace(day=1) - timedelta(days=1),
        "sent": sent or {},
        "problems": list(problems),
        "idempotency_key": str(ids.uuid7()),
    }
    return render(request, "desk/points/books.html", context, status=status)


def _amount(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10):
        raise Invalid(_("数量应为正整数"), field="amount")
    return int(text)


def _back(district: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('desk:books')}?district={district}")

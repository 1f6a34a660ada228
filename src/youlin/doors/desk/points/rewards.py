"""Rewards at the desk: a new one of a shop, changing one, taking pieces in, retiring it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from youlin.apps.rewards import kept, services
from youlin.apps.rewards.services import checking
from youlin.doors import offer_words
from youlin.doors.desk.points.frame import frame
from youlin.doors.entrance import staff
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid

FIELDS = (*checking.TEXTS, *checking.NUMBERS, *checking.DAYS)
LONGEST = 700


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def new(request: HttpRequest, actor: Actor, shop_id: UUID) -> HttpResponse:
    """A new reward of a shop, with the pieces it has set aside. What is refused keeps what was typed."""
    shop = kept.one(actor, shop_id)
    if request.method != "POST":
        return _form(request, actor, shop, {})
    key = request.POST.get("idempotency_key", "").replace("\0", "")[:100]
    try:
        pieces = _pieces(request, optional=True)
        made = services.add_reward(
            actor=actor,
            district=shop.district,
            shop_id=shop.id,
            values=_values(request),
            idempotency_key=key,
        )
        if pieces:
            services.stock_up(
                actor=actor, district=shop.district, reward_id=made.id, pieces=pieces, key=f"{key}:first"
            )
    except (Invalid, Conflict) as error:
        return _form(request, actor, shop, _sent(request), error=error)
    messages.success(request, _("已登记“%(name)s”") % {"name": made.name})
    return HttpResponseRedirect(reverse("desk:shop", args=[shop.id]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def reward(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One reward: change it."""
    row = kept.reward(actor, number)
    if request.method != "POST":
        return _form(request, actor, row.shop, _shown(row), row)
    try:
        services.change_reward(actor=actor, district=row.district, reward_id=row.id, values=_values(request))
    except (Invalid, Conflict) as error:
        return _form(request, actor, row.shop, _sent(request), row, error=error)
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(reverse("desk:reward", args=[row.number]))


@require_POST
@staff("desk")
def change(request: HttpRequest, actor: Actor, number: str, step: str) -> HttpResponse:
    """Take pieces in; retire it; bring it back."""
    row = kept.reward(actor, number)
    if step not in STEPS:
        raise Http404
    try:
        told = STEPS[step](request, actor, row)
    except (Invalid, Conflict) as error:
        return _form(request, actor, row.shop, _shown(row), row, error=error)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("desk:reward", args=[row.number]))


def _stock(request: HttpRequest, actor: Actor, row: Any) -> str:
    key = request.POST.get("idempotency_key", "").replace("\0", "").strip()[:100]
    if not key:
        raise Invalid(_("缺少幂等键"), field="idempotency_key", remedy=_("请刷新页面再试"))
    left = services.stock_up(
        actor=actor,
        district=row.district,
        reward_id=row.id,
        pieces=_pieces(request),
        key=f"{row.id}:{key}",
    )
    return _("已进货，现有 %(n)s 份") % {"n": left}


def _retire(request: HttpRequest, actor: Actor, row: Any) -> str:
    services.retire_reward(actor=actor, district=row.district, reward_id=row.id)
    return _("已停用，已签出的兑换券仍可兑")


def _restore(request: HttpRequest, actor: Actor, row: Any) -> str:
    services.restore_reward(actor=actor, district=row.district, reward_id=row.id)
    return _("已恢复")


STEPS: dict[str, Callable[[HttpRequest, Actor, Any], str]] = {
    "stock": _stock,
    "retire": _retire,
    "restore": _restore,
}


def _pieces(request: HttpRequest, *, optional: bool = False) -> int:
    text = request.POST.get("pieces", "").strip()
    if optional and not text:
        return 0
    found = checking.whole(text)
    if found is None:
        raise Invalid(_("请填 1 到 %(most)s 之间的整数") % {"most": checking.MOST}, field="pieces")
    return found


def _values(request: HttpRequest) -> dict[str, Any]:
    return {name: request.POST.get(name, "")[:LONGEST].replace("\0", "") for name in FIELDS}


def _sent(request: HttpRequest) -> dict[str, Any]:
    """What was typed, to be shown again."""
    return _values(request) | {"pieces": request.POST.get("pieces", "")[:9].replace("\0", "")}


def _shown(row: Any) -> dict[str, Any]:
    """A reward as its form shows it."""
    values = {name: getattr(row, name) for name in FIELDS}
    values |= {name: values[name].isoformat() if values[name] else "" for name in checking.DAYS}
    return {name: "" if value is None else value for name, value in values.items()}


def _form(
    request: HttpRequest,
    actor: Actor,
    shop: Any,
    values: dict[str, Any],
    row: Any = None,
    *,
    error: Invalid | Conflict | None = None,
) -> HttpResponse:
    stock = next((one for one in kept.rewards_of(shop) if row and one.row.id == row.id), None)
    context = frame(actor, shop.district, kept.districts(actor), "shops") | {
        "districts": [],
        "shop": shop,
        "row": row,
        "stock": stock,
        "name": offer_words.name_of(row) if row else "",
        "values": values,
        "problems": error.problems if error else [],
        "idempotency_key": str(ids.uuid7()),
    }
    status = 200 if error is None else 422 if isinstance(error, Invalid) else error.status
    return render(request, "desk/points/reward.html", context, status=status)

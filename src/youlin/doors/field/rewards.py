"""A shop's counter on a phone: scan or type a code, give a reward; today's list; the month."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.offers import figures
from youlin.apps.rewards import exporting, selectors, services
from youlin.doors import offer_words
from youlin.doors.entrance import staff
from youlin.doors.field.pages import tabs
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, Problem

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
@staff("field")
def shops(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The shops where I give rewards; where there is one, that one."""
    if not selectors.serves_any(actor):
        raise NotAllowed(_("没有归您值守的商户"), remedy=_("请联系积分管理员"))
    found = selectors.shops(actor)
    if len(found) == 1:
        return HttpResponseRedirect(reverse("field:shop", args=[found[0].id]))
    named = [(offer_words.name_of(one.place), one) for one in found]
    return render(request, "field/rewards/shops.html", {"tabs": tabs("rewards", actor), "shops": named})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("field")
def shop(request: HttpRequest, actor: Actor, shop_id: UUID) -> HttpResponse:
    """One counter. What is refused comes back with what was typed and why."""
    one = selectors.shop(actor, shop_id)
    if request.method != "POST":
        return _shop(request, actor, one, done=_done(request, one))
    said, reward = request.POST.get("code", "")[:2_000], _uuid(request.POST.get("reward", ""))
    try:
        if reward is None:
            raise Invalid(_("请选奖品"), field="reward")
        made = services.redeem(
            actor=actor,
            district=one.district,
            reward_id=reward,
            code=said.replace("\0", ""),
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        return _shop(request, actor, one, said=said, chosen=reward, problems=error.problems, status=422)
    return HttpResponseRedirect(f"{reverse('field:shop', args=[one.id])}?done={made.row.id}&left={made.left}")


@require_POST
@staff("field")
def take_back(request: HttpRequest, actor: Actor, shop_id: UUID, redemption: UUID) -> HttpResponse:
    """Take a redemption of today back, with the reason."""
    one = selectors.shop(actor, shop_id)
    selectors.taken(one, redemption)
    try:
        services.reverse(
            actor=actor,
            district=one.district,
            redemption_id=redemption,
            reason=request.POST.get("reason", ""),
        )
    except (Invalid, Conflict) as error:
        return _shop(request, actor, one, problems=error.problems, status=422)
    messages.success(request, _("已冲销，积分和奖品都退回"))
    return HttpResponseRedirect(reverse("field:shop", args=[one.id]))


@require_safe
@staff("field")
def month(request: HttpRequest, actor: Actor, shop_id: UUID, form: str) -> HttpResponse:
    """A month of the shop as CSV or Excel."""
    one = selectors.shop(actor, shop_id)
    first, _last = figures.month_of(request.GET.get("month", "")[:7])
    content = exporting.table(one, selectors.month(one, first), form)
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="rewards-{one.place.number}-{first:%Y%m}.{form}"'
    response["Cache-Control"] = "no-store"
    return response


def _shop(
    request: HttpRequest,
    actor: Actor,
    one: Any,
    *,
    said: str = "",
    chosen: UUID | None = None,
    problems: list[Problem] | None = None,
    status: int = 200,
    done: dict[str, Any] | None = None,
) -> HttpResponse:
    first, _last = figures.month_of(request.GET.get("month", "")[:7])
    context = {
        "tabs": tabs("rewards", actor),
        "shop": one,
        "name": offer_words.name_of(one.place),
        "rewards": [(offer_words.name_of(each), each) for each in selectors.of_shop(one)],
        "today": [(offer_words.name_of(each), each) for each in selectors.today(one)],
        "month": selectors.month(one, first),
        "said": said,
        "chosen": chosen,
        "problems": problems or [],
        "done": done,
        "idempotency_key": str(ids.uuid7()),
    }
    return render(request, "field/rewards/shop.html", context, status=status)


def _done(request: HttpRequest, one: Any) -> dict[str, Any] | None:
    """What was just given, for the answer that stays on the page."""
    redemption = _uuid(request.GET.get("done", ""))
    found = next((each for each in selectors.today(one) if each.id == redemption), None)
    if found is None:
        return None
    left = request.GET.get("left", "")
    return {
        "one": found,
        "name": offer_words.name_of(found),
        "left": left if left.isascii() and left.isdigit() and len(left) < 16 else "",
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

"""A shop's counter on a phone: scan or type a code, give a reward; today's list; the month."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.offers import figures
from youlin.apps.passes.reasons import WORDS
from youlin.apps.rewards import exporting, selectors, services
from youlin.doors import offer_words, scanning
from youlin.doors.entrance import staff
from youlin.doors.field.pages import tabs
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from youlin.ui.errors import wants_json

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
    named = [(one.organisation.name, offer_words.name_of(one.place), one) for one in found]
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
        selectors.demand_here(one, reward)
        made = services.redeem(
            actor=actor,
            district=one.district,
            reward_id=reward,
            shop_id=one.id,
            code=said.replace("\0", ""),
            at=_moment(request.POST.get("at", "")),
            told=request.POST.get("told", "")[:32].replace("\0", ""),
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        if wants_json(request):
            raise
        return _shop(request, actor, one, said=said, chosen=reward, problems=error.problems, status=422)
    if wants_json(request):
        return JsonResponse(_told(one, made), status=201)
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
    given = selectors.of_shop(one)
    context = {
        "tabs": tabs("rewards", actor),
        "shop": one,
        "place": offer_words.name_of(one.place),
        "rewards": [(offer_words.name_of(each), each) for each in given],
        "known_rewards": {each.number: offer_words.name_of(each) for each in selectors.ever_of_shop(one)},
        "words": _words(),
        "today": [(offer_words.name_of(each), each) for each in selectors.today(one)],
        "month": selectors.month(one, first),
        "said": said,
        "chosen": chosen,
        "problems": problems or [],
        "done": done,
        "idempotency_key": str(ids.uuid7()),
    }
    return scanning.page(request, "field/rewards/shop.html", context, status=status)


def _words() -> dict[str, Any]:
    """What the counter's script says of a scan."""
    return {
        "done": _("兑换成功"),
        "kept": _("券有效，可以给"),
        "keptMore": _("没有网络，已记在本机，联网后自动入账。请在两天内联网。"),
        "elsewhere": _("这张券不是这家店的"),
        "again": _("这张券在本机已经兑过"),
        "offline": _("没有网络时只能兑兑换券"),
        "choose": _("请先选兑什么，再扫一次"),
        "unread": _("没有读出二维码，请再扫一次"),
        "unsure": _("没有连上服务器，不知道兑成了没有"),
        "reasons": {one.value: str(words.told) for one, words in WORDS.items()},
    }


def _told(one: Any, made: services.Redeemed) -> dict[str, str]:
    """A redemption as the script tells it."""
    found = selectors.taken(one, made.row.id)
    points = _("%(n)s 积分") % {"n": found.points}
    return {
        "who": found.who,
        "name": f"{offer_words.name_of(found)} · {points}",
        "left": _("这位还剩 %(n)s 分") % {"n": made.left},
        "href": reverse("field:shop", args=[one.id]),
    }


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


def _moment(text: str) -> datetime | None:
    """Milliseconds since 1970, as a phone counts them; None for nothing."""
    given = text.strip()
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 15):
        raise Invalid(_("时间不对"), field="at", remedy=_("请核对手机的时间"))
    return datetime.fromtimestamp(int(given) / 1000, UTC)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

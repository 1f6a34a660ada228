"""My points: what is there, every entry with its reason, what earned nothing and why, what they can be used for."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.ledger import selectors as ledger
from youlin.apps.ledger.selectors import Line, Purse, Unearned
from youlin.apps.passes import codes
from youlin.apps.rewards import selectors as rewards
from youlin.apps.rewards import services
from youlin.doors import offer_words, pace, place_words, qr_codes
from youlin.doors.entrance import person
from youlin.doors.portal.offers.services import point_of
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem
from youlin.ui.paging import known_page

PAGE_SIZE = 20


@never_cache
@require_safe
@person("portal")
def my_points(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My accounts with their entries; beside them what there is to be had, and what is set aside for me."""
    return _page(request, actor)


@require_POST
@person("portal")
def reserve(request: HttpRequest, actor: Actor, reward_id: UUID) -> HttpResponse:
    """Set a reward aside for a day: its code can be shown to a shop that has no network."""
    pace.demand(request, actor)
    district = request.POST.get("district", "")
    try:
        if district not in {one.account.district for one in ledger.mine(actor)}:
            raise Conflict(_("您还没有积分"))
        services.reserve(
            actor=actor,
            district=district,
            reward_id=reward_id,
            idempotency_key=request.POST.get("idempotency_key", ""),
        )
    except (Invalid, Conflict) as error:
        status = 422 if isinstance(error, Invalid) else error.status
        return _page(request, actor, problems=error.problems, status=status)
    messages.success(request, _("已预留，24 小时内到店出示下面的兑换券"))
    return HttpResponseRedirect(f"{reverse('portal:my-points')}#vouchers")


def _page(
    request: HttpRequest, actor: Actor, *, problems: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    purses = ledger.mine(actor, page=number, size=PAGE_SIZE)
    longest = max((one.account.entries for one in purses), default=0)
    districts = list(dict.fromkeys(one.account.district for one in purses))
    here = point_of(request)
    context = {
        "purses": [_purse(one) for one in purses],
        "page": known_page(
            [None],
            number=max((one.statement.page for one in purses), default=1),
            size=PAGE_SIZE,
            total=longest,
        ),
        "unearned": [(_spoken(one), one) for one in ledger.unearned(actor)],
        "rewards": [one for district in districts for one in _rewards(actor, district, here, purses)],
        "aside": [
            {**_reward(one.card), "until": one.expires_at, "drawn": _drawn(request, one.token)}
            for district in districts
            for one in rewards.aside(actor, district)
        ],
        "here": here,
        "problems": problems or [],
    }
    return render(request, "portal/points.html", context, status=status)


def _rewards(
    actor: Actor, district: str, here: tuple[float, float] | None, purses: list[Purse]
) -> list[dict[str, Any]]:
    """What can be had, each with a key where I can have it set aside."""
    most = max((one.account.available for one in purses if one.account.district == district), default=0)
    signs = rewards.vouchers_in(district)
    return [
        _reward(one) | {"key": str(ids.uuid7()) if signs and one.left > 0 and one.points <= most else ""}
        for one in rewards.rewards(district, here)
    ]


def _reward(one: rewards.Card) -> dict[str, Any]:
    return {
        "name": offer_words.name_of(one),
        "what": offer_words.text_of(one, "what"),
        "place": one.place_en if _foreign() and one.place_en else one.place,
        "distance": place_words.distance(one.metres),
        "one": one,
    }


def _drawn(request: HttpRequest, token: str) -> str:
    return qr_codes.inline_parts(codes.parts(request.build_absolute_uri("/"), token))


def _purse(one: Purse) -> dict[str, object]:
    unit = one.account.unit
    return {
        "one": one,
        "name": offer_words.name_of(one.account.kind),
        "unit": unit.symbol_en if _foreign() and unit.symbol_en else unit.symbol,
        "purpose": unit.purpose_en if _foreign() and unit.purpose_en else unit.purpose,
        "district": areas.short_name(one.account.district),
        "lines": [(_said(line), line) for line in one.statement.lines],
    }


def _said(line: Line) -> str:
    """What an entry says of itself, in the reader's language."""
    other = line.about.get("words_en", "")
    return str(other) if _foreign() and other else line.note


def _spoken(one: Unearned) -> str:
    return one.words_en if _foreign() and one.words_en else one.words


def _foreign() -> bool:
    return (get_language() or "").startswith("en")

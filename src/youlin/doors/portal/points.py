"""My points: what is there, every entry with its reason, what earned nothing and why, what they can be used for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.ledger import selectors as ledger
from youlin.apps.ledger.selectors import Line, Purse, Unearned
from youlin.apps.rewards import selectors as rewards
from youlin.doors import offer_words
from youlin.doors.entrance import person
from youlin.kernel.actors import Actor
from youlin.ui.paging import known_page

PAGE_SIZE = 20


@never_cache
@require_safe
@person("portal")
def my_points(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My accounts with their entries; beside them what there is to be had."""
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    purses = ledger.mine(actor, page=number, size=PAGE_SIZE)
    longest = max((one.account.entries for one in purses), default=0)
    context = {
        "purses": [_purse(one) for one in purses],
        "page": known_page(
            [None],
            number=max((one.statement.page for one in purses), default=1),
            size=PAGE_SIZE,
            total=longest,
        ),
        "unearned": [(_spoken(one), one) for one in ledger.unearned(actor)],
        "rewards": [
            {
                "name": offer_words.name_of(one),
                "what": offer_words.text_of(one, "what"),
                "place": one.place_en if _foreign() and one.place_en else one.place,
                "one": one,
            }
            for district in dict.fromkeys(one.account.district for one in purses)
            for one in rewards.rewards(district)
        ],
    }
    return render(request, "portal/points.html", context)


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
